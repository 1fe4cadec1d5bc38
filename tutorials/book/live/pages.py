"""Pages that run: marks the cells of chapters, puts an editor under every exercise, and loads the scripts for both."""

from __future__ import annotations

import json
import re
from pathlib import Path

from docutils import nodes

from tutorials.book.live.variants import CANNOT, SMALL
from wta_np.grading import guide
from wta_np.grading.exercises import EXERCISES, exercise

CHAPTER = re.compile(r"tutorials/(\d\d)-[\w-]+")
EXERCISE = re.compile(r"files/tutorials/exercises/ex(\d\d)_\w+\.py")
CELL = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TOY = re.compile(r"\s*<!-- toy: (\w+) -->\s*")
CONTENTS = "tutorials/exercises/README"
COMMON = ("manifest.js", "elements.js", "storage.js", "kernel.js")
TOYS = {
    "03": ("toy-math.js", "toy-winners.js", "toys.js"),
    "07": ("toy-math.js", "toy-convolution.js", "toys.js"),
    "08": ("toy-math.js", "toy-weights.js", "toy-digit.js", "toys.js"),
}
TOO_OLD = (
    "To write and check your answer here you need a current browser with JavaScript."  # scripts replace this
)
EDITOR = ("codemirror.js", "codemirror-python.js", "codemirror-comment.js", "codemirror-brackets.js")


def script(kind: str, about: dict) -> str:
    """Data for the scripts of a page."""
    text = json.dumps(about).replace("</", "<\\/")
    return f'<script type="application/json" class="{kind}">{text}</script>'


def raw(html: str) -> nodes.raw:
    return nodes.raw("", html, format="html")


def mark(app, doctree):
    name = app.env.docname
    chapter, asked = CHAPTER.fullmatch(name), EXERCISE.fullmatch(name)
    if chapter:
        mark_cells(doctree, Path(app.env.doc2path(name)).read_text(encoding="utf-8"), chapter[1])
        place_toys(doctree)
    elif asked:
        section = doctree.next_node(nodes.section)
        about = about_exercise(int(asked[1]))
        section += raw(f'<div class="live-exercise">{TOO_OLD}</div>' + script("live-exercise-data", about))


def mark_cells(doctree, text: str, number: str) -> None:
    """Give the cells of a chapter a class, in their order, and the page what is known of them."""
    cells = [content.rstrip("\n") for content in CELL.findall(text)]
    waiting = list(cells)
    for block in doctree.findall(nodes.literal_block):
        if waiting and block.get("language") == "python" and block.astext().rstrip("\n") == waiting[0]:
            block["classes"].append("live-cell")
            waiting.pop(0)
    if waiting:
        raise ValueError(f"chapter {number}: this cell is not on its page: {waiting[0]!r}")
    small, cannot = SMALL.get(number, {}), CANNOT.get(number, {})
    for cell, changes in small.items():
        for before, _ in changes:
            if before not in cells[cell - 1]:
                raise ValueError(
                    f"chapter {number}, cell {cell}: its small variant replaces {before!r}, not there"
                )
    about = {
        "small": {cell - 1: changes for cell, changes in small.items()},
        "cannot": {cell - 1: why for cell, why in cannot.items()},
    }
    doctree += raw(script("live-chapter-data", about))


def place_toys(doctree) -> None:
    """Put something to play with in the place of each comment `toy: NAME`."""
    for comment in list(doctree.findall(nodes.raw)):
        found = TOY.fullmatch(comment.astext())
        if found:
            comment.replace_self(raw(f'<div class="live-toy" data-toy="{found[1]}"></div>'))


def about_exercise(number: int) -> dict:
    """What the page of an exercise has to know."""
    asked, following = exercise(number), guide.next_of(number)
    path, title = guide.CHAPTERS[guide.chapter_of(number)]
    module = guide.READ[number].removesuffix(".py")
    after = (
        f'Every law holds. Read the package\'s own version, <a href="../../../_modules/wta_np/{module}.html">'
        f'wta_np/{module}.py</a>, or go back to the chapter, <a href="../../../tutorials/{path}.html">{title}</a>.'
    )
    if following is not None:
        after += f' The next exercise is <a href="{following.filename}.html">{following.number}, {following.name}</a>.'
    return {
        "number": number,
        "filename": asked.filename,
        "stub": guide.without_hints(guide.stub(number).read_text(encoding="utf-8")),
        "hints": guide.hints(number),
        "seconds": asked.call_time,
        "slow": asked.slow,
        "of": len(EXERCISES),
        "after": after,
    }


def scripts(name: str) -> tuple[str, ...]:
    """The scripts of a page, in their order."""
    if EXERCISE.fullmatch(name):
        return (*COMMON, *EDITOR, "exercise.js")
    if chapter := CHAPTER.fullmatch(name):
        return (*COMMON, *EDITOR, "cells.js", *TOYS.get(chapter[1], ()))
    return ("elements.js", "storage.js", "progress.js") if name == CONTENTS else ()


def load_scripts(app, name, template, context, doctree):
    found = scripts(name)
    for file in found:
        app.add_js_file(f"live/{file}", defer="defer")
    if found:
        app.add_css_file("live/codemirror.css")
        app.add_css_file("live/live.css")


def setup(app):
    app.connect("doctree-read", mark, priority=300)  # while comments and fences are as they were written
    app.connect("html-page-context", load_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
