# Everything runs in .venv, which these targets make; nothing else has to be installed first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run test lint bench samples clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.run: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "cleaner needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.test: $(VENV)/.run
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[test]'
	touch $@

run: $(VENV)/.run ## clean and collapse samples/pages into out/
	$(BIN)/cleaner run samples/pages --output out

lint: $(VENV)/.test ## style and types
	$(BIN)/ruff check .
	$(BIN)/mypy

test: lint ## style, types and the whole test suite
	$(BIN)/pytest

$(VENV)/.bench: $(VENV)/.run
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[bench]' || \
	  echo 'bench: not all peers could be installed; their lines are skipped'
	touch $@

# make bench                               a quarter of an hour on two cores
# make bench SIZES="100000 1000000"        articles for cleaner collapse --level near
# make bench DATA=folder                   pages or articles of your own
# make bench BENCH="--only strip --pages 500"    any option; make bench BENCH=--help lists them
bench: $(VENV)/.bench ## speed, memory and disk, as ratios against peers in the same run
	$(BIN)/python -m tests.bench $(if $(SIZES),--sizes $(SIZES)) $(if $(DATA),--data $(DATA)) $(BENCH)

samples: $(VENV)/.run ## write samples/pages and samples/gold anew from samples/stories and samples/sites
	$(BIN)/python samples/make.py

clean: ## remove what the targets made
	rm -rf $(VENV) out build *.egg-info .pytest_cache .mypy_cache .ruff_cache
