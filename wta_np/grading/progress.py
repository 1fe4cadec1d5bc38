"""What a student has passed so far, and how many hints were given: a small file beside the answers."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from wta_np._utils.atomic import write_whole

NAME, LARGEST = "progress.json", 1 << 20  # bytes


class Progress:
    """The progress in a folder of answers.

    Parameters
    ----------
    folder : path
        It need not exist before something is kept.

    Raises
    ------
    ValueError
        The file is there, but is no progress.
    """

    def __init__(self, folder: Any) -> None:
        self.folder = Path(folder)
        self._passed, self._hints = {}, {}
        path = self.folder / NAME
        if not path.exists():
            return
        try:
            if path.stat().st_size > LARGEST:
                raise ValueError
            about = json.loads(path.read_text(encoding="utf-8"))
            self._passed = {int(number): str(digest) for number, digest in about["passed"].items()}
            self._hints = {int(number): int(count) for number, count in about["hints"].items()}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise ValueError(
                f"{path} is not a file of progress, expected one that this command wrote"
            ) from None

    def answer(self, exercise: Any) -> Any:
        """The path of the answer to an exercise."""
        return self.folder / exercise.filename

    def state(self, exercise: Any) -> str:
        """One of "not begun", "begun", "passed", and "changed" (since it passed)."""
        path = self.answer(exercise)
        if not path.is_file():
            return "not begun"
        if exercise.number not in self._passed:
            return "begun"
        return "passed" if self._passed[exercise.number] == _digest(path) else "changed"

    def has_passed(self, exercise: Any) -> bool:
        """Whether an answer has passed once."""
        return exercise.number in self._passed

    def passed(self, exercise: Any) -> None:
        """Keep that the answer passes as it is."""
        self._passed[exercise.number] = _digest(self.answer(exercise))
        self._write()

    def hint(self, exercise: Any, number: Any) -> Any:
        """The place of the next hint of `number`, which counts as given; the last one again at the end."""
        place = min(self._hints.get(exercise.number, 0), number - 1)
        self._hints[exercise.number] = place + 1
        self._write()
        return place

    def _write(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        about = {"passed": self._passed, "hints": self._hints}
        with write_whole(self.folder / NAME, "w") as file:
            json.dump(about, file, indent=1)


def _digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()
