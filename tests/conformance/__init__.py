"""The worked examples of the metric rules: cases as YAML, and what turns them into raw rows."""
