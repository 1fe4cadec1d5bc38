"""fit(): epochs, mini-batches, progress bar, stop and resume."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

from wta_np._utils.validation import check_arrays, check_finite, check_int
from wta_np.backend import array_module, backend_name, to_backend
from wta_np.training.interrupt import stop_on_signals
from wta_np.training.progress import Progress
from wta_np.training.sgd import SGD


class DivergenceError(FloatingPointError):
    """The loss became NaN or infinite."""


class StopTraining(Exception):
    """Raised by a callback to end training after the current epoch."""


def step_decay(at=(0.6, 0.9), factor=0.1):
    """A schedule: the learning rate is multiplied by `factor` at each of these shares of the epochs.

    Examples
    --------
    >>> schedule = step_decay()
    >>> [round(schedule(epoch, 10), 3) for epoch in (0, 5, 6, 8, 9)]
    [1.0, 1.0, 0.1, 0.1, 0.01]
    """
    return lambda epoch, epochs: factor ** sum(epoch >= share * epochs - 1e-9 for share in at)


def fit(
    model,
    x,
    epochs,
    batch_size=100,
    optimizer=None,
    rng=0,
    callbacks=(),
    progress=True,
    schedule=None,
    checkpoint=None,
    every_epochs=1,
    every_seconds=60.0,
    resume=False,
    about=None,
):
    """Train a model by mini-batch gradient descent.

    Every epoch visits all samples in a new random order; the last mini-batch may be short and gets its
    own number of winners. The first Ctrl-C ends training after the step it falls into.

    Parameters
    ----------
    model : FCWTA, ...
        Trained in place.
    x : ndarray, shape (N, ...)
        The data, on the model's backend and in its dtype.
    epochs : int
        Passes through the data, those before a `resume` included.
    batch_size : int
        Samples in a mini-batch, at most N.
    optimizer : SGD, optional
        By default ``SGD(lr=0.02, momentum=0.9)``.
    rng : int or numpy.random.Generator
        Draws the order of the samples. Same seed, same weights.
    callbacks : list of callable
        Each is called as ``callback(model, history)`` after every epoch. May raise `StopTraining`.
    progress : bool
        Show a progress bar with loss, sparsity and share of dead units.
    schedule : callable, optional
        ``schedule(epoch, epochs)`` -> what to multiply the optimiser's learning rate with; `epoch` counts
        from 0. By default the rate stays. See `step_decay`.
    checkpoint : str or path, optional
        File in which to keep the state of the training, see `wta_np.training.checkpoint`.
    every_epochs, every_seconds : int, float or None
        How often to write it: after so many epochs, and after so many seconds also within an epoch.
    resume : bool
        Go on from `checkpoint`, if the file exists, to the same weights that a run without a break
        reaches, bit for bit. The other arguments have to be those of the first run. `epochs` may be more; if the
        schedule depends on their number, the rate then rises again, and the result is not that of one long
        run.
    about : dict, optional
        Notes to keep in the checkpoint, JSON-ready.

    Returns
    -------
    History

    Raises
    ------
    TypeError, ValueError
        An argument is wrong, or a checkpoint is of another training.
    DivergenceError
        The loss became NaN or infinite. A FloatingPointError.
    OSError
        The checkpoint cannot be written.
    """
    optimizer = SGD() if optimizer is None else optimizer
    callbacks = list(callbacks)
    _check(model, x, epochs, batch_size, optimizer, callbacks, about)
    optimizer.velocity = {}  # of an earlier training, perhaps of another model
    state = Progress(model, optimizer, np.random.default_rng(rng), x, batch_size, about)
    if checkpoint is not None and resume and Path(checkpoint).exists():
        state.restore(checkpoint)
    base_lr = optimizer.lr
    n_batches = math.ceil(len(x) / batch_size)
    done = state.epoch * n_batches + state.batch
    saved = time.monotonic()

    kept = []  # the checkpoint, as soon as this training has one

    def where(back):
        """The place of the next step, or of one before it, in words."""
        epoch, step = divmod(max(0, state.epoch * n_batches + state.batch - back), n_batches)
        return f"in epoch {epoch + 1}, step {step + 1}"

    def keep():
        nonlocal saved
        if not _finite(model):
            raise DivergenceError(_advice(f"the weights became infinite {where(1)}", x, optimizer, kept))
        state.save(checkpoint)
        kept[:] = [checkpoint]
        saved = time.monotonic()

    with (
        tqdm(total=epochs * n_batches, initial=done, disable=not progress, unit="step") as bar,
        stop_on_signals() as stop,
        np.errstate(over="ignore", invalid="ignore"),  # a diverging run is reported in words
    ):
        try:
            while state.epoch < epochs and not stop.requested:
                optimizer.lr = base_lr * (schedule(state.epoch, epochs) if schedule else 1.0)
                bar.set_description(f"epoch {state.epoch + 1}/{epochs}")
                order = to_backend(state.order(), backend_name(x))
                while state.batch < n_batches and not stop.requested:
                    started = time.monotonic()
                    rows = order[state.batch * batch_size : (state.batch + 1) * batch_size]
                    try:
                        loss, grads = model.loss_and_grads(x[rows])
                    except ValueError:  # NaN, which cannot be ranked, comes before the loss
                        if _finite(model):
                            raise
                        loss = math.nan
                    if not math.isfinite(loss):
                        raise DivergenceError(
                            _advice(f"the loss became {loss} {where(0)}", x, optimizer, kept)
                        )
                    optimizer.step(model.params, grads)
                    state.count(loss, len(rows), time.monotonic() - started)
                    bar.update()
                    if checkpoint is not None and every_seconds and started - saved >= every_seconds:
                        keep()
                if state.batch == n_batches:
                    row = state.end_epoch(optimizer.lr)
                    if row["dead"] == 1.0:
                        raise DivergenceError(_why_dead(row["epoch"], model, x, optimizer, kept))
                    bar.set_postfix_str(
                        "loss {loss:.3f}, active {sparsity:.1%}, dead {dead:.1%}".format(**row)
                    )
                    for callback in callbacks:
                        callback(model, state.history)
                    if checkpoint is not None and every_epochs and state.epoch % every_epochs == 0:
                        keep()
        except StopTraining:
            pass
        finally:
            optimizer.lr = base_lr
        state.history.interrupted = stop.requested and state.epoch < epochs
        if checkpoint is not None:
            keep()
    return state.history


def _check(model, x, epochs, batch_size, optimizer, callbacks, about):
    if not all(hasattr(optimizer, name) for name in ("lr", "momentum", "velocity", "step")):
        raise TypeError(f"optimizer is {optimizer!r}, expected one such as SGD(lr=0.02)")
    for i, callback in enumerate(callbacks):
        if not callable(callback):
            raise TypeError(f"callbacks[{i}] is {callback!r}, expected a function of model and history")
    try:
        json.dumps(about)
    except TypeError as error:
        raise TypeError(f"about holds what JSON cannot: {error}") from error
    weights = next(iter(model.params.values()))
    check_arrays(x=(x, "N ..."), weights=(weights, "..."))
    check_finite("x", x)
    check_int("epochs", epochs, 1)
    check_int("batch_size", batch_size, 1)
    if batch_size > len(x):
        raise ValueError(f"batch_size is {batch_size}, expected at most {len(x)}, the number of samples")


def _finite(model):
    return all(bool(array_module(w).isfinite(w).all()) for w in model.params.values())


def _why_dead(epoch, model, x, optimizer, kept):
    """What to say when no unit was active in a whole epoch."""
    event = f"every unit died in epoch {epoch}"
    zero = [name for name, w in model.params.items() if w.ndim > 1 and not bool(w.any())]
    if zero:  # no step moved it from there
        return (
            f"{event}: {zero[0]} is zero everywhere, where ReLU lets no gradient through. "
            "Begin with small random weights."
        )
    return _advice(event, x, optimizer, kept, ", or the weights began too large")


def _advice(event, x, optimizer, kept, other=""):
    """What to say when a run diverges."""
    largest = float(max(x.max(), -x.min()))
    scale = f"; the largest input is {largest:.3g}, so a smaller scale may help" if largest > 1 else ""
    before = f" The state before is in {kept[0]}." if kept else ""
    return (
        f"{event}: the steps are too big{other}. "
        f"Try a smaller learning rate, such as {optimizer.lr / 10:g} instead of {optimizer.lr:g}, "
        f"or less momentum{scale}.{before}"
    )
