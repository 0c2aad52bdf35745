# Everything runs from this folder by relative paths, so that the folder may have spaces in its name.
SHELL := /bin/sh
PYTHON ?= python3
PY := .venv/bin/python
# Tests and benchmarks have servers of their own, so that they never meet a running demo.
APART := LOCAL_DIR="$${TEST_LOCAL_DIR:-.local/test}"
# The people that bench.every_page grew; one account asks for more there than a person does.
GROWN := LOCAL_DIR="$${TEST_LOCAL_DIR:-.local/test}/bench/big" SEARCHES_PER_HOUR=1000000 NOTES_PER_HOUR=1000000 SUGGESTIONS_PER_HOUR=1000000
# What is done in full may take longer over one test than the suite lets it (pyproject.toml).
LONG := -o faulthandler_timeout=7200
# Settings as they are in production, for the checks that judge them; no server is asked for.
STRICT := DEMO=false HTTPS=true DEBUG=false TRUSTED_PROXIES=1 DATABASE_URL=postgres://a:b@nowhere/c DATABASE_URL_OWNER=postgres://a:b@nowhere/c REDIS_URL=redis://nowhere FIELD_KEYS=unused-unused-unused-unused-unused SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(48))')"
# mypy reads the settings, and uses no address in them.
NOWHERE := SECRET_KEY=unused FIELD_KEYS=unused-unused-unused-unused-unused DATABASE_URL=postgres://user:word@nowhere/name REDIS_URL=redis://nowhere TRUSTED_PROXIES=0
.DEFAULT_GOAL := help
.PHONY: help snapshots quick coverage setup setup-browser setup-proxy demo demo-reset test attack chaos guide mutate check pictures bench format lock clean

help: ## List every target
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

setup: ## Make .venv, install the locked packages, compile the pages
	@$(PYTHON) scripts/set_up.py

setup-browser: ## Find Chromium for the browser tests, or install it where possible
	@scripts/browser.sh

setup-proxy: ## Find nginx for the tests of production's proxy, or install it where possible
	@scripts/proxy.sh

demo: setup ## Run everything on this machine with the demo story; Ctrl-C stops it all
	@exec $(PY) manage.py serve --demo

demo-reset: setup ## The same, with the story begun again
	@exec $(PY) manage.py serve --demo --reset

check: setup ## Lint, types, floors, migrations, deployment checks, known vulnerabilities
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m djlint templates --lint
	$(PY) -m djlint templates --check --quiet
	$(NOWHERE) $(PY) -m mypy .
	$(PY) -c "from importlinter.cli import lint_imports_command as check; check()"
	$(STRICT) $(PY) -W ignore manage.py makemigrations --check --dry-run
	$(STRICT) $(PY) manage.py check --deploy --fail-level WARNING
	$(PY) scripts/audit.py

test: setup setup-browser setup-proxy check ## Every check and the whole test suite, in real Chromium too
	$(APART) $(PY) -m pytest -n 2

quick: setup check ## Every check and one floor's tests, with no browser: make quick FLOOR=budgets
	$(APART) $(PY) -m pytest -n 2 tests/$(or $(FLOOR),$(error name a floor: make quick FLOOR=budgets))

coverage: setup ## Lines and branches of the rules that the floors' tests reach; fails where a module has under 95 %
	$(PY) -m coverage erase
	$(APART) $(PY) -m coverage run -m pytest -n 2 --ignore tests/browser --ignore tests/attacks
	$(PY) -m coverage combine -q
	$(PY) -m scripts.rules_covered

attack: setup setup-proxy ## Every attack in full, of which make test makes a sample; it takes long
	$(APART) ATTACK=full $(PY) -m pytest -n 2 $(LONG) tests/attacks tests/test_matrix.py tests/test_bad_input.py tests/test_empty_posts.py tests/test_emergency_access.py

snapshots: setup setup-browser ## Take the pictures of twenty key pages again, after a wanted change; look at each
	$(APART) SNAPSHOTS=take $(PY) -m pytest -n 0 tests/snapshots

chaos: setup ## 1,000 reminders while workers die; money while its server is killed, cut off or out of disk; a storm; 10,000 moves; some twenty minutes
	$(APART) CHAOS=full $(PY) -m pytest -q -s $(LONG) tests/people/messaging/test_chaos.py tests/budgets/test_bank.py tests/budgets/test_storms.py tests/budgets/test_moves_machine.py

guide: setup setup-proxy ## Do all that docs/running.md says, on a database server of its own, to the first night well
	$(PY) -m scripts.follow_guide

mutate: setup ## Make small faults in the rules and see that tests notice; MODULE=budgets.services for one
	$(APART) $(PY) -m scripts.mutate $(MODULE) --seed $(or $(SEED),1)

pictures: setup setup-browser ## Take the README's pictures again, from the demo
	$(APART) PICTURES=docs/pictures $(PY) -m pytest -q tests/browser/test_pictures.py

bench: setup ## Run every benchmark; the figures are printed, and docs/performance.md says what they were
	@failed=; \
	for name in contact_pattern pages every_page; do echo "$$name"; $(APART) $(PY) -m bench.$$name || failed=1; done; \
	for name in second_wall search audit ledger "night --sweep"; do echo "$$name"; $(GROWN) $(PY) -m bench.$$name || failed=1; done; \
	test -z "$$failed"

format: setup ## Put the code into the house format
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	$(PY) -m djlint templates --reformat --quiet

lock: ## Work out requirements*.lock again from pyproject.toml (needs uv)
	scripts/lock.sh

clean: ## Remove all that the other targets made, the demo data too
	@if [ -x $(PY) ]; then $(APART) $(PY) -m localservices forget && $(PY) -m localservices forget; fi
	rm -rf .venv .local node_modules static/built staticfiles .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage*
