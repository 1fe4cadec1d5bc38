"""``wta-np data``: list, fetch and check the files of data sets."""

from __future__ import annotations

import sys
from typing import Any

from wta_np._utils.text import one_line
from wta_np.cli.options import add_command
from wta_np.cli.output import add_output_options
from wta_np.data import inventory
from wta_np.data.sources import SOURCES

DATA = """\
Show, download or check the files of data sets.

  wta-np data list
  wta-np data fetch cifar10
  wta-np data check cifar10

They are looked for in --data-dir, then in the folder that the environment variable WTA_NP_DATA names, then
in the user's cache folder; what is missing is downloaded into the first of these.
"""

KEYS = {  # of the objects that --json prints
    "list": "data_sets, each with name, training_images, test_images, state, bytes, folder, faults",
    "fetch": "name, files, each with file, verdict, whole",
    "check": "name, files, each with file, verdict, whole",
}


def add_parser(commands: Any) -> None:
    """Add ``data`` with its three actions to the commands."""
    parser = add_command(commands, "data", "list, download and check data sets", DATA)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, summary, run in (
        ("list", "show which data sets are here, where, and whether whole", show),
        ("fetch", "download what is missing of a data set, and check it", fetch),
        ("check", "read every file of a data set and say which are whole", check),
    ):
        action = add_command(actions, name, summary)
        if name != "list":
            action.add_argument("name", metavar="NAME", help=", ".join(SOURCES))
        action.add_argument("--data-dir", metavar="DIR", help="where the files are, or are downloaded to")
        add_output_options(action, KEYS[name])
        action.set_defaults(run=run)


def show(arguments: Any) -> int:
    """Print a table of all data sets; returns the exit status."""
    rows = [("name", "images", "state", "size", "where")]
    arguments.results = {"data_sets": []}
    for name, source in SOURCES.items():
        holding = inventory.look(name, arguments.data_dir)
        size = f"{holding.n_bytes / 1e6:.1f} MB" if holding.folder else ""
        where = [str(holding.folder)] if holding.folder else []
        images = "{:,} + {:,}".format(*source.n_images)
        arguments.results["data_sets"].append(
            {
                "name": name,
                "training_images": source.n_images[0],
                "test_images": source.n_images[1],
                "state": holding.state,
                "bytes": holding.n_bytes if holding.folder else 0,
                "folder": holding.folder,
                "faults": list(holding.faults),
            }
        )
        rows.append((name, images, holding.state, size, "; ".join(where + holding.faults)))
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    for name, images, state, size, where in rows:
        line = f"{name:{widths[0]}}  {images:>{widths[1]}}  {state:{widths[2]}}  {size:>{widths[3]}}  {where}"
        print(line.rstrip())
    return 0


def fetch(arguments: Any) -> Any:
    """Download what is missing of a data set, and check all of it; returns the exit status."""
    inventory.download(arguments.name, arguments.data_dir)
    return check(arguments)


def check(arguments: Any) -> int:
    """Print for each file of a data set whether it is whole; ValueError if one is not."""
    name = arguments.name
    verdicts = inventory.check(name, arguments.data_dir)
    if all(verdict == inventory.MISSING for _, verdict, _ in verdicts):
        remarks = "".join(f"{remark}; " for remark in SOURCES[name].remarks(arguments.data_dir))
        raise ValueError(f"{name} is not here: {remarks}wta-np data fetch {name}")
    for path, verdict, _ in verdicts:
        print(f"{path}: {verdict}")
    arguments.results = {
        "name": name,
        "files": [
            {"file": str(path), "verdict": verdict, "whole": bool(good)} for path, verdict, good in verdicts
        ],
    }
    bad = [path for path, _, is_good in verdicts if not is_good]
    if bad:
        error = ValueError(f"{name} is not whole, see above: {', '.join(bad)}")
        if not arguments.as_json:
            raise error
        print(f"wta-np: error: {one_line(error)}", file=sys.stderr)  # and the object says the rest
        return 2
    return 0
