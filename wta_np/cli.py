"""The command ``wta-np``: what it accepts, and how errors reach the user."""

from __future__ import annotations

import argparse
import os
import sys
import warnings

from wta_np import __version__, commands, commands_data, commands_grade, reproduce, runs
from wta_np.data import LOADERS
from wta_np.demo import demo as run_demo

EXIT_ERROR, EXIT_INTERRUPTED = 2, 130

ABOUT = """\
Winner-take-all autoencoders in NumPy and CuPy, every gradient derived by hand.

Start with `wta-np demo`. Then train a model of your own, look at it, and measure its features:

  wta-np train fc --data sample --units 1000 --lifetime 0.05 --out runs/fc
  wta-np plot runs/fc --data sample
  wta-np eval runs/fc --data sample
"""

TRAIN = """\
Train a model. Each kind has options of its own, such as:

  wta-np train fc --units 1000 --lifetime 0.05
  wta-np train conv --maps 16 --layers 2 --lifetime 0.05
  wta-np train rbm --units 1000 --lifetime 0.3

From patches of your own photographs, or of images that are made on the spot:

  wta-np train fc --data patches:FOLDER --patch 11 --whiten zca
  wta-np train fc --data dead-leaves --patch 11 --whiten zca
  wta-np train conv --data patches:FOLDER --patch 48
"""

RUN = """
OUT receives model.npz (weights and the state of the training), history.json, and pictures of the learning
curve and of the dictionary. Ctrl-C ends training cleanly; the same command with --resume goes on where it
stopped, to the same weights as if it had never stopped.
"""

KINDS = {
    "fc": (
        "FC-WTA: dense ReLU layers, linear decoder",
        """\
Train a fully connected winner-take-all autoencoder (FC-WTA).

Every hidden unit keeps the LIFETIME share of its largest activations across each mini-batch; the rest are
set to zero, and only the winners get gradient.
""",
    ),
    "conv": (
        "CONV-WTA: ReLU convolutions, linear deconvolution",
        """\
Train a convolutional winner-take-all autoencoder (CONV-WTA).

In each feature map of each image only the largest activity survives; of a map's survivors, one for each
image, only the LIFETIME share of the largest across each mini-batch (with --lifetime none, all).
""",
    ),
    "rbm": (
        "RBM, and WTA-RBM with --lifetime",
        """\
Train a restricted Boltzmann machine by contrastive divergence (CD-k).

With --lifetime 0.3 it is a WTA-RBM: in the positive phase every hidden unit keeps its largest probabilities
across each mini-batch. Sparsity has to be milder than for autoencoders.
""",
    ),
}


def build_parser():
    """The argparse parser of ``wta-np``."""
    parser = argparse.ArgumentParser(
        prog="wta-np", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"wta_np {__version__}")
    commands_of = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    demo = _command(commands_of, "demo", "train on the digits that come with the package, in three minutes")
    demo.add_argument(
        "--out", default="demo", metavar="DIR", help="folder for tables and pictures (%(default)s)"
    )
    demo.add_argument(
        "--seed", type=int, default=0, help="seed of weights and order of samples (%(default)s)"
    )
    demo.set_defaults(run=run_demo)

    train = _command(commands_of, "train", "train a model", TRAIN)
    kinds = train.add_subparsers(dest="kind", metavar="KIND", required=True)
    for kind, (summary, description) in KINDS.items():
        parser_of_kind = _command(kinds, kind, summary, description + RUN)
        _training_options(parser_of_kind, kind)
        parser_of_kind.set_defaults(run=runs.train)

    evaluate = _command(commands_of, "eval", "test error of a linear SVM on a model's features")
    _model_options(evaluate)
    evaluate.add_argument("--out", metavar="FILE", help="write the results as JSON, too")
    evaluate.set_defaults(run=commands.evaluate)

    plot = _command(commands_of, "plot", "pictures of a trained model")
    _model_options(plot)
    plot.add_argument("--out", metavar="DIR", help="folder for the pictures (beside the model)")
    plot.set_defaults(run=commands.plot)

    data = _command(commands_of, "data", "list, download and check data sets", commands_data.DATA)
    commands_data.add_options(data, _command)

    again = _command(commands_of, "reproduce", "run an experiment of the folder figures", reproduce.REPRODUCE)
    reproduce.add_options(again)

    grade = _command(commands_of, "grade", "judge solutions of the exercises", commands_grade.GRADE)
    commands_grade.add_options(grade)
    return parser


def _command(parsers, name, summary, description=None):
    return parsers.add_parser(
        name,
        help=summary,
        description=description or summary[0].upper() + summary[1:] + ".",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _data_options(parser, default):
    names = ", ".join(LOADERS)
    parser.add_argument(
        "--data",
        metavar="NAME",
        help=f"{names}, an .npz file of your own, or patches:FOLDER of PNG and JPEG images ({default})",
    )
    parser.add_argument(
        "--data-dir", metavar="DIR", help="where the files of data sets are, or are downloaded to"
    )
    parser.add_argument("--backend", metavar="NAME", help="numpy, or cupy for an NVIDIA GPU (numpy)")


def _model_options(parser):
    parser.add_argument("model", metavar="MODEL", help="a model.npz, or the folder that has it")
    _data_options(parser, "what it was trained on")
    parser.set_defaults(backend="numpy")


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
    """Options without default: those not given take `runs.DEFAULTS`, or what a resumed run had."""
    _data_options(parser, "sample")
    for name, options in OPTIONS.items():
        if name not in runs.DEFAULTS[kind]:
            continue
        default = runs.DEFAULTS[kind][name]
        if default is None and name in runs.CONV_DEPENDS:
            default = "{}, with patches {}".format(*runs.CONV_DEPENDS[name])
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


def rate(text):
    """A rate of lifetime sparsity as a number, or "none"; ValueError tells argparse that it is neither."""
    return "none" if text.lower() == "none" else float(text)


def main(argv=None):
    """Run ``wta-np`` with these arguments and return its exit status.

    0 is success, 2 wrong input or a failure that is not a bug (one line on standard error), 130 Ctrl-C.
    With the environment variable WTA_NP_TRACEBACK set, errors are raised with their traceback.
    """
    arguments = build_parser().parse_args(argv)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _show_warning
            return arguments.run(arguments) or 0
    except KeyboardInterrupt:
        print("wta-np: interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except (ValueError, TypeError, OSError, ArithmeticError, MemoryError) as error:
        if os.environ.get("WTA_NP_TRACEBACK"):
            raise
        print(f"wta-np: error: {_sentence(error)}", file=sys.stderr)
        return EXIT_ERROR


def _show_warning(message, *_, **__):
    print(f"wta-np: warning: {message}", file=sys.stderr)


def _sentence(error):
    """The message of an error on one line."""
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{error.filename}: {error.strerror}"
    return " ".join(str(error).split()) or type(error).__name__
