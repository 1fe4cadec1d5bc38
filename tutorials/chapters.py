"""Run the chapters, show the package's own code in them, and keep what they print and draw true.

    python tutorials/chapters.py [NN ...]             run them elsewhere, and say what no longer agrees
    python tutorials/chapters.py [NN ...] --write     run them here: rewrite code, outputs and pictures

A chapter is a Markdown file that Jupyter opens with jupytext. A fence ```python is a cell; all cells run in one
process, in `tutorials/`. Two comments above a fence say that its content is not typed by hand:

    <!-- source: wta_np.ops.relu.relu_forward -->     above ```python .noeval: that function, without its docstring
    <!-- output -->                                    above ```text: what the cell before it prints

Outputs agree if their words do, and their numbers to a fifth: training differs from processor to processor in
the last digits. After `<!-- output, numbers vary -->`, as for times, words alone are compared.
"""

import argparse
import ast
import contextlib
import importlib
import inspect
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

HERE = Path(__file__).resolve().parent
PICTURES = Path("figures") / "tutorials"
LONGEST = 600  # seconds after which a chapter is taken to hang
NUMBER = re.compile(r"[-+]?\d[\d,]*\.?\d*(?:e[-+]?\d+)?")
CLOSE = 0.2  # relative difference of numbers that agree


@dataclass
class Block:
    """A fence: lines `start` to `stop` of the text are its content."""

    kind: str  # "cell", "source", "output"
    start: int
    stop: int
    content: str
    note: str = ""  # the comment above it


def chapters(wanted=()):
    """Paths of the chapters, or of those whose numbers are wanted."""
    found = sorted(HERE.glob("[0-9][0-9]-*.md"))
    unknown = set(wanted) - {path.name[:2] for path in found}
    if unknown:
        raise ValueError(f"no chapter {', '.join(sorted(unknown))}; there are {found[0].name[:2]} to {found[-1].name[:2]}")
    return [path for path in found if not wanted or path.name[:2] in wanted]


def blocks(text):
    """The fences of a chapter that are run or filled in."""
    lines, found, i = text.split("\n"), [], 0
    while i < len(lines):
        if not lines[i].startswith("```"):
            i += 1
            continue
        stop = next((j for j in range(i + 1, len(lines)) if lines[j] == "```"), None)
        if stop is None:
            raise ValueError(f"line {i + 1}: this fence is never closed")
        above = re.fullmatch(r"<!-- (source|output)\b[:,]? ?(.*) -->", lines[i - 1]) if i else None
        content = "\n".join(lines[i + 1 : stop])
        if above:
            found.append(Block(above[1], i + 1, stop, content, above[2]))
        elif lines[i] == "```python":
            found.append(Block("cell", i + 1, stop, content))
        i = stop + 1
    return found


def source_of(name):
    """The source of a function, method or class of the package, without its docstring."""
    module, path = name, []
    while True:
        try:
            found = importlib.import_module(module)
            break
        except ModuleNotFoundError:
            module, _, last = module.rpartition(".")
            path.insert(0, last)
    for part in path:
        found = getattr(found, part)
    source = textwrap.dedent(inspect.getsource(found))
    node = ast.parse(source).body[0]
    if ast.get_docstring(node) is None:
        return source.rstrip()
    lines, doc = source.rstrip().split("\n"), node.body[0]
    return "\n".join(lines[: doc.lineno - 1] + lines[doc.end_lineno :])


def execute(text, name):
    """Run the cells in one namespace: [(what it printed, seconds)] of each."""
    namespace, results = {"__name__": "__main__"}, []
    for block in blocks(text):
        if block.kind == "cell":
            printed, began = io.StringIO(), time.perf_counter()
            code = compile("\n" * block.start + block.content, name, "exec")  # line numbers are the chapter's
            with contextlib.redirect_stdout(printed):
                exec(code, namespace)
            results.append((printed.getvalue().rstrip(), time.perf_counter() - began))
    return results


