"""The parser of ``wta-np``: one module of this package for each command."""

from __future__ import annotations

import argparse
from typing import Any

from wta_np import __version__
from wta_np.cli import (
    completion,
    data,
    demo,
    evaluate,
    exercises,
    export,
    grade,
    import_weights,
    plot,
    report,
    reproduce,
    train,
)
from wta_np.cli.options import Parser

COMMANDS = (  # in the order of the help text
    demo,
    train,
    evaluate,
    plot,
    report,
    export,
    import_weights,
    data,
    reproduce,
    exercises,
    grade,
    completion,
)

ABOUT = """\
Winner-take-all autoencoders in NumPy and CuPy, every gradient derived by hand.

Start with `wta-np demo`. Then train a model of your own, look at it, and measure its features:

  wta-np train fc --data sample --units 1000 --lifetime 0.05 --out runs/fc
  wta-np report runs/fc --data sample
  wta-np eval runs/fc --data sample
"""


def build_parser() -> Any:
    """The argparse parser of ``wta-np``; each command adds its own by `add_parser`, which sets its `run`."""
    parser = Parser(prog="wta-np", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--version", action="version", version=f"wta_np {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_parser(commands)
    return parser
