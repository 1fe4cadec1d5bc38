"""The options of an experiment: one for each of its settings, and those that all have."""

import argparse
from types import SimpleNamespace

from wta_np._utils.validation import check_int, check_number


def read_options(name, experiment, argv):
    """(options that all experiments have, settings of this one) from the command line.

    Raises ValueError naming an option whose value makes no sense.
    """
    options = _parser(name, experiment).parse_args(argv)
    check_int("--seed", options.seed, 0)
    settings = {}
    for key, default in experiment.settings.items():
        if options.quick:
            default = experiment.quick.get(key, default)
        given = getattr(options, key)
        settings[key] = default if given is None else given
        _check(f"--{key.replace('_', '-')}", settings[key], least=0 if key == "images" else 1)
    return options, SimpleNamespace(**settings)


def _parser(name, experiment):
    parser = argparse.ArgumentParser(
        prog=f"wta-np reproduce {name}",
        allow_abbrev=False,  # --patch, which wta-np train has, is not --patches
        description=f"{experiment.minutes}; --quick: a small version on the digits of the package.",
    )
    parser.add_argument("--quick", action="store_true", help="a small version, in a minute or two")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="(%(default)s)")
    parser.add_argument("--data-dir", metavar="DIR", help="where the data is, or is downloaded to")
    parser.add_argument(
        "--out", metavar="DIR", help="where results go (figures/, with --quick the work folder)"
    )
    parser.add_argument(
        "--work", default="runs/reproduce", metavar="DIR", help="models and rows to go on with (%(default)s)"
    )
    parser.add_argument("--figures", metavar="DIR", help="the folder of the scripts")
    parser.add_argument(
        "--overwrite", action="store_true", help="do rows again whose settings are not those of before"
    )
    own = parser.add_argument_group("settings")
    for key, default in experiment.settings.items():
        kind = default[0] if isinstance(default, list) else default
        option = {"dest": key, "help": f"({_shown(default)})"}
        if isinstance(default, bool):
            option["action"] = argparse.BooleanOptionalAction
        else:
            option |= {
                "type": type(kind) if kind is not None else str,
                "choices": experiment.choices.get(key),
            }
            option["metavar"] = "{" + ",".join(option["choices"]) + "}" if option["choices"] else "X"
            option |= {"nargs": "+"} if isinstance(default, list) else {}
        own.add_argument("--" + key.replace("_", "-"), **option)
    return parser


def _shown(default):
    return " ".join(map(str, default)) if isinstance(default, list) else str(default)


def _check(option, value, least):
    """ValueError or TypeError if a number is below `least`, or zero where that is 1."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, int) and not isinstance(each, bool):
            check_int(option, each, least)
        elif isinstance(each, float):
            check_number(option, each, 0, above=True)
