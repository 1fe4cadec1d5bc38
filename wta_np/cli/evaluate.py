"""``wta-np eval``: how good the features of a trained model are."""

from __future__ import annotations

import json

import numpy as np

from wta_np._utils.atomic import write_whole
from wta_np.backend import to_numpy
from wta_np.cli.options import add_command, add_model_options
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


def add_parser(commands):
    """Add ``eval`` to the commands."""
    parser = add_command(commands, "eval", "test error of a linear SVM on a model's features")
    add_model_options(parser)
    parser.add_argument("--out", metavar="FILE", help="write the results as JSON, too")
    parser.set_defaults(run=run)


def run(arguments):
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
    result = evaluate_features(z_train, y_train, z_test, y_test, unit_scale=model.gives_maps, ranks=ranks)
    never = _never_above(z_train, model.silent, ranks)
    active_on = ranks.sum(np.asarray(to_numpy((z_test > model.silent).sum(axis=0)), "float64"))  # (D,)
    if ranks.rank > 0:
        return 0
    x = x_test[:1000]
    share = float(
        (active_on / len(x_test)).mean()
    )  # over the features of the shares of samples, and the reverse
    seen = model.inputs(x) if isinstance(model, Stack) else x
    results = {
        "test error of a linear SVM, %": result.test_error,
        "C, chosen on held-out training images": result.C,
        "explained variance of 1,000 test images, constrained": _explained(seen, model.reconstruct(x)),
        f"lifetime sparsity of the features (above {model.silent:g})": share,
        f"population sparsity of the features (above {model.silent:g})": share,
        "features that are never active": never,
    }
    for name, value in results.items():
        print(f"{name:56s} {'undefined' if value is None else format(value, '.4g')}")
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
