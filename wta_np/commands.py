"""What ``wta-np eval`` and ``wta-np plot`` do with a trained model."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from wta_np import plots
from wta_np.backend import to_backend, to_numpy
from wta_np.data.preparation import FOLDER, SETTINGS, Preparation, load_images
from wta_np.evaluation import (
    dead_units,
    encode_batches,
    evaluate_features,
    explained_variance,
    lifetime_sparsity,
    population_sparsity,
)
from wta_np.files import write_whole
from wta_np.models import Stack
from wta_np.ops import spatial_forward
from wta_np.runs import COMMON, make_folder, model_input, saved_preparation
from wta_np.training import load_checkpoint
from wta_np.training.history import History


def evaluate(arguments):
    """Print, and write, how good a model's features are; returns the exit status."""
    checkpoint = load_checkpoint(model_path(arguments.model))
    model, data, x_train, x_test, _ = _ready(checkpoint, arguments)
    if data.y_train is None:
        raise ValueError(
            f"{arguments.data} has no labels, expected a labelled data set: eval judges features by a classifier"
        )
    if len(np.unique(data.y_train)) < 2:
        raise ValueError("the training data has one class only, expected at least two for a classifier")
    z_train, z_test = (
        encode_batches(model.features, x, batch_size=200, progress=True) for x in (x_train, x_test)
    )
    if dead_units(z_train) == z_train.shape[1]:
        raise ValueError(
            f"every feature of {arguments.model} is zero on the training data: its units are dead"
        )
    result = evaluate_features(z_train, data.y_train, z_test, data.y_test, unit_scale=model.gives_maps)
    x = x_test[:1000]
    active = (z_test > model.silent).astype(z_test.dtype)
    seen = model.inputs(x) if isinstance(model, Stack) else x
    results = {
        "test error of a linear SVM, %": result.test_error,
        "C, chosen on held-out training images": result.C,
        "explained variance of 1,000 test images, constrained": _explained(seen, model.reconstruct(x)),
        f"lifetime sparsity of the features (above {model.silent:g})": float(
            lifetime_sparsity(active).mean()
        ),
        f"population sparsity of the features (above {model.silent:g})": float(
            population_sparsity(active).mean()
        ),
        "features that are never active": dead_units((z_train > model.silent).astype(z_train.dtype)),
    }
    for name, value in results.items():
        print(f"{name:56s} {'undefined' if value is None else format(value, '.4g')}")
    if arguments.out:
        with write_whole(arguments.out, "w") as file:
            json.dump(results, file, indent=1)
    return 0


def _explained(x, x_hat):
    """`explained_variance`, None where it is not defined: all images equal, or only one."""
    try:
        return explained_variance(x, x_hat)
    except ValueError:
        return None


def plot(arguments):
    """Draw a model; returns the exit status."""
    checkpoint = load_checkpoint(model_path(arguments.model))
    out = Path(arguments.out) if arguments.out else model_path(arguments.model).parent
    model, data, _, x_test, preparation = _ready(checkpoint, arguments)
    make_folder(out)
    figures = draw(model, x_test[:200], data.image_shape, preparation)
    if checkpoint.state.get("history"):
        figures["learning_curve"] = plots.learning_curve(History(checkpoint.state["history"]))
    for name, figure in figures.items():
        plots.save_figure(figure, out / f"{name}.png")
        print(out / f"{name}.png")
    return 0


def draw(model, x, image_shape, preparation=None):
    """The pictures of a model on its inputs `x`, taken as one mini-batch: dict of name to Figure.

    `preparation` is what made the inputs of images of shape `image_shape`.
    """
    preparation = preparation or Preparation()
    figures = {"dictionary": plots.dictionary(preparation.atoms(model.atoms), image_shape, n=144)}
    h = model.encode(x)
    model.loss_and_grads(x)
    if model.lifetime is not None and not model.gives_maps:  # every map sees something on every image
        constrained = model.positive_winners_ / len(x)
        released = (h > model.silent).mean(axis=0)
        figures["activity"] = plots.activity_histogram(released, constrained, model.lifetime)
    if isinstance(model, Stack):
        return figures
    x_hats = [model.reconstruct(x)]
    if model.gives_maps:
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


def model_path(text):
    """The checkpoint file that a user means by a file or the folder of a run."""
    path = Path(text)
    return path / "model.npz" if path.is_dir() else path


def _ready(checkpoint, arguments):
    """(model, data, x_train, x_test, preparation) if data set and model fit together.

    `data` has images before, x_train and x_test are after what was done to those that the model was trained on;
    the latter two are on the backend asked for.
    """
    model, path = checkpoint.model, model_path(arguments.model)
    settings = {**COMMON, **SETTINGS, **(checkpoint.about.get("settings") or {})}
    settings["data"] = arguments.data or settings["data"]
    if arguments.command == "eval" and settings["patch"] is not None:
        size = settings["patch"]
        raise ValueError(
            f"{settings['data']}, cut into patches of {size} x {size} as for the training of this model, has no "
            "labels, expected a labelled data set: eval judges features by a classifier"
        )
    if settings["patch"] is None and settings["data"].startswith(FOLDER):
        raise ValueError(
            f"--data is {settings['data']}, but the model in {arguments.model} was trained on whole images, "
            "expected a data set of those"
        )
    data = load_images(settings, arguments.data_dir)
    preparation = saved_preparation(checkpoint.about, settings, path)
    wanted = model.input_shape
    if model.takes_images and data.image_shape[2:] != wanted:
        raise ValueError(
            f"{settings['data']} has images of shape {data.image_shape}, "
            f"but the model in {arguments.model} takes images of {wanted[0]} channels"
        )
    size = preparation.whitening.mean.size if preparation.whitening else wanted[0]
    if not model.takes_images and data.x_train[0].size != size:
        raise ValueError(
            f"{settings['data']} has images of shape {data.image_shape}, {data.x_train[0].size} values, "
            f"but the model in {arguments.model} takes {size} values"
        )
    prepared = preparation.apply_to(data)
    model.to(arguments.backend)
    x_train, x_test = (
        to_backend(model_input(model, x).astype(model.dtype, copy=False), arguments.backend)
        for x in (prepared.x_train, prepared.x_test)
    )
    return model, data, x_train, x_test, preparation
