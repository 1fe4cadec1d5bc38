"""Where a training stands: everything that a run needs to go on as if it had never stopped."""

from __future__ import annotations

import zlib

import numpy as np

from wta_np.backend import to_backend, to_numpy
from wta_np.training.checkpoint import load_checkpoint, save
from wta_np.training.history import History

COUNTERS = ("epoch", "epoch_state", "batch", "n_seen", "loss_sum", "seconds")
GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")


class Progress:
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

    def __init__(self, model, optimizer, rng, x, batch_size, about):
        self.model, self.optimizer, self.rng, self.about = model, optimizer, rng, about
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
        self.batch, self.n_seen, self.loss_sum, self.seconds, self.winners = 0, 0, 0.0, 0.0, None

    def order(self):
        """The order of the samples in this epoch: ndarray of int, shape (N,), on the host."""
        self.rng.bit_generator.state = self.epoch_state
        return self.rng.permutation(self.settings["data"][0][0])

    def count(self, loss, n, seconds, winners):
        """Note a step on `n` samples, and on how many of them each unit was a positive winner."""
        self.winners = winners if self.winners is None else self.winners + winners
        self.loss_sum += loss * n
        self.n_seen += n
        self.seconds += seconds
        self.batch += 1

    def end_epoch(self, lr):
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

    def save(self, path):
        """Write model and state to a checkpoint file."""
        state = {name: getattr(self, name) for name in COUNTERS}
        state |= {"settings": self.settings, "history": self.history.rows}
        arrays = {f"velocity/{name}": v for name, v in self.optimizer.velocity.items()}
        state["model_state"], model_arrays = self.model.state()
        arrays |= {f"model/{name}": array for name, array in model_arrays.items()}
        if self.winners is not None:
            arrays["winners"] = self.winners
        save(path, self.model, self.about, state, arrays)

    def restore(self, path):
        """Take model and state from a checkpoint file; ValueError if it is of another training."""
        saved = load_checkpoint(path)
        if not saved.state:
            raise ValueError(f"{path} holds a model but no training to resume")
        missing = [name for name in (*COUNTERS, "settings", "history") if name not in saved.state]
        if missing:
            raise ValueError(f"{path} is no training that can be resumed: it lacks {', '.join(missing)}")
        compared = {**self.settings, "model": self.model.config}
        found = {**saved.state["settings"], "model": saved.model.config}
        for name, value in compared.items():
            if value != found.get(name):
                raise ValueError(f"{path} was trained with {name} {found.get(name)}, but now it is {value}")
        on, dtype = self.model.backend, self.model.dtype
        arrays = {name: to_backend(array, on) for name, array in saved.arrays.items()}
        velocity = _group(arrays, "velocity/")
        params = self.model.params
        if velocity and {n: v.shape for n, v in velocity.items()} != {n: w.shape for n, w in params.items()}:
            raise ValueError(
                f"{path} is no training that can be resumed: its velocities do not fit the model"
            )
        kept = saved.model.astype(dtype).to(on).stored_params
        for name, value in self.model.stored_params.items():  # those of frozen models, too
            value[...] = kept[name]
        self.winners = arrays.get("winners")
        self.optimizer.velocity = velocity
        self.model.restore_state(saved.state.get("model_state", {}), _group(arrays, "model/"))
        self.history = History(saved.state["history"])
        for name in COUNTERS:
            setattr(self, name, saved.state[name])
        kind = self.epoch_state["bit_generator"]
        if kind not in GENERATORS:
            raise ValueError(f"{path} holds a generator {kind!r}, expected one of {', '.join(GENERATORS)}")
        if self.rng.bit_generator.state["bit_generator"] != kind:
            self.rng = np.random.Generator(getattr(np.random, kind)())


def _group(arrays, prefix):
    """The arrays whose names begin with `prefix`, without it."""
    return {name.removeprefix(prefix): a for name, a in arrays.items() if name.startswith(prefix)}


def checksum(x):
    """CRC-32 of all data, some megabytes at a time."""
    checksum, rows = 0, max(1, 2**20 // max(1, x[:1].size))
    for start in range(0, len(x), rows):
        checksum = zlib.crc32(np.ascontiguousarray(to_numpy(x[start : start + rows])), checksum)
    return checksum
