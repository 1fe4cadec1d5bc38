"""The laws of spatial sparsity: one winner in each map of each image."""

from __future__ import annotations

from typing import Any

import numpy as np

from wta_np.backend import Array
from wta_np.testing.gradient_check import gradcheck
from wta_np.testing.laws.registry import equal, law, require
from wta_np.testing.laws.wording import count, maps, require_winners
from wta_np.testing.strategies_conv import FEW_PIXELS, feature_maps, untied_maps


def check_spatial(h: Array, mask: Array) -> None:
    """AssertionError unless every map has one winner."""
    for name, _, won in maps(h, mask):
        require_winners(name, won, 1)


def winners_depend_on_activities(ops: Any) -> None:
    """AssertionError if the same pixels win whatever the activities are: then nothing else of them can be judged."""
    h = np.array([0.0, 1.0]).reshape(1, 1, 2, 1)
    masks = [ops.spatial_forward(values)[1] for values in (h, h[:, :, ::-1].copy())]
    require(
        np.sum(masks[0]) != 1 or not np.array_equal(*masks),  # a wrong number is told by the law itself
        "the same pixels win for h = [[[[0], [1]]]] and h = [[[[1], [0]]]]: first of all the largest has to win",
    )


@law("spatial", feature_maps(), first=FEW_PIXELS)
def each_map_of_each_image_has_one_winner(ops, h):
    """One True in each map of each image, also where many are equal or all are zero."""
    _, mask = ops.spatial_forward(h)
    require(mask.dtype == bool and mask.shape == h.shape, f"mask is {mask.dtype} {mask.shape}")
    for name, _, won in maps(h, mask):
        require(won.sum() == 1, f"{name}: {count(won.sum(), 'winner')} where there should be one")


LINES_BEFORE_COLUMNS = np.array([0.0, 1.0, 1.0, 0.0]).reshape(1, 2, 2, 1)


@law("spatial", feature_maps(), first=FEW_PIXELS, then=[(LINES_BEFORE_COLUMNS,)])
def the_winner_is_the_first_of_the_largest(ops, h):
    """No pixel of the map is above its winner, and none before it in reading order is equal to it."""
    for name, values, won in maps(h, ops.spatial_forward(h)[1]):
        require_winners(name, won, 1)
        winner, best = np.where(won, values, -np.inf).argmax(), values.argmax()
        places = [f"({i // h.shape[2]}, {i % h.shape[2]})" for i in (best, winner)]
        require(
            values[winner] == values[best],
            (
                f"{name}: pixel {places[0]} with {values[best]:g} is above the winner {places[1]} with "
                f"{values[winner]:g}"
            ),
        )
        require(
            winner == best,
            (
                f"{name}: pixels {places[0]} and {places[1]} tie at {values[best]:g}, the first in reading order "
                f"wins, but {places[1]} won"
            ),
        )


@law("spatial", feature_maps(), first=FEW_PIXELS, once=winners_depend_on_activities)
def the_spatial_code_is_zero_but_for_winners(ops, h):
    """z is h at the winners and zero elsewhere; so is the gradient, dz at the winners."""
    z, mask = ops.spatial_forward(h)
    check_spatial(h, mask)
    equal(z, np.where(mask, h, 0), "z should be h at the winners and zero elsewhere")
    dz = 1.0 + np.arange(h.size).reshape(h.shape)
    equal(ops.spatial_backward(dz, mask), np.where(mask, dz, 0), "dh should be dz at the winners")


@law("spatial", untied_maps(), once=winners_depend_on_activities)
def spatial_gradient_agrees_with_differences(ops, h):
    """dh agrees with central differences, away from ties."""
    check_spatial(h, ops.spatial_forward(h)[1])

    def backward(dz, h):
        return ops.spatial_backward(dz, ops.spatial_forward(h)[1])

    gradcheck(ops.spatial_forward, backward, {"h": h}, allow_zero=True)
