"""fit(): epochs, mini-batches, progress bar, stop and resume."""

from __future__ import annotations

import json
import math
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from wta_np._utils.options_by_name import options_by_name
from wta_np._utils.progress_bar import progress_bar
from wta_np._utils.validation import check_arrays, check_finite, check_int
from wta_np.backend import backend_name, to_backend
from wta_np.distributed.ranks import ONE_RANK, Ranks
from wta_np.distributed.training import OneProcess, steps_of
from wta_np.models import Model, check_can_be_saved
from wta_np.training.diagnosis import Diagnosis, all_finite, overflows
from wta_np.training.errors import DivergenceError, StopTraining
from wta_np.training.history import History
from wta_np.training.interrupt import stop_on_signals
from wta_np.training.progress import TrainingState
from wta_np.training.sgd import SGD


def step_decay(at: Sequence[float] = (0.6, 0.9), factor: float = 0.1) -> Callable[[int, int], float]:
    """A schedule: the learning rate is multiplied by `factor` at each of these shares of the epochs.

    Examples
    --------
    >>> schedule = step_decay()
    >>> [round(schedule(epoch, 10), 3) for epoch in (0, 5, 6, 8, 9)]
    [1.0, 1.0, 0.1, 0.1, 0.01]
    """
    return lambda epoch, epochs: factor ** sum(epoch >= share * epochs - 1e-9 for share in at)


@options_by_name
def fit(
    model: Model,
    x: Any,
    epochs: int,
    batch_size: int = 100,
    optimizer: SGD | None = None,
    *,
    rng: Any = 0,
    callbacks: Iterable[Callable[[Any, History], Any]] = (),
    progress: bool = True,
    schedule: Callable[[int, int], float] | None = None,
    checkpoint: str | os.PathLike | None = None,
    every_epochs: int | None = 1,
    every_seconds: float | None = 60.0,
    resume: bool = False,
    about: dict[str, Any] | None = None,
    ranks: Ranks = ONE_RANK,
) -> History:
    """Train a model by mini-batch gradient descent.

    Every epoch visits all samples in a new random order; the last mini-batch may be short and gets its
    own number of winners.

    The first Ctrl-C (or SIGTERM) ends the training after the step it falls into, and `fit` returns as usual, so
    that the model can be used: it says so on standard error, and ``history.interrupted`` is True. A script that
    goes on to other work asks for that. The second Ctrl-C, while that step still runs, is a KeyboardInterrupt.

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
        By default ``SGD(model.default_lr, model.default_momentum)``: each kind of model has its own rate.
        It starts with no velocity, and has its `lr` and `velocity` of before again when `fit` returns.
    rng : int or numpy.random.Generator
        Draws the order of the samples. Same seed, same weights.
    callbacks : list of callable
        Each is called as ``callback(model, history)`` after every epoch. May raise `StopTraining`.
    progress : bool
        Show a progress bar with loss, sparsity and share of dead units; where standard error is no
        terminal, a line for each epoch. The environment variable TQDM_DISABLE=1 overrides it.
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
    ranks : Ranks
        Processes that train this model together, see `wta_np.distributed`; each of them calls `fit` with the same
        arguments. They share every mini-batch and end with the weights of one process, up to rounding. Rank 0 shows
        the bar and writes the checkpoint; all of them read it. Callbacks are called on every rank.

    Returns
    -------
    History

    Raises
    ------
    TypeError, ValueError
        An argument is wrong, or a checkpoint is of another training; or ranks differ in code, data or settings.
    DivergenceError
        The loss or a weight became NaN or infinite, or no unit is active; the text says why. A
        FloatingPointError.
    OSError
        The checkpoint cannot be written.
    """
    if not hasattr(model, "params") or not hasattr(model, "loss_and_grads"):
        raise TypeError(f"model is a {type(model).__name__}, expected one such as FCWTA(784, 1000)")
    if optimizer is None:
        kind = model if hasattr(model, "default_lr") else Model  # its rate suits most data in [0, 1]
        optimizer = SGD(kind.default_lr, kind.default_momentum)
    callbacks = list(callbacks)
    with ranks.together():
        _check(model, x, epochs, batch_size, optimizer, callbacks, about)
        if checkpoint is not None:
            check_can_be_saved(model)
    with (
        _borrowed(optimizer),
        stop_on_signals() as stop,
        np.errstate(over="ignore", invalid="ignore"),  # a diverging run is reported in words
    ):
        state = TrainingState(model, optimizer, np.random.default_rng(rng), x, batch_size, about)
        with ranks.together():
            if checkpoint is not None and resume and Path(checkpoint).exists():
                state.restore(checkpoint)
        steps = steps_of(model, ranks, stop)
        steps.begin(model, optimizer, epochs, schedule, state)
        stop, first = steps.stop, ranks.rank == 0
        files = _CheckpointFile(checkpoint if first else None, every_epochs, every_seconds, time.monotonic())
        diagnosis = Diagnosis(model, x, optimizer)
        run = _Run(
            model, x, epochs, batch_size, optimizer, optimizer.lr, schedule, state, files, steps, diagnosis
        )
        with progress_bar(epochs * run.n_batches, initial=run.n_steps, show=progress and first) as run.bar:
            try:
                while state.epoch < epochs and not stop.requested:
                    _run_epoch(run)
                    if state.batch == run.n_batches:
                        _end_epoch(run, callbacks)
            except StopTraining:
                pass
            state.history.interrupted = stop.requested and state.epoch < epochs
            _save_checkpoint(run)
    if state.history.interrupted and first:
        _say_interrupted(run)
    return state.history


