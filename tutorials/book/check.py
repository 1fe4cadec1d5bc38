"""Check the built book: `make book-check`, or `python -m tutorials.book.check [folder]`.

Every page is read: its links and their anchors have to be there, its pictures whole, its formulas MathML, and
nothing may come from the network. If Chromium is installed, every page is opened in it as well (`browser.py`), and
pages that run are used as a reader would (`live/check.py`).
Links to other sites are not followed.
"""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

BOOK = Path(__file__).resolve().parents[2] / "build" / "book" / "html"
LOADED = {("img", "src"), ("script", "src"), ("source", "src"), ("iframe", "src"), ("link", "href")}
NO_TEXT = {"code", "pre", "math", "script", "style", "textarea"}  # where a backslash or a dollar is meant
RAW = re.compile(r"\\[a-zA-Z]{2,}|\\[()\[\]]|\$\$|\$[^$\s][^$\n]*\$")


class Page(HTMLParser):
    """What there is to check in a page."""

    def __init__(self, html):
        super().__init__()
        self.anchors, self.links, self.loaded, self.raw, self.formulas = set(), [], [], [], []
        self.inside = []  # those of NO_TEXT that are open
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.anchors |= {attributes.get("id"), attributes.get("name")}
        for name in ("href", "src"):
            if name in attributes:
                (self.loaded if (tag, name) in LOADED else self.links).append(attributes[name] or "")
        if tag in NO_TEXT:
            self.inside.append(tag)
        if tag == "math":
            self.formulas.append("")
        if tag == "merror":
            self.raw.append("a formula that could not be converted")

    def handle_endtag(self, tag):
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data):
        if "math" in self.inside:
            self.formulas[-1] += data
        elif not self.inside:
            self.raw += [f"raw LaTeX: {found}" for found in RAW.findall(data)]


def find_pages(folder):
    """Paths of the pages; what lies in _static belongs to the theme."""
    return sorted(path for path in folder.rglob("*.html") if "_static" not in path.parts)


def check_page(path, pages, folder):
    """What is wrong with a page, as sentences."""
    page = pages[path]
    told = list(page.raw)
    for formula in page.formulas:
        if not formula.strip() or re.search(r"\\[a-zA-Z]", formula):
            told.append(f"a formula that is empty or holds LaTeX: {formula.strip()!r}")
    for link in page.links + page.loaded:
        told += check_link(link, link in page.loaded, path, pages, folder)
    return told


def check_link(link, is_loaded, path, pages, folder):
    """What is wrong with the target of a link, or with a file that a page loads: at most one sentence."""
    url = urlsplit(link)
    if url.scheme == "data":
        return []
    if url.scheme or url.netloc:
        return [f"{link} comes from the network"] if is_loaded else []
    target = (path.parent / unquote(url.path)).resolve() if url.path else path
    if not target.is_relative_to(folder) or not target.is_file():
        return [f"{link} is not there"]
    if url.fragment and target in pages and unquote(url.fragment) not in pages[target].anchors:
        return [f"{link} has no such anchor"]
    if target.suffix == ".png" and not is_whole_png(target):
        return [f"{link} is not a complete PNG"]
    return []


def is_whole_png(path):
    content = path.read_bytes()
    return content.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND" in content[-12:]


def check_styles(folder):
    """Files that style sheets load."""
    told = []
    for path in sorted(folder.rglob("*.css")):
        for link in re.findall(
            r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""", path.read_text(encoding="utf-8")
        ):
            told += [
                f"{path.name}: {wrong}" for wrong in check_link(link[0] or link[1], True, path, {}, folder)
            ]
    return told


def check_static(folder):
    """Everything that is wrong with the files of a book, as sentences."""
    folder = folder.resolve()
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in find_pages(folder)}
    if not pages:
        return [f"{folder} has no pages; `make book` builds them"]
    told = [
        f"{path.relative_to(folder)}: {wrong}" for path in pages for wrong in check_page(path, pages, folder)
    ]
    return told + check_styles(folder)


def main(folder=BOOK):
    from tutorials.book import browser

    folder = Path(folder).resolve()
    told = check_static(folder)
    pages = find_pages(folder)
    chromium = browser.find()
    if chromium and pages:
        told += browser.check(chromium, folder, pages)
    if (
        chromium and (folder / "_static" / "live" / "data" / "pyodide.js.js").exists()
    ):  # Python lies beside the pages
        from tutorials.book.live.check import check as check_live

        told += check_live(chromium, folder)
    for wrong in told:
        print(wrong)
    how = (
        f"read, and opened in {chromium}"
        if chromium
        else "read; Chromium is not installed, so none was opened in it"
    )
    print(f"{len(pages)} pages {how}: {len(told) or 'no'} mistake{'s' if len(told) != 1 else ''}")
    return int(bool(told))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
