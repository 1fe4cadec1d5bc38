"""``wta-np demo``: learn strokes from handwritten digits, and see how good they are as features."""

from __future__ import annotations

import json
import time
from pathlib import Path

from wta_np import plots
from wta_np.checks import check_int
from wta_np.commands import draw, make_folder
from wta_np.data import load
from wta_np.evaluation import dead_units, encode_batches, evaluate_features
from wta_np.files import write_whole
from wta_np.models import FCWTA
from wta_np.training import SGD, fit, save, step_decay

UNITS, LIFETIME, EPOCHS, LR = 2000, 0.05, 20, 0.02


def demo(arguments):
    """Train on the digits in the package, print a table, draw; returns the exit status."""
    out, seed = Path(arguments.out), check_int("seed", arguments.seed, 0)
    make_folder(out)
    data = load("sample")
    shape, data = data.image_shape, data.flat()
    print(f"{len(data.x_train):,} training and {len(data.x_test):,} test digits of MNIST")
    results = {"raw pixels": _measure(data.x_train, data.x_test, data)}

    print(f"FC-WTA: {UNITS} units, each active on at most {LIFETIME:.0%} of a mini-batch of 100")
    started = time.monotonic()
    model = FCWTA(data.x_train.shape[1], UNITS, LIFETIME, tied=True, rng=seed)
    history = fit(
        model,
        data.x_train,
        EPOCHS,
        optimizer=SGD(LR, 0.9),
        rng=seed,
        schedule=step_decay(),
        checkpoint=out / "fc-wta.npz",
        about={"image_shape": list(shape)},
    )
    if history.interrupted:
        print(f"stopped; the model of the last step is in {out / 'fc-wta.npz'}")
        return 130
    training = time.monotonic() - started
    z_train, z_test = (encode_batches(model, x) for x in (data.x_train, data.x_test))
    results["fc-wta"] = _measure(z_train, z_test, data, training, dead_units(z_train))

    figures = {**draw(model, data.x_test[:1000], shape), "learning_curve": plots.learning_curve(history)}
    for name, figure in figures.items():
        plots.save_figure(figure, out / f"{name}.png")
    history.save(out / "history.json")
    with write_whole(out / "results.json", "w") as file:
        json.dump(results, file, indent=1)
    save(out / "fc-wta.npz", model, about={"image_shape": list(shape)})
    print(table(results))
    print(f"pictures: {', '.join(str(out / name) + '.png' for name in figures)}")
    return 0


def _measure(x_train, x_test, data, training=0.0, dead=0):
    """A row of the table: features judged by a linear SVM, C chosen on held-out training digits."""
    result = evaluate_features(x_train, data.y_train, x_test, data.y_test)
    return {
        "error": round(result.test_error, 3),
        "C": result.C,
        "seconds": round(training + result.seconds, 1),
        "training seconds": round(training, 1),
        "units": x_train.shape[1],
        "dead units": dead,
    }


def table(results):
    """The rows of `results` as text.

    >>> print(table({"raw pixels": {"error": 8.25, "seconds": 3.1, "units": 784, "dead units": 0}}))
    <BLANKLINE>
    features      test error   seconds   units   dead
    raw pixels         8.25%       3.1     784      0
    <BLANKLINE>
    """
    lines = ["", f"{'features':12s}{'test error':>12s}{'seconds':>10s}{'units':>8s}{'dead':>7s}"]
    for name, row in results.items():
        lines.append(
            f"{name:12s}{row['error']:11.2f}%{row['seconds']:10.1f}{row['units']:8d}{row['dead units']:7d}"
        )
    return "\n".join([*lines, ""])
