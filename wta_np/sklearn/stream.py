"""Training on samples that come bit by bit, for `partial_fit`."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from wta_np.models import Model
from wta_np.training import SGD, DivergenceError
from wta_np.training.diagnosis import Diagnosis, overflows


def learn(model: Model, optimizer: SGD, x: Any, batch_size: int, n_steps: int) -> int:
    """One step for each mini-batch of `x`, in the order of its rows; the optimizer keeps its velocity.

    Parameters
    ----------
    model, optimizer
        Both are changed in place.
    x : ndarray, shape (N, ...)
    batch_size : int
    n_steps : int
        Steps that the model has done before.

    Returns
    -------
    int
        Steps that it has done now.

    Raises
    ------
    DivergenceError
        The loss became NaN or infinite; the text says why.

    Warns
    -----
    RuntimeWarning
        No unit was active on any of the samples.
    """
    diagnosis = Diagnosis(model, x, optimizer)
    diagnosis.steps, active = n_steps, False
    with np.errstate(over="ignore", invalid="ignore"):  # a training that diverges is reported in words
        for start in range(0, len(x), batch_size):
            batch = x[start : start + batch_size]
            try:
                loss, grads = model.loss_and_grads(batch)
            except (ValueError, FloatingPointError):  # NaN cannot be ranked, so that there is no loss
                if not overflows(model, batch):
                    raise
                loss, grads = math.nan, {}
            if not math.isfinite(loss):
                event = f"the loss became {loss} in step {diagnosis.steps + 1}"
                raise DivergenceError(diagnosis.diverged(event))
            optimizer.step(model.params, grads)
            diagnosis.steps += 1
            active = active or bool(model.active_counts.any())
    if not active:
        event = f"no unit was active on any of {len(x)} samples"
        warnings.warn(diagnosis.dead(event, from_the_start=n_steps == 0), RuntimeWarning, stacklevel=3)
    return diagnosis.steps
