# Thin wrappers over installers/bootstrap.py, which also serves machines without make.
# More arguments: make run ARGS="--kiosk", make test ARGS="tests/unit -k label"

PYTHON ?= python3
BOOTSTRAP = $(PYTHON) installers/bootstrap.py

.PHONY: run setup test lint bench soak doctor lock

run setup test lint bench soak doctor:
	@$(BOOTSTRAP) $@ $(ARGS)

# Renews the locks from pyproject.toml; needs uv. --no-config and the option of no index keep hosts out of them.
LOCK = uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
lock:
	$(LOCK) $(ARGS) --extra development pyproject.toml -o requirements/development.lock
	$(LOCK) -c requirements/development.lock pyproject.toml -o requirements/station.lock
	$(LOCK) -c requirements/development.lock --extra ocr pyproject.toml -o requirements/ocr.lock
