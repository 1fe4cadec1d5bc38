"""``wta-np demo``: models of all kinds learn from handwritten digits, a linear SVM judges what they learned."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from wta_np._utils.atomic import run_folder, write_whole
from wta_np._utils.validation import check_int
from wta_np.cli.options import add_command
from wta_np.cli.output import add_output_options
from wta_np.data import load
from wta_np.evaluation import encode_batches, evaluate_features
from wta_np.models import FCWTA, RBM, ConvWTA
from wta_np.training import SGD, fit, step_decay


class Experiment(NamedTuple):
    """What is trained on the digits: a sentence, the model from image size and seed, and how."""

    what: str
    make: Callable
    lr: float
    epochs: int
    momentum: float = 0.9


RBM_EPOCHS = 20
REPORTED = ("fc-wta", "conv-wta")  # models that get a page to look at
EXPERIMENTS = {
    "fc-wta": Experiment(
        "2,000 dense units, each active on at most 5% of a mini-batch",
        lambda size, seed: FCWTA(size, 2000, lifetime=0.05, tied=True, rng=seed),
        lr=0.02,
        epochs=20,
    ),
    "conv-wta": Experiment(
        "16 feature maps, one winner for each image, 5% of them for each mini-batch",
        lambda size, seed: ConvWTA(1, 16, n_layers=2, lifetime=0.05, rng=seed),
        lr=0.002,
        epochs=6,
    ),
    "rbm": Experiment(
        "1,000 units that are 0 or 1, contrastive divergence with one step of the chain (CD-1)",
        lambda size, seed: RBM(size, 1000, rng=seed),
        lr=0.05,
        epochs=RBM_EPOCHS,
        momentum=0.5,
    ),
    "wta-rbm": Experiment(
        "the same, each unit active on at most 30% of a mini-batch, after half of the epochs",
        lambda size, seed: RBM(size, 1000, lifetime=0.3, rng=seed, warm_up=RBM_EPOCHS * 100 // 2),
        lr=0.05,
        epochs=RBM_EPOCHS,
        momentum=0.5,
    ),
}


def add_parser(commands: Any) -> None:
    """Add ``demo`` to the commands."""
    parser = add_command(commands, "demo", "train on the digits that come with the package, in three minutes")
    parser.add_argument(
        "--out", default="demo", metavar="DIR", help="folder for tables, pictures and reports (%(default)s)"
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="seed of weights and order of samples (%(default)s)"
    )
    add_output_options(parser, "results, as in results.json, pictures, reports, interrupted")
    parser.set_defaults(run=run)


def run(arguments: Any) -> Any:
    """Train on the digits in the package, print a table, draw; returns the exit status."""
    seed = check_int("seed", arguments.seed, 0)
    with run_folder(arguments.out) as out:
        arguments.results = _run(out, seed)
    return 130 if arguments.results["interrupted"] else 0


def _run(out: Path, seed: int) -> dict[str, Any]:
    """Train, judge and draw into the folder `out`; returns what a program wants to know."""
    from wta_np import plots
    from wta_np.model_figures import draw
    from wta_np.report import write_report

    data = load("sample")
    print(f"{len(data.x_train):,} training and {len(data.x_test):,} test digits of MNIST")
    flat = data.flat()
    results: dict[str, Any] = {"raw pixels": _row(flat.x_train, flat.x_test, data)}
    pictures: list[str] = []
    reports: list[str] = []
    for name, experiment in EXPERIMENTS.items():
        print(f"{name}: {experiment.what}")
        model = experiment.make(flat.x_train.shape[1], seed)
        x_train, x_test = (model.as_input(x) for x in (data.x_train, data.x_test))
        history = fit(
            model,
            x_train,
            experiment.epochs,
            optimizer=SGD(experiment.lr, experiment.momentum),
            rng=seed,
            schedule=step_decay(),
            checkpoint=out / f"{name}.npz",
            about={"image_shape": list(data.image_shape)},
        )
        if history.interrupted:
            print(f"stopped; the model of the last step is in {out / name}.npz")
            return {"results": results, "pictures": pictures, "reports": reports, "interrupted": True}
        z_train, z_test = (encode_batches(model.features, x, batch_size=200) for x in (x_train, x_test))
        results[name] = _row(z_train, z_test, data, history, unit_scale=model.outputs_maps)
        figures = draw(model, x_test[:200], data.image_shape)
        figures["learning_curve"] = plots.learning_curve(history)
        for kind, figure in figures.items():
            pictures.append(str(out / f"{name}_{kind}.png"))
            plots.save_figure(figure, pictures[-1])
        history.save(out / f"{name}_history.json")
        if name in REPORTED:
            reports.append(str(out / f"{name}_report.html"))
            settings = {"data": "sample", "lr": experiment.lr, "momentum": experiment.momentum, "seed": seed}
            images, labels = data.x_test, data.y_test
            write_report(reports[-1], model, images, labels, history=history, settings=settings, title=name)
        with write_whole(out / "results.json", "w") as file:
            json.dump(results, file, indent=1)
    print(table(results))
    print("pictures:", *pictures, sep="\n  ")
    print("what each unit does, as pages for a browser:", *reports, sep="\n  ")
    return {"results": results, "pictures": pictures, "reports": reports, "interrupted": False}


def _row(x_train, x_test, data, history=None, unit_scale=False):
    """A row of the table: features judged by a linear SVM, C chosen on held-out training digits."""
    result = evaluate_features(x_train, data.y_train, x_test, data.y_test, unit_scale=unit_scale)
    training = sum(history["seconds"]) if history else 0.0
    return {
        "test_error_percent": round(result.test_error, 3),
        "seconds": round(training + result.seconds, 1),
        "training_seconds": round(training, 1),
        "features": x_train.shape[1],
        "dead_units_percent": round(100 * history["dead"][-1], 2) if history else 0.0,
        "C": result.C,
    }


def table(results: Any) -> str:
    """The rows of `results` as text.

    >>> row = {"test_error_percent": 8.25, "seconds": 3.1, "features": 784, "dead_units_percent": 0}
    >>> print(table({"raw pixels": row}))
    <BLANKLINE>
                  test error   seconds   features   dead units
    raw pixels         8.25%       3.1        784         0.0%
    <BLANKLINE>
    """
    lines = ["", f"{'':12s}{'test error':>12s}{'seconds':>10s}{'features':>11s}{'dead units':>13s}"]
    for name, row in results.items():
        error, dead = row["test_error_percent"], row["dead_units_percent"]
        seconds, features = row["seconds"], row["features"]
        lines.append(f"{name:12s}{error:11.2f}%{seconds:10.1f}{features:11d}{dead:12.1f}%")
    return "\n".join([*lines, ""])
