"""Which Python interpreters this machine has, and virtual environments made with them."""

import glob
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 10)  # requires-python in pyproject.toml
PLACES = ("~/.pyenv/versions/3.*/bin/python", "~/.local/share/uv/python/cpython-3.*/bin/python3")


def interpreters():
    """{(3, minor): path} of the CPythons here, from the oldest that wta_np promises on; those that start."""
    candidates = [shutil.which(f"python3.{minor}") for minor in range(OLDEST[1], 20)]
    candidates += [sys.executable] + [
        p for place in PLACES for p in sorted(glob.glob(os.path.expanduser(place)))
    ]
    found = {}
    for path in filter(None, candidates):
        ask = [path, "-c", "import sys, venv; print(*sys.version_info[:2], sys.implementation.name)"]
        ran = subprocess.run(ask, capture_output=True, text=True, check=False)
        said = ran.stdout.split()
        if (
            ran.returncode == 0
            and said[2] == "cpython"
            and (version := (int(said[0]), int(said[1]))) >= OLDEST
        ):
            found.setdefault(version, path)
    return dict(sorted(found.items()))


def environment(folder, python, *requirements, constraints=(), source=ROOT):
    """The python of a virtual environment in `folder`, which has wta_np as it is and these requirements.

    It is made anew when what it should have changes.
    """
    folder, wanted = Path(folder), "\n".join([python, str(source), *requirements, *constraints])
    done, binary = folder / ".installed", folder / "bin" / "python"
    if not done.exists() or done.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([python, "-m", "venv", folder], check=True)
        pip = [binary, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        extra = []
        if constraints:
            (folder / "constraints.txt").write_text("\n".join(constraints) + "\n")
            extra = ["--constraint", folder / "constraints.txt"]
        subprocess.run([*pip, *extra, *requirements], check=True, cwd=source)
        done.write_text(wanted)
    return binary


def lowest():
    """``name==version`` for every lower bound of the dependencies and of the extra ``test`` in pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    runtime = re.search(r"^dependencies = \[(.*?)^\]", text, re.MULTILINE | re.DOTALL)[1]
    test = re.search(r"^test = \[(.*?)^\]", text, re.MULTILINE | re.DOTALL)[1]
    return [f"{name}=={bound}" for name, bound in re.findall(r'"([\w-]+)>=([\w.]+)"', runtime + test)]
