"""Where the right and the wrong answers are, and how a wrong one is put together."""

from pathlib import Path

HERE = Path(__file__).resolve().parent
EXERCISES = HERE.parents[1] / "tutorials" / "exercises"
MUTANTS = sorted((HERE / "mutants").glob("*/*.py"))
RIGHT = sorted((HERE / "right").glob("*/*.py"))  # in other styles than the solutions


def solution(number):
    """The path of a right answer in plain NumPy."""
    return next((HERE / "solutions").glob(f"ex{number:02d}_*.py"))


def wrong_answer(path):
    """(number of the exercise, name of the law that catches it, text of the file that a student would hand in).

    What a mutant defines takes the place of what the solution above it defines.
    """
    number, text = int(path.parent.name[2:]), path.read_text(encoding="utf-8")
    law = text.split("Caught by: ")[1].split()[0]
    return number, law, solution(number).read_text(encoding="utf-8") + "\n\n" + text
