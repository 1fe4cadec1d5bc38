"""A JupyterLite site with the notebooks of all chapters: `make lite`, in build/lite.

For those who would rather work in notebooks than in the pages of the book. The site runs Python in the browser like
those, from the same verified files, and asks no other server. It needs a web server, such as
`python -m http.server -d build/lite`: JupyterLite does not run from a disk.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from tutorials.book.live import runtime
from tutorials.book.live.assets import package
from wta_np import __version__

ROOT = Path(__file__).resolve().parents[3]
BUILD = ROOT / "build"
SITE = BUILD / "lite"
# What the kernel of JupyterLite imports, beside NumPy and matplotlib
KERNEL = (
    *(
        "micropip",
        "ipython",
        "asttokens",
        "decorator",
        "executing",
        "jedi",
        "matplotlib-inline",
        "parso",
        "pure-eval",
    ),
    *(
        "prompt-toolkit",
        "pygments",
        "sqlite3",
        "stack-data",
        "traitlets",
        "wcwidth",
        "ssl",
        "openssl",
        "pytz",
    ),
    *("matplotlib-pyodide",),
)
INSTALL = "%pip install -q wta_np hypothesis"  # from the site itself


def tarball(fetched: Path, folder: Path) -> Path:
    """Pyodide's files as the archive that JupyterLite takes."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "pyodide.tar.bz2"
    wheels = [name for name, _ in runtime.wheels_of(fetched, (*runtime.NUMPY, *runtime.PICTURES, *KERNEL))]
    with tarfile.open(path, "w:bz2", compresslevel=1) as archive:
        for name in (*runtime.CORE, *wheels):
            archive.add(fetched / name, f"pyodide/{name}")
    return path


def own_wheel(folder: Path) -> None:
    """The package as a wheel that takes the NumPy that Pyodide has: the tests in Pyodide run with it."""
    name, about = f"wta_np-{__version__}", f"wta_np-{__version__}.dist-info"
    needs = "".join(f"Requires-Dist: {package}\n" for package in ("numpy", "matplotlib", "pillow", "tqdm"))
    path = folder / f"{name}-py3-none-any.whl"
    path.write_bytes(package())
    with zipfile.ZipFile(path, "a") as wheel:
        wheel.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: wta_np\nVersion: {__version__}\n{needs}"
        )
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "".join(f"{file},,\n" for file in wheel.namelist()))


def notebooks(folder: Path) -> None:
    """The chapters, each with a first cell that installs the package from the site."""
    sys.path.insert(0, str(ROOT / "tutorials"))
    from notebooks import write_all

    for path in write_all(folder):
        content = json.loads(path.read_text(encoding="utf-8"))
        content["cells"][0]["source"] = [f"{INSTALL}\n", "\n", *content["cells"][0]["source"]]
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")


def main(jupyter_lite: str) -> int:
    work = BUILD / "lite-source"
    shutil.rmtree(work, ignore_errors=True)
    shutil.rmtree(SITE, ignore_errors=True)
    (work / "pypi").mkdir(parents=True)
    fetched = runtime.fetch()
    runtime.compiled(fetched, KERNEL)
    own_wheel(work / "pypi")
    for path in runtime.pure_wheels(fetched, ("hypothesis", "attrs", "sortedcontainers", "tqdm", "comm")):
        shutil.copy(path, work / "pypi")
    notebooks(work / "files")
    command = [
        str(Path(jupyter_lite).resolve()),
        "build",
        "--lite-dir",
        str(work),
        "--contents",
        str(work / "files"),
    ]
    command += ["--pyodide", str(tarball(fetched, work)), "--output-dir", str(SITE)]
    done = subprocess.run(command, cwd=work)
    if not done.returncode:
        print(f"the site is in {SITE}; to see it: python -m http.server -d {SITE}")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
