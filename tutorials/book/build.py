"""Build the book: `make book`, or `python -m tutorials.book.build [folder]`.

With the environment variable LIVE its exercises are graded and its chapters run in the page: LIVE=1 puts all that this
needs beside the pages, LIVE=cdn takes Python from Pyodide's CDN, or from another address.

The pages are laid out in build/book/source as their files lie in the repository, with a page for every file that
they name and one for every module; Sphinx makes HTML of them in build/book/html. A warning is an error.
"""

import os
import shutil
import sys
import time
from pathlib import Path

from sphinx.cmd.build import main as sphinx

from tutorials.book import api_pages, layout
from tutorials.book.notebook_files import write_notebooks
from tutorials.book.pages import ROOT, markdown_pages, mentioned_files

HERE = Path(__file__).resolve().parent
OUTSIDE = (
    "scikit-learn",
    "gradcheck",
    "backends",
    "reports",
    "interop",
    "instructors",
)  # pages below the chapters
LANGUAGES = {".py": "python", ".json": "json", ".toml": "toml", ".sh": "bash"}


def lay_out(source):
    """Fill the folder that Sphinx reads."""
    shutil.rmtree(source, ignore_errors=True)
    for name in [*markdown_pages(), *pictures()]:
        copy(name, source / name)
    chapters = [name for name in markdown_pages() if Path(name).name[:2].isdigit()]
    for name in chapters:
        change(source / name, layout.with_links_at_the_top, Path(name).stem)
    change(source / "tutorials/scikit-learn.md", layout.with_links_at_the_top)
    divide(source / "figures")
    contents = [f"{chapter_title(name)} </{name}>" for name in chapters]
    put_below(
        source / "tutorials/README.md",
        [*contents, *(f"/tutorials/{name}.md" for name in OUTSIDE)],
    )
    exercises = [name for name in mentioned_files() if name.startswith("tutorials/exercises/ex")]
    put_below(source / "tutorials/exercises/README.md", [f"/files/{name}" for name in exercises])
    shutil.copy(HERE / "index.md", source)
    for name in mentioned_files():
        copy(name, source / "files" / name)
        (source / "files" / f"{name}.rst").write_text(file_page(name), encoding="utf-8")
    api_pages.write(source / "api")


def change(page, function, *more):
    page.write_text(function(page.read_text(encoding="utf-8"), *more), encoding="utf-8")


def divide(folder):
    """Put each section of the page of figures on a page of its own, below a page of contents."""
    contents, pages = layout.in_parts((folder / "README.md").read_text(encoding="utf-8"))
    (folder / "README.md").write_text(contents, encoding="utf-8")
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    put_below(folder / "README.md", list(pages))


def put_below(page, pages):
    """Say in a page, unseen, which ones stand below it in the contents."""
    with open(page, "a", encoding="utf-8") as file:
        file.write("\n".join(["", "```{toctree}", ":hidden:", "", *pages, "```", ""]))


def chapter_title(name):
    """The title of a chapter with its number: in the contents they have one."""
    title = (ROOT / name).read_text(encoding="utf-8").split("\n")[0].removeprefix("# ")
    return f"{int(Path(name).name[:2])}. {title}"


def pictures():
    """Pictures that pages show."""
    return [
        str(path.relative_to(ROOT))
        for top in ("figures", "benchmarks")
        for path in (ROOT / top).rglob("*.png")
    ]


def copy(name, target):
    if not (ROOT / name).exists():
        raise FileNotFoundError(f"the book needs {name}, which is not there")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / name, target)


def file_page(name):
    """A page that shows a file, and lets it be saved."""
    path = Path(name)
    language = LANGUAGES.get(path.suffix, "make" if path.name == "Makefile" else "text")
    orphan = "" if name.startswith("tutorials/exercises/ex") else ":orphan:\n\n"
    title = path.name if not orphan else name
    return (
        f"{orphan}{title}\n{'=' * len(title)}\n\n:download:`Save this file <{path.name}>`\n\n"
        f".. literalinclude:: {path.name}\n   :language: {language}\n"
    )


def prepare_live(folder, wanted):
    """Write what pages that run load, and say to `conf.py` where."""
    from tutorials.book.live import assets, runtime

    cdn = {"1": "", "cdn": runtime.CDN}.get(wanted, wanted)
    assets.write(folder / "live", runtime.fetch(), cdn)
    os.environ["WTA_NP_LIVE"] = str(folder)


def main(folder=ROOT / "build" / "book"):
    began = time.perf_counter()
    folder = Path(folder).resolve()
    if os.environ.get("LIVE", "0") not in ("", "0"):
        prepare_live(folder / "static", os.environ["LIVE"])
    lay_out(folder / "source")
    strict = ["--fail-on-warning", "--keep-going", "--quiet", "--fresh-env", "-j", "auto"]
    shutil.rmtree(folder / "html", ignore_errors=True)
    failed = sphinx(
        [
            *strict,
            "-c",
            str(HERE),
            "-d",
            str(folder / "doctrees"),
            str(folder / "source"),
            str(folder / "html"),
        ]
    )
    if not failed:
        sys.path.insert(0, str(ROOT / "tutorials"))  # where the modules of the chapters are
        write_notebooks(folder / "html")
        print(f"the book is in {folder / 'html' / 'index.html'}, after {time.perf_counter() - began:.0f} s")
    return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
