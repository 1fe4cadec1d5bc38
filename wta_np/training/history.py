"""What happened during training, one row an epoch."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from wta_np._utils.atomic import write_whole
from wta_np._utils.foreign import read_json
from wta_np.training.records import check_rows

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class History:
    """The record of a training.

    ``history["loss"]`` is the list of a column, ``history[-1]`` the row of the last epoch, a dict, and
    ``for row in history`` goes through them:

    ==========  ==================================================================================
    epoch       counted from 1
    loss        mean over the samples of the epoch, each measured just before its step
    sparsity    share of (sample, unit) pairs that were winners with an activation above zero
    dead        share of units with no such winner in the whole epoch
    lr          learning rate
    seconds     wall-clock time of the epoch
    ==========  ==================================================================================

    Attributes
    ----------
    rows : list of dict
    interrupted : bool
        Whether training was stopped by Ctrl-C (or SIGTERM) before its last epoch: by this a script notices
        that it should not go on as if it had been trained to its end.

    Examples
    --------
    >>> history = History([{"epoch": 1, "loss": 2.5}, {"epoch": 2, "loss": 1.5}])
    >>> history["loss"]
    [2.5, 1.5]
    >>> history[-1]
    {'epoch': 2, 'loss': 1.5}
    """

    def __init__(self, rows: Iterable[dict[str, Any]] = ()) -> None:
        self.rows = list(rows)
        self.interrupted = False

    def __getitem__(self, key: str | int | slice) -> Any:
        """A column by its name: a list; an epoch by its number, counted from 0: a dict; a slice: a list of those."""
        if not isinstance(key, str):
            return self.rows[key]
        if self.rows and key not in self.rows[0]:
            raise KeyError(f"{key!r}, expected one of {', '.join(self.columns)}")
        return [row[key] for row in self.rows]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The rows, one for each epoch."""
        return iter(self.rows)

    def __len__(self) -> int:
        """The number of epochs."""
        return len(self.rows)

    @property
    def columns(self) -> list[str]:
        """The names of the columns; empty before the first epoch."""
        return list(self.rows[0]) if self.rows else []

    def __repr__(self) -> str:
        last = f", last {self.rows[-1]}" if self.rows else ""
        epochs = "1 epoch" if len(self) == 1 else f"{len(self)} epochs"
        return f"History({epochs}{last}{', interrupted' if self.interrupted else ''})"

    def save(self, path: str | os.PathLike) -> None:
        """Write the rows as JSON, or as CSV if `path` ends in ``.csv``."""
        with write_whole(path, "w") as file:
            if str(path).endswith(".csv"):
                lines = [self.columns, *([row[c] for c in self.columns] for row in self.rows)]
                file.writelines(",".join(map(str, line)) + "\n" for line in lines)
            else:
                json.dump(self.rows, file, indent=1)

    @classmethod
    def read(cls, path: str | os.PathLike) -> History:
        """The history that `save` wrote as JSON; ValueError naming the file if it holds something else."""
        try:
            return cls(check_rows(read_json(path), ()))
        except ValueError as error:
            raise ValueError(f"{path} holds no history: {error}") from error

    def plot(self) -> Figure:
        """The learning curve, a matplotlib Figure; see `wta_np.plots.learning_curve`."""
        from wta_np.plots import learning_curve

        return learning_curve(self)
