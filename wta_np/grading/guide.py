"""What belongs to each exercise beside its laws: chapter, the package's own version, stub, hints, model solution."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

from wta_np.grading.exercises import EXERCISES, exercise

HERE = Path(__file__).resolve().parent
CLONE = HERE.parents[1]  # the folder of a clone, if this is one

CHAPTERS = {
    1: ("01-linear-map", "Linear map"),
    2: ("02-relu-and-autoencoders", "ReLU and autoencoders"),
    3: ("03-lifetime-sparsity", "Lifetime sparsity"),
    4: ("04-training", "Training"),
    5: ("05-stacking", "Stacking"),
    6: ("06-rbm", "Boltzmann machine"),
    7: ("07-convolution", "Convolution"),
    8: ("08-conv-wta", "Convolutional winner-take-all"),
    9: ("09-release-pool-classify", "Release, pool, classify"),
    10: ("10-numpy-to-cupy", "NumPy to CuPy"),
    11: ("11-relatives", "Relatives"),
}
OF_CHAPTER = {1: [1], 2: [2], 3: [3, 4], 4: [5, 6, 15], 5: [16], 6: [7, 8], 7: [9, 10, 11], 8: [12, 13]}
OF_CHAPTER |= {9: [14, 19, 20], 10: [17], 11: [18]}
READ = {  # where the package has its own version
    1: "ops/linear.py",
    2: "ops/relu.py",
    3: "ops/lifetime.py",
    4: "ops/lifetime.py",
    5: "models/fc.py",
    6: "training/sgd.py",
    7: "ops/bernoulli.py",
    8: "models/rbm.py",
    9: "ops/im2col.py",
    10: "ops/im2col.py",
    11: "ops/conv.py",
    12: "ops/spatial.py",
    13: "ops/deconv.py",
    14: "evaluation/newton.py",
    15: "training/loop.py",
    16: "models/fc.py",
    17: "backend.py",
    18: "ops/lifetime.py",
    19: "ops/pool.py",
    20: "models/conv.py",
}


def chapter_of(number: Any) -> Any:
    """The number of the chapter that an exercise belongs to."""
    return next(chapter for chapter, numbers in OF_CHAPTER.items() if number in numbers)


def in_order() -> list:
    """(chapter, exercise) in the order of the chapters."""
    return [(c, exercise(n)) for c, numbers in OF_CHAPTER.items() for n in numbers if n <= len(EXERCISES)]


def next_of(number: Any) -> Any:
    """The exercise after this one, in the order of the chapters; None after the last."""
    order = [asked.number for _, asked in in_order()]
    place = order.index(number) + 1
    return exercise(order[place]) if place < len(order) else None


def _file(inside, outside, name):
    """A file that is part of an installed package, or of the clone that the package runs from."""
    for folder in (HERE / inside, CLONE / outside):
        if (folder / name).is_file():
            return folder / name
    raise OSError(f"{name} is not part of this installation: expected it in {HERE / inside}")


def stub(number: Any) -> Any:
    """The path of an exercise's stub."""
    return _file("stubs", "tutorials/exercises", exercise(number).filename)


def solution(number: Any) -> Any:
    """The path of an exercise's model solution."""
    return _file("solutions", "tests/exercises/solutions", exercise(number).filename)


HINTS = re.compile(r"\n+ +Hints\n +-----\n(?P<text>(?:.*\n)*?)(?= +\"\"\"| +[A-Z]\w+\n +---)")


def without_hints(text: str) -> Any:
    """A stub without the hints in its docstrings, which are then given one at a time."""
    return HINTS.sub("\n", text)


def hints(number: Any) -> Any:
    """The hints of an exercise, one sentence each, in their order."""
    tree = ast.parse(stub(number).read_text(encoding="utf-8"))
    found = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            _, _, after = (ast.get_docstring(node) or "").partition("Hints\n-----\n")
            text = " ".join(after.split())
            found += [f"{node.name}: {part}" for part in re.split(r"(?<=[.?:!])\s+(?=[A-Z\d])", text) if part]
    return found
