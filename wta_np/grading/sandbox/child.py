"""The student's process: loads their file and answers calls of its functions.

Run by path as ``python -I child.py FOLDER_OF_NUMPY``, so that it knows nothing of wta_np. It holds no
answers and gives no verdict: those stay with the grader. The pipes that it was started with become the private
line to the grader; what the student's code prints goes elsewhere.
"""

from __future__ import annotations

import contextlib
import importlib.util
import linecache
import os
import platform
import site
import sys
import types
from typing import Any

NAME = "submission"


def _load(name):
    """A file that lies beside this one, without the package around it."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name + ".py")
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def private_line() -> Any:
    """(requests, replies): copies of standard input and output, whose own numbers then lead elsewhere."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)  # prints join the error messages, which the grader reads with a limit
    return requests, replies


def problem(error: Any, filename: str) -> dict:
    """What went wrong, as a dict of plain values: kind, text, line of the student's file and its code."""
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == filename:
            line = trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename == filename:
        line = error.lineno
        text = str(error.msg)
    else:
        try:
            text = str(error)
        except BaseException:
            text = ""
    code = linecache.getline(filename, line).strip()[:100] if line else ""
    text = " ".join(text.split())[:300]
    return {"kind": type(error).__name__[:80], "text": text, "line": line, "code": code}


def load(source: str, filename: str) -> Any:
    """(module, None), or (None, problem) if the student's file cannot be run."""
    module = types.ModuleType(NAME)
    module.__file__ = filename
    sys.modules[NAME] = module
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    try:
        exec(compile(source, filename, "exec"), module.__dict__)
    except BaseException as error:
        return None, problem(error, filename)
    return module, None


def contents(module: Any) -> dict:
    """What a file defines: names that can be called, those of its own, and the parameters of its functions."""
    values = {} if module is None else {n: v for n, v in list(vars(module).items()) if isinstance(n, str)}
    functions = [name for name, value in values.items() if callable(value)]
    own, parameters = [], {}
    for name, value in values.items():
        if isinstance(value, types.FunctionType) and value.__module__ == NAME:
            own.append(name)
            code = value.__code__
            parameters[name] = list(code.co_varnames[: code.co_argcount])
        elif isinstance(value, type) and value.__module__ == NAME:
            methods = [n for n, v in vars(value).items() if isinstance(v, types.FunctionType)]
            own += [f"{name}.{method}" for method in methods if not method.startswith("__")]
    return {"functions": functions, "own": own[:99], "parameters": parameters}


def call(module: Any, name: Any, arguments: Any, filename: str) -> Any:
    """The reply to one call: a result or a problem, and which arguments were written to."""
    before = [a.tobytes() if hasattr(a, "tobytes") else None for a in arguments]
    try:
        reply = {"result": getattr(module, name)(*arguments)}
    except BaseException as error:
        return {"problem": problem(error, filename)}
    reply["changed"] = [
        i for i, (a, b) in enumerate(zip(arguments, before)) if b is not None and a.tobytes() != b
    ]
    return reply


def confine(start: Any, limits: Any) -> str | None:
    """Take from this process what `start` says; None, or why that is not possible."""
    limits.limit(start["memory"], start["cpu"])
    kernel, seccomp = _load("kernel"), _load("seccomp")
    if start["readable"] is not None:
        if not kernel.landlock(start["readable"], [os.getcwd()]):
            return "Landlock does not hold"
        if not kernel.drop_capabilities():
            return "privileges cannot be given up"
    filtered = start["filter"] and seccomp.install(files=start["readable"] is not None)
    if start["readable"] is not None and not filtered:
        return "seccomp does not hold"
    if not filtered:
        limits.limit_processes()
    limits.watch(start["package"])
    return None


def serve(wire: Any, limits: Any, requests: Any, replies: Any) -> None:
    """Load the file that the first message holds, then answer calls until the grader hangs up."""
    wire.send(replies, {})  # NumPy is here: from now on the time is the student's
    start = wire.receive(requests)
    if start is None:
        return
    filename = start["filename"]
    hindrance = confine(start, limits)
    if hindrance:  # never with less than was asked for
        wire.send(replies, {"hindrance": hindrance})
        return
    for name in ("protocol", "limits", "kernel", "seccomp"):
        sys.modules.pop(name, None)
    module, wrong = load(start["source"], filename)
    reply = {"problem": wrong, **contents(module)}
    while True:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:  # the student's code may have closed or replaced it
                continue
        reply["refused"] = list(limits.REFUSED)
        try:
            wire.send(replies, reply)
        except (wire.BadMessage, RecursionError, ValueError) as error:
            wire.send(replies, {"problem": problem(error, filename), "refused": reply["refused"]})
        request = wire.receive(requests)
        if request is None:
            return
        reply = call(module, request["call"], request["arguments"], filename)


if __name__ == "__main__":
    line = private_line()
    site.setquit()  # exit() and quit(), also where Python was started without its site
    sys.path.append(sys.argv[1])
    _load("kernel").die_with_parent()
    with contextlib.suppress(Exception):  # platform would start a process to find out, which is refused
        platform.uname().__dict__["processor"] = platform.machine()

    serve(_load("protocol"), _load("limits"), *line)
    os._exit(0)  # threads that the student's code left behind are not waited for
