# Every target sets up what it needs; a second call costs nothing. `make help` lists them.

VENV ?= .venv
PYTHON := $(VENV)/bin/python
PYTEST := PYTHONASYNCIODEBUG=1 $(PYTHON) -m pytest
SHARED := $(or $(ARGONAUT_SHARED),../shared)
# One more than two cores: tests wait, too. Each works on its own part and then helps the others.
WORKERS ?= 3
PARALLEL = -n $(WORKERS) --dist worksteal
ARGS ?=
T ?=

# Tests start the program hundreds of times: what was compiled once is read again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test test-real check format-check lint types contracts licenses coverage \
	bench compiled simulate simulate-ci soak docs reference format lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.runtime ## trade the paper demo on recorded prices; ARGS="--speed 500" passes options
	$(VENV)/bin/argonaut run config/paper-demo.yaml $(ARGS)

test: $(VENV)/.dev ## every test that needs nothing but this repository; T=risk runs one folder
	$(PYTEST) -m "not real" $(if $(T),--failed-first tests/$(T),$(PARALLEL)) $(ARGS)

test-real: $(VENV)/.dev ## the tests on the larger real data in ../shared
	@if [ -d "$(SHARED)/data" ]; then \
		$(PYTEST) -m real tests/real $(PARALLEL) $(ARGS); \
	else \
		echo "test-real: nothing run: no recordings at $(SHARED)/data (set ARGONAUT_SHARED)"; \
	fi

check: format-check lint types contracts licenses coverage ## what has to pass before a change is done

format-check: $(VENV)/.dev
	$(PYTHON) -m ruff format --check .

lint: $(VENV)/.dev
	$(PYTHON) -m ruff check .

types: $(VENV)/.dev
	$(PYTHON) -m mypy $(wildcard src tests tools benchmarks examples)

contracts: $(VENV)/.dev
	$(VENV)/bin/lint-imports --no-logo

licenses: $(VENV)/.dev
	$(PYTHON) tools/check_licenses.py requirements.lock

# Without what only `make test` is for: what is slow or in processes of its own, the hundred examples
# of each property (hypothesis marks those itself), and asyncio's debug mode, which no user runs in.
coverage: $(VENV)/.dev
	$(PYTHON) -m pytest -m "not real and not slow and not hypothesis" $(PARALLEL) -q \
		--cov --cov-report=term:skip-covered --cov-report=json:coverage.json $(ARGS)
	$(PYTHON) tools/check_coverage.py coverage.json

compiled: $(VENV)/.dev ## compile the funnel into build/compiled; wants a C compiler
	$(PYTHON) -m tools.compile $(ARGS)

bench: $(VENV)/.dev ## measure speed as ratios against named references; keeps a history
	$(PYTHON) -m benchmarks $(ARGS)

SEEDS ?= 100000
JOBS ?= 2
CUTS ?= 100000
CI_SECONDS ?= 90
SIMULATE := $(VENV)/bin/argonaut simulate --jobs $(JOBS)
CORPUS := --corpus tests/rehearsal/corpus
simulate: $(VENV)/.dev ## nightly: each figure that docs/howto/prove-it.md lists; half a day on 2 cores
	$(SIMULATE) $(CORPUS)
	$(SIMULATE) --scenario all
	$(PYTHON) -m benchmarks --no-peers --no-history
	$(VENV)/bin/argonaut rehearse powercut --cuts $(CUTS)
	$(SIMULATE) --mutants
	$(VENV)/bin/argonaut rehearse soak --kills $(NIGHTLY_KILLS) --minutes 60
	$(SIMULATE) --exhaustive
	$(SIMULATE) --seeds $(SEEDS) --resume build/seeds.jsonl --shrink --keep failing-plans $(ARGS)

simulate-ci: $(VENV)/.dev ## every failure ever found, then fresh seeds until CI_SECONDS are over
	$(SIMULATE) $(CORPUS)
	$(SIMULATE) --seeds 1000 --for $(CI_SECONDS)

NIGHTLY_KILLS ?= 1000
KILLS ?= 100
MINUTES ?= 0
soak: $(VENV)/.runtime ## kill the real trader KILLS times, MINUTES long, at a venue that fails
	$(VENV)/bin/argonaut rehearse soak --kills $(KILLS) --minutes $(MINUTES) $(ARGS)

docs: $(VENV)/.dev ## execute every example in README and docs
	$(PYTEST) tests/docs $(PARALLEL) $(ARGS)

reference: $(VENV)/.dev ## write the reference pages anew from the code
	$(PYTHON) -m tools.make_reference

format: $(VENV)/.dev ## rewrite the sources in the house format
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

lock: ## resolve both lock files anew (needs uv)
	tools/lock.sh

clean: ## remove the environment and every cache
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One stamp per state of the environment. The dev lock holds all of the runtime lock.

$(VENV)/.created:
	tools/create_venv.sh $(VENV)
	@touch $@

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/.created
	tools/install.sh $(VENV) requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/.created
	tools/install.sh $(VENV) requirements-dev.lock
	@touch $(VENV)/.runtime $@
