"""``wta-np plot``: pictures of a trained model."""

from __future__ import annotations

from typing import Any

from wta_np._utils.atomic import make_folder
from wta_np.cli.options import add_command, add_model_options
from wta_np.cli.output import add_output_options
from wta_np.cli.saved_model import load_with_data, model_path
from wta_np.training import load_checkpoint
from wta_np.training.history import History


def add_parser(commands: Any) -> None:
    """Add ``plot`` to the commands."""
    parser = add_command(commands, "plot", "pictures of a trained model")
    add_model_options(parser)
    parser.add_argument("--out", metavar="DIR", help="folder for the pictures (beside the model)")
    add_output_options(parser, "pictures, the files")
    parser.set_defaults(run=run)


def run(arguments: Any) -> int:
    """Draw a model; returns the exit status."""
    from wta_np import plots
    from wta_np.model_figures import draw

    checkpoint = load_checkpoint(model_path(arguments.model))
    model, data, _, x_test, preparation = load_with_data(checkpoint, arguments)
    out = make_folder(arguments.out or model_path(arguments.model).parent)
    figures = draw(model, x_test[:200], data.image_shape, preparation)
    if checkpoint.state.get("history"):
        figures["learning_curve"] = plots.learning_curve(History(checkpoint.state["history"]))
    arguments.results = {"pictures": [out / f"{name}.png" for name in figures]}
    for name, figure in figures.items():
        plots.save_figure(figure, out / f"{name}.png")
        print(out / f"{name}.png")
    return 0
