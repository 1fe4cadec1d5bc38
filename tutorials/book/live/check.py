"""Use the pages that run as a reader would, in Chromium: a part of `make book-check LIVE=1`.

Every exercise is passed by its model solution, a wrong answer fails with its message, an endless loop is ended, the
first cells of each chapter run, and the things to play with answer to events. Nothing asks the network.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
from pathlib import Path

from tutorials.book.browser import LAPTOP, LOOK_NARROW, PHONE, Chromium

ROOT = Path(__file__).resolve().parents[3]
SOLUTIONS = ROOT / "tests" / "exercises" / "solutions"
FIRST = 5  # cells of each chapter
PATIENCE = 300  # seconds for one thing on a machine that is busy
ENDLESS = "def lifetime_backward(dz, mask):\n    while True:\n        pass\n"
WRONG = "def lifetime_backward(dz, mask):\n    return dz\n"

CHECK = """(async () => {
  const exercise = WtaLive.exercise;
  exercise.editor.setValue(%s);
  exercise.check.click();
  while (exercise.busy) await new Promise(done => setTimeout(done, 50));
  return exercise.report.innerText + "\\n" + exercise.said.innerText;
})()"""
RUN = """(async () => {
  const chapter = WtaLive.chapter;
  const last = chapter.cells[Math.min(%d, chapter.cells.length) - 1];
  await chapter.runTo(last);
  const upTo = chapter.cells.slice(0, last.place + 1).filter(cell => !cell.run.disabled);
  return upTo.filter(cell => cell.said.innerText.startsWith("done") === false)
    .map(cell => `cell ${cell.place + 1}: ${cell.said.innerText} ${cell.output.innerText.slice(-400)}`)
    .concat(chapter.said.innerText || []);
})()"""
STOP = """(async () => {
  const chapter = WtaLive.chapter, cell = chapter.cells[0];
  cell.edit.click();
  cell.editor.setValue("while True:\\n    pass");
  const run = chapter.runOnly(cell);
  while (cell.said.innerText !== "running") await new Promise(done => setTimeout(done, 50));
  chapter.stop.click();
  await run;
  const said = cell.said.innerText;
  cell.reset.click();
  await chapter.runOnly(cell);
  return [said, cell.said.innerText];
})()"""


TOYS = {
    "03": """(() => {
      const toy = WtaLive.playing[0], before = toy.words.innerText;
      toy.slider.value = 6;
      toy.slider.dispatchEvent(new Event("input"));
      const tied = toy.words.innerText;
      toy.bars.children[11].click();
      return [before !== tied, /Rows 3, 6, 9 tie there.* 9 lose/.test(tied), toy.column[11] > 0.1];
    })()""",
    "07": """(() => {
      const toy = WtaLive.playing[0], before = toy.shown.y.join();
      %s
      point(toy.grids.x.canvas, 0.01, 0.01);
      const drawn = toy.image[0] === 1 && toy.shown.y.join() !== before && toy.at === 0;
      point(toy.grids.y.canvas, 0.99, 0.99);
      return [drawn, toy.at === 63];
    })()""",
    "08": """(() => {
      const toy = WtaLive.playing[0], before = toy.image_hat.join();
      %s
      point(toy.digit.canvas, 0.2, 0.8);
      const drawn = toy.image_hat.join();
      point(toy.maps[1].canvas, 0.5, 0.5);
      const less = toy.image_hat.join();
      return [drawn !== before, less !== drawn, toy.words.innerText.startsWith("11 numbers")];
    })()""",
}
POINT = """const point = (canvas, x, y) => {
        canvas.scrollIntoView();
        const box = canvas.getBoundingClientRect();
        const clientX = box.left + x * box.width, clientY = box.top + y * box.height;
        canvas.dispatchEvent(new PointerEvent("pointerdown", { clientX, clientY, buttons: 1 }));
      };"""


def on_page(chromium, url, say):
    """Open a page: a function that evaluates a script on it and adds what the browser complains of."""
    chromium.open(url, *LAPTOP)

    def evaluate(script):
        value = chromium.evaluate(script)
        say(chromium.complaints())
        chromium.events.clear()
        return value

    return evaluate


def exercises(chromium, folder, numbers=()):
    """What is wrong with the exercises, as sentences."""
    for path in sorted((folder / "files/tutorials/exercises").glob("ex*.py.html")):
        if numbers and path.name[2:4] not in numbers:
            continue
        told = []
        evaluate = on_page(chromium, path.as_uri(), told.extend)
        began = time.monotonic()
        answer = (SOLUTIONS / path.stem).read_text(encoding="utf-8")
        report = evaluate(CHECK % json.dumps(answer)) or "nothing"
        held = re.search(r"(\d+) of (\d+) laws hold", report)
        if not held or held[1] != held[2]:
            told.append(f"the model solution does not pass: {report[:400]}")
        else:
            print(f"{path.stem}: {held[0]}, {time.monotonic() - began:.1f} s", flush=True)
        if path.name.startswith("ex04"):
            told += wrong_answers(evaluate)
        chromium.resize(*PHONE)
        told += evaluate(LOOK_NARROW)
        yield from (f"{path.name}: {what}" for what in told)


def wrong_answers(evaluate):
    """A wrong answer fails with its message, a loop is ended, what was passed stays so."""
    report = evaluate(CHECK % json.dumps(WRONG))
    if "FAILED" not in evaluate(
        "getComputedStyle(document.querySelector('li.live-failed'), '::before').content"
    ):
        yield "a law that fails does not say FAILED"
    if "dh is dz at the winners and zero elsewhere" not in report or "mask = " not in report:
        yield f"a wrong answer is not shown with its example: {report[:300]}"
    report = evaluate(CHECK % json.dumps(ENDLESS))
    if "lifetime_backward ran for more than 5 s: does a loop not end?" not in report:
        yield f"an endless loop is not ended: {report[:300]}"
    if evaluate("localStorage.getItem('wta_np/exercise/4/state')") != "passed":
        yield "that an exercise was passed is not kept"
    if evaluate("localStorage.getItem('wta_np/exercise/4/answer')") != ENDLESS:
        yield "what was written is not kept"


def contents(chromium, folder):
    """The page of exercises shows what was passed."""
    told = []
    evaluate = on_page(chromium, (folder / "tutorials/exercises/README.html").as_uri(), told.extend)
    words = evaluate("document.querySelector('.live-progress').innerText") or ""
    count = len(list((folder / "files/tutorials/exercises").glob("ex*.py.html")))
    if f"{count} of {count} exercises passed" not in words:
        told.append(f"says {words!r} after all have been passed")
    return [f"exercises/README: {what}" for what in told]


def chapters(chromium, folder, numbers=()):
    """What is wrong with the cells of the chapters, as sentences."""
    for path in sorted((folder / "tutorials").glob("[0-9][0-9]-*.html")):
        if numbers and path.name[:2] not in numbers:
            continue
        told = []
        evaluate = on_page(chromium, path.as_uri(), told.extend)
        began = time.monotonic()
        if path.name[:2] in TOYS:
            toy = TOYS[path.name[:2]]
            answers = evaluate(toy % POINT if "%s" in toy else toy)
            if answers is None or not all(answers):
                told.append(f"its toy does not answer to events: {answers}")
        told += evaluate(RUN % FIRST)
        print(f"{path.stem}: its first cells, {time.monotonic() - began:.1f} s", flush=True)
        if path.name.startswith("01"):
            stopped, again = evaluate(STOP)
            if not stopped.startswith("Python was ended") or not again.startswith("done"):
                told.append(
                    f"an endless cell is not stopped, or does not run afterwards: {stopped!r}, {again!r}"
                )
        chromium.resize(*PHONE)
        told += evaluate(LOOK_NARROW)
        yield from (f"{path.name}: {what}" for what in told)


def check(name, folder):
    """Everything that is wrong with pages that run, as sentences."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        chromium = Chromium(name, profile)
        try:
            told = list(exercises(chromium, folder))
            told += contents(chromium, folder)
            return told + list(chapters(chromium, folder))
        finally:
            chromium.close()
