"""Arguments of the models' classes."""

from __future__ import annotations

from wta_np._utils.validation import check_number


def check_rate(lifetime: float | None) -> float | None:
    """`lifetime` as a number in (0, 1], or None."""
    return None if lifetime is None else check_number("lifetime", lifetime, 0, 1, above=True)
