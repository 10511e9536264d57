# Two commands for everybody: `make demo` and `make test`. Each sets itself up with Python 3.11+, git and make.
# .cache/ keeps environments and npm modules between runs; nothing relies on it being there.

PYTHON ?= python3
CACHE  := .cache
VENV   := $(CACHE)/venv
BIN    := $(VENV)/bin
UV     := $(CACHE)/uv/bin/uv

# A container may say that no bytecode is written: then each of some thousand processes compiles all that it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test check lint types suite lock docs pictures catalogue mutants clean

help:
	@echo "make demo   a scratch project: a commit is stopped, a pull request is retrained and compared"
	@echo "make test   lint, types and all tests; parts that this machine lacks are skipped by name"
	@echo "make check  lint and types only"
	@echo "make lock   write requirements/*.txt anew from pyproject.toml"
	@echo "make docs   write the generated pages of docs/reference anew"
	@echo "make mutants  change the verdict's code in 400 places, and see whether a test notices (10 minutes)"
	@echo "make pictures  draw the pictures of docs/images anew (needs chromium and npm)"
	@echo "make catalogue  fetch the libraries' sources (0.5 GB) and write the generated catalogue anew"

demo: $(BIN)/reproof
	@PATH="$(CURDIR)/$(BIN):$(CURDIR)/$(dir $(UV)):$$PATH" $(BIN)/python scripts/demo.py

# The types, half a minute on one core, are looked at beside the tests.
test: lint
	@$(MAKE) --no-print-directory --jobs 2 types suite

check: lint types

lint: $(BIN)/reproof
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/reproof check .

types: $(BIN)/reproof
	$(BIN)/mypy

suite: $(BIN)/reproof
	$(BIN)/python -m pytest -n auto --dist loadgroup $(PYTEST)

docs: $(BIN)/reproof
	$(BIN)/python scripts/write_docs.py

pictures: $(BIN)/reproof
	$(BIN)/python -m scripts.pictures

# What the catalogue is read from: wheels with the recorded hashes, unpacked and never imported. Those of one
# platform are taken on every machine (the smallest: no GPU code), so that all write the same files.
SOURCES := $(CACHE)/catalogue
catalogue: $(BIN)/reproof $(SOURCES)/.complete
	$(BIN)/python -m scripts.catalogue --sources $(SOURCES) $(NAMES)

$(SOURCES)/.complete: requirements/catalogue.txt $(UV)
	rm -rf $(SOURCES)
	MACOSX_DEPLOYMENT_TARGET=15.0 $(UV) pip install --quiet --no-deps --require-hashes --only-binary :all: \
		--python-platform aarch64-apple-darwin --python-version 3.12 --python $(PYTHON) \
		--target $(SOURCES) -r requirements/catalogue.txt
	@touch $@

# An environment of its own: what the tests need, and mutmut, whose copy of the source it runs.
mutants: $(CACHE)/mutants/venv/.complete
	nice $(CACHE)/mutants/venv/bin/python benchmarks/mutants.py $(MUTANTS)

$(CACHE)/mutants/venv/.complete: requirements/dev.txt requirements/mutants.txt $(UV)
	$(UV) venv --quiet --clear --python $(PYTHON) $(CACHE)/mutants/venv
	$(UV) pip sync --quiet --require-hashes --python $(CACHE)/mutants/venv/bin/python requirements/dev.txt requirements/mutants.txt
	@touch $@

# DVC is run by the tests' projects, into which no bytecode is written: without this each call compiles DVC anew.
WARM := $(CURDIR)/$(CACHE)/warm
WARM_DVC = rm -rf $(WARM) && git init --quiet $(WARM) && cd $(WARM) && export PATH="$(CURDIR)/$(BIN):$$PATH" && \
	export DVC_NO_ANALYTICS=1 DVC_SITE_CACHE_DIR=$(WARM) && dvc init --quiet && touch data && dvc add --quiet data && \
	dvc data status --json > /dev/null && rm -rf $(WARM)

# The environment: made anew when the lock or pyproject.toml is newer. Only wheels with the recorded hashes get in.
$(BIN)/reproof: requirements/dev.txt pyproject.toml $(UV)
	$(UV) venv --quiet --clear --python $(PYTHON) $(VENV)
	$(UV) pip sync --quiet --require-hashes --python $(BIN)/python requirements/dev.txt
	$(UV) pip install --quiet --no-deps --python $(BIN)/python --editable .
	@$(WARM_DVC)
	@touch $@

$(UV): requirements/uv.txt
	$(PYTHON) -m venv --clear $(CACHE)/uv
	$(CACHE)/uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

LOCK = $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock"
COMPILE = $(LOCK) --python-version 3.11

lock: $(UV)
	$(COMPILE) requirements/uv.in -o requirements/uv.txt
	$(COMPILE) pyproject.toml -o requirements/base.txt
	$(COMPILE) pyproject.toml --extra ci -c requirements/base.txt -o requirements/ci.txt
	$(COMPILE) pyproject.toml --all-extras --group dev -c requirements/ci.txt -o requirements/dev.txt
	$(COMPILE) requirements/mutants.in -c requirements/dev.txt -o requirements/mutants.txt
	$(COMPILE) tests/journeys/fix/requirements.in -o tests/journeys/fix/requirements.txt
	$(LOCK) --python-version 3.12 --no-deps requirements/catalogue.in -o requirements/catalogue.txt

clean:
	rm -rf $(CACHE) demo
