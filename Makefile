# Watchlink: `make run` and `make test` are all a newcomer needs.
PYTHON ?= python3.11
BIN := .venv/bin
export DJANGO_SETTINGS_MODULE := config.settings

.PHONY: run install test lint clean

run: install            ## set everything up and serve the pages and the API on 127.0.0.1:8000
	$(BIN)/python manage.py prepare
	exec $(BIN)/python manage.py serve

install: .venv/.installed

.venv/.installed: requirements.txt
	PYTHON="$(PYTHON)" sh deploy/install.sh requirements.txt
	$(BIN)/python -m matching
	touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.txt
	PYTHON="$(PYTHON)" sh deploy/install.sh requirements-dev.txt
	touch $@

test: .venv/.installed-dev  ## everything the tests need, then the tests
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: .venv/.installed-dev  ## style, types, import contracts, migrations, settings, schema
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	WATCHLINK_ENVIRONMENT=production SECRET_KEY="$$(head -c 48 /dev/urandom | base64)" ALLOWED_HOSTS=watchlink.example \
		$(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null

clean:                  ## forget the environment; var/ with your data stays
	rm -rf .venv
