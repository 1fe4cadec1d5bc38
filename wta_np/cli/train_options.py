"""The options of ``wta-np train``, which has a parser of its own for each kind of model."""

from __future__ import annotations

import argparse
from typing import Any

from wta_np.cli.kinds import KINDS
from wta_np.cli.options import add_command, add_data_options
from wta_np.cli.output import add_output_options

TRAIN = """\
Train a model. Each kind has options of its own, such as:

  wta-np train fc --units 1000 --lifetime 0.05 --tied
  wta-np train conv --maps 16 --layers 2 --lifetime 0.05
  wta-np train rbm --units 1000 --lifetime 0.3

From patches of your own photographs, or of images that are made on the spot:

  wta-np train fc --data patches:FOLDER --patch 11 --whiten zca --tied
  wta-np train fc --data dead-leaves --patch 11 --whiten zca --tied
  wta-np train conv --data patches:FOLDER --patch 48
"""

RUN = """
OUT receives model.npz (weights and the state of the training), history.json, and pictures of the learning
curve and of the dictionary. Ctrl-C ends training cleanly; the same command with --resume goes on where it
stopped, to the same weights as if it had never stopped.
Started as `mpiexec -n 4 wta-np train ...`, four processes share each mini-batch.
"""


def add_parsers(commands: Any, run: Any) -> None:
    """Add ``train`` and under it a parser for each kind of model; `run` is what they do."""
    train = add_command(commands, "train", "train a model", TRAIN)
    kinds = train.add_subparsers(dest="kind", metavar="KIND", required=True)
    for name, kind in KINDS.items():
        parser_of_kind = add_command(kinds, name, kind.summary, kind.description + RUN)
        _training_options(parser_of_kind, name)
        parser_of_kind.set_defaults(run=run)


OPTIONS = {  # name -> argparse's arguments; %s stands for the default
    "epochs": {"type": int, "metavar": "N", "help": "passes through the data (%s)"},
    "units": {"type": int, "metavar": "M", "help": "hidden units (%s)"},
    "maps": {"type": int, "metavar": "F", "help": "feature maps of every layer (%s)"},
    "layers": {"type": int, "metavar": "L", "help": "convolutions in the encoder (%s)"},
    "size": {"type": int, "metavar": "N", "help": "side of the encoder's filters, odd (%s)"},
    "decoder_size": {"type": int, "metavar": "N", "help": "side of the dictionary's atoms, odd (%s)"},
    "lifetime": {
        "metavar": "RATE",
        "help": "share of a mini-batch on which a unit may win, in (0, 1], or none (%s)",
    },
    "patch": {
        "type": int,
        "metavar": "N",
        "help": "learn from random patches of N x N pixels (folders and dead leaves are always cut: 11, conv 48)",
    },
    "n_patches": {"type": int, "metavar": "N", "help": "patches to train on (%s)"},
    "grey": {"help": "turn colour into grey"},
    "contrast": {"help": "normalise the local contrast (%s)"},
    "whiten": {"choices": ("none", "zca", "pca"), "help": "decorrelate the pixels (%s)"},
    "retain": {"type": float, "metavar": "SHARE", "help": "share of the variance that whitening keeps (%s)"},
    "tied": {"help": "decode with the encoder's weights, transposed (--tied)"},
    "cd_k": {"type": int, "metavar": "K", "help": "steps of the Gibbs chain (%s)"},
    "lr": {
        "type": float,
        "metavar": "RATE",
        "help": "learning rate, divided by 10 after 60%% and after 90%% of the epochs (%s)",
    },
    "momentum": {"type": float, "help": "share of the last step that is kept (%s)"},
    "batch_size": {"type": int, "metavar": "N", "help": "samples in a mini-batch (%s)"},
    "seed": {"type": int, "help": "seed of weights and order of samples (%s)"},
}
SWITCHES = ("tied", "grey", "contrast")


def _training_options(parser, kind):
    """Options without default: those not given take those of `KINDS`, or what a resumed run had."""
    add_data_options(parser, "sample")
    for name, options in OPTIONS.items():
        if name not in KINDS[kind].defaults:
            continue
        default = KINDS[kind].defaults[name]
        if default is None and name in KINDS[kind].depends:
            default = "{}, with patches {}".format(*KINDS[kind].depends[name])
        shown = str(default).strip("[]").replace("True", "on").replace("False", "off")
        options = dict(options, help=options["help"].replace("%s", shown))
        if name == "units" and isinstance(default, list):
            options |= {"nargs": "+", "help": f"{options['help']}; several numbers: several layers"}
        if name in SWITCHES:
            options["action"] = argparse.BooleanOptionalAction
        if name == "lifetime":
            options["type"] = rate
        parser.add_argument("--" + name.replace("_", "-"), **options)
    parser.add_argument(
        "--config",
        metavar="FILE",
        help="settings in TOML, one for each option, such as wta-np export RUN --format toml writes; options given "
        "here count for more",
    )
    parser.add_argument(
        "--out", default=f"runs/{kind}", metavar="DIR", help="folder of the run (%(default)s)"
    )
    again = parser.add_mutually_exclusive_group()
    again.add_argument(
        "--resume",
        action="store_true",
        help="go on with the run in OUT, with its settings; only --epochs and --data-dir may differ "
        "(with more epochs, the learning rate rises again)",
    )
    again.add_argument("--overwrite", action="store_true", help="begin anew, over the run in OUT")
    add_output_options(parser, "kind, model, epochs, loss, dead_units_percent, interrupted, files")


def rate(text: str) -> Any:
    """A rate of lifetime sparsity as a number, or "none"; ValueError tells argparse that it is neither."""
    return "none" if text.lower() == "none" else float(text)
