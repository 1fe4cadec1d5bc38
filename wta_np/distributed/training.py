"""What `wta_np.fit` does differently when several ranks train one model, step by step.

Each rank computes what its part of the mini-batch adds to loss and gradients. One sum over the ranks gives all of them
those of the mini-batch, and all make the same step. Weights never travel.
"""

from __future__ import annotations

from typing import Any

from wta_np._utils.validation import check_arrays
from wta_np.backend import array_module
from wta_np.distributed.agreement import agree, training_facts, weights_checksum
from wta_np.distributed.part import PartOfBatch
from wta_np.distributed.ranks import Ranks


class Stop:
    """Whether training should end after the step that it is in."""

    requested = False
    signal_name = ""  # of the signal that asked for it


def steps_of(model: Any, ranks: Ranks, stop: Stop) -> OneProcess:
    """The steps of a training: of this process alone, or shared among ranks."""
    return OneProcess(stop) if ranks.size == 1 else SharedSteps(model, ranks, stop)


class OneProcess:
    """The steps of a process that trains alone."""

    def __init__(self, stop: Stop) -> None:
        self.stop = stop

    def begin(self, model: Any, optimizer: Any, epochs: int, schedule: Any, state: Any) -> None:
        """What has to be seen to before the first step."""

    def gradients(self, model: Any, x: Any, rows: Any) -> tuple[float, dict[str, Any], Any]:
        """Loss and gradients of the mini-batch ``x[rows]``, and how many winners of each unit were positive."""
        loss, grads = model.loss_and_grads(x[rows])
        return loss, grads, _active_counts(model)

    def end_epoch(self, model: Any, stopping: bool) -> bool:
        """Whether training should end here, because a callback says so."""
        return stopping


def _active_counts(model):
    if not hasattr(model, "positive_winners_"):
        raise TypeError(
            f"{type(model).__name__}.loss_and_grads does not set active_counts, which the history is made of: "
            "see wta_np.models.Model"
        )
    return model.positive_winners_


class SharedSteps(OneProcess):
    """The steps of one rank among several, in place of `OneProcess`.

    A step makes one sum over the ranks. What it adds up lies in one buffer: the gradients of all parameters, the
    numbers of positive winners, the loss, and how many ranks were asked to stop.

    Parameters
    ----------
    model : FCWTA, ...
    ranks : Ranks
    stop : Stop
        Of this process. `stop`, the attribute, is that of all: it is set on all ranks after the same step.
    """

    def __init__(self, model: Any, ranks: Ranks, stop: Stop) -> None:
        self.ranks, self._asked, self.stop = ranks, stop, Stop()
        weights = next(iter(model.params.values()))
        self.n_units = len(model.atoms)
        numbers = sum(w.size for w in model.params.values()) + self.n_units + 2
        self._buffer = array_module(weights).empty(numbers, dtype=weights.dtype)

    def begin(self, model: Any, optimizer: Any, epochs: int, schedule: Any, state: Any) -> None:
        """SharedError on all ranks, unless they have the same code, data, settings and weights."""
        agree(training_facts(model, optimizer, epochs, schedule, state), self.ranks)

    def gradients(self, model: Any, x: Any, rows: Any) -> tuple[float, dict[str, Any], Any]:
        """As `OneProcess.gradients`, of which this rank computes its part.

        NaN spreads: a loss that is NaN on one rank is NaN on all, and an activation that is NaN raises on all.
        """
        part = PartOfBatch(len(rows), self.ranks)
        loss, grads = model.loss_and_grads(x[rows[part.rows]], batch=part)
        self._pack(model, grads, _active_counts(model), loss)
        self._buffer = self.ranks.sum(self._buffer)
        self.stop.requested = bool(self._buffer[-1] > 0)
        self.stop.signal_name = self._asked.signal_name or "a signal"
        grads, winners = self._unpack(model)
        return float(self._buffer[-2]), grads, winners

    def end_epoch(self, model: Any, stopping: bool) -> bool:
        """Whether a callback of any rank says that training should end; SharedError if weights differ."""
        agree({"set of weights after this epoch": weights_checksum(model)}, self.ranks)
        return any(text == "stop" for text in self.ranks.gather_texts("stop" if stopping else ""))

    def _pack(self, model, grads, winners, loss):
        start = 0
        for name, w in model.params.items():
            check_arrays(**{"params": (w, "..."), f"grads[{name!r}]": (grads[name], "...")})
            self._buffer[start : start + w.size] = grads[name].reshape(-1)
            start += w.size
        self._buffer[start : start + self.n_units] = winners
        self._buffer[-2] = loss
        self._buffer[-1] = self._asked.requested

    def _unpack(self, model):
        """Views of the buffer as gradients by name, and the numbers of winners."""
        grads, start = {}, 0
        for name, w in model.params.items():
            grads[name] = self._buffer[start : start + w.size].reshape(w.shape)
            start += w.size
        return grads, self._buffer[start : start + self.n_units].astype("int64")
