"""Chapters as notebooks: each output once, links among notebooks, pictures that leave the book's alone."""

import json
import re

import pytest
from chapters import HERE, blocks, chapters
from notebooks import notebook, write_all


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    write_all(folder)
    return folder


def cells(path, kind):
    return [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == kind]


@pytest.mark.parametrize("chapter", chapters(), ids=lambda path: path.stem)
def test_a_notebook_has_the_cells_of_its_chapter_and_each_output_once(chapter, folder):
    path = folder / f"{chapter.stem}.ipynb"
    found = blocks(chapter.read_text(encoding="utf-8"))
    code = cells(path, "code")[1:]
    assert len(code) == sum(block.kind == "cell" for block in found)
    outputs = ["".join(c["outputs"][0]["text"]).rstrip("\n") for c in code if c["outputs"]]
    assert outputs == [block.content for block in found if block.kind == "output"]
    text = "\n".join("".join(c["source"]) for c in cells(path, "markdown"))
    assert "<!-- output" not in text and "<!-- source" not in text
    assert not [o for o in outputs if len(o) > 60 and o in text]
    assert not any("figures/tutorials" in "".join(c["source"]) for c in code)


@pytest.mark.parametrize("chapter", chapters(), ids=lambda path: path.stem)
def test_every_link_of_a_notebook_leads_somewhere(chapter, folder):
    for cell in cells(folder / f"{chapter.stem}.ipynb", "markdown"):
        for target in re.findall(r"\]\(([^()\s]+)\)", "".join(cell["source"])):
            if not re.match(r"[a-z]+:|#", target):
                assert (folder / target.partition("#")[0]).exists(), target
                assert not re.search(r"/tutorials/\d\d-", target), target


def test_a_notebook_is_one_by_the_rules_of_its_format(folder):
    nbformat = pytest.importorskip("nbformat")
    for path in folder.glob("*.ipynb"):
        nbformat.validate(nbformat.read(path, as_version=4))


def test_links_from_the_build_folder_are_relative():
    text = "[the grader](../CONTRIBUTING.md#how) and [chapter 2](02-relu-and-autoencoders.md)"
    made = notebook(text, HERE.parent / "build" / "notebooks")
    source = "".join(made["cells"][-1]["source"])
    assert source == "[the grader](../../CONTRIBUTING.md#how) and [chapter 2](02-relu-and-autoencoders.ipynb)"
