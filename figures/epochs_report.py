"""The picture and the paragraph of `epochs`, made from its rows."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

NAMES = {"fc": "FC-WTA", "conv": "CONV-WTA"}
NEAR = 0.1  # share of the way from random weights to the best that may be missing when most is learned


def curves(results):
    """{(kind, lifetime): rows by epoch}, of those with more than the point at epoch 0."""
    found = {}
    for row in results["rows"].values():
        if row["held-out error, %"] is not None:
            found.setdefault((row["settings"]["kind"], row["settings"]["lifetime"]), []).append(row)
    found = {key: sorted(rows, key=lambda row: row["settings"]["epochs"]) for key, rows in found.items()}
    return {
        key: found[key] for key in sorted(found, key=lambda k: (k[0] != "fc", k[1])) if len(found[key]) > 1
    }


def seconds_of(rows):
    """Seconds of training up to each point of a curve: its shortest epoch is one that nothing disturbed."""
    shortest = min(rows[-1]["seconds of epochs"])
    return [shortest * row["settings"]["epochs"] for row in rows]


def summary(rows):
    """What one curve says: where it starts and ends, its best point, and when it is nearly there."""
    errors = [row["held-out error, %"] for row in rows]
    best = int(np.argmin(errors))
    near = errors[best] + NEAR * max(0, errors[0] - errors[best])
    first = next(i for i, error in enumerate(errors) if error <= near)
    return {
        "random": errors[0],
        "one": errors[1],
        "best": errors[best],
        "best epoch": rows[best]["settings"]["epochs"],
        "near epoch": rows[first]["settings"]["epochs"],
        "near seconds": seconds_of(rows)[first],
        "last": errors[-1],
        "last epoch": rows[-1]["settings"]["epochs"],
        "updates": float(np.mean(rows[-1]["updates"])),
        "dead": rows[-1]["dead units, %"],
    }


def draw(found):
    """Held-out error against epochs and against seconds, a row of axes for each kind of model."""
    kinds = [kind for kind in NAMES if any(kind == k for k, _ in found)]
    figure = Figure(figsize=(10, 3.6 * len(kinds)), layout="constrained")
    places = figure.subplots(len(kinds), 3, squeeze=False)
    for line, kind in zip(places, kinds):
        for (k, level), rows in found.items():
            if k != kind:
                continue
            errors = [row["held-out error, %"] for row in rows]
            columns = [row["settings"]["epochs"] for row in rows], seconds_of(rows)
            for axes, values in zip(line, columns):
                axes.plot(values, errors, "o-", ms=3, label=f"{level:.0%}")
            updates = rows[-1]["updates"]
            line[2].plot(range(1, len(updates) + 1), updates, "o-", ms=3)
        for axes, label in zip(line, ("epochs", "seconds of training", "epochs")):
            axes.set(xlabel=label, ylabel=f"{NAMES[kind]}: held-out error, %", yscale="log")
            axes.grid(alpha=0.3, which="both")
            axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
            for axis in (axes.yaxis.set_major_formatter, axes.yaxis.set_minor_formatter):
                axis(FuncFormatter(lambda value, _: f"{value:g}"))
        line[2].set_ylabel(f"updates of a {'unit' if kind == 'fc' else 'map'} in an epoch")
        line[2].yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        line[2].yaxis.set_minor_formatter(NullFormatter())  # over decades, they would overlap
    if kinds:
        handles, labels = places[0, 0].get_legend_handles_labels()
        figure.legend(
            handles, labels, title="lifetime sparsity", ncols=len(labels), loc="outside upper center"
        )
    return figure


def text(results):
    """A paragraph with the answer, and a table of all curves below it."""
    found = curves(results)
    parts = [
        _answer(kind, {level: summary(r) for (k, level), r in found.items() if k == kind}) for kind in NAMES
    ]
    head = "| model | lifetime sparsity | random weights | 1 epoch | best | nearly there | updates an epoch | dead |\n"
    lines = [head + "| --- " * 8 + "|"]
    for (kind, level), rows in found.items():
        s = summary(rows)
        lines.append(
            f"| {NAMES[kind]} | {level:.0%} | {s['random']:.2f}% | {s['one']:.2f}% | {s['best']:.2f}%, epoch "
            f"{s['best epoch']} | epoch {s['near epoch']}, {s['near seconds']:.0f} s | {s['updates']:.0f} | "
            f"{s['dead']:.1f}% |"
        )
    return " ".join(part for part in parts if part) + "\n\n" + "\n".join(lines) + "\n"


def _answer(kind, by_level):
    """Sentences with numbers on one kind of model."""
    if not by_level:
        return ""
    best = min(by_level, key=lambda level: by_level[level]["best"])
    sparse, s = min(by_level), by_level[best]
    unit = "unit" if kind == "fc" else "map"
    sentence = (
        f"{NAMES[kind]} at {best:.0%} lifetime sparsity, the best here: the held-out error is {s['random']:.2f}% with "
        f"random weights, {s['one']:.2f}% after one epoch and {s['best']:.2f}% at its best, at epoch "
        f"{s['best epoch']} of {s['last epoch']}; nine tenths of that way are done by epoch {s['near epoch']}, after "
        f"{s['near seconds']:.0f} seconds of training, with {s['updates']:,.0f} updates of each {unit} in an epoch"
    )
    if sparse == best:
        return sentence + "."
    t = by_level[sparse]
    return (
        f"{sentence}. At {sparse:.0%} a {unit} gets {t['updates']:,.0f}: {t['one']:.2f}% after one epoch and "
        f"{t['best']:.2f}% at best, at epoch {t['best epoch']}, nine tenths of the way by epoch {t['near epoch']} "
        f"({t['near seconds']:.0f} seconds); {t['dead']:.1f}% of the {unit}s are dead at the end."
    )
