"""``wta-np exercises``: the exercises from the first to the last, with what is passed so far."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from wta_np._utils.validation import check_int
from wta_np.cli.options import add_command

EXERCISES = """\
Work through the exercises of the chapters.

  wta-np exercises                 what there is, chapter by chapter, and what you have passed
  wta-np exercises start 3         put the file of exercise 3 into my_exercises
  wta-np exercises check 3         judge it, and say what to read next
  wta-np exercises hint 3          one hint, and the next one when asked again (or --hint 3)
  wta-np exercises solution 3      the model solution, once yours has passed
  wta-np exercises variant 3 --seed 7     exercise 3 with another definition, for homework that is marked

The files that you get hold no hints: those come one at a time. What has passed is kept in my_exercises/progress.json.
Exit status: 0, or 1 if the exercise that was checked does not pass, 2 if something else is wrong.
"""
ACTIONS = ("list", "start", "check", "hint", "solution", "variant")


def add_parser(commands: Any) -> None:
    """Add ``exercises`` to the commands."""
    parser = add_command(commands, "exercises", "work through the exercises of the chapters", EXERCISES)
    parser.add_argument("action", nargs="?", choices=ACTIONS, default="list", help="what to do (list)")
    parser.add_argument("number", nargs="?", type=int, metavar="N", help="of the exercise")
    parser.add_argument("--hint", type=int, metavar="N", help="the same as: hint N")
    parser.add_argument("--seed", type=int, metavar="S", help="with variant: which one (a number from 0 on)")
    parser.add_argument(
        "--solution", action="store_true", help="with variant: print its model solution instead"
    )
    parser.add_argument(
        "--folder", default="my_exercises", metavar="DIR", help="where your answers are (%(default)s)"
    )
    parser.set_defaults(run=run)


def run(arguments: Any) -> Any:
    """Do what is asked for; returns the exit status."""
    if importlib.util.find_spec("hypothesis") is None:
        raise ValueError("exercises needs hypothesis, which is not installed: pip install hypothesis")
    from wta_np.grading.exercises import exercise
    from wta_np.grading.progress import Progress

    action, number = arguments.action, arguments.number
    if arguments.hint is not None:
        if action != "list" or number is not None:
            raise ValueError(
                f"--hint goes without {action}, expected: wta-np exercises --hint {arguments.hint}"
            )
        action, number = "hint", arguments.hint
    if action != "variant" and (arguments.seed is not None or arguments.solution):
        raise ValueError(f"--seed and --solution go with variant, not with {action}")
    progress = Progress(arguments.folder)
    if action == "variant":
        return _variant(number, arguments, progress)
    if action == "list":
        if number is not None:
            raise ValueError("list takes no number: it lists all")
        _list(progress)
        return 0
    if number is None:
        raise ValueError(f"{action} needs the number of an exercise, such as: wta-np exercises {action} 3")
    check_int("the number of an exercise", number, 1)
    return {"start": _start, "check": _check, "hint": _hint, "solution": _solution}[action](
        exercise(number), progress
    )


def _list(progress):
    from wta_np.grading.exercises import EXERCISES as every
    from wta_np.grading.guide import CHAPTERS, in_order

    last = None
    for chapter, asked in in_order():
        if chapter != last:
            name, title = CHAPTERS[chapter]
            print(f"Chapter {chapter}, {title} (tutorials/{name}.md)")
            last = chapter
        print(f"  {asked.number:2d}  {asked.name:20s} {progress.state(asked)}")
    passed = sum(progress.state(asked) == "passed" for asked in every)
    print(f"{passed} of {len(every)} passed in {progress.folder}")
    begin = next((a for _, a in in_order() if progress.state(a) != "passed"), None)
    if begin is not None:
        action = "start" if progress.state(begin) == "not begun" else "check"
        print(f"Next: wta-np exercises {action} {begin.number}")


def _start(asked, progress):
    from wta_np._utils.atomic import write_whole
    from wta_np.grading.guide import CHAPTERS, chapter_of, stub, without_hints

    path = progress.answer(asked)
    if path.exists():
        raise ValueError(f"{path} is there already: move it away to begin anew")
    path.parent.mkdir(parents=True, exist_ok=True)
    with write_whole(path, "w") as file:
        file.write(without_hints(stub(asked.number).read_text(encoding="utf-8")))
    chapter = chapter_of(asked.number)
    print(f"{path}: write your code where it says NotImplementedError")
    print(f"It belongs to chapter {chapter}, tutorials/{CHAPTERS[chapter][0]}.md")
    print(f"Then: wta-np exercises check {asked.number}, or hint {asked.number} where you are stuck")
    return 0


def _variant(number, arguments, progress):
    from wta_np._utils.atomic import write_whole
    from wta_np.grading import variants

    if number is None:
        for n in variants.NUMBERS:
            print(f"exercise {n:2d} has {len(variants.variants_of(n))} variants")
        print(f"Next: wta-np exercises variant {variants.NUMBERS[0]} --seed 7")
        return 0
    variants.variants_of(number)
    if arguments.seed is None:
        raise ValueError(
            f"variant needs a seed, which chooses it, such as: wta-np exercises variant {number} --seed 7"
        )
    check_int("--seed", arguments.seed, 0)
    if arguments.solution:
        print(variants.variant(number, arguments.seed).solution.strip())
        return 0
    path = progress.answer(variants.judged(number, arguments.seed))
    if path.exists():
        raise ValueError(f"{path} is there already: move it away to begin anew")
    path.parent.mkdir(parents=True, exist_ok=True)
    with write_whole(path, "w") as file:
        file.write(variants.stub_of(number, arguments.seed))
    print(f"{path}: read what it asks for, which is not what the chapter shows, and write your code")
    print(f"Then: wta-np grade {path}")
    return 0


def _check(asked, progress):
    from wta_np.grading.grader import grade_file
    from wta_np.grading.report import as_text

    path = _answer(asked, progress)
    report = grade_file(path, asked.number)
    print(as_text(report), end="")
    if not report.passed:
        return 1
    progress.passed(asked)
    _praise(asked, progress)
    return 0


def _praise(asked, progress):
    """What to read and to do after a pass, and the picture of what the student's code has learned."""
    from wta_np.grading.guide import READ, next_of
    from wta_np.grading.pictures import draw

    if asked.atoms is not None:
        picture = draw(progress.answer(asked), asked.number, progress.answer(asked).with_suffix(".png"))
        if picture is not None:
            print(f"What your code has learned: {picture}")
    print(f"Passed. Now read the package's own version: wta_np/{READ[asked.number]}")
    print(f"A model solution: wta-np exercises solution {asked.number}")
    following = next_of(asked.number)
    if following is not None:
        print(f"Next: wta-np exercises start {following.number}, {following.name}")


def _hint(asked, progress):
    from wta_np.grading.guide import hints

    every = hints(asked.number)
    if not every:
        raise ValueError(f"exercise {asked.number} has no hints: all is in its file")
    place = progress.hint(asked, len(every))
    print(f"Hint {place + 1} of {len(every)}. {every[place]}")
    return 0


def _solution(asked, progress):
    from wta_np.grading.guide import solution

    if not progress.has_passed(asked):
        raise ValueError(
            f"the solution of exercise {asked.number} is shown once yours has passed: "
            f"wta-np exercises check {asked.number}"
        )
    print(solution(asked.number).read_text(encoding="utf-8"), end="")
    return 0


def _answer(asked, progress) -> Path:
    path = progress.answer(asked)
    if not path.is_file():
        raise ValueError(f"{path} is not there, expected your answer: wta-np exercises start {asked.number}")
    return path
