# `make demo` and `make test` need nothing but Python 3.10 or later and a connection to PyPI the first time.

PYTHON ?= python3
BIN := .venv/bin
OUT ?= demo

.PHONY: demo test fuzz stress versions chapters test-gpu test-device test-mpi test-pyodide bench book book-check lite dist release lint clean

demo: .venv/.installed
	$(BIN)/wta-np demo --out $(OUT)

test: .venv/.installed-test
	$(BIN)/python -m pytest -n auto --dist worksteal

# 200 damaged files of every format, in processes with limits; one of them: make fuzz ARGS="--only svhn --first 37 --n 1"
fuzz: .venv/.installed-test
	$(BIN)/python tests/fuzz/run_fuzz.py $(ARGS)
	$(if $(ARGS),,$(BIN)/python tests/fuzz/student_files.py)

# The tests three times over under conditions that may change no verdict: order, seeds, threads, load, user (half an hour)
stress: .venv/.installed-test
	$(BIN)/python .ci/stress.py $(ARGS)

# The tests on the oldest and the newest versions that pyproject promises: make versions ARGS='--all --whole'
versions:
	$(PYTHON) .ci/versions.py $(ARGS)

# Do the chapters still print and draw what they show? One of them: make chapters ARGS=03
chapters: .venv/.installed-test
	$(BIN)/python tutorials/chapters.py $(ARGS)

# Every chapter as a notebook, in build/notebooks
notebooks: .venv/.installed-test
	$(BIN)/python tutorials/notebooks.py $(ARGS)

# The same tests on CuPy; give the extra that fits the driver: make test-gpu CUDA=cuda13
CUDA ?= cuda12
test-gpu: .venv/.installed-test .venv/.installed-$(CUDA)
	$(BIN)/python -m pytest -m gpu -rs

# The same trainings on 2 and 3 processes of MPI; `make test` runs these tests, too, once mpi4py is there
test-mpi: .venv/.installed-test .venv/.installed-mpi
	$(BIN)/python -m pytest -m mpi -rs

# A part of the tests in Pyodide, the Python of the pages that run; it needs node
test-pyodide: .venv/.installed-test
	$(BIN)/python .ci/pyodide/tests.py $(ARGS)

# The same tests, and chapter 10, on dpnp, to which the processor is a device: no GPU needed
DEVICE := .venv-device/bin/python
test-device: .venv-device/.installed
	@$(DEVICE) -c 'import sys; from wta_np.backend import available_backends as names; \
	    sys.exit("dpnp" not in names() and "dpnp finds no device on this machine")'
	$(DEVICE) -m pytest -m dpnp --hypothesis-profile=device
	$(DEVICE) tutorials/chapters.py 10

# Times beside PyTorch's and scikit-learn's, as ratios: make bench ARGS=--quick
bench: .venv/.installed-bench
	$(BIN)/python -m benchmarks.run $(ARGS)

# The chapters, exercises, figures and reference as pages, for reading without a network. With LIVE=1 exercises are
# graded and chapters run in the page, and Python lies beside the pages; with LIVE=cdn it comes from Pyodide's CDN.
LIVE ?= 0
book: .venv/.installed-book
	LIVE=$(LIVE) $(BIN)/python -m tutorials.book.build

# The chapters as notebooks that run in the browser: a site in build/lite, for a web server
lite: .venv/.installed-test .venv-lite/.installed
	$(BIN)/python -m tutorials.book.live.lite .venv-lite/bin/jupyter-lite

# Links, pictures and formulas of every page; in Chromium too, where it is installed
book-check: book
	$(BIN)/python -m tutorials.book.check

# The sdist and the wheel, checked, and tried in empty environments outside the clone on the oldest and the newest Python
dist:
	$(PYTHON) .ci/dist.py $(ARGS)

# Everything that has to hold before a release, then the archives in build/dist; CONTRIBUTING has the checklist
release:
	@git diff --quiet HEAD || { echo "commit your changes first: a release is made of a commit"; exit 1; }
	bash .ci/run
	$(MAKE) dist
	@echo "check the list in CONTRIBUTING, 'How to make a release', then push the tag"

lint: .venv/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:
	rm -rf .venv .venv-* build demo .pytest_cache .ruff_cache .hypothesis

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
	    { echo "wta_np needs Python 3.10 or later; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv .venv || \
	    { echo "no virtual environment could be made; on Debian: apt install python3-venv"; exit 1; }
	@touch $@

.venv/.installed: .venv/.python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

.venv/.installed-test: .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@

# PyTorch for the CPU alone is a small part of the whole, and not on PyPI: that is where it comes from otherwise.
.venv/.installed-bench: .venv/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --retries 0 --timeout 10 \
	    --index-url https://download.pytorch.org/whl/cpu 'torch>=2.5' || echo "taking PyTorch from PyPI"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch $@

.venv/.installed-mpi: .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[mpi]'
	@touch $@

.venv/.installed-book: .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[book]'
	@touch $@

# JupyterLite's builder looks at all extensions that it finds, so it gets an environment of its own.
.venv-lite/.installed:
	$(PYTHON) -m venv .venv-lite
	.venv-lite/bin/python -m pip install --quiet --disable-pip-version-check \
	    'jupyterlite-core==0.5.1' 'jupyterlite-pyodide-kernel==0.5.2' jupyter_server
	@touch $@

# dpnp brings two gigabytes of Intel's libraries, so it gets an environment of its own.
.venv-device/.installed: pyproject.toml
	$(PYTHON) -m venv .venv-device
	$(DEVICE) -m pip install --quiet --disable-pip-version-check -e '.[test,dpnp]'
	@touch $@

.venv/.installed-cuda%: .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[cuda$*]'
	@touch $@
