"""Table 1: test errors on MNIST of raw pixels, RBM, WTA-RBM, FC-WTA and stacked FC-WTA, beside the paper's.

    wta-np reproduce table1 [--data-dir DIR] [--seeds 3] [--rows pixels rbm wta-rbm fc stacked]

Settings of the RBMs, and how the SVM reads their units, were chosen by `--search` on held-out training images. C is
chosen on a sixth of the training images, and so is whether the SVM of the stack sees the codes of its second layer or
of both. The test images are looked at once for each row.
"""

import sys

import numpy as np

from figures.experiment import Experiment, ReadmeRow, script
from figures.recipes import fc, rbm
from figures.scoring import encode, score_features, score_layers, score_rbm
from figures.searches import chosen
from figures.tables import markdown, mean_and_spread, ordered, standard_error

ROWS = {  # name -> (what, the paper's error)
    "pixels": ("raw pixels", ""),
    "rbm": ("RBM", "1.60%"),
    "wta-rbm": ("WTA-RBM, 30%", "1.38%"),
    "fc": ("FC-WTA, 5%", "1.20%"),
    "stacked": ("stacked FC-WTA, 5% and 2%", "1.11%"),
}
POWERS = (
    1,
    2,
    3,
    4,
)  # of 4, over mean |z|^2, that are tried as C for an RBM: the search found its C among them
FC = ("units", "lifetime", "epochs", "lr", "tied")
SECOND = ("second_units", "second_lifetime", "second_epochs", "second_lr")


def run(job):
    s, todo = job.settings, []
    seeds = range(job.seed, job.seed + s.seeds)
    size = {"units": s.rbm_units, "epochs": s.rbm_epochs}
    first = {name: getattr(s, name) for name in FC}
    second = {name: getattr(s, name) for name in SECOND}
    job.data  # noqa: B018  rows keep the number of its images
    for kind in s.rows:
        if kind == "pixels":
            todo.append((kind, {"kind": kind}, lambda: pixels(job)))
        elif kind in ("rbm", "wta-rbm"):
            settings = {**chosen("table1", kind), **size}
            for seed in seeds:
                todo.append(row(kind, seed, settings, lambda seed=seed, o=settings: machine(job, seed, o)))
        elif kind == "fc":
            for seed in seeds:
                todo.append(row(kind, seed, first, lambda seed=seed: single(job, seed, first)))
        else:
            for seed in seeds:
                todo.append(
                    row(kind, seed, {**first, **second}, lambda seed=seed: stacked(job, seed, first, second))
                )
    return {"rows": job.rows(todo)}, {}


def row(kind, seed, settings, compute):
    """(name, settings, compute) of a row."""
    return f"{kind}, seed {seed}", {"kind": kind, "seed": seed, **settings}, compute


def pixels(job):
    data = job.data.flat()
    return score_features(data.x_train, data.y_train, data.x_test, data.y_test)


def machine(job, seed, settings):
    """A row of an RBM, of whose readouts the search has chosen one."""
    data = job.data.flat()
    options = {name: value for name, value in settings.items() if name != "readout"}
    model, result = rbm(job, data.x_train, seed, **options)
    readouts = [settings["readout"]]
    found = score_rbm(
        model, data.x_train, data.y_train, data.x_test, data.y_test, readouts=readouts, powers=POWERS
    )
    return {**result, **found, "readout": settings["readout"]}


def single(job, seed, settings):
    """A row of one FC-WTA."""
    data = job.data.flat()
    model, result = fc(job, data.x_train, seed, **settings)
    z_train, z_test = encode(model, data.x_train, data.x_test)
    return {**result, **score_features(z_train, data.y_train, z_test, data.y_test)}


def stacked(job, seed, first, second):
    """A row of two FC-WTA, the second on the released codes of the first."""
    data = job.data.flat()
    below, result = fc(job, data.x_train, seed, **first)
    z_train, z_test = encode(below, data.x_train, data.x_test)
    options = {name.removeprefix("second_"): value for name, value in second.items()}
    above, top = fc(job, z_train, seed, tied=first["tied"], **options)
    result |= {f"second {name}": value for name, value in top.items()}
    layers = [(z_train, z_test), encode(above, z_train, z_test)]
    return {**result, **score_layers(layers, data.y_train, data.y_test)}


