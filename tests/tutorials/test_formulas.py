"""Formulas that a repository's web page would show wrongly are found, and others are left alone."""

import chapters
import pytest
from formulas import formula_faults

WRONG = {
    r"a $x\,y$ b": "\\, loses its backslash",
    r"a $\|x\|$ b": "\\| loses its backslash",
    r"a $\{x\}$ b": "write \\lbrace",
    r"a $x_1\_y$ b": "\\_ loses its backslash",
    "a $x +\ny$ b": "it is broken over two lines",
    "a $n<m$ b": "< before a letter",
    "a non-$k$ b": "'-' before it",
    "the $k$th b": "'t' after it",
    "a $x b": "a $ has no partner",
}


@pytest.mark.parametrize("text", WRONG, ids=list(WRONG.values()))
def test_a_formula_that_is_shown_wrongly_is_told(text):
    (told, *_) = formula_faults(text)
    assert WRONG[text] in told
    if "partner" not in told:
        assert told.startswith("line 1: formula $")


def test_displayed_formulas_are_looked_at_too_and_the_line_is_right():
    text = "one\n\n$$x\\,y \\; z.$$\n"
    told = formula_faults(text)
    assert len(told) == 2 and all(line.startswith("line 3: formula $$x\\,y \\; z.$$: \\") for line in told)


def test_plain_latex_passes_and_code_is_not_looked_at():
    assert formula_faults("($x_{ni} W_{ij}$), $k$-th, a **word** $a < b$ or $\\lVert x \\rVert^2$.\n") == []
    assert formula_faults("`$x\\,y$`\n\n```python\nprint('$a\\,b$', '$')\n```\n<!-- $\\, -->\n") == []


def test_a_chapter_with_such_a_formula_fails():
    told = chapters.judge("# A\n\nIt is $x\\,y$.\n", [], {}, [])
    assert told == ["line 3: formula $x\\,y$: \\, loses its backslash: leave it out"]
