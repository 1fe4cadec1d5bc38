"""What the scripts for single models share: options, train on all of MNIST, judge by a linear SVM, write down."""

import argparse
import json
import platform
from pathlib import Path

from wta_np import SGD, fit, load, plots, step_decay
from wta_np.commands import draw
from wta_np.evaluation import encode_batches, evaluate_features
from wta_np.files import write_whole
from wta_np.runs import model_input

HERE = Path(__file__).parent


def parse(description, epochs, data="MNIST", **numbers):
    """The options of a script, see `parser_of`."""
    return parser_of(description, epochs, data, **numbers).parse_args()


def parser_of(description, epochs, data="MNIST", **numbers):
    """What takes the options of a script: --epochs, --seed, --runs, --data-dir unless `data` is None.

    Each of `numbers` is one more option that takes a whole number, with its default.
    """
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    if data:
        parser.add_argument("--data-dir", help=f"where {data} is, or is downloaded to")
    parser.add_argument("--epochs", type=int, default=epochs)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--runs", default="runs", help="folder of checkpoints (%(default)s)")
    for name, default in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=default, help="(%(default)s)")
    return parser


def write_down(name, results, figures):
    """Write NAME.json and NAME_*.png beside this file, and print the results."""
    with write_whole(HERE / f"{name}.json", "w") as file:
        json.dump(results, file, indent=1)
    for kind, figure in figures.items():
        plots.save_figure(figure, HERE / f"{name}_{kind}.png")
    print(json.dumps(results, indent=1))


def mnist_experiment(name, make, lr, paper, arguments, beside=()):
    """Train ``make(seed)`` and write NAME.json and NAME_*.png beside this file; the exit status.

    Parameters
    ----------
    name : str
    make : callable, int -> model
    lr : float
    paper : float
        The error that the paper reports, in percent.
    arguments : as `parse` returns
    beside : tuple of str
        "pixels" measures raw pixels, too.
    """
    data = load("mnist", arguments.data_dir)
    model = make(arguments.seed)
    x_train, x_test = (model_input(model, x) for x in (data.x_train, data.x_test))
    history = fit(
        model,
        x_train,
        arguments.epochs,
        optimizer=SGD(lr, 0.9),
        rng=arguments.seed,
        schedule=step_decay(),
        checkpoint=Path(arguments.runs) / f"{name}.npz",
        resume=True,
        about={"image_shape": list(data.image_shape)},
    )
    if history.interrupted:
        return 130
    z_train, z_test = (encode_batches(model.features, x, 200, progress=True) for x in (x_train, x_test))
    features = evaluate_features(z_train, data.y_train, z_test, data.y_test, unit_scale=model.gives_maps)
    results = {
        "model": repr(model),
        "epochs, learning rate": [arguments.epochs, lr],
        "test error of a linear SVM on the features, %": round(features.test_error, 2),
        "paper's error, %": paper,
        "C": features.C,
        "held-out errors by C": features.choice.table,
        "training seconds": round(sum(history["seconds"])),
        "SVM seconds": round(features.seconds),
        "dead units, %": round(100 * history["dead"][-1], 2),
        "losses": [round(loss, 4) for loss in history["loss"]],
        "seed": arguments.seed,
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
    }
    if "pixels" in beside:
        flat = data.flat()
        pixels = evaluate_features(flat.x_train, flat.y_train, flat.x_test, flat.y_test)
        results["test error of a linear SVM on raw pixels, %"] = round(pixels.test_error, 2)
    figures = {**draw(model, x_test[:200], data.image_shape), "learning_curve": plots.learning_curve(history)}
    write_down(name, results, figures)
    return 0
