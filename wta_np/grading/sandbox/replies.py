"""What a student's process may answer. It holds the student's code, so that nothing of an answer is taken on trust."""

from __future__ import annotations

from typing import Any

from wta_np.grading.sandbox.protocol import BadMessage

PROBLEM = {"kind": str, "text": str, "line": (int, type(None)), "code": str}


def starting(reply: Any) -> None:
    """BadMessage unless this is the first message, which says nothing."""
    if reply != {}:
        raise BadMessage("it spoke before it was asked")


def loaded(reply: Any) -> None:
    """BadMessage unless this says what the file defines, or why it cannot be run."""
    _check(isinstance(reply, dict))
    if "hindrance" in reply:
        _check(isinstance(reply["hindrance"], str))
        return
    _check(_texts(reply.get("functions")) and _texts(reply.get("own")))
    parameters = reply.get("parameters")
    _check(isinstance(parameters, dict) and all(_texts(names) for names in parameters.values()))
    _check(reply.get("problem") is None or _problem(reply["problem"]))
    _check(_texts(reply.get("refused")))


def called(reply: Any, n_arguments: Any) -> None:
    """BadMessage unless this is a result or a problem."""
    _check(isinstance(reply, dict) and _texts(reply.get("refused")))
    if "problem" in reply:
        _check(_problem(reply["problem"]))
        return
    changed = reply.get("changed")
    _check("result" in reply and isinstance(changed, list))
    _check(all(type(i) is int and 0 <= i < n_arguments for i in changed))


def _check(right):
    if not right:
        raise BadMessage("it says neither a result nor a problem")


def _texts(value):
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _problem(value):
    return (
        isinstance(value, dict)
        and value.keys() == PROBLEM.keys()
        and all(
            isinstance(value[key], kind) and not isinstance(value[key], bool) for key, kind in PROBLEM.items()
        )
    )
