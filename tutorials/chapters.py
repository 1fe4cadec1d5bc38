"""Run the chapters, show the package's own code in them, and keep what they print and draw true.

    python tutorials/chapters.py [NN ...]             run them elsewhere, and say what no longer agrees
    python tutorials/chapters.py [NN ...] --write     run them here: rewrite code, outputs and pictures

A chapter is a Markdown file that Jupyter opens with jupytext. A page without a number that promises outputs, such as
scikit-learn.md, is run and checked alike; its name stands for the number. A fence ```python is a cell; all cells run
in one process, in `tutorials/`. Two comments above a fence say that its content is not typed by hand:

    <!-- source: wta_np.ops.relu.relu_forward -->     above ```python .noeval: that function, without its docstring
    <!-- output -->                                    above ```text: what the cell before it prints

Training differs a little from processor to processor. Outputs agree if their words do, and their numbers to a fifth
or, as one near zero is never a fifth away from zero, to

- 2 in the last digit of a number with decimals: 0.02 and 0.00;
- half a point of a percentage, or 1 in its last digit: 0.2% and 0.5%, 0% and 1%;
- half a hundredth of N in a count "n of N": 1 of 400 and 3 of 400.

After `<!-- needs: mpi4py, from wta_np[mpi] -->` a chapter is skipped where that module is not installed.

After `<!-- output, numbers vary -->`, as for times, words alone are compared. Words may hold digits, such as float32.

A chapter also fails if a formula in it is one that a repository's web page shows wrongly: `formulas.py` says which.
"""

import argparse
import ast
import contextlib
import importlib
import importlib.util
import inspect
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import textwrap
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

from formulas import formula_faults
from tqdm import tqdm

from wta_np._utils.atomic import write_whole

HERE = Path(__file__).resolve().parent
PICTURES = Path("figures") / "tutorials"
LONGEST = 600  # seconds after which a chapter is taken to hang
NUMBER = re.compile(r"(?<!\w)[-+]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d*)?(?:e[-+]?\d+)?")


@dataclass
class Block:
    """A fence: lines `start` to `stop` of the text are its content."""

    kind: str  # "cell", "source", "output"
    start: int
    stop: int
    content: str
    note: str = ""  # the comment above it


def chapters(wanted=()):
    """Paths of the chapters, then of pages that are run like them; or of those whose numbers, or names, are wanted."""
    found = {path.name[:2]: path for path in sorted(HERE.glob("[0-9][0-9]-*.md"))}
    pages = [path for path in sorted(HERE.glob("[!0-9]*.md")) if "\n<!-- output" in path.read_text("utf-8")]
    found.update({path.stem: path for path in pages})
    wanted = [number.zfill(2) for number in wanted] or list(found)
    unknown = [number for number in wanted if number not in found]
    if unknown:
        raise ValueError(f"no chapter {', '.join(unknown)}; there are {', '.join(found)}")
    return [found[number] for number in wanted]


def lacks(text):
    """What a chapter needs and this Python has not, in words; empty if nothing is missing."""
    needs = re.findall(r"^<!-- needs: (\w+), from (\S+) -->$", text, re.MULTILINE)
    return "; ".join(
        f"needs {module}: pip install '{source}'"
        for module, source in needs
        if importlib.util.find_spec(module) is None
    )


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
    parts = name.split(".")
    for i in range(len(parts), 0, -1):
        with contextlib.suppress(ModuleNotFoundError, AttributeError):
            found = importlib.import_module(".".join(parts[:i]))
            for part in parts[i:]:
                found = getattr(found, part)
            break
    else:
        raise ValueError(f"there is no {name} to show")
    found = found.fget if isinstance(found, property) else found
    source = textwrap.dedent(inspect.getsource(found)).rstrip()
    node = ast.parse(source).body[0]
    if ast.get_docstring(node) is None:
        return source
    lines, doc = source.split("\n"), node.body[0]
    return "\n".join(lines[: doc.lineno - 1] + lines[doc.end_lineno :])


def execute(text, name):
    """Run the cells in one namespace: what each of them prints."""
    namespace, printed = {"__name__": "__main__"}, []
    for block in blocks(text):
        if block.kind == "cell":
            stdout = io.StringIO()
            try:
                code = compile(
                    "\n" * block.start + block.content, name, "exec"
                )  # line numbers are the chapter's
                with contextlib.redirect_stdout(stdout):
                    exec(code, namespace)
            except (Exception, SystemExit) as error:
                frames = traceback.extract_tb(error.__traceback__)
                here = [frame.lineno for frame in frames if frame.filename == name]
                line = (
                    here[0] if here else getattr(error, "lineno", block.start + 1)
                )  # else it does not compile
                said = f"line {line}: {type(error).__name__}: {error}"
                if here and frames[-1].lineno != line:
                    said += f" (raised in {Path(frames[-1].filename).name}, line {frames[-1].lineno})"
                raise RuntimeError(said) from error
            printed.append(stdout.getvalue().rstrip())
    return printed


