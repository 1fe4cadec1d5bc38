"""``wta-np reproduce``: finds the scripts in the folder figures of a clone, lists them, runs one."""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

from wta_np.cli.options import add_command
from wta_np.cli.output import as_text

REPRODUCE = """\
Run one of the experiments in the folder figures of a clone of wta_np: a table or a figure of the paper.

  wta-np reproduce list
  wta-np reproduce table1 --quick
  wta-np reproduce table1 --data-dir DIR --seeds 3
  wta-np reproduce table1 --search --rows rbm
  wta-np reproduce readme

--search tries settings on held-out training images and writes NAME_search.json; it reads no test image.

Each has options of its own: wta-np reproduce NAME --help. Results go into the folder figures, with --quick into
the work folder. Trained models and finished rows are kept in runs/reproduce: Ctrl-C, or a kill, and the same
command again goes on where it stopped. `readme` writes the results into README.md and figures/README.md.
"""

PACKAGE = "figures"
MARK = "EXPERIMENT"  # a script that assigns this name is an experiment


def add_parser(commands: Any) -> None:
    """Add ``reproduce`` to the commands."""
    parser = add_command(commands, "reproduce", "run an experiment of the folder figures", REPRODUCE)
    parser.add_argument("--figures", metavar="DIR", help="the folder figures (found from where you are)")
    parser.add_argument(
        "--json",
        action="store_true",
        help="with list: print one JSON object, experiments, each with name, minutes, done, about",
    )
    parser.add_argument("name", metavar="NAME", help="an experiment, or list, or readme")
    parser.add_argument(
        "options", nargs=argparse.REMAINDER, metavar="...", help="options of the experiment, such as --quick"
    )
    parser.set_defaults(run=run)


def run(arguments: Any) -> Any:
    """Run the experiment that is asked for, or list them; returns the exit status."""
    late = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    late.add_argument("--figures", default=arguments.figures)
    if arguments.name == "list":
        late.add_argument("--json", action="store_true", default=arguments.json)
    given, options = late.parse_known_args(arguments.options)
    if arguments.json and arguments.name != "list":
        raise ValueError("--json goes with list alone: results of experiments are JSON files already")
    folder = find_figures(given.figures)
    names = experiments(folder)
    if arguments.name == "list":
        return _list(folder, names, given.json)
    if arguments.name == "readme":
        return load_script(folder, "write_readme").main(folder)
    if arguments.name not in names:
        raise ValueError(f"NAME is {arguments.name!r}, expected list, readme or one of {', '.join(names)}")
    experiment = load_script(folder, arguments.name).EXPERIMENT
    return load_script(folder, "experiment").perform(arguments.name, experiment, options)


def find_figures(given: Any = None) -> Any:
    """The folder of the scripts: the one given, or ``figures`` here or in a folder above.

    Raises
    ------
    ValueError
        There is none.
    """
    above = Path.cwd()
    places = [Path(given)] if given else [place / "figures" for place in (above, *above.parents)]
    for place in places:
        if (place / "experiment.py").is_file():
            return place.resolve()
    if given:
        raise ValueError(
            f"--figures is {given}, expected the folder figures of a clone, with experiment.py in it"
        )
    raise ValueError(
        f"there is no folder figures with experiment.py in {above} or above: run this in a clone of wta_np, or "
        "name the folder with --figures DIR"
    )


def experiments(folder: Any) -> Any:
    """Names of the experiments in this folder, sorted; nothing is imported."""
    names = []
    for path in sorted(folder.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        assigned = (node for node in tree.body if isinstance(node, ast.Assign))
        if any(getattr(target, "id", "") == MARK for node in assigned for target in node.targets):
            names.append(path.stem)
    return names


def _list(folder, names, as_json):
    """Print every experiment, how long it takes, and whether its results are there."""
    width, found = max(map(len, names), default=0), []
    for name in names:
        module = load_script(folder, name)
        summary = (module.__doc__ or "").strip().splitlines()[0]
        is_done, minutes = (folder / f"{name}.json").exists(), module.EXPERIMENT.minutes
        found.append({"name": name, "minutes": minutes, "done": is_done, "about": summary})
        if not as_json:
            print(f"{name:{width}}  {minutes:32}  {'done' if is_done else '':4}  {summary}")
    if as_json:
        print(as_text({"experiments": found}))
    return 0


def load_script(folder: Any, name: Any) -> Any:
    """The module `name` of the package ``figures`` in this folder, wherever the folder is.

    The package is entered by its place, so that it is found without a change of the search path.
    """
    package = sys.modules.get(PACKAGE)
    if package is None or Path(package.__path__[0]).resolve() != folder.resolve():
        for module in [m for m in sys.modules if m == PACKAGE or m.startswith(PACKAGE + ".")]:
            del sys.modules[module]  # those of another clone
        spec = importlib.util.spec_from_file_location(
            PACKAGE, folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        package = importlib.util.module_from_spec(spec)
        sys.modules[PACKAGE] = package
        spec.loader.exec_module(package)
    return importlib.import_module(f"{PACKAGE}.{name}")
