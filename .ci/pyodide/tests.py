"""Run a part of the tests in Pyodide under node, Python as a browser has it: `make test-pyodide`.

It has 32-bit indices, and no threads, processes or signals. Without node or the packages that it needs, this is said;
where the environment variable CI is set, that is a failure.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from tutorials.book.live import runtime  # noqa: E402

TESTS = [
    *("tests/ops", "tests/models/test_fc.py", "tests/models/test_rbm.py"),
    *("tests/testing/test_laws_dense.py", "tests/testing/test_laws_conv.py", "tests/training/test_sgd.py"),
    *("tests/evaluation/test_sparsity.py", "tests/utils/test_system.py"),
]
EXCEPT = [
    "strict",  # the stand-in of a device, which is the same everywhere
    "test_a_file_that_was_written_can_be_read_by_its_owner_under_any_umask",  # starts a process
    "test_unfit_arguments_are_named_in_one_sentence",  # names int64, which is int32 here
]
LONGEST = 900  # seconds, on a machine that is busy


def main(argv):
    if not shutil.which("node"):
        return lacking("node is not installed")
    try:
        folder = runtime.fetch()
    except RuntimeError as error:
        return lacking(str(error))
    tests = argv or [*TESTS, "-k", " and ".join(f"not {name}" for name in EXCEPT)]
    how = ["-q", "-m", "not gpu and not dpnp and not mpi", "--hypothesis-profile=ci"]
    command = ["node", HERE / "run.mjs", folder, ROOT, *how, *tests]
    try:
        return subprocess.run(command, timeout=LONGEST).returncode
    except subprocess.TimeoutExpired:
        print(f"the tests in Pyodide were still running after {LONGEST} seconds")
        return 1


def lacking(why):
    print(f"the tests in Pyodide are skipped: {why}")
    return int(bool(os.environ.get("CI")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
