"""Dagster definitions, one module a concern; each has a `definitions` function."""
