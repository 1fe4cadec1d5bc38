"""The code of a notebook as one file, without what only a notebook understands.

>>> cell = {"cell_type": "code", "source": ["%matplotlib inline\\n", "x = 1"]}
>>> text, notes = code_of(json.dumps({"nbformat": 4, "cells": [cell]}))
>>> print(text)
# cell 1
pass  # %matplotlib inline
x = 1
<BLANKLINE>
>>> notes
['it is a notebook: its code cell is judged; 1 line of magics or shell commands is left out']
"""

from __future__ import annotations

import ast
import json
import re
import warnings

FOREIGN = ("bash", "sh", "script", "html", "javascript", "js", "latex", "markdown", "svg", "perl", "ruby")
FOREIGN += ("writefile", "file", "cmd", "system", "sx", "!", "R", "sql", "cython")
MOST_SKIPPED = 200  # lines of one cell: each costs another look at the whole


def is_notebook(name: str, text: str) -> bool:
    """Whether a file is a notebook, by its ending or, whatever that is, by what it holds."""
    return name.lower().endswith(".ipynb") or (
        text.lstrip().startswith("{") and '"nbformat"' in text and '"cells"' in text
    )


def code_of(text: str) -> tuple[str, list[str]]:
    """The code cells of a notebook, one below the other.

    Parameters
    ----------
    text : str
        The notebook, JSON of format 3 or 4.

    Returns
    -------
    source : str
        Python, with a comment above each cell.
    notes : list of str
        One sentence for the report: what is judged and what was left out.

    Raises
    ------
    ValueError
        The text is not a notebook.
    """
    try:
        notebook = json.loads(text)
        cells = notebook.get("cells")
        if cells is None:  # format 3
            cells = [cell for sheet in notebook["worksheets"] for cell in sheet["cells"]]
        sources = [_source(cell) for cell in cells if cell.get("cell_type") == "code"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(
            f"the file is not a notebook that can be read: {type(error).__name__}: {error}"
        ) from None
    parts, skipped = [], 0
    for number, source in enumerate(sources, 1):
        code, n = _python(source)
        parts.append(f"# cell {number}\n{code}\n")
        skipped += n
    judged = (
        f"its {len(sources)} code cells are judged as one file"
        if len(sources) != 1
        else "its code cell is judged"
    )
    left = (
        f"{skipped} line{'s' * (skipped != 1)} of magics or shell commands {'is' if skipped == 1 else 'are'}"
    )
    return "".join(parts), [f"it is a notebook: {judged}" + (f"; {left} left out" if skipped else "")]


def _source(cell):
    source = cell.get("source", cell.get("input", ""))
    return source if isinstance(source, str) else "".join(source)


def _python(cell):
    """(the cell with its magics as comments, how many lines these are); lines keep their places."""
    lines = cell.splitlines()
    first = next((i for i, line in enumerate(lines) if line.strip()), None)
    skipped = 0
    if first is not None and lines[first].startswith("%%"):
        magic = lines[first][2:].split(maxsplit=1)[:1]
        if magic and magic[0] in FOREIGN:  # the whole cell is in another language, or only written to a file
            return "\n".join(f"# {line}" for line in lines), len(lines)
        lines[first] = f"pass  # {lines[first]}"
        skipped = 1
    while skipped < MOST_SKIPPED:
        i = _fault("\n".join(lines))
        if i is None or i >= len(lines):
            break
        replaced = _without_magic(lines[i])
        if replaced is None:
            break
        lines[i] = replaced
        skipped += 1
    return "\n".join(lines), skipped


def _fault(source):
    """The index of the line that is no Python; None if all are, or if nobody can say."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except SyntaxError as error:
        return None if error.lineno is None else error.lineno - 1
    except (ValueError, MemoryError, RecursionError):
        return None
    return None


def _without_magic(line):
    """A line that is a magic, a shell command or a question, as Python that does nothing; None for others."""
    indent, words = re.fullmatch(r"(\s*)(.*)", line, re.DOTALL).groups()
    if words.startswith(("%", "!", "?")) or words.endswith("?"):
        return f"{indent}pass  # {words}"
    found = re.fullmatch(r"([\w.,\s\[\]]+)=\s*[%!].*", words)
    return f"{indent}{found[1].strip()} = None  # {words}" if found else None
