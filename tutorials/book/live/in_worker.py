"""What Python in the page does: it grades an exercise, and it runs the cells of a chapter. `worker.js` calls it."""

import ast
import base64
import io
import json
import linecache
import os
import sys
import traceback
import warnings
from pathlib import Path

import wta_page

os.umask(0o022)  # the browser's Python begins with one that forbids everything
os.environ["MPLBACKEND"] = "Agg"
BOOK = Path("/home/pyodide/book")
PICTURES = BOOK / "figures" / "tutorials"
for folder in (BOOK / "tutorials", PICTURES):
    folder.mkdir(parents=True, exist_ok=True)
os.chdir(BOOK / "tutorials")
warnings.filterwarnings("ignore", message=".*non-interactive.*")  # what a cell draws is shown anyway

NAMESPACE = {"__name__": "__main__"}
SEEN = {}  # name of a picture -> its content, as it was last shown


class Page(io.TextIOBase):
    """A stream that writes into the page, a line at a time."""

    def __init__(self, kind):
        self.kind, self.line = kind, ""

    def write(self, text):
        self.line += text
        if "\n" in text or len(self.line) > 1000:
            self.flush()
        return len(text)

    def flush(self):
        if self.line:
            wta_page.output(self.line, self.kind)
            self.line = ""


def grade(number, source):
    """The report on an exercise, as JSON."""
    from wta_np.grading.in_page import grade_source

    report = grade_source(number, source, wta_page.announce)
    about = report.as_dict()
    return json.dumps({**about, "score": report.score, "max_score": report.max_score})


def run(code, name):
    """Run a cell: its error and its pictures, as JSON; what it prints goes into the page at once."""
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Page("stdout"), Page("stderr")
    error = ""
    try:
        tree = ast.parse(code, name)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), NAMESPACE)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), name, "eval"), NAMESPACE)
            if value is not None:
                print(repr(value))
    except BaseException as problem:
        error = in_words(problem, name)
    finally:
        sys.stdout.flush(), sys.stderr.flush()
        sys.stdout, sys.stderr = before
    return json.dumps({"error": error, "pictures": [base64.b64encode(p).decode() for p in pictures()]})


def in_words(problem, name):
    """The traceback of an error, from the cell on."""
    trace = problem.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != name:
        trace = trace.tb_next
    lines = traceback.format_exception(type(problem), problem, trace)
    if isinstance(problem, NameError):
        lines.append("Were the cells above run? Run all above runs them.\n")
    return "".join(lines)


def pictures():
    """What a cell saved as a picture, or else drew and left open."""
    drawn = []
    for path in sorted([*PICTURES.glob("*.png"), *Path().glob("**/*.png")]):
        content = path.read_bytes()
        if SEEN.get(path) != content:
            SEEN[path] = content
            drawn.append(content)
    plt = sys.modules.get("matplotlib.pyplot")
    if plt is not None and plt.get_fignums():
        for number in [] if drawn else plt.get_fignums():
            stream = io.BytesIO()
            plt.figure(number).savefig(stream, dpi=100)
            drawn.append(stream.getvalue())
        plt.close("all")
    return drawn
