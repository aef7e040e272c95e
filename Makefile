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

# Before a release: the whole suite wherever a machine may stand. It takes five times as long.
zones: $(VENV)/.installed-dev
	for zone in UTC Asia/Shanghai America/Los_Angeles Pacific/Kiritimati Asia/Kathmandu; do \
	  TZ=$$zone $(BIN)/python -m pytest -q || exit 1; \
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

$(VENV)/.installed: pyproject.toml $(BIN)/python
ifdef UV
	$(UV) pip install --quiet --python $(BIN)/python --editable .
else
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
endif
	touch $@

$(VENV)/.installed-dev: pyproject.toml $(BIN)/python
ifdef UV
	$(UV) pip install --quiet --python $(BIN)/python --editable ".[dev]"
else
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
endif
	touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build dist *.egg-info
