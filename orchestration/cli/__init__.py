"""`saas-metrics`: one command line over the parts of this project.

Each command lives with the part that it belongs to (orchestration.run, orchestration.explain, ...);
here is only the list of them, and what has no other home. `python -m orchestration.cli` is the same.
"""
