# `make test` sets up and runs every test. `make lint`, `make score`, `make bench` likewise set up first.
PYTHON := .venv/bin/python
PYTEST_OPTIONS ?= -n 2

.PHONY: test lint score bench setup
test: setup
	$(PYTHON) -m pytest $(PYTEST_OPTIONS)

lint: setup
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy
	.venv/bin/lint-imports

score: setup
	$(PYTHON) -m tests.score

bench: setup
	for script in bench/*.py; do $(PYTHON) $$script; done

setup:
	@requirements/prepare
