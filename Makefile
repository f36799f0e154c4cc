# Every target sets up what it needs. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help run spark-start spark-stop spark-check spark-test parity report status doctor explain restatements peers test test-heavy lint typecheck bench docs dagster codeserver webserver daemon instance clients superset-test audit lock clean ruff project-rules sqlfluff
.NOTPARALLEL:

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.made-from-lock
SPARK_STAMP := $(VENV)/.spark-from-lock
LAUNCHER := $(BIN)/saas-metrics
PYTHONS := python3.14 python3.13 python3.12 python3.11 python3
PACKAGES := $(patsubst %/,%,$(wildcard orchestration/ sample_company/ benchmarks/))
TEST_TARGET_PATH := target/test
DAGSTER_INSTANCE ?= dagster
DAGSTER_HOME ?= $(CURDIR)/data/dagster

# Nothing here calls home, and dbt reads the profile that is in the repository.
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DO_NOT_TRACK := 1
export DBT_PROFILES_DIR := $(CURDIR)
export PYTHONPATH := $(CURDIR)

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The command line is orchestration/cli; these targets make its environment first.
run: $(LAUNCHER) ## Raw data to published marts; makes a sample company where there is no raw data
	@$(LAUNCHER) run $(ARGS)

status: $(LAUNCHER) ## What is published, what the warehouse holds, what is kept
	@$(LAUNCHER) status $(ARGS)

doctor: $(LAUNCHER) ## Look at environment, settings and raw data, and say what to do
	@$(LAUNCHER) doctor $(ARGS)

report: $(LAUNCHER) ## The report again, from what is published (make run ends with it)
	@$(LAUNCHER) report $(ARGS)

test: ruff typecheck project-rules sqlfluff ## Everything that CI runs, cheapest first
	@echo "pytest: unit tests, whole builds on sample data, worked examples, publishing"
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder -m "not heavy" $(ARGS)

test-heavy: $(STAMP) ## What takes many whole builds: faults, history, explain, more properties
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder -m heavy $(ARGS)

lint: ruff project-rules sqlfluff ## ruff, dbt parse, dbt-bouncer and sqlfluff

typecheck: $(STAMP) ## mypy, strict
	@echo "mypy"
	@$(BIN)/mypy $(PACKAGES)

ruff: $(STAMP)
	@echo "ruff"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .

project-rules: $(STAMP)
	@echo "dbt parse, deprecations are errors"
	@$(BIN)/dbt --quiet parse --target lint --no-partial-parse --target-path $(TEST_TARGET_PATH) \
		--log-path $(TEST_TARGET_PATH)
	@echo "portable SQL: constructs that differ on Spark"
	@$(BIN)/python -m orchestration.portable_sql
	@echo "dbt-bouncer: layers, names, descriptions, keys, contracts"
	@COLUMNS=200 $(BIN)/dbt-bouncer run --config-file dbt-bouncer.yml --show-all-failures \
		>$(TEST_TARGET_PATH)/dbt-bouncer.log 2>&1 || { cat $(TEST_TARGET_PATH)/dbt-bouncer.log; exit 1; }

sqlfluff: $(STAMP)
	@echo "sqlfluff"
	@DBT_TARGET=lint $(BIN)/sqlfluff lint --processes 2 --disable-progress-bar models tests/singular

explain: $(LAUNCHER) ## Why a number is what it is: ARGS='--customer ID --month 2026-03'
	@$(LAUNCHER) explain $(ARGS)

# Two landings of one company: what the second run says about months of the first one is restated.
restatements: export SAAS_METRICS_RAW_PATH := data/restatements/raw
restatements: export SAAS_METRICS_WAREHOUSE_PATH := data/restatements/saas_warehouse.duckdb
restatements: export SAAS_METRICS_SERVING_PATH := data/restatements/serving
restatements: export SAAS_METRICS_QUALITY_PATH := data/restatements/quality
restatements: $(LAUNCHER) ## The sample company landed twice, a run after each: restated months
	@$(LAUNCHER) sample --quiet --customers 500 --months 24 --no-world \
		--out $(SAAS_METRICS_RAW_PATH) --until 2026-11-01 --landed-by 2026-10-05
	@SAAS_METRICS_AS_OF=2026-10-05 $(LAUNCHER) run
	@$(LAUNCHER) sample --quiet --customers 500 --months 24 --no-world \
		--out $(SAAS_METRICS_RAW_PATH) --until 2026-11-01
	@SAAS_METRICS_AS_OF=2026-11-01 $(LAUNCHER) run
	@$(BIN)/python -c "import duckdb; print(duckdb.connect('$(SAAS_METRICS_SERVING_PATH)/saas_metrics_serving.duckdb', \
		read_only=True).sql('select month, first_reported_at, first_reported_closing_mrr, current_closing_mrr, \
		restated_mrr from marts.fct_mrr_restatements where restated_mrr <> 0 order by month'))"

bench: $(LAUNCHER) ## Measure raw to movements against a scan of the same files
	@$(LAUNCHER) bench $(ARGS)

peers: $(STAMP) ## docs/peers.md: a peer's method on the worked examples
	@WRITE_PEERS=1 $(BIN)/python -m pytest tests/python/test_conformance.py -k peers_method

# Spark (docs/spark.md). One JVM each, on loopback, with a folder of its own below target.
spark-check parity: export SPARK_LOCAL_IP := 127.0.0.1
spark-check parity: export TZ := UTC
spark-check: export SAAS_METRICS_SPARK_PATH := $(CURDIR)/target/spark/lake
spark-check: $(SPARK_STAMP) ## Every model and test compiled for Spark and read by Spark's parser
	@mkdir -p $(SAAS_METRICS_SPARK_PATH)
	@$(BIN)/dbt --quiet compile --target spark_session --target-path target/spark --log-path target/spark
	@$(BIN)/python -m orchestration.spark.parsing target/spark/compiled

