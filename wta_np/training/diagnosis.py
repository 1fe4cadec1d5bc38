"""Why a training failed, in words that are true of it: what happened, the likely cause, what to try."""

from __future__ import annotations

from typing import Any

from wta_np.backend import array_module
from wta_np.models import Model

LARGE = 10.0  # data and weights beyond this are named as a likely cause: both are of order one by habit
HIGH = 2.0  # times the default: a rate, or a momentum's sum of steps, beyond this is
BIASES = ("b_enc", "b_h")  # how the names of the biases of hidden units begin


def all_finite(model: Any) -> bool:
    """Whether no parameter of the model holds NaN or infinities."""
    return not not_finite(model)


def not_finite(model: Any) -> str:
    """A text such as "b_enc has 8 values that are NaN or infinite"; empty if all parameters are finite."""
    for name, w in model.params.items():
        bad = int((~array_module(w).isfinite(w)).sum())
        if bad:
            return f"{name} has {bad} values that are NaN or infinite"
    return ""


def overflows(model: Any, batch: Any) -> bool:
    """Whether the model's own computation makes NaN or infinities of a finite mini-batch."""
    if not all_finite(model):
        return True
    try:
        values = [model.top_inputs(batch)] if hasattr(model, "top_inputs") else []
        if not all(bool(array_module(value).isfinite(value).all()) for value in values):
            return True  # and the top model would refuse them
        values.append(model.encode(batch))
    except (ValueError, TypeError, FloatingPointError):
        return False  # the model refuses the mini-batch for another reason
    return not all(bool(array_module(value).isfinite(value).all()) for value in values)


class Diagnosis:
    """What is known of a training from its start, and what follows from it when the training fails.

    Parameters
    ----------
    model, x, optimizer
        What is trained, on what, by what.

    Attributes
    ----------
    steps : int
        Steps that were done, 0 as long as the weights are those of the start.
    saved : str or path, optional
        The checkpoint file, once this training has written it.
    """

    def __init__(self, model: Any, x: Any, optimizer: Any) -> None:
        self.model, self.x, self.optimizer = model, x, optimizer
        self.steps = 0
        self.saved = None
        self.broken = not_finite(model)
        self.start = {name: _largest(w) for name, w in model.params.items() if w.size}

    def diverged(self, event: str) -> str:
        """What to say when `event`, such as "the loss became inf in epoch 1, step 2", ends the training."""
        if self.broken:
            text = f"{event}: {self.broken} before the first step. Begin with finite weights."
        elif self.steps == 0:
            text = f"{event}: {self._too_large_from_the_start()}"
        else:
            text = f"{event}: {self._steps_too_large()}"
        return text + (f" The state before is in {self.saved}." if self.saved else "")

    def dead(self, event: str, from_the_start: bool) -> str:
        """What to say when no unit is active any more, or none was from the start."""
        if self.broken or not from_the_start:
            return self.diverged(event)
        return f"{event}: {self._why_never_active()}"

    def _why_never_active(self) -> str:
        """No step can be blamed: without an active unit the encoder gets no gradient, so it did not move."""
        sample = self.x[:1000]
        seen = self.model.top_inputs(sample) if hasattr(self.model, "top_inputs") else sample
        if not bool(self.x.any()):
            return "x is zero everywhere, so there is nothing to learn. Check how the data were read."
        if not bool(seen.any()):
            return "the models below give codes that are zero everywhere. Train them before this one."
        for name, w in self.model.params.items():
            if w.ndim > 1 and not name.startswith("W_dec") and not bool(w.any()):
                return (
                    f"{name} is zero everywhere, where ReLU lets no gradient through. "
                    "Begin with small random weights."
                )
        name = self._bias_that_silences(sample)
        if name:
            lowest = float(self.model.params[name].min())
            return (
                f"{name} began so far below zero, at {lowest:g}, that no input is strong enough to make a "
                "unit active. Begin with biases of zero."
            )
        return (
            "its weights at the start make no unit active on any sample: they have the wrong sign for these "
            "data. Begin with small random weights of both signs, such as those of a new model."
        )

    def _bias_that_silences(self, sample: Any) -> str:
        """The name of hidden biases without which some unit would be active; empty if that changes nothing."""
        params = self.model.params
        names = [name for name in params if name.startswith(BIASES) and bool((params[name] < 0).any())]
        zero = {name: array_module(params[name]).zeros_like(params[name]) for name in names}
        try:
            self.model.params = {**params, **zero}
            active = bool((self.model.encode(sample) > self.model.activity_threshold).any())
        finally:
            self.model.params = params
        return min(names, key=lambda name: float(params[name].min())) if names and active else ""

    def _too_large_from_the_start(self) -> str:
        """Before the first step neither rate nor momentum can be the cause."""
        largest = _largest(self.x)
        name = max(self.start, key=self.start.get)
        if largest >= self.start[name]:
            return (
                f"the largest input is {largest:.3g}, which {self.x.dtype} cannot square and sum. "
                f"Divide x by {largest:.3g}."
            )
        return (
            f"{name} began with values up to {self.start[name]:.3g}, which is too large for {self.x.dtype}. "
            "Begin with small random weights."
        )

    def _steps_too_large(self) -> str:
        """After some steps: the rate, the momentum, the data or the weights at the start."""
        lr, momentum = self.optimizer.lr, self.optimizer.momentum
        kind = self.model if hasattr(self.model, "default_lr") else Model
        default, usual = kind.default_lr, kind.default_momentum
        largest = _largest(self.x)
        name = max(self.start, key=self.start.get)
        if lr > HIGH * default:
            rate = f"such as {default:g}, the default of this model, instead of {lr:g}"
            advice = f"the steps are too big. Try a smaller learning rate, {rate}"
            return advice + (
                f", and divide x by its largest value, {largest:.3g}." if largest > LARGE else "."
            )
        if largest > LARGE:
            return (
                f"the steps are too big, since the largest input is {largest:.3g} and gradients grow with the "
                f"square of the inputs. Divide x by {largest:.3g}."
            )
        if 1 - momentum < (1 - usual) / HIGH:
            return (
                f"the steps are too big, since momentum {momentum:g} adds them up to {1 / (1 - momentum):.3g} "
                f"times their size. Try less momentum, such as {usual:g}."
            )
        if self.start[name] > LARGE:
            return (
                f"the steps are too big, since {name} began with values up to {self.start[name]:.3g}. "
                "Begin with small random weights."
            )
        scale = f"; the largest input is {largest:.3g}, so a smaller scale may help" if largest > 1 else ""
        less = ", or less momentum" if momentum > usual else ""
        return (
            "the steps are too big. "
            f"Try a smaller learning rate, such as {lr / 10:g} instead of {lr:g}{less}{scale}."
        )


def _largest(a: Any) -> float:
    """The largest absolute value."""
    return float(max(a.max(), -a.min()))
