# Everything a fresh machine with Python 3.11+ and make needs. `make` alone lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Where the environment forbids it, each of hundreds of processes in the tests would compile every library anew.
unexport PYTHONDONTWRITEBYTECODE
CHECK_PATHS := src flows tests benchmarks

PEERS := benchmarks/.venv-peers

.DEFAULT_GOAL := help
.PHONY: help demo test check lint fuzz soak bench lock docs duckdbs apt npm clean

help: ## list the targets
	@grep -E '^[a-z.]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

$(VENV): requirements.lock pyproject.toml ## install what demo, tests and evaluation need, from the lock
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --clear --python $(PYTHON) $(VENV) && \
		uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes --no-deps -r requirements.lock && \
		uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e . ; \
	else \
		$(PYTHON) -m venv --clear $(VENV) && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi || { rm -rf $(VENV); exit 1; }
	@touch $(VENV)

demo: $(VENV) ## run the main job on the sample week: two editions in data/demo/
	$(BIN)/tidings demo

test: $(VENV) ## every test but those marked slow or prefect
	$(BIN)/python -m pytest -q -n 2 -m "not slow and not prefect"

lint: $(VENV) ## style, types
	$(BIN)/ruff check $(CHECK_PATHS)
	$(BIN)/ruff format --check $(CHECK_PATHS)
	$(BIN)/mypy

check: $(VENV) apt npm lint ## all tests, style and types; with TIDINGS_DATA set also the measures of benchmarks/RESULTS.md
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

fuzz: $(VENV) ## a million broken feeds and pages through the readers in the jail (an hour or two); FUZZ="--cases N --seed N" for others
	$(BIN)/python benchmarks/fuzz.py --cases 1000000 --seed 5 $(FUZZ)

soak: $(VENV) ## 90 simulated days with 200 feeds and every fault, the promises checked after each run, then 200 kills at each point of a run and 2,000 at random (hours); SOAK="--days 1" for a minute
	$(BIN)/python benchmarks/soak.py $(SOAK)
	$(if $(SOAK),,TIDINGS_WHOLE_KILLS=200 TIDINGS_RANDOM_KILLS=2000 $(BIN)/python -m pytest -q -n 2 tests/keeping/test_whole_kills.py)

bench: $(VENV) $(PEERS) ## Tidings beside its peers, offline, 10,000 pages (hours on two cores); BENCH="--pages 300 --runs 1" for minutes, --help for more
	$(BIN)/python benchmarks/bench.py --results benchmarks/RESULTS.md $(BENCH)

$(PEERS): benchmarks/peers.lock
	@$(PYTHON) -m venv --clear $(PEERS) && $(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r benchmarks/peers.lock || \
		echo "bench: not all of benchmarks/peers.lock could be installed; the table says which peers do not run"
	@touch $(PEERS)

apt: ## Debian packages that some tests want; without root those tests skip and say why
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		missing=""; for p in $$(grep -v '^#' apt.txt); do dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
		if [ -n "$$missing" ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null || echo "apt: not installed:$$missing (their tests will skip)"; fi; \
	fi

npm: ## the mail linter and the accessibility engine of tests/look; without node those tests skip and say why
	@if command -v npm >/dev/null 2>&1 && [ ! -d tests/look/node_modules ]; then \
		(cd tests/look && npm ci --silent --no-audit --no-fund --ignore-scripts) || { rm -rf tests/look/node_modules; echo "npm: not installed (tests of mails by caniemail and axe-core will skip)"; }; \
	fi

lock: ## resolve the lock anew (needs uv)
	uv pip compile pyproject.toml --group dev --extra meaning --extra lake --extra dask --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.lock

duckdbs: ## environments with the oldest and the newest DuckDB that we promise, for TIDINGS_DUCKDBS=.duckdbs (needs an index)
	for version in 1.2.0 2.0.0; do $(PYTHON) -m venv .duckdbs/v$$version && .duckdbs/v$$version/bin/python -m pip install --quiet duckdb==$$version pytz; done

docs: $(VENV) ## write the generated reference pages anew
	$(BIN)/python -m tidings.evaluation.reference docs/reference

clean: ## remove what was made
	rm -rf $(VENV) $(PEERS) .duckdbs data dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
