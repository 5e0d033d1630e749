# make run     evaluate the bundled demo model on the seed article pair, in both directions
# make test    run the tests, but for those marked slow, whose faster siblings run
# make docs    build the pages under docs/ as a site in site/; a dead link or a missing page fails
# make check   ruff, mypy --strict and all tests: what CI runs
# make clean   remove the environment and what was built; runs/ stays
# Each of them installs into .venv what it needs. PYTHON=python3.12 chooses another Python, 3.11 or newer.

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$python" && break; done)

# As many tests at once as there are processors, each with one thread: torch would start one a processor in every worker.
TESTS = OMP_NUM_THREADS=1 .venv/bin/python -m pytest -n auto

.PHONY: run test docs check clean .venv

run: .venv/.installed
	.venv/bin/mt-eval run -m direction=vi-ar,ar-vi

test: .venv/.developing
	$(TESTS) -m 'not slow'

docs: .venv/.developing
	NO_MKDOCS_2_WARNING=1 .venv/bin/python -m mkdocs build --strict

check: .venv/.developing
	scripts/check

clean:
	rm -rf .venv build dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv: .venv/.developing

.venv/.installed: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "mt-eval needs Python 3.11 or newer with venv; name it: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[all]'
	@touch $@

.venv/.developing: .venv/.installed
	.venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
