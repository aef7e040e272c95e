# Two commands matter: `make demo` shows the product at work, `make test` proves it.
# Each sets up what it needs in .venv with uv if present, with pip otherwise.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3.11
PYTHON_FOUND := $(shell command -v $(PYTHON) || command -v python3)
UV := $(shell command -v uv 2>/dev/null)

.PHONY: demo test year zones lint clean

demo: $(VENV)/.installed
	$(BIN)/policywatch demo

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n auto --dist loadfile

# A year of the product's life on invented sites (half an hour): misses are listed, year.svg drawn.
year: $(VENV)/.installed-dev
	$(BIN)/python -m bench.year --verbose

# Before a release: the whole suite wherever a machine may stand, its laws tried on new examples.
# It takes five times as long.
zones: $(VENV)/.installed-dev
	for zone in UTC Asia/Shanghai America/Los_Angeles Pacific/Kiritimati Asia/Kathmandu; do \
	  HYPOTHESIS_PROFILE=explore TZ=$$zone $(BIN)/python -m pytest -q -n auto --dist loadfile || exit 1; \
	done

lint: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(BIN)/python:
ifdef UV
	$(UV) venv --quiet --seed --python $(PYTHON_FOUND) $(VENV)
else
	$(PYTHON_FOUND) -m venv $(VENV)
endif

ifdef UV
INSTALL = $(UV) pip install --quiet --python $(BIN)/python
else
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

# Every package is the file whose hash stands in the lock; our own comes on top, and nothing more.
$(VENV)/.installed: pyproject.toml requirements.lock $(BIN)/python
	$(INSTALL) --require-hashes --requirement requirements.lock
	$(INSTALL) --no-deps --editable .
	touch $@

$(VENV)/.installed-dev: pyproject.toml requirements-dev.lock $(BIN)/python
	$(INSTALL) --require-hashes --requirement requirements-dev.lock
	$(INSTALL) --no-deps --editable .
	touch $@ $(VENV)/.installed

# After a change of the dependencies in pyproject.toml, or to take newer versions.
lock: $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile pyproject.toml $(LOCK_OPTIONS) --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml $(LOCK_OPTIONS) --extra dev --output-file requirements-dev.lock

LOCK_OPTIONS = --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-header --no-annotate --strip-extras

# Known weaknesses of what is pinned. The last line says what was asked about; it fails where a
# weakness is known, not where there is no network.
audit: $(BIN)/python
	@sh .ci/audit requirements.lock $(VENV)-audit

clean:
	rm -rf $(VENV) $(VENV)-audit build dist *.egg-info
