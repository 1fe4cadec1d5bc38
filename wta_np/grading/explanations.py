"""What else can be said of a law that failed: the mistake by its name, and whether a call remembers the one before."""

from __future__ import annotations

import re
from typing import Any

from wta_np.grading.mistakes import named
from wta_np.grading.sandbox.process import Hopeless

AFRESH = (
    "the same call gives something else in a fresh Python: is something random, or remembered between calls?"
)


def explained(result: Any, submission: Any, usual: bool = True) -> None:
    """Add to the message of a `Result`, unless it passed, what trying more tells; `submission` knows the last call.

    Usual mistakes are those of the exercise, and mean nothing to its variants: they are left out unless `usual`.
    """
    last = submission.last
    if result.passed or last is None or last[2] is None:
        return
    signature = last[0]
    if submission.differs_afresh():
        result.message += f"; {AFRESH}"
        return
    if not usual:
        return
    function = getattr(submission.functions(), signature.name)
    try:
        words = named(signature.name, function, _part(result.law, list(signature.gives)))
    except (AssertionError, Hopeless):  # it fails at that point, too: that is told by the law
        return
    finally:
        submission.last = last
    if words and words not in result.message:
        result.message += f"; {words}"


def _part(law, gives):
    """Which result a law on one gradient looks at; None for other laws."""
    found = re.match(r"(d\w+)_agrees_with_differences", law)
    return gives.index(found[1]) if found and found[1] in gives else None
