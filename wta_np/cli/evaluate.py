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

LABELS = {  # key in the JSON file -> what is printed; the shares are in [0, 1]
    "test_error_percent": "test error of a linear SVM, %",
    "C": "C, chosen on held-out training images",
    "explained_variance": "explained variance of 1,000 test images, constrained",
    "lifetime_sparsity": "lifetime sparsity of the features (above {:g})",
    "population_sparsity": "population sparsity of the features (above {:g})",
    "never_active_features": "features that are never active",
}


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
    result = evaluate_features(z_train, data.y_train, z_test, data.y_test, unit_scale=model.outputs_maps)
    x = x_test[:1000]
    threshold = model.activity_threshold
    active = (z_test > threshold).astype(z_test.dtype)
    seen = model.top_inputs(x) if isinstance(model, Stack) else x
    results = {
        "test_error_percent": result.test_error,
        "C": result.C,
        "explained_variance": _explained(seen, model.reconstruct(x)),
        "lifetime_sparsity": float(lifetime_sparsity(active).mean()),
        "population_sparsity": float(population_sparsity(active).mean()),
        "never_active_features": dead_units((z_train > threshold).astype(z_train.dtype)),
        "activity_threshold": threshold,
    }
    for key, label in LABELS.items():
        value = results[key]
        print(f"{label.format(threshold):56s} {'undefined' if value is None else format(value, '.4g')}")
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
