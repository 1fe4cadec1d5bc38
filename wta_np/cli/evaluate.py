"""``wta-np eval``: how good the features of a trained model are."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from wta_np._utils.atomic import write_whole
from wta_np.backend import to_numpy
from wta_np.cli.options import add_command, add_model_options
from wta_np.cli.output import add_output_options
from wta_np.cli.saved_model import load_with_data, model_path
from wta_np.distributed.agreement import agree, code_checksum, weights_checksum
from wta_np.distributed.part import part_slice
from wta_np.evaluation import (
    encode_part,
    evaluate_features,
    explained_variance,
)
from wta_np.models import Stack
from wta_np.training import load_checkpoint
from wta_np.training.progress import checksum

LABELS = {  # key in the JSON file -> what is printed; the shares are in [0, 1]
    "test_error_percent": "test error of a linear SVM, %",
    "C": "C, chosen on held-out training images",
    "explained_variance": "explained variance of 1,000 test images, constrained",
    "lifetime_sparsity": "lifetime sparsity of the features (above {:g})",
    "population_sparsity": "population sparsity of the features (above {:g})",
    "never_active_features": "features that are never active",
}


def add_parser(commands: Any) -> None:
    """Add ``eval`` to the commands."""
    parser = add_command(commands, "eval", "test error of a linear SVM on a model's features")
    add_model_options(parser)
    parser.add_argument("--out", metavar="FILE", help="write the results as JSON, too")
    add_output_options(parser, ", ".join([*LABELS, "activity_threshold"]))
    parser.set_defaults(run=run)


def run(arguments: Any) -> int:
    """Print, and write, how good a model's features are; returns the exit status."""
    ranks = arguments.ranks
    with ranks.together():
        checkpoint = load_checkpoint(model_path(arguments.model))
        model, data, x_train, x_test, _ = load_with_data(checkpoint, arguments)
        if data.y_train is None:
            raise ValueError(
                f"{arguments.data} has no labels, expected a labelled data set: eval judges features by a classifier"
            )
        if len(np.unique(data.y_train)) < 2:
            raise ValueError("the training data has one class only, expected at least two for a classifier")
    agree(
        {"code of wta_np": code_checksum(), "model": weights_checksum(model), "data": checksum(x_train)},
        ranks,
    )
    y_train, y_test = (y[part_slice(len(y), ranks)] for y in (data.y_train, data.y_test))
    with ranks.together():
        z_train, z_test = (
            encode_part(model.features, x, ranks, batch_size=200, progress=ranks.rank == 0)
            for x in (x_train, x_test)
        )
    if _never_above(z_train, 0, ranks) == z_train.shape[1]:
        raise ValueError(
            f"every feature of {arguments.model} is zero on the training data: its units are dead"
        )
    result = evaluate_features(z_train, y_train, z_test, y_test, unit_scale=model.outputs_maps, ranks=ranks)
    threshold = model.activity_threshold
    never = _never_above(z_train, threshold, ranks)
    active_on = ranks.sum(np.asarray(to_numpy((z_test > threshold).sum(axis=0)), "float64"))  # (D,)
    if ranks.rank > 0:
        return 0
    x = x_test[:1000]
    share = float((active_on / len(x_test)).mean())  # the same over features and over samples
    seen = model.top_inputs(x) if isinstance(model, Stack) else x
    results = {
        "test_error_percent": result.test_error,
        "C": result.C,
        "explained_variance": _explained(seen, model.reconstruct(x)),
        "lifetime_sparsity": share,
        "population_sparsity": share,
        "never_active_features": never,
        "activity_threshold": threshold,
    }
    for key, label in LABELS.items():
        value = results[key]
        print(f"{label.format(threshold):56s} {'undefined' if value is None else format(value, '.4g')}")
    arguments.results = results
    if arguments.out:
        with write_whole(arguments.out, "w") as file:
            json.dump(results, file, indent=1)
    return 0


def _never_above(z, threshold, ranks):
    """Features that are above a threshold on no sample of any rank."""
    above = ranks.sum(np.asarray(to_numpy((z > threshold).sum(axis=0)), "int64"))
    return int((above == 0).sum())


def _explained(x, x_hat):
    """`explained_variance`, None where it is not defined: all images equal, or only one."""
    try:
        return explained_variance(x, x_hat)
    except ValueError:
        return None
