"""Build the sdist and the wheel, check them, install each in an empty environment, and try it there.

    python .ci/dist.py              # `make dist`: on the oldest and the newest Python that is here
    python .ci/dist.py --no-demo    # without the demo, which takes minutes

What is tried is what README shows first, in an empty folder outside the clone: the version, the list of data, the demo,
an exercise from its stub to its mark.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from interpreters import ROOT, interpreters

DIST = ROOT / "build" / "dist"
TOOLS = ROOT / ".venv-dist"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--no-demo", action="store_true", help="leave the demo out")
    options = parser.parse_args()
    sdist, wheel = built()
    found = interpreters()
    for python, archive in ((min(found), sdist), (max(found), wheel)):
        with tempfile.TemporaryDirectory() as folder:
            print(f"== {archive.name} on Python {python[0]}.{python[1]}", flush=True)
            try_it(found[python], archive, Path(folder), demo=not options.no_demo and archive is wheel)
    print(f"built and tried: {sdist.relative_to(ROOT)}, {wheel.relative_to(ROOT)}")


def built():
    """The two archives, made from the files that git knows, so that nothing left lying about gets into them."""
    if not (TOOLS / "bin" / "twine").exists():
        venv.create(TOOLS, with_pip=True, clear=True)
        run(
            TOOLS / "bin/python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "build",
            "twine",
        )
    shutil.rmtree(DIST, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        names = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout.split("\0")
        for name in filter(None, names):
            if (ROOT / name).is_file():
                (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, Path(folder) / name)
        run(
            TOOLS / "bin/python", "-m", "build", "--outdir", DIST, folder
        )  # the wheel is built from the sdist
    run(TOOLS / "bin/twine", "check", "--strict", *DIST.iterdir())
    return next(DIST.glob("*.tar.gz")), next(DIST.glob("*.whl"))


def try_it(interpreter, archive, folder, demo):
    """Install an archive with what `wta-np grade` needs, and do what README shows first."""
    run(interpreter, "-m", "venv", folder / "env")
    python, command = folder / "env/bin/python", folder / "env/bin/wta-np"
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"{archive}[grade]")
    work = folder / "work"
    work.mkdir()
    code = (
        "import wta_np; assert 'site-packages' in wta_np.__file__, wta_np.__file__; print(wta_np.__version__)"
    )
    run(python, "-W", "error", "-c", code, cwd=work)
    for words in (["--version"], ["data", "list"], ["reproduce", "list"], ["demo", "--help"]):
        status = 2 if words[0] == "reproduce" else 0  # figures are not in the wheel: one sentence says so
        run(command, *words, cwd=work, status=status, quiet=True)
    run(command, "exercises", cwd=work, quiet=True)
    run(command, "exercises", "start", "3", cwd=work)
    stub = next((work / "my_exercises").glob("ex03*.py"))
    run(command, "grade", stub, cwd=work, status=1, quiet=True)  # nothing is solved yet
    stub.write_text(solution(python, 3))
    run(command, "grade", stub, cwd=work)
    if demo:
        run(command, "demo", "--out", "demo", cwd=work)
        assert (work / "demo/results.json").exists(), "the demo left no results"


def solution(python, number):
    """The model solution of an exercise, as the installed package has it."""
    folder = "pathlib.Path(wta_np.grading.__file__).parent / 'solutions'"
    code = f"import wta_np.grading, pathlib; print(next(({folder}).glob('ex{number:02d}*.py')).read_text())"
    return subprocess.run([python, "-c", code], check=True, capture_output=True, text=True, cwd="/").stdout


def run(*command, cwd=None, status=0, quiet=False):
    """Run a command; what it printed is shown if it fails, or if it is not `quiet`."""
    words = [str(word) for word in command]
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} if quiet else {}
    ran = subprocess.run(words, cwd=cwd, env=environment, text=True, check=False, **output)
    if ran.returncode != status:
        print(ran.stdout or "")
        sys.exit(f"{' '.join(words)} ended with {ran.returncode}, expected {status}")


if __name__ == "__main__":
    main()
