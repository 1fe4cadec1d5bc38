"""Formulas as MathML, which browsers show without a script: made by docutils while the book is built."""

import re

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.util import logging

logger = logging.getLogger(__name__)
SAME = {  # commands that other renderers know, and docutils by another name only
    r"\dots": r"\ldots",
    r"\bm": r"\boldsymbol",
    r"\big": r"\bigl",
    r"\Big": r"\Bigl",
    r"\iff": r"\Longleftrightarrow",
}


def mathml(formula, block=False):
    """The MathML of a formula in LaTeX; ValueError if docutils cannot read it."""
    formula = re.sub(r"\\[a-zA-Z]+", lambda command: SAME.get(command[0], command[0]), formula.strip())
    try:
        return tex2mathml(formula, as_block=block)
    except (MathError, IndexError) as error:
        raise ValueError(f"formula {formula!r}: {error}") from None


TAG = re.compile(r"\s*\\tag\{([^}]*)\}")  # the number of a displayed formula


def math(visitor, node, block=False):
    """Write a formula; one that cannot be read is a warning, with which the build fails."""
    source = node.astext()
    number = TAG.search(source) if block else None
    try:
        formula = mathml(TAG.sub("", source) if number else source, block)
    except ValueError as error:
        logger.warning("%s", error, location=node)
        formula = f"<code>{visitor.encode(node.astext())}</code>"
    if block:
        after = f'<span class="number">({number[1]})</span>' if number else ""
        name = f' id="equation-{number[1]}"' if number else ""
        formula = f'<div class="formula"{name}>{formula}{after}</div>\n'
    visitor.body.append(formula)
    raise nodes.SkipNode


def display_math(visitor, node):
    math(visitor, node, block=True)


def setup(app):
    app.add_html_math_renderer("mathml", (math, None), (display_math, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
