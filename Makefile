# Everything a person may want to do here. Needs Python >= 3.11 and make; the rest it brings itself, into .venv.

PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$name"; break; }; done)
PY := .venv/bin/python
READY := .venv/.ready
PIP := $(PY) -m pip --disable-pip-version-check --no-input
JOBS ?= 2
ARGS ?=
UV ?= uv

export PIP_REQUIRE_VIRTUALENV := false
unexport PYTHONHOME

.DEFAULT_GOAL := help
.PHONY: help setup demo migrate test test-matrix test-plans test-services test-engines test-browser test-faults lint types arrows docs bench mutation mutation-calculation lock clean

help: ## List these targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | awk -F '\t' '{printf "  make %-21s %s\n", $$1, $$2}'

setup: $(READY) ## Make .venv with the locked packages (done once, and again when they change)

demo: $(READY) ## Run the worked invoices through a real PostgreSQL, then try to break it (ARGS=--json)
	@$(PY) -m platform_db demo $(ARGS)

migrate: $(READY) ## Bring the database of PLATFORM_DB_URL to the head (ARGS=--dry-run for the plan alone)
	@$(PY) -m platform_db migrate up $(ARGS)

test: $(READY) ## Run the tests (ARGS='-k name' for some, JOBS=1 in one process)
	@$(PY) -m pytest -n $(JOBS) $(ARGS)

test-matrix: $(READY) ## Run the server's tests on PostgreSQL 15, 17.6 and 18, SQLAlchemy 2.0 and 2.1 (ARGS='--server 15')
	@$(PY) -m tests.matrix $(ARGS)

test-plans: $(READY) ## Fill 100,000 rows a table and see the planner use every index
	@$(PY) -m pytest -m plans tests/plans $(ARGS)

test-services: $(READY) ## Run the tests of programs between us and the server (PGBOUNCER=/path/to/pgbouncer)
	@$(PY) -m pytest -m services $(ARGS)

test-engines: $(READY) ## Run the bulk calculation in worker processes of Celery and of Dask
	@$(PY) -m pytest -m engines tests/engines $(ARGS)

test-browser: $(READY) ## Print invoices with Chromium, see that nothing overflows, read the QR codes (SCREENSHOTS=folder)
	@$(PY) -m pytest -m browser tests/browser $(ARGS)

test-faults: $(READY) ## Kill a migrator at every single moment, up and down, and see the next one finish (long)
	@$(PY) -m pytest -m faults_long $(ARGS)

lint: $(READY) ## Check style and format
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

types: $(READY) ## Check types, strictly
	@$(PY) -m basedpyright

arrows: $(READY) ## Check that imports point one way
	@$(PY) -c 'from importlinter.cli import lint_imports_command as run; run()'

docs: $(READY) ## Write the pages that follow from the models: data dictionary, constraints, entities, indexes, seed map
	@$(PY) -m platform_db.operations.documentation docs
	@$(PY) -m tests.plans.page docs/indexes.md
	@$(PY) -m tests.seed.page docs/seed-map.md

bench: $(READY) ## Measure against asyncpg, SQLAlchemy, advanced-alchemy and SQLModel
	@$(PY) -m benchmarks $(ARGS)

mutation: $(READY) ## Remove each guard in turn and see the tests fail (long; ARGS='-k payments' for some)
	@$(PY) -m tests.mutants --jobs $(JOBS) $(ARGS)

mutation-calculation: $(READY) ## Change each statement of the calculation in turn and see the tests fail (long; ARGS='-k steps' for some)
	@$(PY) -m tests.mutants.calculation --jobs $(JOBS) $(ARGS)

lock: ## Resolve requirements.lock anew from pyproject.toml (needs uv)
	@command -v $(UV) >/dev/null || { echo 'make lock needs uv: put it on PATH, or say make lock UV=/path/to/uv' >&2; exit 1; }
	$(UV) pip compile --quiet --universal --python-version 3.11 --all-extras --group dev --upgrade \
		--generate-hashes --no-annotate --no-header pyproject.toml --output-file requirements.lock

clean: ## Remove .venv, caches and builds
	rm -rf .venv build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests migrations benchmarks examples -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# pip and setuptools come first, at their locked versions: this package, and any that has no wheel here, is built
# without isolation, so nothing is fetched that the lock does not name.
$(READY): requirements.lock pyproject.toml
	@[ -n "$(PYTHON)" ] || { echo 'No Python >= 3.11 on PATH. Install one, or say: make setup PYTHON=/path/to/python3' >&2; exit 1; }
	@echo "Setting up .venv with $(PYTHON) (once) ..."
	@rm -f $(READY)
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || [ -x $(PY) ] || { \
		echo "$(PYTHON) cannot make virtual environments: its ensurepip module is missing." >&2; \
		echo 'Debian and Ubuntu keep it apart: apt install python3-venv (or python3.11-venv), then try again.' >&2; exit 1; }
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@sed -n -e '/^pip==/,/[^\\]$$/p' -e '/^setuptools==/,/[^\\]$$/p' requirements.lock > .venv/build-tools.lock
	@$(PIP) install --quiet --require-hashes --no-deps -r .venv/build-tools.lock
	@$(PIP) install --quiet --require-hashes --no-deps --no-build-isolation -r requirements.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@$(PIP) check
	@touch $(READY)