spark-start: $(SPARK_STAMP) ## A Spark cluster on 127.0.0.1: master, two workers, thrift server
	@$(BIN)/python -m orchestration.spark.cluster start $(ARGS)

spark-stop: $(STAMP) ## End the cluster that spark-start started
	@$(BIN)/python -m orchestration.spark.cluster stop $(ARGS)

spark-test: $(SPARK_STAMP) ## Data tests and unit tests by the Spark server that runs, on what it has built
	@DBT_TARGET=spark $(BIN)/dbt test --selector portable --target-path target/spark --log-path target/spark

parity: $(SPARK_STAMP) ## Samples of two sizes built by DuckDB and by Spark, every mart compared
	@$(BIN)/python -m orchestration.parity $(ARGS)

docs: $(STAMP) ## Generated pages of docs/, and dbt's documentation in target/ (needs a built warehouse)
	@$(BIN)/python -m orchestration.generated_docs
	@$(BIN)/dbt docs generate
	@echo "Open it with: $(BIN)/dbt docs serve --host 127.0.0.1"

dagster: $(STAMP) instance ## Dagster's web server and daemon on http://127.0.0.1:3000
	@$(BIN)/dagster dev --host 127.0.0.1 --port 3000

codeserver: $(STAMP) instance ## Production: Dagster's code server, on 127.0.0.1:4000
	@$(BIN)/dagster code-server start -m orchestration.definitions --host 127.0.0.1 --port 4000

webserver: $(STAMP) instance ## Production: Dagster's web server on http://127.0.0.1:3000
	@$(BIN)/dagster-webserver --host 127.0.0.1 --port 3000 -w orchestration/instance/workspace.yaml

daemon: $(STAMP) instance ## Production: the daemon that runs schedules and sensors
	@$(BIN)/dagster-daemon run -w orchestration/instance/workspace.yaml

# Which instance: DAGSTER_INSTANCE=dagster-postgres keeps the history in Postgres.
dagster codeserver webserver daemon: export DAGSTER_HOME := $(DAGSTER_HOME)
instance:
	@mkdir -p $(DAGSTER_HOME)
	@cp orchestration/instance/$(DAGSTER_INSTANCE).yaml $(DAGSTER_HOME)/dagster.yaml
	@# Two services that meet an empty folder both make its databases, and one of them fails.
	@test -e $(DAGSTER_HOME)/schedules || $(BIN)/dagster instance info >/dev/null

clients: $(STAMP) ## The published file opened by DuckDB 1.4 and 1.5 (makes two environments; network)
	@SAAS_METRICS_OLD_CLIENTS=1 $(BIN)/python -m pytest tests/python/test_old_clients.py $(ARGS)

superset-test: $(LAUNCHER) ## The bundle imported into a real Superset 6.1 (900 MB in target/; network)
	@test -e target/superset/.made || { echo "Setting up Superset in target/superset (a minute or two)"; \
		$(BIN)/python -m venv --clear target/superset && \
		target/superset/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
			-r bi/superset-requirements.txt && touch target/superset/.made; }
	@SAAS_METRICS_SUPERSET=target/superset/bin/superset $(BIN)/python -m pytest \
		tests/python/test_superset.py $(ARGS)

audit: $(STAMP) ## Known vulnerabilities of every locked package (asks the advisory database; network)
	@test -x target/audit/bin/pip-audit || { python3 -m venv target/audit && \
		target/audit/bin/pip install --quiet pip-audit==2.10.1; }
	@target/audit/bin/pip-audit --requirement requirements.lock --require-hashes --disable-pip --strict

lock: ## Resolve requirements.lock again from pyproject.toml (needs uv)
	@uv pip compile pyproject.toml --python-version 3.11 --universal \
		--extra orchestration --extra quality --extra postgres --extra report --extra semantic \
		--extra bench --extra dev \
		--generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	@uv pip compile pyproject.toml --python-version 3.11 --universal --extra spark \
		--constraints requirements.lock \
		--generate-hashes --no-emit-index-url --no-header -q -o requirements-spark.lock

clean: ## Remove what builds leave behind; keeps data/ and the environment
	@rm -rf target logs .pytest_cache .mypy_cache .ruff_cache
	@find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

# The environment, from the lock alone: every file is checked against its hash. Runs again when
# the lock changes.
$(STAMP): requirements.lock
	@python=; for name in $(PYTHONS); do \
		if $$name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
			>/dev/null 2>&1; then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo "No Python 3.11 or later with venv found (tried: $(PYTHONS))." >&2; exit 1; \
	fi; \
	echo "Setting up the environment with $$python (a minute or two, once)"; \
	$$python -m venv --clear $(VENV) || exit 1; \
	if ! $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
		--require-hashes -r requirements.lock >$(VENV)/install.log 2>&1; then \
		cat $(VENV)/install.log >&2; rm -rf $(VENV); \
		echo "The environment could not be set up; the messages above say why." >&2; exit 1; \
	fi; \
	echo "Environment ready: $(VENV)"
	@touch $@

# Spark on top of it, half a gigabyte; the versions that both locks name are the same.
$(SPARK_STAMP): requirements-spark.lock $(STAMP)
	@echo "Adding Spark to the environment"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
		--require-hashes -r requirements-spark.lock >$(VENV)/install-spark.log 2>&1 || { \
		cat $(VENV)/install-spark.log >&2; exit 1; }
	@touch $@

$(LAUNCHER): $(STAMP) orchestration/cli/launcher.py
	@$(BIN)/python -m orchestration.cli.launcher
