"""What Python in a browser consists of, fetched and verified: `python -m tutorials.book.live.runtime [folder]`.

The interpreter comes from npm's official package `pyodide`, whose hash stands in `vendor.json`. Its
`pyodide-lock.json` has the SHA-256 of every compiled package, so that it does not matter where these come from: from
a folder (the environment variable PYODIDE_WHEELS), from Pyodide's CDN, or from a package on PyPI that bundles them.
Packages in pure Python come from PyPI, and their hashes stand in `vendor.json` as well. What is in the folder and has
the right hash is not fetched again.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

from wta_np._utils.atomic import write_whole

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[2] / "build" / "pyodide"
VENDOR = json.loads((HERE / "vendor.json").read_text(encoding="utf-8"))
CORE = (
    "pyodide.js",
    "pyodide.mjs",
    "pyodide.asm.js",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
EDITOR = {
    "lib/codemirror.js": "codemirror.js",
    "lib/codemirror.css": "codemirror.css",
    "mode/python/python.js": "codemirror-python.js",
    "addon/comment/comment.js": "codemirror-comment.js",
    "addon/edit/matchbrackets.js": "codemirror-brackets.js",
    "LICENSE": "codemirror-LICENSE",
}
NUMPY = ("numpy",)
PICTURES = (
    "matplotlib",
    "contourpy",
    "cycler",
    "fonttools",
    "kiwisolver",
    "packaging",
    "pillow",
    "pyparsing",
    "python-dateutil",
    "six",
)
TESTS = ("pygments",)  # pytest needs it
CDN = "https://cdn.jsdelivr.net/pyodide/v{version}/full/"
CDN_NPM = "https://cdn.jsdelivr.net/npm/pyodide@{version}/"
WAIT = 20  # seconds for the CDN to answer


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def integrity(content: bytes) -> str:
    """The hash of a package as npm writes it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()


def fetch(folder: Path = FOLDER) -> Path:
    """Bring everything into a folder, and verify it.

    Parameters
    ----------
    folder : path

    Returns
    -------
    Path
        The folder: files of the interpreter and of the editor, and wheels.

    Raises
    ------
    RuntimeError
        Something cannot be had, or has another hash.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    from_npm("pyodide", {name: name for name in CORE}, folder)
    from_npm("codemirror", EDITOR, folder)
    compiled(folder)
    pure(folder)
    return folder


def from_npm(package: str, wanted: dict[str, str], folder: Path) -> None:
    """Files of a package of npm, under the names that they get here; the archive stays beside them."""
    about = VENDOR["npm"][package]
    archive = folder / f"{package}-{about['version']}.tgz"
    if not archive.exists():
        run(["npm", "pack", "--silent", f"{package}@{about['version']}"], folder)
    found = integrity(archive.read_bytes())
    if found != about["integrity"]:
        archive.unlink()
        raise RuntimeError(f"{archive.name} from npm has another hash than vendor.json says: {found}")
    with tarfile.open(archive) as files:
        for inside, name in wanted.items():
            put(folder / name, files.extractfile(f"package/{inside}").read())


def put(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        with write_whole(path) as file:
            file.write(content)


def wheels_of(folder: Path, names: tuple[str, ...]) -> list[tuple[str, str]]:
    """(file name, SHA-256) of the wheels of packages that the official list names."""
    listed = json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))["packages"]
    return [(listed[name]["file_name"], listed[name]["sha256"]) for name in names]


def pure_wheels(folder: Path, names: tuple[str, ...]) -> list[Path]:
    """The wheels of packages in pure Python."""
    return [next(folder.glob(f"{name}-{VENDOR['pypi'][name]['version']}-*.whl")) for name in names]


def compiled(folder: Path, names: tuple[str, ...] = ()) -> None:
    """The compiled packages, or those of these names, from wherever they can be had with the right hash."""
    missing = [
        (name, digest)
        for name, digest in wheels_of(folder, names or NUMPY + PICTURES + TESTS)
        if not (folder / name).exists() or sha256((folder / name).read_bytes()) != digest
    ]
    said = []
    for source in (from_a_folder, from_the_cdn, from_the_bundle):
        for name, content in source([name for name, _ in missing], said):
            digest = dict(missing)[name]
            if sha256(content) == digest:
                put(folder / name, content)
                missing.remove((name, digest))
            else:
                said.append(f"{name} has another hash {source.__name__.replace('_', ' ')}")
        if not missing:
            return
    names = ", ".join(name for name, _ in missing)
    raise RuntimeError(
        f"no {names}: {'; '.join(said)}. PYODIDE_WHEELS may name a folder that holds them, such as that of the "
        f"archive pyodide-{VENDOR['npm']['pyodide']['version']}.tar.bz2 of Pyodide's releases"
    )


def from_a_folder(names, said):
    place = os.environ.get("PYODIDE_WHEELS")
    for name in names if place else ():
        if (Path(place) / name).exists():
            yield name, (Path(place) / name).read_bytes()
        else:
            said.append(f"{name} is not in {place}")


def from_the_cdn(names, said):
    for name in names:
        url = CDN.format(version=VENDOR["npm"]["pyodide"]["version"]) + name
        try:
            with urllib.request.urlopen(url, timeout=WAIT) as answer:
                yield name, answer.read()
        except (urllib.error.URLError, OSError) as error:
            said.append(f"{url}: {error}")
            return


def from_the_bundle(names, said):
    about = VENDOR["bundle"]
    with tempfile.TemporaryDirectory() as scratch:
        try:
            download(f"{about['name']}=={about['version']}", Path(scratch))
        except RuntimeError as error:
            said.append(str(error))
            return
        with zipfile.ZipFile(next(Path(scratch).glob("*.whl"))) as files:
            inside = {Path(name).name: name for name in files.namelist()}
            for name in names:
                if name in inside:
                    yield name, files.read(inside[name])
                else:
                    said.append(f"{name} is not in {about['name']}")


def pure(folder: Path) -> None:
    """The packages in pure Python."""
    for name, about in VENDOR["pypi"].items():
        found = next(folder.glob(f"{name}-{about['version']}-*.whl"), None)
        if found is None:
            download(f"{name}=={about['version']}", folder, "--python-version", "3.12", "--platform", "any")
            found = next(folder.glob(f"{name}-{about['version']}-*.whl"))
        if sha256(found.read_bytes()) != about["sha256"]:
            found.unlink()
            raise RuntimeError(f"{found.name} from PyPI has another hash than vendor.json says")


def download(requirement: str, folder: Path, *more: str) -> None:
    pip = [sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check", "--no-deps"]
    run([*pip, "--only-binary=:all:", *more, "-d", str(folder), requirement], folder)


def run(command: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    except FileNotFoundError:
        raise RuntimeError(f"{command[0]} is not installed; it fetches what runs in the browser") from None
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).split("\n")[-1]
        raise RuntimeError(f"{' '.join(command[:3])}: {last}")


if __name__ == "__main__":
    try:
        print(f"all verified, in {fetch(Path(*sys.argv[1:2] or [FOLDER]))}")
    except RuntimeError as problem:
        sys.exit(f"the browser's Python cannot be had: {problem}")
