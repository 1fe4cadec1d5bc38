"""What ``wta-np train``, ``eval`` and ``plot`` do."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from wta_np import plots
from wta_np.backend import get_backend, to_backend
from wta_np.checks import check_int
from wta_np.data import load
from wta_np.evaluation import (
    dead_units,
    encode_batches,
    evaluate_features,
    explained_variance,
    lifetime_sparsity,
    population_sparsity,
)
from wta_np.files import write_whole
from wta_np.models import FCWTA
from wta_np.training import SGD, fit, load_checkpoint, step_decay
from wta_np.training.history import History

DEFAULTS = {
    "data": "sample",
    "backend": "numpy",
    "epochs": 20,
    "units": [1000],
    "lifetime": 0.05,
    "tied": True,
    "lr": 0.02,
    "momentum": 0.9,
    "batch_size": 100,
    "seed": 0,
}
FREE_ON_RESUME = ("epochs",)


def train_fc(arguments):
    """Train an FC-WTA autoencoder; returns the exit status."""
    path = Path(arguments.out) / "model.npz"
    settings = _settings(arguments, path)
    check_int("seed", settings["seed"], 0)
    get_backend(settings["backend"])
    make_folder(arguments.out)
    data = load(settings["data"], arguments.data_dir)
    about = {"settings": settings, "image_shape": list(data.image_shape)}
    data = data.flat()
    rate = None if settings["lifetime"] == "none" else settings["lifetime"]
    model = FCWTA(data.x_train.shape[1], settings["units"], rate, settings["tied"], rng=settings["seed"])
    history = fit(
        model.to(settings["backend"]),
        to_backend(data.x_train, settings["backend"]),
        settings["epochs"],
        settings["batch_size"],
        SGD(settings["lr"], settings["momentum"]),
        rng=settings["seed"],
        schedule=step_decay(),
        checkpoint=path,
        resume=arguments.resume,
        about=about,
    )
    return finish(arguments.out, model, history, about)


def finish(out, model, history, about):
    """Write what a training leaves beside its model, say where it is; returns the exit status."""
    out = Path(out)
    history.save(out / "history.json")
    if len(history):
        plots.save_figure(plots.learning_curve(history), out / "learning_curve.png")
        last = history.rows[-1]
        print(f"epoch {last['epoch']}: loss {last['loss']:.4f}, dead units {last['dead']:.1%}")
    plots.save_figure(plots.dictionary(model.atoms, about["image_shape"]), out / "dictionary.png")
    print(f"model, history and pictures are in {out}")
    if history.interrupted:
        print("stopped before the last epoch: go on with --resume")
        return 130
    return 0


def evaluate(arguments):
    """Print, and write, how good a model's features are; returns the exit status."""
    model, _ = open_model(arguments.model)
    data = data_for(model, arguments)
    x_train, x_test = (to_backend(x, arguments.backend) for x in (data.x_train, data.x_test))
    z_train, z_test = (encode_batches(model, x, progress=True) for x in (x_train, x_test))
    result = evaluate_features(z_train, data.y_train, z_test, data.y_test)
    x = x_test[:1000]
    results = {
        "test error of a linear SVM, %": result.test_error,
        "C, chosen on held-out training images": result.C,
        "explained variance of the test images, constrained": explained_variance(x, model.reconstruct(x)),
        "lifetime sparsity, released": float(lifetime_sparsity(z_test).mean()),
        "population sparsity, released": float(population_sparsity(z_test).mean()),
        "dead units": dead_units(z_train),
    }
    for name, value in results.items():
        print(f"{name:52s} {value:.4g}")
    if arguments.out:
        with write_whole(arguments.out, "w") as file:
            json.dump(results, file, indent=1)
    return 0


def plot(arguments):
    """Draw a model; returns the exit status."""
    model, checkpoint = open_model(arguments.model)
    data = data_for(model, arguments)
    out = Path(arguments.out) if arguments.out else model_path(arguments.model).parent
    make_folder(out)
    x = to_backend(data.x_test[:1000], arguments.backend)
    figures = draw(model, x, checkpoint.about.get("image_shape", data.image_shape))
    if checkpoint.state.get("history"):
        figures["learning_curve"] = plots.learning_curve(History(checkpoint.state["history"]))
    for name, figure in figures.items():
        plots.save_figure(figure, out / f"{name}.png")
        print(out / f"{name}.png")
    return 0


def draw(model, x, shape):
    """The pictures of an autoencoder on images `x`, one mini-batch: dict of name to Figure."""
    released = lifetime_sparsity(model.encode(x))
    model.loss_and_grads(x)
    constrained = model.positive_winners_ / len(x)
    return {
        "dictionary": plots.dictionary(model.atoms, shape, n=144),
        "reconstructions": plots.reconstructions(x, model.reconstruct(x), shape),
        "activity": plots.activity_histogram(released, constrained, model.lifetime),
    }


def make_folder(path):
    """Make a folder that can be written, before hours of work rely on it; OSError if that fails."""
    probe = Path(path) / ".writable"
    with write_whole(probe):
        pass
    probe.unlink()


def model_path(text):
    """The checkpoint file that a user means by a file or the folder of a run."""
    path = Path(text)
    return path / "model.npz" if path.is_dir() else path


def open_model(text):
    """(model, checkpoint) of a file or of the folder of a run."""
    checkpoint = load_checkpoint(model_path(text))
    return checkpoint.model, checkpoint


def data_for(model, arguments):
    """The data set that was asked for, flat, if it fits the model, which is moved to its backend."""
    data = load(arguments.data, arguments.data_dir)
    size = int(np.prod(data.image_shape))
    if size != model.n_inputs:
        raise ValueError(
            f"{arguments.data} has images of shape {data.image_shape}, {size} values, "
            f"but the model in {arguments.model} takes {model.n_inputs} values"
        )
    model.to(arguments.backend)
    return data.flat()


def _settings(arguments, path):
    """The settings of a run: those given, over those of the run to resume, over the defaults."""
    given = {name: getattr(arguments, name) for name in DEFAULTS if getattr(arguments, name) is not None}
    if not arguments.resume:
        return {**DEFAULTS, **given}
    if not path.exists():
        raise ValueError(f"--resume: there is no {path} to go on with")
    saved = load_checkpoint(path).about.get("settings")
    if saved is None:
        raise ValueError(f"--resume: {path} was not written by wta-np train")
    for name, value in given.items():
        if name not in FREE_ON_RESUME and value != saved[name]:
            option = name.replace("_", "-")
            raise ValueError(f"--{option} is {value}, but the run in {path} was started with {saved[name]}")
    return {**saved, **given}
