# Thin on purpose: every target prepares .venv once, then calls one command. Needs make and Python 3.11 or newer.

BIN = .venv/bin
READY = .venv/ready
# The first of these that is new enough is used; `make PYTHON=/path/to/python3 ...` is tried before them.
PYTHONS = $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

.PHONY: help demo check test test-all faults lab dashboards bench lock

help:
	@echo "make demo         a made-up hub and its reports"
	@echo "make check        ruff, pyright and the house's own tests: under a minute"
	@echo "make test         every test, on SQLite and PostgreSQL, notebooks and pages included"
	@echo "make test-all     the same with the longest stories at their full length, and make faults (an hour)"
	@echo "make faults       disposals, intake and the schedule killed at random moments, and mutants of them and of the rules (an hour)"
	@echo "make lab          the officer's desk, in JupyterLab"
	@echo "make dashboards   what was published for managers, in a browser on this machine"
	@echo "make bench        the figures, as ratios against a reference run beside them"
	@echo "make lock         requirements.lock again, from pyproject.toml"

demo: $(READY)
	@$(BIN)/hubdata demo

check: $(READY)
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --quiet --check
	@$(BIN)/pyright
	@$(BIN)/python -m pytest --quiet --numprocesses 0 tests/test_house.py

# The tests start some hundred programs, which should not compile hubdata each. Costly files come first, in the order of
# their rooms; a file keeps its server, its browser and its hubs to one worker.
test: export PYTHONDONTWRITEBYTECODE =
test: $(READY)
	@$(BIN)/python -m tests.support.bring
	@$(BIN)/python -m compileall -q hubdata tests
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 5 --dist loadfile --no-loadscope-reorder --nbval \
	  tests notebooks

test-all:
	@began=$$(date +%s) && HUBDATA_TESTS=whole $(MAKE) --no-print-directory test && \
	 $(MAKE) --no-print-directory faults && \
	 echo "make test-all took $$((($$(date +%s) - began) / 60)) minutes."

faults: $(READY)
	@$(BIN)/python -m tests.faults
	@$(BIN)/python -m tests.faults.intake_story --kills 100
	@$(BIN)/python -m tests.faults.schedule_kills --least 100
	@$(BIN)/python -m tests.faults.rules

lab: $(READY)
	@$(BIN)/hubdata lab

dashboards: $(READY)
	@$(BIN)/hubdata dashboards

bench: $(READY)
	@$(BIN)/python -m benchmarks

lock: $(READY)
	@$(COMPILE) pyproject.toml --all-extras --group dev --output-file requirements.lock
	@$(COMPILE) --group postgresql --constraint requirements.lock --output-file tests/support/postgresql.lock

# uv installs a lock several times faster than pip and compiles bytecode, which halves every later start. pip alone
# does when uv cannot, for example behind an index that only pip is set up for.
$(READY): requirements.lock pyproject.toml dashboards/voila.json $(wildcard $(foreach at,* static/*,hubdata/figures/templates/voila/hub/$(at)))
	@for python in $(PYTHONS); do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && found=$$python && break; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "No Python 3.11 or newer was found. Install one, then run make again, or: make PYTHON=/path/to/python3" >&2; \
	  exit 2; \
	elif ! $$found -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "$$found cannot make an environment. Install its venv module (Debian and Ubuntu: apt-get install" \
	    "python3-venv), then run make again." >&2; \
	  exit 2; \
	fi; \
	echo "Preparing .venv from requirements.lock (about a minute, once) ..." && \
	$$found -m venv .venv
	@sed -n '/^uv==/,/# via/p' requirements.lock > .venv/uv.lock
	@{ $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement .venv/uv.lock && \
	   $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode \
	     --requirement requirements.lock; } || \
	 { echo "uv could not, so pip installs (some minutes) ..." && \
	   $(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock && \
	   { $(BIN)/python -m compileall -q .venv/lib >/dev/null || true; }; }
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q hubdata
	@touch $(READY)
