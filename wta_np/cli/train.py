"""What ``wta-np train`` does: a run is a folder with the model, its training's state, history and pictures."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from wta_np._utils.atomic import run_folder, user_path
from wta_np._utils.validation import check_int
from wta_np.backend import get_backend, to_backend
from wta_np.cli.kinds import KINDS
from wta_np.cli.settings import run_settings
from wta_np.cli.train_options import add_parsers
from wta_np.data.preparation import SETTINGS, Preparation, load_images
from wta_np.data.whitening import Whitening
from wta_np.models.initial import UNDRAWN
from wta_np.training import SGD, DivergenceError, fit, load_checkpoint, step_decay

DERIVED = (  # made from model.npz, by this command, `wta-np plot` or `wta-np report`
    "history.json",
    "learning_curve.png",
    "dictionary.png",
    "activity.png",
    "feature_maps.png",
    "reconstructions.png",
    "report.html",
)
WHITENING = "whitening-{}.npz"  # beside the model, by its checksum: a new one leaves that of an older model


def add_parser(commands: Any) -> None:
    """Add ``train`` to the commands."""
    add_parsers(commands, run)


def run(arguments: Any) -> Any:
    """Train a model as the command line says; returns the exit status."""
    with _held_folder(arguments.out, arguments.ranks) as out:
        return _train(arguments, out, arguments.ranks)


@contextmanager
def _held_folder(path, ranks):
    """The folder of a run, which the first rank makes and holds for all of them."""
    with ExitStack() as held:
        with ranks.together():
            out = held.enter_context(run_folder(path)) if ranks.rank == 0 else user_path(path)
        yield out


def _train(arguments, out: Path, ranks) -> int:
    """Train a model in the folder `out`, which no other run writes into; returns the exit status."""
    path = out / "model.npz"
    with ranks.together():
        settings = run_settings(arguments, path)
        seed = check_int("seed", settings["seed"], 0)
        backend = settings["backend"]
        get_backend(backend)
    data = _load_in_turn(settings, arguments.data_dir, ranks)
    with ranks.together():
        about = {"kind": arguments.kind, "settings": settings, "image_shape": list(data.image_shape)}
        preparation = _preparation(settings, data, path, arguments.resume, write=ranks.rank == 0)
        if preparation.whitening:
            about["whitening"] = preparation.whitening.checksum
        data = preparation.apply_to(data)
        # What goes on with a file's weights draws none of its own, whatever sizes the file asks for.
        rng = UNDRAWN if arguments.resume else seed
        model = KINDS[arguments.kind].build(settings, data.image_shape, rng)
        x = model.as_input(data.x_train)
    if ranks.rank == 0 and not arguments.resume:
        for name in DERIVED:  # of an earlier run: a model of this one must not stand beside its history
            (path.parent / name).unlink(missing_ok=True)
    if ranks.size > 1 and ranks.rank == 0 and not arguments.quiet:
        print(
            f"{ranks.size} ranks share each mini-batch: if one dies, all end, and --resume goes on from the last "
            "checkpoint",
            file=sys.stderr,
        )
    is_replaced = path.exists() and not arguments.resume
    try:
        history = fit(
            model.to(backend),
            to_backend(x, backend),
            settings["epochs"],
            settings["batch_size"],
            SGD(settings["lr"], settings["momentum"]),
            rng=seed,
            schedule=step_decay(),
            checkpoint=path,
            resume=arguments.resume,
            about=about,
            ranks=ranks,
        )
    except DivergenceError as error:
        if is_replaced and str(path) not in str(error):  # it ended before its first checkpoint
            raise DivergenceError(f"{error} {path} is still the model of the run before.") from error
        raise
    if ranks.rank > 0:
        return 130 if history.interrupted else 0
    for file in path.parent.glob(WHITENING.format("*")):  # of the run that this one overwrote
        if file != _whitening_path(path, about.get("whitening")):
            file.unlink()
    arguments.results = _finish(arguments.kind, out, model, history, about["image_shape"], preparation)
    return 130 if history.interrupted else 0


def _load_in_turn(settings, data_dir, ranks):
    """The data, which the first rank loads before the others: what it downloads, they find."""
    for turn in (True, False):
        with ranks.together():
            if turn == (ranks.rank == 0):
                data = load_images(settings, data_dir)
    return data


def _preparation(settings, data, path, resume, write=True):
    """What is done to the images of a run whose model is at `path`; a whitening is kept beside it."""
    settings = {**SETTINGS, **settings}
    if resume:
        return saved_preparation(load_checkpoint(path).about, settings, path)
    preparation = Preparation.fit(settings, data.x_train)
    if preparation.whitening and write:
        preparation.whitening.save(_whitening_path(path, preparation.whitening.checksum))
    return preparation


def _whitening_path(path, checksum):
    """Where the whitening of this checksum is, beside the model at `path`."""
    return path.with_name(WHITENING.format(checksum))


def saved_preparation(about: Any, settings: Any, path: Any) -> Any:
    """What was done to the images that the model at `path` was trained on; ValueError if that was lost."""
    if settings["whiten"] == "none":
        return Preparation(bool(settings["contrast"]))
    file = _whitening_path(path, about.get("whitening"))
    whitening = Whitening.load(file)
    if whitening.checksum != about.get("whitening"):
        raise ValueError(f"{file} is not the whitening that {path} was trained with: train again")
    return Preparation(bool(settings["contrast"]), whitening)


def _finish(kind, out, model, history, image_shape, preparation):
    """Write what a training leaves beside its model, and say where it is; returns what a program wants to know."""
    from wta_np import plots

    history.save(out / "history.json")
    last = history.rows[-1] if len(history) else None
    if last:
        plots.save_figure(plots.learning_curve(history), out / "learning_curve.png")
        print(f"epoch {last['epoch']}: loss {last['loss']:.4f}, dead units {last['dead']:.1%}")
    plots.save_figure(plots.dictionary(preparation.atoms(model.atoms), image_shape), out / "dictionary.png")
    print(f"model, history and pictures are in {out}")
    if history.interrupted:
        print("stopped before the last epoch: go on with --resume")
    return {
        "kind": kind,
        "model": out / "model.npz",
        "epochs": last["epoch"] if last else 0,
        "loss": last["loss"] if last else None,
        "dead_units_percent": 100 * last["dead"] if last else None,
        "interrupted": bool(history.interrupted),
        "files": sorted(str(path) for path in out.iterdir() if path.name in ("model.npz", *DERIVED)),
    }
