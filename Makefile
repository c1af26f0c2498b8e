# What there is to call. `make help` prints these lines. Only `make` and Python 3.11 or newer have to be there.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
PY := PYTHONPATH="$(CURDIR):$(CURDIR)/site" .venv/bin/python

.PHONY: help run setup test coverage lint format bench load faults screenshots messages lock clean

run: ## set up, load demonstration data the first time, then serve on http://127.0.0.1:8000 (PORT=..., HOST=...)
	@bin/setup --demo
	@exec bin/serve --with-parent

setup: ## all set-up and nothing else: system packages, .venv, front-end assets, database
	@bin/setup

test: ## set up and run the whole test suite on SQLite and PostgreSQL (ARGS="tests/exams -k late", DATABASES=sqlite)
	@bin/setup --tests
	@exec bin/test $(ARGS)

coverage: ## the tests on SQLite with the lines that they leave out, in build/coverage
	@bin/setup --tests
	@DATABASES=sqlite exec bin/test --cov --cov-report=term --cov-report=html:build/coverage $(ARGS)

lint: ## style, types, layers, templates, migrations, scripts
	@bin/setup --tests
	@exec bin/lint

format: ## put the code into the common form
	@.venv/bin/ruff check --quiet --fix-only .
	@.venv/bin/ruff format .

bench: ## benchmarks, each beside its lower bound; also in build/bench.json
	@bin/setup --tests
	@$(PY) -m tests.bench $(ARGS)

load: ## an exam day with many candidates over HTTP; also in build/load.json
	@bin/setup --tests
	@$(PY) -m tests.load $(ARGS)

faults: ## the same with processes killed; proves that no confirmed answer is lost; also in build/faults.json
	@bin/setup --tests
	@$(PY) -m tests.faults $(ARGS)

screenshots: ## the pictures of the README and the documentation, made anew
	@bin/setup --tests
	@$(PY) -m tests.browser.screenshots $(ARGS)

messages: ## collect the texts for translation into site/locale/en and compile the catalogues
	@bin/setup --tests
	@$(PY) manage.py makemessages --locale en --no-obsolete --add-location file --ignore node_modules --ignore .venv --ignore var --ignore build --ignore tests
	@bin/setup --tests

lock: ## compile requirements.in and package.json into their pinned lists (UPGRADE=1 for the newest versions)
	@bin/setup --tests
	@.venv/bin/uv pip compile --no-strip-extras --generate-hashes --no-emit-index-url --python-version 3.11 --universal $(if $(UPGRADE),--upgrade) --quiet requirements.in -o requirements.txt
	@PATH="$(CURDIR)/.venv/bin:$$PATH" npm install --package-lock-only $(if $(UPGRADE),$$(node -p "Object.keys(require('./package.json').dependencies).map(d => d + '@latest').join(' ')"))

clean: ## remove what was made, .venv and node_modules included; var/ with the data stays
	rm -rf .venv node_modules build htmlcov .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf var/stamps var/static var/tests
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
