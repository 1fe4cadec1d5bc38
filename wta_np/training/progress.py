"""Where a training stands: everything that a run needs to go on as if it had never stopped."""

from __future__ import annotations

import os
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from wta_np._utils.foreign import short, shown
from wta_np._utils.validation import check_finite
from wta_np.backend import to_backend, to_numpy
from wta_np.training.checkpoint import load_checkpoint, save
from wta_np.training.history import History
from wta_np.training.records import COUNTERS, check_state, generator_of

if TYPE_CHECKING:
    from wta_np.models import Model
    from wta_np.training.sgd import SGD


class TrainingState:
    """Epoch, mini-batch, random state and running sums of a training.

    The order of the samples in an epoch follows from the generator's state at its beginning, so that this
    state and the number of the next mini-batch say which samples come next.

    Parameters
    ----------
    model, optimizer
        What is trained, and by what.
    rng : numpy.random.Generator
        Draws the order of the samples.
    x : ndarray, shape (N, ...)
        The data.
    batch_size : int
    about : dict or None
        The user's notes, kept in the checkpoint.
    """

    def __init__(
        self,
        model: Model,
        optimizer: SGD,
        rng: np.random.Generator,
        x: Any,
        batch_size: int,
        about: dict[str, Any] | None,
    ) -> None:
        self.model = model
        self.optimizer = optimizer
        self.rng = rng
        self.about = about
        self.settings = {
            "lr": optimizer.lr,
            "momentum": optimizer.momentum,
            "batch_size": batch_size,
            "data": [list(x.shape), str(x.dtype), checksum(x)],
        }
        self.epoch = 0
        self.epoch_state = rng.bit_generator.state
        self.history = History()
        self._begin()

    def _begin(self):
        """Set what is counted within an epoch to its beginning."""
        self.batch = 0
        self.n_seen = 0
        self.loss_sum = 0.0
        self.seconds = 0.0
        self.winners = None

    def order(self) -> np.ndarray:
        """The order of the samples in this epoch: ndarray of int, shape (N,), on the host."""
        self.rng.bit_generator.state = self.epoch_state
        return self.rng.permutation(self.settings["data"][0][0])

    def count(self, loss: float, n: int, seconds: float, winners: Any) -> None:
        """Note a step on `n` samples, and on how many of them each unit was a positive winner."""
        self.winners = winners if self.winners is None else self.winners + winners
        self.loss_sum += loss * n
        self.n_seen += n
        self.seconds += seconds
        self.batch += 1

    def end_epoch(self, lr: float) -> dict[str, Any]:
        """Close the epoch: its row of the history, which is also returned."""
        winners = to_numpy(self.winners)
        self.epoch += 1
        row = {
            "epoch": self.epoch,
            "loss": self.loss_sum / self.n_seen,
            "sparsity": float(winners.sum() / (self.n_seen * winners.size)),
            "dead": float((winners == 0).mean()),
            "lr": lr,
            "seconds": self.seconds,
        }
        self.history.rows.append(row)
        self.epoch_state = self.rng.bit_generator.state
        self._begin()
        return row

    def save(self, path: str | os.PathLike) -> None:
        """Write model and state to a checkpoint file."""
        state = {name: getattr(self, name) for name in COUNTERS}
        state |= {"settings": self.settings, "history": self.history.rows}
        arrays = {f"velocity/{name}": v for name, v in self.optimizer.velocity.items()}
        state["model_state"], model_arrays = self.model.state()
        arrays |= {f"model/{name}": array for name, array in model_arrays.items()}
        if self.winners is not None:
            arrays["winners"] = self.winners
        save(path, self.model, self.about, state, arrays)

    def restore(self, path: str | os.PathLike) -> None:
        """Take model and state from a checkpoint file; ValueError if it is of another training.

        Nothing is changed before all of the file is known to fit.
        """
        saved = load_checkpoint(path)
        state = saved.state
        if not state:
            raise ValueError(f"{path} holds a model but no training to resume")
        if "settings" in state:
            self._compare(path, state["settings"], saved.model.config)
        try:
            check_state(state, self.settings["data"][0][0], self.settings["batch_size"])
            arrays = self._fitting(saved.arrays, state["batch"], saved.model)
            model_state = state.get("model_state", {}), _group(arrays, "model/")
            saved.model.restore_state(*model_state)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            reason = str(error) if isinstance(error, ValueError) else repr(error)
            raise ValueError(f"{path} is no training that can be resumed: {short(reason)}") from error
        on, dtype = self.model.backend, self.model.dtype
        arrays = {name: to_backend(array, on) for name, array in arrays.items()}
        kept = saved.model.astype(dtype).to(on).stored_params
        for name, value in self.model.stored_params.items():  # those of frozen models, too
            value[...] = kept[name]
        self.winners = arrays.get("winners")
        self.optimizer.velocity = _group(arrays, "velocity/")
        self.model.restore_state(model_state[0], _group(arrays, "model/"))
        self.history = History(state["history"])
        for name in COUNTERS:
            setattr(self, name, state[name])
        if self.rng.bit_generator.state["bit_generator"] != self.epoch_state["bit_generator"]:
            self.rng = generator_of(self.epoch_state)

    def _compare(self, path, settings, config):
        """ValueError if a checkpoint is of a training with other settings, data or another model."""
        found = {**(settings if isinstance(settings, dict) else {}), "model": config}
        for name, value in {**self.settings, "model": self.model.config}.items():
            if name not in found:
                raise ValueError(f"{path} is no training that can be resumed: its settings lack {name}")
            if value != found[name]:
                raise ValueError(
                    f"{path} was trained with {name} {shown(found[name])}, but now it is {value}"
                )

    def _fitting(self, arrays, batch, model):
        """The arrays of a training if they are those of this model, in the middle of an epoch or not."""
        params, n_units = model.params, len(model.atoms)
        velocity = _group(arrays, "velocity/")
        if velocity and {n: v.shape for n, v in velocity.items()} != {n: w.shape for n, w in params.items()}:
            raise ValueError("its velocities do not fit the model")
        for name, array in arrays.items():
            if not name.startswith(("velocity/", "model/")) and name != "winners":
                raise ValueError(f"it holds an array {shown(name)}, which no training has")
            if array.dtype.kind not in ("f" if name != "winners" else "iuf"):
                raise ValueError(f"its {name} holds {array.dtype}, expected numbers")
            check_finite(name, array)
            if name == "model/chains" and (array.ndim != 2 or array.shape[1] != n_units):
                raise ValueError(f"its chains have shape {array.shape}, expected (N, {n_units})")
        winners = arrays.get("winners")
        if (winners is None) != (batch == 0) or (winners is not None and winners.shape != (n_units,)):
            found = "no counts" if winners is None else f"counts of shape {winners.shape}"
            wanted = f"shape ({n_units},)" if batch else "none at the beginning of an epoch"
            raise ValueError(f"it holds {found} of winners, expected {wanted}")
        return arrays


Progress = TrainingState  # the old name


def _group(arrays, prefix):
    """The arrays whose names begin with `prefix`, without it."""
    return {name.removeprefix(prefix): a for name, a in arrays.items() if name.startswith(prefix)}


def checksum(x: Any) -> int:
    """CRC-32 of all data, some megabytes at a time."""
    checksum, rows = 0, max(1, 2**20 // max(1, x[:1].size))
    for start in range(0, len(x), rows):
        checksum = zlib.crc32(np.ascontiguousarray(to_numpy(x[start : start + rows])), checksum)
    return checksum
