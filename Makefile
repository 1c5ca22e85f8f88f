# Everything happens in an environment of the project's own, .venv; nothing else is touched.
# The packages are pinned and hashed; each list contains the one before it.

PYTHONS := python3 python3.13 python3.12 python3.11
RUN     := .venv/bin/python
PIP     := $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all:

export STEP

.DELETE_ON_ERROR:
.PHONY: help demo test run lint bench clean

help:
	@echo 'make demo    tell one proposal'"'"'s whole life, with the true bot, on this machine alone'
	@echo '             (make demo STEP=1 waits for a key between the chapters)'
	@echo 'make test    run all tests and hold the coverage'
	@echo 'make run     check the settings in .env, then start the bot'
	@echo 'make lint    check format, rules, types and layers'
	@echo 'make bench   measure, and write bench/results.json'
	@echo 'make clean   remove the environment and everything that was generated'

demo: .venv/sandbox.stamp
	@$(RUN) -m sandbox.story

# Two workers: one for each core that is promised.
test: .venv/dev.stamp
	$(RUN) -m pytest -n 2 --dist worksteal --cov --cov-report=
	@$(RUN) -m tests.coverage_gate

run: .venv/runtime.stamp
	@$(RUN) -m bot check-config
	@$(RUN) -m bot

lint: .venv/dev.stamp
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	.venv/bin/lint-imports

# Votes are read from a real node, which npm brings; without npm that one figure is left out.
bench: .venv/dev.stamp
	@ASSENT_ANVIL="$${ASSENT_ANVIL:-$$($(RUN) -m sandbox.chain.anvil .venv/anvil 2>/dev/null || true)}" $(RUN) -m bench

clean:
	rm -rf .venv demo bench/results.json .coverage .coverage.* .hypothesis .import_linter_cache \
	  .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment, made once, and its packages, installed again only when a list has changed.

.venv/made.stamp:
	@for python in $(PYTHONS); do \
	  if $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making an environment of its own in .venv, with $$($$python --version) ..."; \
	    $$python -m venv .venv && touch $@ && exit 0; \
	    exit 1; \
	  fi; \
	done; \
	echo 'Assent needs Python 3.11 or newer, with its venv module. What is here:' >&2; \
	for python in $(PYTHONS); do \
	  if command -v $$python >/dev/null && version=$$($$python --version 2>&1); then \
	    $$python -c 'import ensurepip, venv' 2>/dev/null || version="$$version, without venv or ensurepip"; \
	    echo "  $$python: $$version" >&2; \
	  fi; \
	done; \
	echo 'On Debian or Ubuntu: apt install python3 python3-venv' >&2; \
	exit 1

.venv/runtime.stamp: requirements.txt .venv/made.stamp
	@echo 'Installing what the bot needs (once; about a minute) ...'
	@$(PIP) -r requirements.txt
	@touch $@

.venv/sandbox.stamp: requirements-sandbox.txt .venv/made.stamp
	@echo 'Installing what the bot and the sandbox need (once; about a minute) ...'
	@$(PIP) -r requirements-sandbox.txt
	@touch .venv/runtime.stamp $@

.venv/dev.stamp: requirements-dev.txt .venv/made.stamp
	@echo 'Installing what the bot, the sandbox and the checks need (once; about a minute) ...'
	@$(PIP) -r requirements-dev.txt
	@touch .venv/runtime.stamp .venv/sandbox.stamp $@
