"""What happened during training, one row an epoch."""

from __future__ import annotations

import json

from wta_np._utils.atomic import write_whole
from wta_np._utils.foreign import read_json
from wta_np.training.records import check_rows


class History:
    """The record of a training.

    ``history["loss"]`` is the list of a column; `rows` is the list of all rows, each a dict:

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
        Whether training was stopped by Ctrl-C before its last epoch.

    Examples
    --------
    >>> history = History([{"epoch": 1, "loss": 2.5}, {"epoch": 2, "loss": 1.5}])
    >>> history["loss"]
    [2.5, 1.5]
    """

    def __init__(self, rows=()):
        self.rows = list(rows)
        self.interrupted = False

    def __getitem__(self, column):
        return [row[column] for row in self.rows]

    def __len__(self):
        return len(self.rows)

    def __repr__(self):
        last = f", last {self.rows[-1]}" if self.rows else ""
        return f"History({len(self)} epochs{last})"

    def save(self, path):
        """Write the rows as JSON, or as CSV if `path` ends in ``.csv``."""
        with write_whole(path, "w") as file:
            if str(path).endswith(".csv"):
                columns = list(self.rows[0]) if self.rows else []
                lines = [columns, *([row[c] for c in columns] for row in self.rows)]
                file.writelines(",".join(map(str, line)) + "\n" for line in lines)
            else:
                json.dump(self.rows, file, indent=1)

    @classmethod
    def read(cls, path):
        """The history that `save` wrote as JSON; ValueError naming the file if it holds something else."""
        try:
            return cls(check_rows(read_json(path), ()))
        except ValueError as error:
            raise ValueError(f"{path} holds no history: {error}") from error

    def plot(self):
        """The learning curve, a matplotlib Figure; see `wta_np.plots.learning_curve`."""
        from wta_np.plots import learning_curve

        return learning_curve(self)
