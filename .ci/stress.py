"""Run the tests under conditions in which no verdict may change: `make stress`. It takes about half an hour.

Three times over, in random order, with another seed for hypothesis each time: with one thread of the BLAS, with many,
with the kernels of an old processor, beside busy processes, and as an ordinary user who may write neither the source
tree nor the home folder.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from interpreters import ROOT, environment, interpreters

NOBODY = 65534
BUSY = "while True: sum(range(10**6))"
ROUNDS = [  # seed, threads of the BLAS, its kernel, busy processes beside, an ordinary user
    (1, "1", None, 0, False),
    (2, "8", "Prescott", 3, False),
    (3, "2", "Sandybridge", 1, True),
]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", default="1,2,3", metavar="N,N", help="which rounds (%(default)s)")
    options, pytest_arguments = parser.parse_known_args()
    failed = []
    for seed, threads, kernel, n_busy, ordinary in ROUNDS:
        if str(seed) not in options.rounds.split(","):
            continue
        if ordinary and (os.name != "posix" or os.geteuid() != 0):
            print("== only the superuser can start tests as another user: this round runs as you", flush=True)
            ordinary = False
        variables = {"OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
        if kernel:
            variables["OPENBLAS_CORETYPE"] = kernel
        what = f"seed {seed}, {variables}, {n_busy} busy processes" + ", an ordinary user" * ordinary
        print(f"== {what}", flush=True)
        began = time.monotonic()
        busy = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(n_busy)]
        try:
            run = as_ordinary_user if ordinary else here
            status = run(variables, ["-p", "randomly", "-p", "no:cacheprovider", f"--randomly-seed={seed}",
                                     f"--hypothesis-seed={seed}", *pytest_arguments])  # fmt: skip
        finally:
            for process in busy:
                process.kill()
        print(f"== {'passed' if status == 0 else 'FAILED'} in {time.monotonic() - began:.0f} s", flush=True)
        failed += [what] * (status != 0)
    print("failed:\n" + "\n".join(failed) if failed else "passed")
    return bool(failed)


def here(variables, arguments):
    """The tests in this tree, as this user."""
    python = environment(ROOT / ".venv-stress", sys.executable, "-e", ".[stress]")
    return pytest(python, ROOT, variables, arguments)


def as_ordinary_user(variables, arguments):
    """The tests in a copy of this tree that is read-only, as a user whose home is read-only as well."""
    python = next(path for path in ("/usr/bin/python3", *interpreters().values()) if readable_by_all(path))
    with tempfile.TemporaryDirectory(prefix="wta-stress-") as folder:
        os.chmod(folder, 0o755)
        tree, home, work = (Path(folder) / name for name in ("tree", "home", "work"))
        files = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, text=True,
                               capture_output=True).stdout.splitlines()  # fmt: skip
        for name in files:
            if (ROOT / name).is_file():
                (tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, tree / name)
        binary = environment(Path(folder) / "venv", python, "-e", ".[stress]", source=tree)
        home.mkdir(mode=0o555)
        work.mkdir()
        os.chown(work, NOBODY, NOBODY)
        subprocess.run(["chmod", "-R", "a+rX,a-w", tree], check=True)
        variables = {**variables, "HOME": str(home), "TMPDIR": str(work), "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            return pytest(binary, tree, variables, arguments, user=NOBODY, group=NOBODY, extra_groups=[])
        finally:
            subprocess.run(["chmod", "-R", "u+w", tree, home], check=True)


def readable_by_all(path):
    """Whether every user may run the interpreter at this path."""
    real = Path(path).resolve()
    return real.exists() and all(parent.stat().st_mode & 0o005 == 0o005 for parent in (real, *real.parents))


def pytest(python, folder, variables, arguments, **user):
    """The exit status of pytest; what it inherits is what a shell without virtual environments has."""
    kept = {
        name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "CI", "PYTHONPATH")
    }
    command = [str(python), "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=folder, env={**kept, **variables}, check=False, **user).returncode


if __name__ == "__main__":
    sys.exit(main())
