# Kentongan. `make demo` and `make test` need nothing but python3 (3.11 or newer), make and the package registry.
PYTHON ?= python3
PORT ?= 8080
PROFILE ?= lengkap
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test setup dev run check bench lock browser

setup: $(VENV)/.ready

dev: $(VENV)/.ready-dev

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Kentongan needs Python 3.11 or newer: set PYTHON=python3.x")'
	@$(PYTHON) -m venv $(VENV) || { echo "The venv module is missing: install python3-venv"; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

demo: setup
	@exec $(BIN)/kentongan demo --port $(PORT) --profile $(PROFILE)

run: setup
	@exec $(BIN)/kentongan run

# Compiled modules are kept: the many processes that the tests start would each compile them anew.
test: dev browser
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -q -n 2

check: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: dev
	$(BIN)/python -m benchmarks

# The browser tests use Debian's chromium, or Playwright's own where apt or root is missing.
browser: dev
	@$(BIN)/python -m tests.browser

# The locks name no registry: pip-compile runs in an environment of its own that is thrown away.
LOCK := --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-options --strip-extras --allow-unsafe --no-header

lock:
	@set -e; tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	$(PYTHON) -m venv "$$tools"; "$$tools/bin/python" -m pip install --quiet --disable-pip-version-check pip-tools; \
	"$$tools/bin/pip-compile" $(LOCK) --extra build -o requirements.lock pyproject.toml; \
	"$$tools/bin/pip-compile" $(LOCK) --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
