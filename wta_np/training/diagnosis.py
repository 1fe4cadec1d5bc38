"""What went wrong in a training, in words."""

from __future__ import annotations

from typing import Any

from wta_np.backend import array_module


def all_finite(model: Any) -> bool:
    """Whether no parameter of the model holds NaN or infinities."""
    return all(bool(array_module(w).isfinite(w).all()) for w in model.params.values())


def dead_units_message(epoch: int, model: Any, x: Any, optimizer: Any, saved: Any = None) -> str:
    """What to say when no unit was active in a whole epoch."""
    event = f"every unit died in epoch {epoch}"
    zero = [name for name, w in model.params.items() if w.ndim > 1 and not bool(w.any())]
    if zero:  # no step moved it from there
        return (
            f"{event}: {zero[0]} is zero everywhere, where ReLU lets no gradient through. "
            "Begin with small random weights."
        )
    return divergence_message(event, x, optimizer, saved, ", or the weights began too large")


def divergence_message(event: str, x: Any, optimizer: Any, saved: Any = None, other: str = "") -> str:
    """What to say when a training diverges; `saved` is the checkpoint file, if there is one."""
    largest = float(max(x.max(), -x.min()))
    scale = f"; the largest input is {largest:.3g}, so a smaller scale may help" if largest > 1 else ""
    before = f" The state before is in {saved}." if saved else ""
    return (
        f"{event}: the steps are too big{other}. "
        f"Try a smaller learning rate, such as {optimizer.lr / 10:g} instead of {optimizer.lr:g}, "
        f"or less momentum{scale}.{before}"
    )
