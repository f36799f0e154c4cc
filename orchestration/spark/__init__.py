"""What only the target Spark needs (docs/spark.md)."""
