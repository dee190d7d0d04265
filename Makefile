# Every target makes its own virtual environment, and makes it again when pyproject.toml changes.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python3.10; do \
	$$p -c 'import sys, venv; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null && echo $$p && break; done)
# MediaPipe 0.10.21, the teacher of the networks that read faces, exists for Python 3.10 to 3.12.
TRAIN_PYTHON ?= $(shell for p in python3 python3.12 python3.11 python3.10; do \
	$$p -c 'import sys, venv; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null && echo $$p && break; done)
MEDIAPIPE := mediapipe==0.10.21
TORCH := torch==2.13.0

CORE := .venv/core
READY := .venv/ready
TRAIN_READY := .venv-train/ready
RUN := .venv/bin/python
TRAIN := .venv-train/bin/python
PIP := -m pip install --quiet --disable-pip-version-check --no-input

.PHONY: help demo test test-browser check bench test-train clean

help:  ## what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' Makefile

demo: $(CORE)  ## a video of the first example, and its contact sheet
	$(RUN) examples/demo.py

test: $(READY)  ## the whole suite, without training
	$(RUN) -m pytest -q --ignore=tests/train

test-browser: $(READY)  ## the page in a real browser; needs Chromium (apt-get install chromium)
	$(RUN) $(PIP) 'playwright>=1.48'
	$(RUN) -m pytest -q -rs tests/server/test_browser.py

check: $(READY)  ## style and types
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy vultus tests examples benchmarks

# Those that take minutes, or pictures that are not in the repository, are run by hand.
BENCHMARKS := $(filter-out %/callers.py %/landmarks.py %/memory.py %/portraits.py,$(wildcard benchmarks/*.py))

bench: $(READY)  ## speeds; the last line of each is JSON
	for b in $(BENCHMARKS); do echo "== $$b"; $(RUN) $$b || exit 1; done

test-train: $(TRAIN_READY)  ## training code, and one training run shrunk to a minute
	$(TRAIN) -m pytest -q tests/train tests/analysis/test_mediapipe_models.py
	bash recipes/tiny.sh $(TRAIN)

clean:  ## everything that a target made
	rm -rf .venv .venv-train out build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find vultus tests -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/core: pyproject.toml
	@test -n "$(PYTHON)" || { echo "no Python 3.10 to 3.14 with venv was found: install python3 and python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(RUN) $(PIP) -e .
	touch $@

.venv/ready: .venv/core
	$(RUN) $(PIP) -e '.[server,say,dev]'
	touch $@

.venv-train/ready: pyproject.toml
	@test -n "$(TRAIN_PYTHON)" || { echo "no Python 3.10 to 3.12 with venv was found, which the teacher needs" >&2; exit 1; }
	$(TRAIN_PYTHON) -m venv --clear .venv-train
	$(TRAIN) $(PIP) $(TORCH) -e '.[train,dev]'
	$(TRAIN) $(PIP) --no-deps $(MEDIAPIPE)
	touch $@
