"""``wta-np reproduce NAME --search``: which settings have the smallest error on held-out training images.

What is tried stands in `figures.searches`. A search has no test image: it loads the files of training images only,
see `figures.training_data`. Models and finished candidates are kept, so that a search that was stopped goes on.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from figures.experiment import FOLDER, Experiment, machine, read_results
from figures.options import read_options
from figures.scoring import held_out_table, scale_in_place
from figures.store import Rows, train
from figures.tables import markdown
from figures.training_data import load_training_data
from wta_np._utils.atomic import make_folder, write_whole
from wta_np._utils.locks import only_run_in
from wta_np._utils.paths import user_path
from wta_np.evaluation import encode_batches

SPLIT_SEED = 12345


@dataclass(frozen=True)
class RowSearch:
    """What is tried for one row of a table.

    Parameters
    ----------
    compute : function of (SearchJob, settings) -> (readouts, row)
        Trains a model. Readouts are {name: (function of images -> rows for the SVM, whether each feature is scaled
        to unit variance)}, of which the best counts; row is what to report beside the errors.
    base : dict
        Settings of all candidates.
    candidates : dict of str to dict
        Settings of each that differ; the first is what the others are compared with.
    final : dict
        Settings of the table's row that differ from those of the search, such as more units.
    quick : dict
        Settings with --quick.
    """

    compute: Callable
    base: dict
    candidates: dict
    final: dict = field(default_factory=dict)
    quick: dict = field(default_factory=dict)


class SearchJob:
    """One run of a search: training images, a folder of models, and the split. It has no test image.

    Attributes
    ----------
    training : TrainingData
    seed : int
    fitted, held : ndarray of int
        Indices of the images that the SVM is fitted to, and of those that are held out.
    """

    def __init__(self, name, search, options, settings):
        self.seed, self.quick = options.seed, options.quick
        root = user_path(options.work)
        root = root / "quick" if self.quick else root
        self.work, self._models = root / f"{name}_search", root / "models"
        self.out = user_path(options.out) if options.out else self.work if self.quick else FOLDER
        for folder in {self.work, self.out}:
            make_folder(folder)
        data = "sample" if self.quick else "mnist"
        self.training = load_training_data(data, options.data_dir, settings.images)
        n = len(self.training.x)
        if settings.fitted + settings.held > n:
            raise ValueError(
                f"--fitted and --held are {settings.fitted} and {settings.held}, expected at most {n} together"
            )
        order = np.random.default_rng(SPLIT_SEED).permutation(n)
        self.held = order[: settings.held]
        self.fitted = order[settings.held : settings.held + settings.fitted]
        self.rows = Rows(self.work / "rows.json", options.overwrite)

    def train(self, model, x, seed, epochs, lr, **options):
        """`store.train` with the folder of models that the experiments use: (the trained model, its history)."""
        return train(self._models, model, x, seed, epochs, lr, **options)

    def candidate(self, row_search, settings):
        """The result of one candidate: errors on the held-out images by readout and by C, and the smallest."""
        started = time.perf_counter()
        readouts, row = row_search.compute(self, settings)
        tables, x = {}, self.training.x
        for name, (features, scaled) in readouts.items():
            z_fit, z_held = (encode_batches(features, x[i], 200) for i in (self.fitted, self.held))
            if scaled:
                scale_in_place(z_fit, z_held)
            tables[name] = held_out_table(
                z_fit, self.training.y[self.fitted], z_held, self.training.y[self.held]
            )
        best = min(tables, key=lambda name: min(error for _, error in tables[name]))
        return {
            "held-out error, %": min(error for _, error in tables[best]),
            "readout": best,
            "held-out errors by readout and k, C = 4^k / mean |z|^2": tables,
            **row,
            "seconds": round(time.perf_counter() - started, 1),
            "machine": machine(),
        }


def search(name, searches, argv):
    """Try all candidates of the rows that are asked for, and write NAME_search.json; the exit status."""
    if name not in searches:
        raise ValueError(f"{name} has no --search, expected one of {', '.join(searches)}")
    rows = searches[name]
    settings = {"rows": list(rows), "images": 0, "fitted": 20_000, "held": 10_000}
    quick = {"images": 600, "fitted": 300, "held": 200}
    options = Experiment(None, settings, "hours", quick, choices={"rows": list(rows)})
    job = SearchJob(name, rows, *(parsed := read_options(name, options, argv)))
    with only_run_in(job.work):
        for row in parsed[1].rows:
            _search_row(job, row, rows[row])
        write(job, name, rows, vars(parsed[1]))
    return 0


def _search_row(job, row, row_search):
    """Every candidate of a row that is not there yet; each is on disk when it is done."""
    for i, (candidate, differs) in enumerate(row_search.candidates.items(), 1):
        settings = {**row_search.base, **differs, **(row_search.quick if job.quick else {})}
        kept = {**settings, "seed": job.seed, "fitted": len(job.fitted), "held": len(job.held)}
        done = f"[{row} {i}/{len(row_search.candidates)}] {candidate}"
        if job.rows.has(f"{row}: {candidate}", kept):
            print(f"{done}: kept from before", flush=True)
            continue
        print(done, flush=True)
        job.rows.put(f"{row}: {candidate}", kept, job.candidate(row_search, settings))


def write(job, name, rows, settings):
    """NAME_search.json: of every row the candidates and the choice; rows that were searched elsewhere stay."""
    before = {} if job.quick else read_results(job.out, f"{name}_search").get("rows", {})
    done = job.rows.results()
    for row in rows:
        found = {c: done[key] for c in rows[row].candidates if (key := f"{row}: {c}") in done}
        if found:
            before[row] = {"choice": best_of(found), "candidates": found}
    results = {"experiment": f"{name}_search", "settings": {**settings, "quick": job.quick}, "rows": before}
    with write_whole(job.out / f"{name}_search.json", "w") as file:
        json.dump(results, file, indent=1)
        file.write("\n")
    print(text(results))
    print(f"{name}_search: results are in {job.out}")


def best_of(candidates):
    """The candidate with the smallest error on held-out images, the first of equals."""
    return min(candidates, key=lambda name: candidates[name]["held-out error, %"])


def text(results):
    """A Markdown table of all candidates, the chosen ones marked."""
    lines = []
    for row, found in results["rows"].items():
        for name, result in found["candidates"].items():
            s, is_chosen = result["settings"], name == found["choice"]
            shown = f"**{name}**" if is_chosen else name
            error, size = f"{result['held-out error, %']:.2f}%", s.get("units") or s.get("maps", "")
            seconds = f"{result['training seconds']:.0f}"
            lines.append([row, shown, error, f"{size:,}", s.get("epochs", ""), seconds])
    return markdown(
        ["row", "what was tried", "held-out error", "units or maps", "epochs", "training, s"], lines
    )
