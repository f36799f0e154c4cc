"""Starts the command line."""

from orchestration.cli.program import main

if __name__ == "__main__":
    main()
