# Everything here works on a machine that has only Python 3.11+ and make; nothing global is touched.
PYTHON ?= python3
BIN := .venv/bin
DEMO := .demo
PORT ?= 8000
SAMPLE ?= 120
SEED ?= 1
SERVE ?= yes
UV := $(BIN)/uv --quiet
# For another machine than this: BUNDLE_OPTIONS="--platform manylinux_2_28_x86_64 --python-version 3.12"
BUNDLE_OPTIONS ?=

.PHONY: demo serve test test-pages-all test-spark lint docs bench bundle requirements clean help coverage-index mutation-index conformance-oidc conformance-govstack conformance-ofds

help: ## Show the targets
	@grep -E '^[a-z%-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Saola needs Python 3.11 or newer; name one with PYTHON=…"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

.venv/run: requirements/run.txt pyproject.toml | $(BIN)/uv
	@echo "Installing Saola into .venv (once) …"
	$(UV) pip install --python $(BIN)/python --only-binary :all: --require-hashes -r requirements/run.txt
	$(UV) pip install --python $(BIN)/python --no-deps --editable .
	@touch $@

.venv/dev: requirements/dev.txt .venv/run
	$(UV) pip install --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

demo: .venv/run ## Make the invented country and serve it (SERVE=no: only make it)
	$(BIN)/saola --home $(DEMO) demo
	@if [ "$(SERVE)" != no ]; then $(BIN)/saola --home $(DEMO) serve --port $(PORT); fi

serve: .venv/run ## Serve the demo workspace
	$(BIN)/saola --home $(DEMO) serve --port $(PORT)

test: .venv/dev ## Run the tests
	$(BIN)/python -m pytest -n auto --dist loadfile

test-pages-all: .venv/dev ## Run axe-core on every page, record, language, theme and size (minutes)
	SAOLA_PAGES=all $(BIN)/python -m pytest -n 0 -o log_cli=true --log-cli-level=INFO tests/pages/test_accessibility.py

test-spark: .venv/dev ## Plan regions and link partitions on a real Spark (installs PySpark; needs Java 17)
	$(BIN)/uv --quiet pip install --python $(BIN)/python "pyspark>=4"
	$(BIN)/python -m pytest -n 0 -m spark tests/connect/test_spark.py tests/linkage/test_partitions.py

lint: .venv/dev ## Style, types, floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: .venv/dev ## Build the documentation into docs/_build/html
	$(BIN)/sphinx-build -W -b html docs docs/_build/html

bench: .venv/dev ## Run every benchmark
	@for file in benchmarks/bench_*.py; do $(BIN)/python $$file || exit 1; done

bench-%: .venv/dev ## Run the benchmark of one room
	@$(BIN)/python benchmarks/bench_$(subst -,_,$*).py

coverage-index: .venv/dev ## Branch coverage of the index engine, compilation off (takes minutes)
	$(BIN)/python benchmarks/index_map.py
	$(BIN)/python -m coverage report --data-file=build/index-coverage -m --skip-covered --fail-under=100

mutation-index: .venv/dev ## Mutation score of the index engine (SAMPLE=120 SEED=1)
	$(BIN)/python benchmarks/mutation_index.py $(SAMPLE) $(SEED)

conformance-oidc: .venv/dev ## Run the OpenID Foundation's OP tool (SUITE=DIR)
	SUITE="$(SUITE)" $(BIN)/python tests/conformance/oidc_op.py

conformance-ofds: .venv/dev ## Hold a plan's ofds.json against the standard's schema (SUITE=DIR)
	SUITE="$(SUITE)" $(BIN)/python tests/conformance/ofds.py

conformance-govstack: .venv/dev ## Run GovStack's Registries or Consent tests (SUITE=DIR)
	SUITE="$(SUITE)" $(BIN)/python tests/conformance/govstack.py

bundle: .venv/run ## Gather in dist/bundle all that an installation without internet needs
	rm -rf dist/bundle dist/saola-bundle.tar
	mkdir -p dist/bundle/wheels dist/bundle/docs
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --only-binary :all: --require-hashes --no-deps $(BUNDLE_OPTIONS) -r requirements/run.txt -d dist/bundle/wheels
	$(UV) build --wheel --out-dir dist/bundle .
	rm -f dist/bundle/.gitignore
	cp requirements/run.txt LICENSE deploy/* dist/bundle/
	cp docs/guides/offline.md docs/guides/operation.md dist/bundle/docs/
	cd dist/bundle && find . -type f ! -name SHA256SUMS | LC_ALL=C sort | xargs sha256sum > SHA256SUMS
	tar -C dist -cf dist/saola-bundle.tar bundle
	@sha256sum dist/bundle/SHA256SUMS dist/saola-bundle.tar

requirements: | $(BIN)/uv ## Pin every part anew, with hashes
	$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header --extra server --extra connect pyproject.toml -o requirements/run.txt
	$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header --extra server --extra connect --group dev pyproject.toml -o requirements/dev.txt

clean: ## Remove what make made
	rm -rf .venv $(DEMO) build dist docs/_build
