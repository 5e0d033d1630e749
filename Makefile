# make run     evaluate the bundled demo model on the seed article pair, in both directions
# make test    run the tests
# make check   ruff, mypy --strict and the tests: what CI runs
# make clean   remove the environment and what was built; runs/ stays
# Each of them installs into .venv what it needs. PYTHON=python3.12 chooses another Python, 3.11 or newer.

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$python" && break; done)

.PHONY: run test check clean .venv

run: .venv/.installed
	.venv/bin/mt-eval run -m direction=vi-ar,ar-vi

test: .venv/.installed
	.venv/bin/python -m pytest

check: .venv/.installed
	scripts/check

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv: .venv/.installed

.venv/.installed: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "mt-eval needs Python 3.11 or newer with venv; name it: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
