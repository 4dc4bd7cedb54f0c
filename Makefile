# Everything runs in .venv, which these targets make; nothing else has to be installed first.
PYTHON ?= python3
VENV := .venv
OLDEST := .venv-oldest
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run test test-oldest fuzz kill lint bench docs samples clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

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
	$(BIN)/pytest --numprocesses auto --dist loadfile

# uv, because pip cannot be asked for the lowest versions; from the dependencies' own dependencies it takes the newest.
$(OLDEST)/.made: pyproject.toml
	$(PYTHON) -m venv --clear $(OLDEST)
	$(OLDEST)/bin/pip install --quiet --disable-pip-version-check uv
	$(OLDEST)/bin/uv pip install --quiet --python $(OLDEST) --resolution lowest-direct -e '.[test]'
	touch $@

test-oldest: $(OLDEST)/.made ## the whole test suite with the lowest allowed version of every dependency
	$(OLDEST)/bin/pytest --numprocesses auto --dist loadfile

# make fuzz SECONDS=1800 SEED=7            failing inputs go to fuzz-failures/, each with how to see it again
fuzz: $(VENV)/.test ## mutated inputs through readers, strip and the whole command (SECONDS=60, SEED)
	$(BIN)/python -m tests.fuzz $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED)) $(FUZZ)

# make kill TIMES=100                      tries of each signal at random moments; every rename is tried once more each
kill: $(VENV)/.test ## runs that are killed, at random and at every rename (TIMES=30, SEED)
	$(BIN)/python -m tests.kill $(if $(TIMES),--times $(TIMES)) $(if $(SEED),--seed $(SEED))

# the pip that comes with Python 3.11 fails on the peers, which ask for lxml[html-clean] in two spellings
$(VENV)/.bench: $(VENV)/.run
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[bench]' || \
	  echo 'bench: not all peers could be installed; their lines are skipped'
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[peers]' || \
	  echo 'bench: not all tools that strip could be installed; their lines are skipped'
	touch $@

# make bench                               a quarter of an hour on two cores
# make bench SIZES="100000 1000000"        articles for cleaner collapse --level near
# make bench DATA=folder                   pages or articles of your own
# make bench BENCH="--only strip --pages 500"    any option; make bench BENCH=--help lists them
bench: $(VENV)/.bench ## speed, memory and disk, as ratios against peers in the same run
	$(BIN)/python -m tests.bench $(if $(SIZES),--sizes $(SIZES)) $(if $(DATA),--data $(DATA)) $(BENCH)

$(VENV)/.docs: $(VENV)/.run
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[docs]'
	touch $@

docs: $(VENV)/.docs ## the pages of docs/ as a site in build/docs
	$(BIN)/mkdocs build --quiet --strict --config-file docs/mkdocs.yml

samples: $(VENV)/.run ## write samples/pages and samples/gold anew from samples/stories and samples/sites
	$(BIN)/python samples/make.py

clean: ## remove what the targets made
	rm -rf $(VENV) $(OLDEST) out build fuzz-failures *.egg-info .pytest_cache .mypy_cache .ruff_cache
