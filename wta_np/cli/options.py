"""Options that several commands of ``wta-np`` share."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from wta_np._utils.text import visible
from wta_np.data import LOADERS


class Parser(argparse.ArgumentParser):
    """argparse's parser, whose errors show control characters of the arguments instead of sending them."""

    def error(self, message: str) -> NoReturn:
        """Print the usage and the message, and exit with status 2."""
        super().error(visible(message))


def add_command(commands: Any, name: Any, summary: Any, description: Any = None) -> Any:
    """A parser for the command `name`, whose description is shown as it is written."""
    return commands.add_parser(
        name,
        help=summary,
        description=description or summary[0].upper() + summary[1:] + ".",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def add_data_options(parser: Any, default: Any) -> None:
    """Which data, where it lies, and the backend; `default` is what the help text calls the default data."""
    names = ", ".join(LOADERS)
    parser.add_argument(
        "--data",
        metavar="NAME",
        help=f"{names}, an .npz file of your own, a folder of IDX files such as EMNIST's, "
        f"or patches:FOLDER of PNG and JPEG images ({default})",
    )
    parser.add_argument(
        "--data-dir", metavar="DIR", help="where the files of data sets are, or are downloaded to"
    )
    parser.add_argument(
        "--backend", metavar="NAME", help="numpy, cupy (NVIDIA GPUs) or dpnp (Intel GPUs) (numpy)"
    )


def add_model_options(parser: Any) -> None:
    """A trained model, and the data to use with it."""
    parser.add_argument("model", metavar="MODEL", help="a model.npz, or the folder that has it")
    add_data_options(parser, "what it was trained on")
    parser.set_defaults(backend="numpy")
