"""Measures the path from raw billing to MRR movements: ``python -m benchmarks``.

Every figure is a ratio to something measured in the same run on the same machine: a scan of the
same columns of the same files, and the month-spine method over the same intervals. What was done is
checked (rows and totals); seconds are only reported.
"""
