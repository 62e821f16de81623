# Two commands are all one needs: `make run` and `make test`. Both do their own set-up.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
VENV := .venv
PORTAL := $(VENV)/bin/portal
BIN := $(VENV)/bin

.PHONY: run test check bench conformance chaos fuzz trust accessibility usability screenshots pictures \
	audit release setup setup-tests translations clean

run: setup
	@PORTAL_DEVELOPMENT=true PORTAL_SECURE_COOKIES=false ./scripts/run

test: setup-tests check
	@./scripts/test

check: setup-tests
	@mkdir -p build
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	@$(BIN)/pip-licenses > build/licences.txt || { cat build/licences.txt; exit 1; }
	$(PORTAL) criteria check
	$(PORTAL) forms check
	$(BIN)/python -m tests.language.plain

# Every document in each language, held by veraPDF against PDF/A-3a and PDF/UA-1.
conformance: setup-tests
	@PORTAL_TEST_CONFORMANCE=every $(BIN)/pytest -n0 tests/documents/test_conformance.py

# The promises with the figures that the tests leave; SCALE=short for a quick run.
trust: setup-tests
	@./scripts/trust

# Known faults of the dependencies, where the advisory service can be reached.
audit: setup
	$(BIN)/pip-audit --disable-pip --require-hashes -r requirements.txt

# What is given on: the sources, their bill of materials, licences and hashes.
release: setup
	@./scripts/release

# Ten minutes or less for each trial and database; tests/chaos/README.md says what they try.
chaos: setup-tests
	@for trial in kills disk_full restarts letters same_submission deadline draw_downs scores; do \
	  $(BIN)/python -m tests.chaos.$$trial --database both; \
	done

# Hostile forms for half an hour: make fuzz SEED=2 walks another way.
POSTS := 100000
MINUTES := 30
SEED := 1
fuzz: setup-tests
	@$(BIN)/python -m tests.fuzz --posts $(POSTS) --minutes $(MINUTES) --seed $(SEED)

# The guides' pictures, from a portal that runs with the demonstration: make pictures ADDRESS=…
ADDRESS := http://localhost:8000
pictures: setup-tests
	@$(BIN)/python scripts/pictures $(ADDRESS)

# Every page of every reader in each language and state, looked at by axe and by tests/everyone: hours for all of
# it, so it goes on where it was left; its figures are docs/accessibility.json. make clean begins anew.
ACCESSIBILITY_MINUTES := 120
accessibility: setup-tests
	@$(BIN)/python -m tests.everyone --resume --minutes $(ACCESSIBILITY_MINUTES) --figures docs/accessibility.json

# Every main job by mouse and by keyboard, wide and narrow, with scripts and without; writes docs/usability.md.
usability: setup-tests
	@$(BIN)/python -m tests.everyone.usability

# What the portal costs, held against its goals; writes docs/benchmarks.md. OPTIONS=--quick for a first look.
OPTIONS :=
bench: setup-tests
	@$(BIN)/python -m benchmarks $(OPTIONS)

# Every page, wide and narrow, in three languages, into build/screenshots: as many as there are minutes for, the
# others with the next run.
SCREENSHOT_MINUTES := 60
screenshots: setup-tests
	@$(BIN)/python -m tests.everyone.pictures --resume --minutes $(SCREENSHOT_MINUTES)

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