@dataclass
class _CheckpointFile:
    """Where and how often the state of a training is written, and when that was done last."""

    path: Any
    every_epochs: int | None
    every_seconds: float | None
    last_time: float


@dataclass
class _Run:
    """What the parts of `fit` share: the training's subject, its settings and where it stands."""

    model: Any
    x: Any
    epochs: int
    batch_size: int
    optimizer: Any
    base_lr: float
    schedule: Any
    state: TrainingState
    file: _CheckpointFile
    steps: OneProcess
    diagnosis: Diagnosis
    bar: Any = None
    n_idle: int = 0  # samples since a unit was active

    @property
    def n_batches(self) -> int:
        """Mini-batches of an epoch; the last one may be short."""
        return math.ceil(len(self.x) / self.batch_size)

    @property
    def n_steps(self) -> int:
        """Steps done since the beginning of the first epoch."""
        return self.state.epoch * self.n_batches + self.state.batch

    def position(self, step: int) -> str:
        """The place of a step, counted from 0 over all epochs, in words."""
        epoch, step = divmod(max(0, step), self.n_batches)
        return f"in epoch {epoch + 1}, step {step + 1}"


@contextmanager
def _borrowed(optimizer):
    """Use an optimizer from a fresh start, and give it back with the rate and velocity it had."""
    lr, velocity = optimizer.lr, optimizer.velocity
    optimizer.velocity = {}  # the old one may be of another model
    try:
        yield
    finally:
        optimizer.lr, optimizer.velocity = lr, velocity


def _run_epoch(run):
    """Train on the mini-batches of an epoch that are still to come, or until a stop is requested."""
    state, file = run.state, run.file
    run.optimizer.lr = run.base_lr * (run.schedule(state.epoch, run.epochs) if run.schedule else 1.0)
    run.bar.set_description(f"epoch {state.epoch + 1}/{run.epochs}")
    order = to_backend(state.order(), backend_name(run.x))
    while state.batch < run.n_batches and not run.steps.stop.requested:
        started = time.monotonic()
        rows = order[state.batch * run.batch_size : (state.batch + 1) * run.batch_size]
        loss, counts = _step(run, rows)
        state.count(loss, len(rows), time.monotonic() - started, counts)
        run.bar.update()
        if file.every_seconds and started - file.last_time >= file.every_seconds:
            _save_checkpoint(run)


def _step(run, rows):
    """One step of gradient descent on a mini-batch; the loss before it, and on how many samples each unit is active."""
    loss, grads, counts = _loss_and_grads(run, rows)
    if not math.isfinite(loss):
        event = f"the loss became {loss} {run.position(run.n_steps)}"
        raise DivergenceError(run.diagnosis.diverged(event))
    run.n_idle = 0 if bool(counts.any()) else run.n_idle + len(rows)
    run.optimizer.step(run.model.params, grads)
    run.diagnosis.steps += 1
    return loss, counts


def _loss_and_grads(run, rows):
    """What a step needs of a mini-batch; a loss of NaN where the model's own numbers were no longer finite."""
    try:
        return run.steps.gradients(run.model, run.x, rows)
    except (ValueError, FloatingPointError):  # NaN cannot be ranked, so that there is no loss
        if not overflows(run.model, run.x[rows]):
            raise
        return math.nan, {}, None


def _end_epoch(run, callbacks):
    """Close an epoch: its row of the history, the callbacks, and a checkpoint where one is due."""
    _check_weights(run)
    row = run.state.end_epoch(run.optimizer.lr)
    if row["dead"] == 1.0 or run.n_idle >= len(run.x) / 2:
        event = f"every unit died in epoch {row['epoch']}"
        from_the_start = row["dead"] == 1.0 and row["epoch"] == 1
        raise DivergenceError(run.diagnosis.dead(event, from_the_start))
    run.bar.set_postfix_str("loss {loss:.3f}, active {sparsity:.1%}, dead {dead:.1%}".format(**row))
    stopping = False
    try:
        for callback in callbacks:
            callback(run.model, run.state.history)
    except StopTraining:
        stopping = True
    if run.steps.end_epoch(run.model, stopping):
        raise StopTraining
    if run.file.every_epochs and run.state.epoch % run.file.every_epochs == 0:
        _save_checkpoint(run)


def _check_weights(run):
    """DivergenceError if a weight is NaN or infinite."""
    if not all_finite(run.model):
        event = f"the weights became infinite {run.position(run.n_steps - 1)}"
        raise DivergenceError(run.diagnosis.diverged(event))


def _save_checkpoint(run):
    """Write the state of the training, where there is a file for it; never weights that are not finite."""
    if run.file.path is None:
        return
    _check_weights(run)
    run.state.save(run.file.path)
    run.diagnosis.saved = run.file.path
    run.file.last_time = time.monotonic()


def _say_interrupted(run):
    """Say that a signal ended the training, also to those who asked for no progress bar."""
    with suppress(OSError, ValueError):  # standard error is closed, or its disk is full
        print(
            f"wta_np: {run.steps.stop.signal_name} ended the training {run.position(run.n_steps - 1)}, before its last "
            "epoch; history.interrupted is True",
            file=sys.stderr,
        )


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
    check_arrays(x=(x, "N ..."))
    if x.dtype != weights.dtype:
        raise TypeError(
            f"x is {x.dtype} but the weights of the model are {weights.dtype}: "
            f"use x.astype('{weights.dtype}') or model.astype('{x.dtype}')"
        )
    check_arrays(x=(x, "N ..."), weights=(weights, "..."))
    check_finite("x", x)
    check_int("epochs", epochs, 1)
    check_int("batch_size", batch_size, 1)
    if batch_size > len(x):
        raise ValueError(f"batch_size is {batch_size}, expected at most {len(x)}, the number of samples")