def run(path, folder):
    """Execute a chapter in a process of its own, whose working directory is `folder`: as `execute`."""
    with tempfile.TemporaryDirectory() as scratch:
        answer = Path(scratch) / "answer.json"
        done = subprocess.run(
            [sys.executable, __file__, "--execute", path, answer],
            cwd=folder,
            env={**os.environ, "MPLBACKEND": "Agg"},
            stderr=subprocess.PIPE,
            text=True,
            timeout=LONGEST,
        )
        if done.returncode:
            raise RuntimeError(f"{path.name}: {done.stderr.strip()}")
        return json.loads(answer.read_text())


def filled(text, results):
    """The chapter with its sources and outputs as they are now."""
    lines, printed, results, changes = text.split("\n"), "", iter(results), []
    for block in blocks(text):
        if block.kind == "cell":
            printed = next(results)[0]
        else:
            changes.append((block, source_of(block.note) if block.kind == "source" else printed))
    for block, content in reversed(changes):
        lines[block.start : block.stop] = content.split("\n")
    return "\n".join(lines)


def agrees(old, new, numbers=True):
    """Whether two outputs say the same."""
    if " ".join(NUMBER.sub("#", old).split()) != " ".join(NUMBER.sub("#", new).split()):
        return False
    pairs = zip(NUMBER.findall(old), NUMBER.findall(new))
    values = [[float(number.replace(",", "")) for number in pair] for pair in pairs]
    return not numbers or all(abs(a - b) <= CLOSE * max(abs(a), abs(b)) for a, b in values)


def differences(text, results):
    """What a chapter says that is no longer so, as sentences."""
    told = []
    for old, new in zip(blocks(text), blocks(filled(text, results))):
        if old.kind == "source" and old.content != new.content:
            told.append(f"line {old.start}: {old.note} is another now")
        if old.kind == "output" and not agrees(old.content, new.content, "vary" not in old.note):
            told.append(f"line {old.start}: shown {old.content!r}, printed {new.content!r}")
    return told


def pictures_of(text):
    """Names of the pictures that a chapter shows as its own."""
    return set(re.findall(r"\]\(\.\./figures/tutorials/([\w.-]+\.png)\)", text))


def check(path):
    """Run a chapter in a temporary folder: (seconds, what no longer agrees)."""
    text = path.read_text()
    with tempfile.TemporaryDirectory() as scratch:
        pictures = Path(scratch) / PICTURES
        pictures.mkdir(parents=True)
        shutil.copytree(HERE, Path(scratch) / "tutorials")
        results = run(path, Path(scratch) / "tutorials")
        told, drawn = differences(text, results), {file.name for file in pictures.iterdir()}
    shown = pictures_of(text)
    told += [f"{name} is shown and not drawn" for name in sorted(shown - drawn)]
    told += [f"{name} is drawn and not shown" for name in sorted(drawn - shown)]
    return sum(seconds for _, seconds in results), told


def write(path):
    """Run a chapter where it is, and write what it shows: (seconds, [])."""
    (HERE.parent / PICTURES).mkdir(parents=True, exist_ok=True)
    results = run(path, HERE)
    path.write_text(filled(path.read_text(), results))
    return sum(seconds for _, seconds in results), []


def main(argv):
    if argv[:1] == ["--execute"]:
        Path(argv[2]).write_text(json.dumps(execute(Path(argv[1]).read_text(), argv[1])))
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("number", nargs="*", help="chapters, such as 03 (default: all)")
    parser.add_argument("--write", action="store_true", help="rewrite code, outputs and pictures")
    args = parser.parse_args(argv)
    failed = 0
    for path in tqdm(chapters(args.number), unit="chapter"):
        try:
            seconds, told = (write if args.write else check)(path)
        except (RuntimeError, ValueError, subprocess.TimeoutExpired) as error:
            seconds, told = float("nan"), [str(error)]
        failed += bool(told)
        tqdm.write(f"{path.name}: {seconds:.0f} s, {'FAILED' if told else 'passed'}")
        for line in told:
            tqdm.write(f"    {line}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
