"""What every script here shares: settings as options, a work folder that a kill does not hurt, results as files.

A script says what it is in an `Experiment`; ``wta-np reproduce NAME`` finds it, makes a `Job` of it and the
options, and writes what comes back: NAME.json, NAME.md and NAME_*.png.
"""

import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from figures.options import read_options
from figures.store import Rows, train
from wta_np import load, plots
from wta_np._utils.atomic import make_folder, write_whole
from wta_np._utils.foreign import read_json, shown
from wta_np._utils.locks import only_run_in
from wta_np._utils.paths import user_path
from wta_np.cli import main
from wta_np.data import Dataset
from wta_np.data.files import errors_naming

FOLDER = Path(__file__).parent
TRIAL = "A trial on digits of the package, not to be compared with anything.\n\n"


class ReadmeRow(NamedTuple):
    """A row of the tables in README.

    key : str, of rows with one key only the first is shown
    what : str, with units and epochs
    here, paper : str, in percent, or empty
    seeds : int, of weights and order
    seconds : float or None, of training, mean over the seeds
    """

    key: str
    what: str
    here: str
    paper: str
    seeds: int = 1
    seconds: float | None = None


@dataclass(frozen=True)
class Experiment:
    """A script: what it does, with which settings, and how its results are shown.

    Parameters
    ----------
    run : function of Job -> (results, figures)
        Results are JSON-ready; figures are matplotlib's by name.
    settings : dict
        Name -> default, of an option each. Lists are options with several values.
    minutes : str
        How long it takes on two cores.
    quick : dict
        The settings of --quick that differ.
    data : str or None
        The data set that `Job.data` loads; in --quick the digits of the package stand in for it.
    text : function of results -> str, optional
        A Markdown table or paragraph, also for figures/README.md.
    readme : function of results -> list of ReadmeRow, optional
        Rows for the table of the results in README.
    see : str
        What to see in the pictures and numbers.
    title : str
        Heading in figures/README.md.
    choices : dict
        Name of a setting -> the values that it may have.
    """

    run: Callable
    settings: dict
    minutes: str
    quick: dict = field(default_factory=dict)
    data: str | None = "mnist"
    text: Callable | None = None
    readme: Callable | None = None
    see: str = ""
    title: str = ""
    choices: dict = field(default_factory=dict)


class Job:
    """One run of an experiment: its settings as `job.settings.NAME`, its data, and rows that are kept.

    Attributes
    ----------
    settings : types.SimpleNamespace
    seed : int
    quick : bool
    work : Path
        Folder of this experiment's rows; those of --quick have their own.
    out : Path
        Folder for the results: this one, or with --quick the work folder, unless --out names another.
    """

    def __init__(self, name, experiment, options, settings):
        self.name, self.experiment, self.options, self.settings = name, experiment, options, settings
        self.seed, self.quick = options.seed, options.quick
        work = user_path(options.work)
        root = work / "quick" if self.quick else work
        self.work, self._models = root / name, root / "models"
        self.out = user_path(options.out) if options.out else self.work if self.quick else FOLDER
        for folder in {self.work, self.out}:
            make_folder(folder)
        self._rows = Rows(self.work / "rows.json", options.overwrite)
        self._data = None

    @property
    def data(self):
        """The Dataset, of the first `--images` training images if that is a setting and not 0."""
        if self._data is None:
            name = "sample" if self.quick else self.experiment.data
            data = load(name, self.options.data_dir)
            n = getattr(self.settings, "images", 0) or len(data.x_train)
            self._data = Dataset(data.x_train[:n], data.y_train[:n], data.x_test, data.y_test)
        return self._data

    def train(self, model, x, seed, epochs, lr, **options):
        """`store.train` with this job's folder of models: (the trained model, its history)."""
        return train(self._models, model, x, seed, epochs, lr, **options)

    def rows(self, todo):
        """Results by row: those in `todo`, and those of earlier calls, in the order of the setting `rows`.

        Parameters
        ----------
        todo : list of (name, settings, compute)
            Rows whose settings and name are in the work folder are not computed again.
        """
        n = len(todo)
        for i, (name, settings, compute) in enumerate(todo, 1):
            if self._data is not None:  # the same row of fewer images is another
                settings = {**settings, "images": len(self._data.x_train)}
            if self._rows.has(name, settings):
                print(f"[{i}/{n}] {name}: kept from before", flush=True)
                continue
            print(f"[{i}/{n}] {name}", flush=True)
            started = time.perf_counter()
            result = compute()
            result = {**result, "seconds": round(time.perf_counter() - started, 1), "machine": machine()}
            self._rows.put(name, settings, result)
        before = {} if self.quick else read_results(self.out, self.name).get("rows", {})
        return {**before, **self._rows.results()}

    def write(self, results, figures):
        """Write NAME.json, NAME.md and NAME_*.png into `out`, and print the text, or else the JSON."""
        results = {
            "experiment": self.name,
            "settings": {**self._public_settings(), "seed": self.seed, "quick": self.quick},
            **results,
            "machine": machine(),
        }
        with write_whole(self.out / f"{self.name}.json", "w") as file:
            json.dump(results, file, indent=1)
            file.write("\n")
        if self.experiment.text:
            text = TRIAL * self.quick + self.experiment.text(results)
            with write_whole(self.out / f"{self.name}.md", "w") as file:
                file.write(text)
        for kind, figure in figures.items():
            plots.save_figure(figure, self.out / f"{self.name}{kind and '_'}{kind}.png")
        print(text if self.experiment.text else json.dumps(results, indent=1))
        print(f"{self.name}: results are in {self.out}")

    def _public_settings(self):
        """All but the names of folders, which say nothing about the results."""
        return {k: v for k, v in vars(self.settings).items() if self.experiment.settings[k] is not None}


def perform(name, experiment, argv):
    """Run an experiment, or with --search its search, with these options of the command line; the exit status."""
    if "--search" in argv:
        from figures.search import search  # which has no way to the test images, and needs this module
        from figures.searches import SEARCHES

        return search(name, SEARCHES, [option for option in argv if option != "--search"])
    job = Job(name, experiment, *read_options(name, experiment, argv))
    with only_run_in(job.work):
        results, figures = experiment.run(job)
        job.write(results, figures)
    return 0


def script(file, argv):
    """What ``python -m figures.NAME`` does: the same as ``wta-np reproduce NAME``; the exit status."""
    return main(["reproduce", "--figures", str(Path(file).parent), Path(file).stem, *argv])


def read_results(folder, name):
    """What NAME.json in this folder holds; {} if there is none. ValueError if it holds something else."""
    path = Path(folder) / f"{name}.json"
    if not path.exists():
        return {}
    with errors_naming(path):
        results = read_json(path)
        if not isinstance(results, dict) or results.get("experiment", name) != name:
            raise ValueError(f"it holds {shown(results)}, expected the results of {name}")
    return results


def machine():
    """Where numbers were made, in words."""
    threads = os.environ.get("OPENBLAS_NUM_THREADS") or os.environ.get("OMP_NUM_THREADS") or "all"
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, threads: {threads}, "
        f"Python {platform.python_version()}, NumPy {np.__version__}"
    )