def run(text, name):
    """Execute a chapter in a process and a folder of its own.

    Returns what each cell prints, the content of each picture by name, and the warnings.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder, pictures, answer = (
            Path(scratch) / "tutorials",
            Path(scratch) / PICTURES,
            Path(scratch) / "answer.json",
        )
        folder.mkdir()
        pictures.mkdir(parents=True)
        (folder / name).write_text(text, encoding="utf-8")
        try:
            done = subprocess.run(
                [sys.executable, __file__, "--execute", name, answer],
                cwd=folder,
                env={**os.environ, "MPLBACKEND": "Agg", "PYTHONPATH": os.pathsep.join(sys.path)},
                stdin=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                timeout=LONGEST,
            )
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"still running after {LONGEST} seconds") from None
        if done.returncode or not answer.exists():
            raise RuntimeError(done.stderr.strip() or f"its process ended with status {done.returncode}")
        warnings = re.findall(r"^.*Warning: .*$", done.stderr, re.MULTILINE)
        drawn = {path.name: path.read_bytes() for path in sorted(pictures.iterdir())}
        return json.loads(answer.read_text()), drawn, warnings


def filled(text, printed):
    """The chapter with its sources and outputs as they are now."""
    lines, last, printed, changes = text.split("\n"), "", iter(printed), []
    for block in blocks(text):
        if block.kind == "cell":
            last = next(printed)
        else:
            changes.append((block, source_of(block.note) if block.kind == "source" else last))
    for block, content in reversed(changes):
        lines[block.start : block.stop] = content.split("\n")
    return "\n".join(lines)


def numbers(output):
    """Each number of an output, and by how much it may be off though that is more than a fifth."""
    for match in NUMBER.finditer(output):
        digits, _, exponent = match[0].replace(",", "").partition("e")
        places = len(digits.partition(".")[2])
        unit, after = 10.0 ** (int(exponent or 0) - places), output[match.end() :]
        room = 2 * unit if places else 0
        if after.startswith("%"):
            room = max(0.5, unit)
        elif total := re.match(r" of (\d+)", after.replace(",", "")):
            room = int(total[1]) / 200
        yield float(digits) * 10.0 ** int(exponent or 0), room


def agrees(old, new, vary=False):
    """Whether two outputs say the same; if numbers `vary`, whether their words do."""
    words = [re.sub(r"\s*\0\s*", "\0", " ".join(NUMBER.sub("\0", output).split())) for output in (old, new)]
    if words[0] != words[1]:
        return False
    pairs = zip(numbers(old), numbers(new))
    return vary or all(
        abs(a - b) <= max(0.2 * abs(a), 0.2 * abs(b), r, s) + 1e-12 for (a, r), (b, s) in pairs
    )


def differences(text, printed):
    """What a chapter says that is no longer so, as sentences."""
    told, old = [], blocks(text)
    for block, new in zip(old, blocks(filled(text, printed))):
        if block.kind == "source" and block.content != new.content:
            told.append(f"line {block.start}: {block.note} is another now")
        if block.kind == "output" and not agrees(block.content, new.content, "vary" in block.note):
            told.append(f"line {block.start}: shown {block.content!r}, printed {new.content!r}")
    ran, printed = [block for block in old if block.kind != "source"], iter(printed)
    for block, after in zip(ran, [*ran[1:], None]):
        if block.kind == "cell" and next(printed) and (after is None or after.kind == "cell"):
            told.append(f"line {block.start}: this cell prints, and no output stands below it")
    return told


def pictures_of(text):
    """Names of the pictures that a chapter shows as its own."""
    return set(re.findall(r"\]\(\.\./figures/tutorials/([\w.-]+\.png)\)", text))


def judge(text, printed, drawn, warnings):
    """What is wrong with a chapter that did and drew this, as sentences."""
    told, shown = differences(text, printed) + warnings + formula_faults(text), pictures_of(text)
    told += [f"{name} is shown and not drawn" for name in sorted(shown - set(drawn))]
    return told + [f"{name} is drawn and not shown" for name in sorted(set(drawn) - shown)]


def check(path):
    """Run a chapter, change nothing: what no longer agrees, as sentences."""
    text = path.read_text(encoding="utf-8")
    return judge(text, *run(text, path.name))


def write(path):
    """Run a chapter, and write what it prints, shows and draws; if a cell fails, nothing is written."""
    text = path.read_text(encoding="utf-8")
    printed, drawn, warnings = run(text, path.name)
    new = filled(text, printed)
    if path.read_text(encoding="utf-8") != text:
        raise RuntimeError("the file was changed while its cells ran")
    for name, content in drawn.items():
        with write_whole(HERE.parent / PICTURES / name) as file:
            file.write(content)
    with write_whole(path, "w") as file:
        file.write(new)
    return judge(new, printed, drawn, warnings)


def main(argv):
    if argv[:1] == ["--execute"]:
        try:
            Path(argv[2]).write_text(json.dumps(execute(Path(argv[1]).read_text(encoding="utf-8"), argv[1])))
        except (RuntimeError, ValueError) as error:
            return str(error)
        return 0
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "number", nargs="*", help="chapters, such as 03, or pages, such as scikit-learn (default: all)"
    )
    parser.add_argument("--write", action="store_true", help="rewrite code, outputs and pictures")
    args = parser.parse_args(argv)
    try:
        paths, failed = chapters(args.number), 0
    except ValueError as error:
        parser.error(str(error))
    for path in tqdm(paths, unit="chapter"):
        began, missing = time.perf_counter(), lacks(path.read_text(encoding="utf-8"))
        if missing:
            tqdm.write(f"{path.name}: skipped, {missing}")
            continue
        try:
            told = (write if args.write else check)(path)
        except (RuntimeError, ValueError, OSError) as error:
            told = [str(error)]
        except KeyboardInterrupt:
            return 130
        failed += bool(told)
        tqdm.write(f"{path.name}: {time.perf_counter() - began:.0f} s, {'FAILED' if told else 'passed'}")
        for line in told:
            tqdm.write(f"    {line}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
