"""The settings that a checkpoint says it was trained with, each checked for its kind before anything uses it."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import Any

from wta_np._utils.foreign import is_int, is_number, shown
from wta_np.data.whitening import KINDS as WHITENINGS

MOST_LAYERS = 1000
MOST_BYTES = 2**31  # of the patches that a file can ask for, as float32


def _is_path(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) < 4096


def _is_count(value: Any) -> bool:
    return is_int(value, 1, 10**9)


def _are_counts(value: Any) -> bool:
    return _is_count(value) or (
        isinstance(value, list) and 0 < len(value) <= MOST_LAYERS and all(map(_is_count, value))
    )


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


CHECKS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "data": (_is_path, "a name or a path"),
    "backend": (_is_path, "a name"),
    "momentum": (lambda value: is_number(value, 0), "a number of at least 0"),
    "batch_size": (_is_count, "a whole number of at least 1"),
    "seed": (lambda value: is_int(value, 0), "a whole number of at least 0"),
    "patch": (
        lambda value: value is None or is_int(value, 1, 10**5),
        "a whole number of at least 1; without patches the key is left out",
    ),
    "n_patches": (_is_count, "a whole number of at least 1"),
    "grey": (_is_bool, "true or false"),
    "contrast": (lambda value: value is None or _is_bool(value), "true or false"),
    "whiten": (lambda value: value in ("none", *WHITENINGS), "none, zca or pca"),
    "retain": (lambda value: is_number(value, 0), "a number in (0, 1]"),
    "epochs": (_is_count, "a whole number of at least 1"),
    "lr": (lambda value: value is None or is_number(value, 0), "a number of at least 0"),
    "lifetime": (lambda value: value == "none" or is_number(value, 0), "a number in (0, 1], or none"),
    "units": (_are_counts, "a whole number of at least 1, or several"),
    "tied": (_is_bool, "true or false"),
    "maps": (_is_count, "a whole number of at least 1"),
    "layers": (lambda value: is_int(value, 1, MOST_LAYERS), f"a whole number from 1 to {MOST_LAYERS}"),
    "size": (_is_count, "a whole number of at least 1"),
    "decoder_size": (_is_count, "a whole number of at least 1"),
    "cd_k": (_is_count, "a whole number of at least 1"),
}


def saved_settings(about: dict, path: str | os.PathLike) -> dict:
    """The settings in a checkpoint's notes; none for a model that no command trained.

    Raises
    ------
    ValueError
        One of them is not of its kind, or together they ask for more than memory has.
    """
    settings = about.get("settings")
    if settings is None:
        return {}
    if not isinstance(settings, dict):
        raise ValueError(f"{path} says that its settings are {shown(settings)}, expected settings by name")
    for name, (is_right, wanted) in CHECKS.items():
        if name in settings and not is_right(settings[name]):
            raise ValueError(f"{path} says that {name} was {shown(settings[name])}, expected {wanted}")
    patch, n_patches = settings.get("patch"), settings.get("n_patches")
    if patch and n_patches and n_patches * 4 * patch**2 > MOST_BYTES:
        raise ValueError(
            f"{path} says that it was trained on {n_patches} patches of {patch} x {patch}, expected at most "
            f"{MOST_BYTES} bytes of patches"
        )
    shape = about.get("image_shape", [1])
    if not isinstance(shape, list) or not 1 <= len(shape) <= 3 or not all(map(_is_count, shape)):
        raise ValueError(f"{path} says that its image_shape is {shown(shape)}, expected lengths")
    if math.prod(shape) > 10**9:
        raise ValueError(f"{path} says that its image_shape is {shown(shape)}, expected at most 10^9 values")
    return settings
