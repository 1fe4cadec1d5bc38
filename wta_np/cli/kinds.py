"""The kinds of models that ``wta-np train`` knows: `KINDS` is the one place to add another."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from wta_np.data.preparation import SETTINGS
from wta_np.models import FCWTA, RBM, ConvWTA, Model

MIN_IMAGE_SIDE = 5  # of the windows that ConvWTA.features pools


@dataclass(frozen=True)
class Kind:
    """What the command line knows of a kind of model.

    Parameters
    ----------
    summary, description : str
        Of the help text: a line, and what follows.
    defaults : dict
        Its options with their defaults; those of the model's class come from there.
    build : callable
        ``build(settings, image_shape, rng)`` -> the model of a run.
    patch : int
        Side of the patches of data that are always cut.
    depends : dict
        Options whose default is (on whole images, on patches); in `defaults` they are None.
    """

    summary: str
    description: str
    defaults: dict[str, Any]
    build: Callable[[dict[str, Any], tuple[int, ...], Any], Model]
    patch: int
    depends: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def _model_defaults(kind, **options):
    """Rate and momentum of a kind of model, and the defaults of its class for some options of the command.

    `options` gives for each option the name of the argument of the class.
    """
    parameters = inspect.signature(kind).parameters
    defaults = {option: parameters[argument].default for option, argument in options.items()}
    if defaults["lifetime"] is None:
        defaults["lifetime"] = "none"
    return {"lr": kind.default_lr, "momentum": kind.default_momentum, **defaults}


COMMON = {
    "data": "sample",
    "backend": "numpy",
    "batch_size": 100,
    "seed": 0,
    **{name: SETTINGS[name] for name in ("patch", "n_patches", "grey")},
}
WHITEN = {name: SETTINGS[name] for name in ("contrast", "whiten", "retain")}


def _rate(settings):
    return None if settings["lifetime"] == "none" else settings["lifetime"]


def _build_fc(settings, image_shape, rng):
    return FCWTA(
        math.prod(image_shape), settings["units"], lifetime=_rate(settings), tied=settings["tied"], rng=rng
    )


def _build_conv(settings, image_shape, rng):
    if len(image_shape) != 3:
        raise ValueError(
            f"{settings['data']} has flat samples of {math.prod(image_shape)} values, expected images (N, H, W, C)"
        )
    if min(image_shape[:2]) < MIN_IMAGE_SIDE:
        raise ValueError(
            f"{settings['data']} has images of {image_shape[0]} x {image_shape[1]}, expected at least "
            f"{MIN_IMAGE_SIDE} x {MIN_IMAGE_SIDE}: the features are pooled {MIN_IMAGE_SIDE} x {MIN_IMAGE_SIDE}"
        )
    return ConvWTA(
        image_shape[2],
        settings["maps"],
        n_layers=settings["layers"],
        size=settings["size"],
        decoder_size=settings["decoder_size"],
        lifetime=_rate(settings),
        rng=rng,
    )


def _build_rbm(settings, image_shape, rng):
    return RBM(
        math.prod(image_shape), settings["units"], lifetime=_rate(settings), cd_k=settings["cd_k"], rng=rng
    )


KINDS = {
    "fc": Kind(
        "FC-WTA: dense ReLU layers, linear decoder",
        """\
Train a fully connected winner-take-all autoencoder (FC-WTA).

Every hidden unit keeps the LIFETIME share of its largest activations across each mini-batch; the rest are
set to zero, and only the winners get gradient.
""",
        {
            **COMMON,
            **WHITEN,
            **_model_defaults(FCWTA, lifetime="lifetime", tied="tied"),
            "epochs": 20,
            "units": [1000],
        },
        _build_fc,
        patch=11,
    ),
    "conv": Kind(
        "CONV-WTA: ReLU convolutions, linear deconvolution",
        """\
Train a convolutional winner-take-all autoencoder (CONV-WTA).

In each feature map of each image only the largest activity survives; of a map's survivors, one for each
image, only the LIFETIME share of the largest across each mini-batch (with --lifetime none, all).
""",
        {
            **COMMON,
            **_model_defaults(
                ConvWTA, lifetime="lifetime", layers="n_layers", size="size", decoder_size="decoder_size"
            ),
            "n_patches": 5000,
            "contrast": None,
            "epochs": 10,
            "lr": None,
            "maps": 16,
        },
        _build_conv,
        patch=48,
        depends={"contrast": (False, True), "lr": (ConvWTA.default_lr, ConvWTA.default_lr / 10)},
    ),
    "rbm": Kind(
        "RBM, and WTA-RBM with --lifetime",
        """\
Train a restricted Boltzmann machine by contrastive divergence (CD-k).

With --lifetime 0.3 it is a WTA-RBM: in the positive phase every hidden unit keeps its largest probabilities
across each mini-batch. Sparsity has to be milder than for autoencoders.
""",
        {**COMMON, **_model_defaults(RBM, lifetime="lifetime", cd_k="cd_k"), "epochs": 20, "units": 1000},
        _build_rbm,
        patch=11,
    ),
}
