"""The notebooks that lie beside the book's pages, to download: `notebooks/NN-name.ipynb`, with their pictures."""

import json
import re
import shutil
from pathlib import Path

from tutorials.book.pages import ROOT, page_of
from wta_np._utils.atomic import write_whole

FOLDER = "notebooks"
LINK = re.compile(r"(\])\(((?:\.\./)+)([^()\s#]+)(#[^()\s]*)?\)")


def to_the_book(text):
    """Markdown of a notebook whose links to files of the repository lead to the pages of the book."""

    def link(found):
        page = page_of(found[3], "")
        return f"{found[1]}(../{page}.html{found[4] or ''})" if page else found[0]

    return LINK.sub(link, text)


def write_notebooks(html):
    """Write every chapter as a notebook into a book; the paths."""
    from chapters import PICTURES, chapters
    from notebooks import notebook

    folder, paths = Path(html) / FOLDER, []
    (folder / "book").mkdir(parents=True, exist_ok=True)
    for picture in sorted((ROOT / PICTURES).glob("*.png")):
        shutil.copyfile(picture, folder / "book" / picture.name)
    for chapter in chapters():
        content = notebook(chapter.read_text(encoding="utf-8"), ROOT / "build" / FOLDER)
        for cell in content["cells"]:
            if cell["cell_type"] == "markdown":
                cell["source"] = to_the_book("".join(cell["source"])).splitlines(keepends=True)
        paths.append(folder / f"{chapter.stem}.ipynb")
        with write_whole(paths[-1], "w") as file:
            json.dump(content, file, indent=1, ensure_ascii=False)
    return paths
