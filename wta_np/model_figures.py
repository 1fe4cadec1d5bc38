"""The pictures of a trained model, chosen by what it is: dictionary, activity, feature maps, reconstructions."""

from __future__ import annotations

from typing import Any

import numpy as np

from wta_np import plots
from wta_np.backend import Array, to_numpy
from wta_np.data.preparation import Preparation
from wta_np.models import Stack
from wta_np.ops import spatial_forward


def draw(model: Any, x: Array, image_shape: Any, preparation: Any = None) -> Any:
    """The pictures of a model on its inputs `x`, taken as one mini-batch: dict of name to Figure.

    `preparation` is what made the inputs of images of shape `image_shape`.
    """
    preparation = preparation or Preparation()
    figures = {"dictionary": plots.dictionary(preparation.atoms(model.atoms), image_shape, n=144)}
    h = model.encode(x)
    model.loss_and_grads(x)
    if model.lifetime is not None and not model.outputs_maps:  # every map sees something on every image
        constrained = model.active_counts / len(x)
        released = (h > model.activity_threshold).mean(axis=0)
        figures["activity"] = plots.activity_histogram(released, constrained, model.lifetime)
    if isinstance(model, Stack):
        return figures
    x_hats = [model.reconstruct(x)]
    if model.outputs_maps:
        x_hats.append(_unit_range(model.reconstruct(x, constrained=False)))
        figures["feature_maps"] = _stages(model, x, h)
    rows = [preparation.pictures(images[:12]) for images in (x, *x_hats)]
    figures["reconstructions"] = plots.reconstructions(*rows, image_shape=image_shape)
    return figures


def _stages(model, x, h):
    """Feature maps of the image with most winners: released, under the constraints, and pooled."""
    winners = to_numpy(model.winners(x).dense())
    i = int((winners > 0).sum(axis=(1, 2, 3)).argmax())
    one = h[i : i + 1]
    stages = {
        "released": one,
        "one winner": spatial_forward(one)[0],
        "of the batch": winners[i : i + 1],
        "pooled": model.pooled(one)[0],
    }
    return plots.feature_maps({label: to_numpy(maps)[0] for label, maps in stages.items()})


def _unit_range(images):
    """Each image divided by its largest value: with the constraints off, reconstructions are too bright."""
    images = to_numpy(images)
    return images / np.maximum(images.max(axis=(1, 2, 3), keepdims=True), 1e-12)
