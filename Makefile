# Two commands are all one needs: `make run` and `make test`. Both do their own set-up.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
VENV := .venv
PORTAL := $(VENV)/bin/portal
BIN := $(VENV)/bin

.PHONY: run test check fuzz setup setup-tests translations clean

run: setup
	@PORTAL_DEVELOPMENT=true PORTAL_SECURE_COOKIES=false ./scripts/run

test: setup-tests check
	@./scripts/test

check: setup-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(PORTAL) criteria check
	$(PORTAL) forms check

# Hostile forms for half an hour: make fuzz SEED=2 walks another way.
POSTS := 100000
MINUTES := 30
SEED := 1
fuzz: setup-tests
	@PYTHONPATH=. $(BIN)/python -m tests.fuzz --posts $(POSTS) --minutes $(MINUTES) --seed $(SEED)

setup: $(VENV)/.portal
setup-tests: $(VENV)/.tests

$(VENV)/.portal: requirements.txt requirements-dev.txt pyproject.toml scripts/setup $(wildcard portal/translations/*/LC_MESSAGES/messages.po)
	@./scripts/setup
	@touch $@

$(VENV)/.tests: $(VENV)/.portal scripts/setup-tests
	@./scripts/setup-tests
	@touch $@

translations: setup
	@$(BIN)/python scripts/translations

clean:
	rm -rf $(VENV) build
