# make run     evaluate the bundled demo model on the seed article pair, in both directions
# make test    run the tests, but for those marked slow, whose faster siblings run
# make docs    build the pages under docs/ as a site in site/; a dead link or a missing page fails
# make check   ruff, mypy --strict and all tests: what CI runs
# make clean   remove the environment and what was built; runs/ stays
# Each of them installs into .venv what it needs. PYTHON=python3.12 chooses another Python, 3.11 or newer.

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$python" && break; done)

# The version of torch that constraints.txt names.
TORCH = $(shell grep '^torch==' constraints.txt)

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
	@echo "Installing mt-eval, torch, transformers and what they need into .venv: about 1.9 GB with a CPU build of torch;"
	@echo "3 to 5 minutes. What is installed there already is kept, so this is done once."
	@test -d .venv || $(PYTHON) -m venv .venv
	@command -v nvidia-smi >/dev/null || test "$$(uname)" != Linux \
	|| .venv/bin/python -c 'import importlib.metadata as m; m.version("torch")' 2>/dev/null \
	|| printf '%s\n' \
	"There is no NVIDIA GPU here. The usual build of torch brings 4 GB of CUDA; to go without, stop this (Ctrl-C) and give" \
	"  .venv/bin/pip install uv && .venv/bin/uv pip install --torch-backend=cpu '$(TORCH)' && make $(MAKECMDGOALS)"
	.venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[all]'
	@touch $@

.venv/.developing: .venv/.installed
	.venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
