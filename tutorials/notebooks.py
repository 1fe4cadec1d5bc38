"""Every chapter as a notebook: `python tutorials/notebooks.py [FOLDER]`, by default build/notebooks.

A cell's recorded output is its output, and stands once. Links among chapters lead to notebooks. Pictures that a cell
draws go into the folder ``pictures`` beside the notebooks; those of the book stay, and are copied into ``book``.
The package is all that the notebooks need, and Jupyter to open them. An exercise can be graded from a cell:

    from wta_np.grading import check
    check(3, winners_per_unit, lifetime_mask)
"""

import json
import re
import shutil
import sys
from pathlib import Path

from chapters import HERE, PICTURES, blocks, chapters

from wta_np._utils.atomic import write_whole

COMMENT = re.compile(r"^<!-- (source|output)\b.*-->$", re.MULTILINE)
START = "from pathlib import Path\n\nPath('pictures').mkdir(exist_ok=True)  # what the cells draw"


def cells_of(text):
    """(kind, content) of the cells of a chapter: "markdown", "code", and "output" right after its code."""
    lines, found, last = text.split("\n"), [], 0
    for block in blocks(text):
        if block.kind == "source":
            continue  # stays text: it is run from the package
        before = "\n".join(lines[last : block.start - 1])
        found.append(("markdown", before))
        found.append(("code" if block.kind == "cell" else "output", block.content))
        last = block.stop + 1
    found.append(("markdown", "\n".join(lines[last:])))
    tidy = [(kind, COMMENT.sub("", part).strip("\n") if kind == "markdown" else part) for kind, part in found]
    return [(kind, part) for kind, part in tidy if part.strip()]


def relinked(text, folder):
    """Markdown whose links lead on from the folder of the notebooks."""

    def link(found):
        target = found[2]
        if re.match(r"[a-z]+:|#", target):
            return found[0]
        if re.match(r"\d\d-[\w-]+\.md", target):
            return f"{found[1]}({target.replace('.md', '.ipynb', 1)})"
        if target.startswith(f"../{PICTURES.as_posix()}/"):
            return f"{found[1]}(book/{Path(target).name})"
        path, hash_, place = target.partition("#")
        here = (
            Path(*[".."] * len(folder.resolve().relative_to(HERE.parent).parts))
            if _inside(folder)
            else HERE.parent
        )
        inside = (HERE / path).resolve().relative_to(HERE.parent)
        return f"{found[1]}({(here / inside).as_posix()}{hash_}{place})"

    return re.sub(r"(\])\(([^()\s]+)\)", link, text)


def _inside(folder):
    return folder.resolve().is_relative_to(HERE.parent)


def notebook(text, folder):
    """A chapter as a notebook, a dict of nbformat 4.5."""
    cells = [_code(START, 0)]
    for kind, content in cells_of(text):
        if kind == "output":
            stream = {"output_type": "stream", "name": "stdout", "text": _lines(content + "\n")}
            cells[-1]["outputs"] = [stream]
        elif kind == "code":
            cells.append(_code(content.replace(f"../{PICTURES.as_posix()}/", "pictures/"), len(cells)))
        else:
            source = _lines(relinked(content, folder))
            cells.append(
                {"cell_type": "markdown", "id": f"cell-{len(cells)}", "metadata": {}, "source": source}
            )
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    about = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5}


def _code(source, place):
    return {
        "cell_type": "code",
        "id": f"cell-{place}",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": _lines(source),
    }


def _lines(text):
    return text.splitlines(keepends=True)


def write_all(folder):
    """Write all chapters as notebooks into a folder, with the book's pictures; the paths of the notebooks."""
    folder = Path(folder)
    (folder / "book").mkdir(parents=True, exist_ok=True)
    for picture in sorted((HERE.parent / PICTURES).glob("*.png")):
        shutil.copyfile(picture, folder / "book" / picture.name)
    paths = []
    for chapter in chapters():
        path = folder / f"{chapter.stem}.ipynb"
        with write_whole(path, "w") as file:
            json.dump(
                notebook(chapter.read_text(encoding="utf-8"), folder), file, indent=1, ensure_ascii=False
            )
        paths.append(path)
    return paths


if __name__ == "__main__":
    for written in write_all(sys.argv[1] if len(sys.argv) > 1 else HERE.parent / "build" / "notebooks"):
        print(written)
