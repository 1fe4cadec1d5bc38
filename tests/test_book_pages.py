"""How pages are laid out in the book, how formulas get numbers, and what describes a page."""

import json
import re
from pathlib import Path
from typing import ClassVar

import pytest
from chapters import chapters

from tutorials.book.layout import in_parts, with_links_at_the_top

ROOT = Path(__file__).resolve().parent.parent


def test_a_chapter_in_the_book_has_its_links_below_the_title_too():
    for path in chapters():
        text = path.read_text(encoding="utf-8")
        page = with_links_at_the_top(text)
        first, _, rest = page.partition("\n```\n")
        assert first.startswith(text.split("\n")[0] + "\n\n```{container} neighbors\n")
        assert re.findall(r"\]\(([\w.-]+)\)", first) == re.findall(
            r"\]\(([\w.-]+)\)", text.split("\n---\n")[-1]
        )
        assert rest.strip() == text.partition("\n")[2].strip()


def test_a_chapter_in_the_book_has_a_notebook_to_download_whose_links_lead_to_pages(tmp_path):
    from tutorials.book.notebook_files import write_notebooks

    paths = write_notebooks(tmp_path)
    assert [path.stem for path in paths] == [path.stem for path in chapters()]
    for path in paths:
        text = (ROOT / "tutorials" / f"{path.stem}.md").read_text(encoding="utf-8")
        assert f'href="../notebooks/{path.name}" download' in with_links_at_the_top(text, path.stem)
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        words = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        for link in re.findall(r"\]\(([^()\s]+)\)", words):
            target = re.sub(r"#.*", "", link)
            inside = target.startswith("../") and target.endswith(".html")
            assert re.match(r"https?:|#", link) or inside or (tmp_path / "notebooks" / target).exists(), link


def test_the_page_of_figures_is_divided_and_nothing_is_lost():
    text = (ROOT / "figures" / "README.md").read_text(encoding="utf-8")
    contents, pages = in_parts(text)
    assert set(pages) >= {"table1", "table2", "conv_mnist", "rbm_mnist"}
    for name, page in pages.items():
        title, _, body = page.partition("\n")
        assert f"[{title.removeprefix('# ')}]({name}.md)" in contents and f"reproduce {name}" in body
        assert title.removeprefix("# ") != name  # titles are words
    words = "".join(page.removeprefix("# ") for page in pages.values())
    assert words == "".join(re.split(r"^## ", text, flags=re.MULTILINE)[1:])


def test_the_number_of_a_formula_stands_beside_it_and_can_be_linked():
    nodes = pytest.importorskip("docutils.nodes")
    pytest.importorskip("sphinx")
    from tutorials.book import mathml

    class Visitor:
        body: ClassVar[list[str]] = []

    with pytest.raises(nodes.SkipNode):
        mathml.display_math(Visitor, nodes.math_block("", r"dW = x^\top dy. \tag{1.1}"))
    (html,) = Visitor.body
    assert 'id="equation-1.1"' in html and '<span class="number">(1.1)</span>' in html
    assert "tag" not in html and "merror" not in html and "<math" in html


def test_a_page_is_described_by_its_first_paragraph_that_is_not_a_list_of_links():
    pytest.importorskip("docutils")
    from docutils.core import publish_doctree

    from tutorials.book.descriptions import LONGEST, description

    page = "Title\n=====\n\n`one long link <a.html>`_ | `and another one, long enough <b.html>`_\n\n"
    assert description(publish_doctree(page)) is None
    told = description(publish_doctree(page + "This is what the page is about, " + "and more " * 40))
    assert told.startswith("This is what the page is about, and more") and told.endswith(
        ("and...", "more...")
    )
    assert len(told) <= LONGEST
