"""``wta-np report``: one HTML file with everything there is to see of a trained model."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from wta_np._utils.atomic import make_folder
from wta_np._utils.paths import user_path
from wta_np.cli.options import add_command, add_model_options
from wta_np.cli.output import add_output_options
from wta_np.cli.saved_model import load_with_data, model_path
from wta_np.training import History, load_checkpoint

DESCRIPTION = """\
One HTML file that needs no network: the dictionary; for each unit, on a click, its atom, the images that excite
it most, its activity, the atoms that are like it and the classes it prefers; reconstructions from few and from
many winners; learning curves, sparsity, settings and versions.
"""


def add_parser(commands: Any) -> None:
    """Add ``report`` to the commands."""
    parser = add_command(commands, "report", "a trained model as one HTML page to look at", DESCRIPTION)
    add_model_options(parser)
    parser.add_argument(
        "--out", metavar="FILE", help="the page, or a folder for it (report.html, beside the model)"
    )
    parser.add_argument(
        "--images", type=int, metavar="N", help="how many test images to look at (3000, or fewer large ones)"
    )
    add_output_options(parser, "report, the file, and megabytes")
    parser.set_defaults(run=run)


def run(arguments: Any) -> int:
    """Write the report of a model; returns the exit status."""
    from wta_np.report import write_report

    started = time.perf_counter()
    path = model_path(arguments.model)
    checkpoint = load_checkpoint(path)
    out = _out(arguments.out, path)
    make_folder(out.parent)
    model, data, _, _, preparation = load_with_data(checkpoint, arguments)
    settings = checkpoint.about.get("settings") or {}
    write_report(
        out,
        model,
        data.x_test,
        data.y_test,
        class_names=data.class_names,
        preparation=preparation,
        history=_history(checkpoint, path),
        settings={**settings, "data": arguments.data or settings.get("data", "sample")},
        title=path.resolve().parent.name if path.name == "model.npz" else path.stem,
        batch_size=settings.get("batch_size", 100),
        n_images=arguments.images,
        progress=True,
    )
    megabytes = os.path.getsize(out) / 1e6
    arguments.results = {"report": out, "megabytes": round(megabytes, 3)}
    print(f"{out}: {megabytes:.1f} MB, {time.perf_counter() - started:.0f} s")
    return 0


def _out(given: str | None, path: Path) -> Path:
    """Where the report of the model at `path` is written: beside it, or into the file or folder that was given."""
    beside = path.with_name("report.html" if path.stem == "model" else f"{path.stem}_report.html")
    if given is None:
        return beside
    out = user_path(given)
    return out / beside.name if out.is_dir() else out


def _history(checkpoint: Any, path: Path) -> History:
    """The history in the checkpoint, or else in the folder of its run; an empty one if there is none."""
    if checkpoint.state.get("history"):
        return History(checkpoint.state["history"])
    beside = path.with_name("history.json")
    return History.read(beside) if path.stem == "model" and beside.exists() else History()
