"""The record of a training in TensorBoard's files, by a callback of `fit`."""

from __future__ import annotations

import math
import os
from types import TracebackType
from typing import Any

from wta_np._utils.paths import user_path
from wta_np.interop.extras import need
from wta_np.models import Model
from wta_np.training import History


class TensorBoardLog:
    """A callback that writes each epoch's row of the history for TensorBoard, while the training goes on.

    Without TensorBoard, ``callbacks=[lambda model, history: history.save("log.csv")]`` keeps a table up to date.

    Parameters
    ----------
    folder : path
        Of the event files; it is made. After ``--resume`` the same folder goes on.

    Raises
    ------
    ValueError
        If tensorboardX is not installed: ``pip install 'wta_np[tensorboard]'``.

    See Also
    --------
    wta_np.training.History : the columns, each of which becomes a curve over the epochs.

    Examples
    --------
    >>> with TensorBoardLog("logs/fc") as log:  # doctest: +SKIP
    ...     wta_np.fit(model, x, epochs=10, callbacks=[log])
    """

    def __init__(self, folder: str | os.PathLike) -> None:
        library = need("tensorboardX", "tensorboard", "a log for TensorBoard")
        self._writer = library.SummaryWriter(str(user_path(folder)), flush_secs=1)

    def __call__(self, model: Model, history: History) -> None:
        """Write the last row of the history, as `fit` asks after each epoch."""
        row = history[-1]
        for name, value in row.items():
            if name != "epoch" and isinstance(value, int | float) and math.isfinite(value):
                self._writer.add_scalar(name, value, row["epoch"])

    def close(self) -> None:
        """Write what is left and close the file. Until then an epoch is in it after a second or two."""
        self._writer.close()

    def __enter__(self) -> TensorBoardLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Any:
        self.close()
