"""The Dagster code location, the publisher and the command behind `make run`."""
