"""``python -m sample_company``."""

from sample_company.cli import main

main(prog_name="python -m sample_company")