def by_kind(results):
    """Kind of row -> the rows of it, in the order of the table."""
    return {kind: found for kind in ROWS if (found := ordered(results, [kind]))}


def label(kind, rows):
    """What a line of a table calls these rows."""
    s = rows[0]["settings"]
    return {
        "pixels": lambda: ROWS[kind][0],
        "rbm": lambda: f"RBM, {s['units']:,} units, {s['epochs']} epochs",
        "wta-rbm": lambda: f"WTA-RBM, {s['units']:,} units, 30%, {s['epochs']} epochs",
        "fc": lambda: f"FC-WTA, {s['units']:,}{tied(s)} units, {s['lifetime']:.0%}, {s['epochs']} epochs",
        "stacked": lambda: (
            f"stacked FC-WTA, {s['units']:,} and {s['second_units']:,}{tied(s)} units, {s['lifetime']:.0%} and "
            f"{s['second_lifetime']:.0%}, {s['epochs']} and {s['second_epochs']} epochs"
        ),
    }[kind]()


def tied(settings):
    return " tied" if settings["tied"] else ""


def seconds_of(rows):
    """Mean seconds of training all layers of a row; None without a training."""
    kinds = [name for name in ("training seconds", "second training seconds") if name in rows[0]]
    return sum(np.mean([row[name] for row in rows]) for name in kinds) if kinds else None


def readme(results):
    return [
        ReadmeRow(
            kind,
            label(kind, rows),
            mean_and_spread([row["test error, %"] for row in rows]),
            ROWS[kind][1],
            len(rows),
            seconds_of(rows),
        )
        for kind, rows in by_kind(results).items()
    ]


def text(results):
    lines = []
    for rows, (_, what, here, paper, seeds, seconds) in zip(by_kind(results).values(), readme(results)):
        error = standard_error(np.mean([row["test error, %"] for row in rows]))
        held = mean_and_spread([row["held-out error, %"] for row in rows])
        svm = np.mean([row["SVM seconds"] for row in rows])
        lines.append([what, here, f"{error:.2f}", paper, held, seeds, f"{seconds or 0:.0f}", f"{svm:.0f}"])
        if "choice" in rows[0]:
            lines[-1][0] += f" (SVM on: {', '.join(sorted({row['choice'] for row in rows}))})"
    head = ["features", "test error", "standard error", "paper", "held-out error", "seeds"]
    head += ["training, s", "SVM, s"]
    return markdown(head, lines)


EXPERIMENT = Experiment(
    title="Table 1: MNIST, fully connected models and RBMs",
    run=run,
    settings={
        "rows": list(ROWS),
        "seeds": 3,
        "units": 2000,
        "lifetime": 0.05,
        "epochs": 30,
        "lr": 0.02,
        "tied": True,
        "second_units": 2000,
        "second_lifetime": 0.02,
        "second_epochs": 30,
        "second_lr": 0.02,
        "rbm_units": 3000,
        "rbm_epochs": 12,
        "images": 0,
    },
    quick={
        "seeds": 2,
        "units": 200,
        "epochs": 2,
        "second_units": 200,
        "second_epochs": 2,
        "rbm_units": 100,
        "rbm_epochs": 2,
        "images": 2000,
    },
    minutes="about 100 minutes, of which 30 for each seed",
    text=text,
    readme=readme,
    see="Where there are several seeds, of weights and order, the numbers are mean and standard deviation. The "
    "second layer of the stack learns from the released codes of the first. The SVM gets the second layer "
    "alone or both layers, whichever is better on held-out training images. Seconds were measured beside other "
    "work of the machine: the same training may take half as long.\n\nThe plain RBM and FC-WTA are within a standard "
    "error of the paper. Two rows fall short. The WTA-RBM is no better than the plain RBM here. Of what the search "
    "tried, nothing beat the constraint after half of the epochs: neither bringing it in gradually nor later, nor a "
    "rate that falls evenly, nor samples in the statistics. Persistent chains have not been tried. The stacked FC-WTA "
    "is no better than one layer. Other scales of the codes for its second layer have not been searched yet; "
    "`--search --rows stacked` does it.",
    choices={"rows": list(ROWS)},
)

if __name__ == "__main__":
    sys.exit(script(__file__, sys.argv[1:]))
