"""What pages that run load, as one folder: scripts, styles, the editor, and Python with its libraries.

A page that was opened from a disk may load scripts and nothing else. So everything is a script here: files of Python
come as text in base64, each in a script of its own. The manifest lists them.
"""

from __future__ import annotations

import base64
import io
import json
import shutil
import zipfile
from pathlib import Path

from tutorials.book.live import runtime

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
EDITOR = ("codemirror.js", "codemirror-python.js", "codemirror-comment.js", "codemirror-brackets.js")
PURE = ("hypothesis", "attrs", "sortedcontainers", "tqdm")
INTERPRETER = ("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
LONG_AGO = (
    2000,
    1,
    1,
    0,
    0,
    0,
)  # the date of files in an archive, so that the same files give the same archive


def write(folder: Path, fetched: Path, cdn: str = "") -> list[dict]:
    """Write the folder.

    Parameters
    ----------
    folder : path
        Made anew.
    fetched : path
        What `runtime.fetch` brought.
    cdn : str
        From where the pages take Pyodide and its compiled packages, such as `runtime.CDN`; empty if they lie beside.

    Returns
    -------
    list of dict
        The manifest: name, part and size of each file that Python needs, and for those of a CDN address and hash.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "data").mkdir(parents=True)
    for path in HERE.glob("static/**/*.*"):
        if path.name != "worker.js":
            shutil.copy(path, folder)
    for name in (*EDITOR, "codemirror.css", "codemirror-LICENSE"):
        shutil.copy(fetched / name, folder)
    manifest = []
    for name, part, content in files(fetched):
        about = {
            "name": name,
            "part": part,
            "size": len(content),
            "library": name.endswith((".whl", "wta_np.zip")),
        }
        if cdn and (fetched / name).exists() and "none-any" not in name:
            about |= {"url": address(cdn, name), "integrity": sri(content)}
        else:
            script = f"WtaLive.file({json.dumps(name)}, {json.dumps(base64.b64encode(content).decode())});\n"
            (folder / "data" / f"{name}.js").write_text(script, encoding="ascii")
        manifest.append(about)
    worker = json.dumps((HERE / "static" / "worker.js").read_text(encoding="utf-8"))
    (folder / "manifest.js").write_text(
        "window.WtaLive = window.WtaLive || {};\n"
        f"WtaLive.workerSource = {worker};\nWtaLive.manifest = {json.dumps({'files': manifest})};\n",
        encoding="utf-8",
    )
    return manifest


def address(cdn: str, name: str) -> str:
    """Where a CDN has a file: it has the interpreter as npm has it, whose hash is known, at an address of its own."""
    of = runtime.CDN_NPM if cdn == runtime.CDN and name in INTERPRETER else cdn
    return of.format(version=runtime.VENDOR["npm"]["pyodide"]["version"]) + name


def sri(content: bytes) -> str:
    """The hash by which a browser checks what it fetched."""
    return "sha256-" + base64.b64encode(bytes.fromhex(runtime.sha256(content))).decode()


def files(fetched: Path):
    """(name, part, content) of everything that Python in a page needs."""
    for name in INTERPRETER:
        yield name, "core", (fetched / name).read_bytes()
    listed = json.loads((fetched / "pyodide-lock.json").read_text(encoding="utf-8"))
    yield "lock.json", "core", json.dumps({"info": listed["info"], "packages": {}}).encode()
    yield "in_worker.py", "core", (HERE / "in_worker.py").read_bytes()
    for name, _ in runtime.wheels_of(fetched, runtime.NUMPY):
        yield name, "core", (fetched / name).read_bytes()
    for path in runtime.pure_wheels(fetched, PURE):
        yield path.name, "core", path.read_bytes()
    yield "wta_np.zip", "core", package()
    for name, _ in runtime.wheels_of(fetched, runtime.PICTURES):
        yield name, "pictures", (fetched / name).read_bytes()


def package() -> bytes:
    """The package as an archive, always the same one for the same files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((ROOT / "wta_np").rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                about = zipfile.ZipInfo(path.relative_to(ROOT).as_posix(), LONG_AGO)
                about.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(about, path.read_bytes())
    return stream.getvalue()
