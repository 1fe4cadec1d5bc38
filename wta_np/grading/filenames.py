"""Which exercise the name of a file means.

>>> number_in("anna_ex03_lifetime_mask.py"), number_in("Exercise 2.py"), number_in("EX_7 (1).PY")
(3, 2, 7)
>>> number_in("02_relu_backward.py", ["linear_backward", "relu_backward"])
2
>>> number_in("index1.py") is None
True
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_NUMBERED = re.compile(
    r"(?<![a-z])(?:exercise|exo?|aufgabe|[uü]bung|uebung)[\s_.,#()-]*([0-9]{1,3})(?![0-9])"
)


def number_in(filename: str, names: Sequence[str] = ()) -> int | None:
    """The number of the exercise that a file's name tells.

    Parameters
    ----------
    filename : str
        Without its folder. ``ex`` or ``exercise`` and a number, in upper or lower case, with or without
        a separator, say which exercise it is; so does the name of one exercise.
    names : sequence of str
        Names of the exercises in their order; the first has number 1.

    Returns
    -------
    int or None
        None if the name tells no exercise, or more than one by name.
    """
    plain = unicodedata.normalize("NFC", filename).lower()
    found = _NUMBERED.search(plain)
    if found:
        return int(found[1])
    letters = _letters(plain)
    named = [number for number, name in enumerate(names, 1) if _letters(name) in letters]
    return named[0] if len(named) == 1 else None


def _letters(text):
    """Letters and digits alone, so that ``reluBackward`` and ``relu_backward`` are one name."""
    return re.sub(r"[^a-z0-9]", "", text.lower())
