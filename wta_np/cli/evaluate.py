"""``wta-np eval``: how good the features of a trained model are."""

from __future__ import annotations

import json

import numpy as np

from wta_np._utils.atomic import write_whole
from wta_np.cli.options import add_command, add_model_options
from wta_np.cli.saved_model import load_with_data, model_path
from wta_np.evaluation import (
    dead_units,
    encode_batches,
    evaluate_features,
    explained_variance,
    lifetime_sparsity,
    population_sparsity,
)
from wta_np.models import Stack
from wta_np.training import load_checkpoint


def add_parser(commands):
    """Add ``eval`` to the commands."""
    parser = add_command(commands, "eval", "test error of a linear SVM on a model's features")
    add_model_options(parser)
    parser.add_argument("--out", metavar="FILE", help="write the results as JSON, too")
    parser.set_defaults(run=run)


def run(arguments):
    """Print, and write, how good a model's features are; returns the exit status."""
    checkpoint = load_checkpoint(model_path(arguments.model))
    model, data, x_train, x_test, _ = load_with_data(checkpoint, arguments)
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
