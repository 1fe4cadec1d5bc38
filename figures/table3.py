"""Table 3: few labels. Features learned on all images without labels, a linear SVM from 300 to 60,000 labels.

    wta-np reproduce table3 [--data-dir DIR] [--rows pixels fc conv16 conv64 stacked] [--labels 300 1000 ...]

The labels are drawn at random, each class as often, `--draws` times; C is chosen among the drawn labels alone, by
cross-validation in five parts (from 5,000 labels on by holding out one fifth). Models are those of tables 1 and 2,
taken from their work folder or else trained.
"""

import sys
import time

import numpy as np

from figures.experiment import Experiment, script
from figures.recipes import fc
from figures.scoring import cross_validated_C, encode, joined
from figures.table2 import QUICK, SETTINGS, features_of, pooled_layers, settings_of
from figures.tables import markdown
from wta_np.data import few_labels
from wta_np.evaluation import LinearSVM, choose_C

ROWS = {
    "pixels": "raw pixels",
    "fc": "FC-WTA",
    "conv16": "CONV-WTA, 16 maps",
    "conv64": "CONV-WTA, 64 maps",
    "stacked": "stacked CONV-WTA",
}
PAPER = {300: 3.47, 1000: 1.92, 2000: 1.45, 5000: 1.07, 10_000: 0.91, 60_000: 0.48}  # stacked
ONE_PART = 5000  # labels from which on one held-out part is enough to choose C
POOL = 5, 3


def run(job):
    s, todo = job.settings, []
    n_all, held = len(job.data.x_train), {}
    for kind in s.rows:
        for n in s.labels:
            draws = 1 if n >= n_all else s.draws
            for draw in range(draws):
                settings = {"kind": kind, "labels": min(n, n_all), "draw": draw, **model_settings(kind, s)}
                name = f"{kind}, {min(n, n_all)} labels, draw {draw}"
                todo.append((name, settings, lambda a=(kind, n, draw): measure(job, held, *a)))
    return {"rows": job.rows(todo)}, {}


def model_settings(kind, s):
    """What decides the weights of the model of this kind."""
    if kind == "pixels":
        return {}
    return {"units": s.units, "epochs": s.epochs} if kind == "fc" else settings_of(kind, s)


def features(job, kind):
    """(z_train, z_test, row) of a kind; of the training images no label is used."""
    data, settings = job.data, model_settings(kind, job.settings)
    flat = data.flat()
    if kind == "pixels":
        return flat.x_train, flat.x_test, {}
    if kind == "fc":
        model, row = fc(job, flat.x_train, job.seed, **settings)
        return *encode(model, flat.x_train, flat.x_test), row
    layers, row = features_of(job, kind, settings, data.x_train, job.seed)
    zs = pooled_layers(layers, data, *POOL)
    z_train, z_test = zs[0] if len(zs) == 1 else (joined(parts) for parts in zip(*zs))
    return z_train, z_test, row


def measure(job, held, kind, n, draw):
    """A row: draw labels, choose C among them, fit, test. `held` has the features of the kind before."""
    if kind not in held:
        held.clear()  # one kind at a time: they are large
        held[kind] = features(job, kind)
    z_train, z_test, row = held[kind]
    started, y_train = time.perf_counter(), job.data.y_train
    some = (
        np.arange(len(y_train)) if n >= len(y_train) else few_labels(y_train, n, rng=1000 * job.seed + draw)
    )
    x, y = (z_train, y_train) if len(some) == len(y_train) else (z_train[some], y_train[some])
    if len(some) >= ONE_PART:
        choice = choose_C(x, y, held_out=1 / 5, rng=job.seed)
        C, start = choice.C, choice.svm
    else:
        C, start = cross_validated_C(x, y, rng=job.seed), None
    svm = LinearSVM(C).fit(x, y, initial=start)
    error = round(100 * (1 - svm.score(z_test, job.data.y_test)), 2)
    return {"test error, %": error, "C": C, "SVM seconds": round(time.perf_counter() - started, 1)} | row


def cells(results):
    """(kinds, numbers of labels, {(kind, labels): errors of the draws})."""
    found = {}
    for row in results["rows"].values():
        key = row["settings"]["kind"], row["settings"]["labels"]
        found.setdefault(key, []).append(row["test error, %"])
    return [k for k in ROWS if any(k == kind for kind, _ in found)], sorted({n for _, n in found}), found


def text(results):
    kinds, labels, found = cells(results)
    lines = []
    for n in labels:
        line = [f"{n:,}"]
        for kind in kinds:
            errors = found.get((kind, n))
            spread = f" ± {np.std(errors, ddof=1):.2f}" if errors and len(errors) > 1 else ""
            line.append(f"{np.mean(errors):.2f}{spread}" if errors else "")
        lines.append([*line, PAPER.get(n, "")])
    head = ["labels", *(ROWS[kind] for kind in kinds), "paper, stacked CONV-WTA"]
    return "Test errors in percent, mean and standard deviation over the draws of labels.\n\n" + markdown(
        head, lines
    )


EXPERIMENT = Experiment(
    title="Table 3: MNIST, few labels",
    run=run,
    settings={
        "rows": ["pixels", "fc", "conv16", "conv64"],
        "labels": list(PAPER),
        "draws": 5,
        "units": 2000,
        "epochs": 30,
        **SETTINGS,
    },
    quick={"labels": [100, 300, 1000], "draws": 2, "units": 200, "epochs": 2, **QUICK},
    minutes="about 60 minutes, after table1 and table2",
    text=text,
    see="A column shows what labels are worth, and a line what features are worth: look how many labels raw pixels "
    "need for the error that learned features reach with 300.",
    choices={"rows": list(ROWS)},
)

if __name__ == "__main__":
    sys.exit(script(__file__, sys.argv[1:]))
