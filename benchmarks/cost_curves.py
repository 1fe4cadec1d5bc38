"""Time of a CONV-WTA step against k, the size of the batch, the number of maps and the size of the images.

    python -m benchmarks.cost_curves [--quick] [--out DIR]

Each point is measured in three methods: backwards over active rows only ("winners"), with dense masks, which is
the definition ("dense"), and as the model chooses by itself ("auto"); and beside them the forward pass,
which does not know k. Writes cost_curves.json and cost_curves.png, by default beside itself (with --quick
only where --out says), and names the points where the choice costs more than 10% over the better method. A
full run takes about ten minutes.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator
from tqdm import tqdm

from benchmarks.inputs import digits
from benchmarks.interleave import interleave, quartiles, ratios
from benchmarks.machine import describe, same_threads
from benchmarks.pair import Setting
from wta_np import ConvWTA
from wta_np._utils.atomic import write_whole
from wta_np.plots import save_figure

METHODS = ("auto", "winners", "dense")
TOLERATED = 1.1
BASE = {"k": 5, "batch": 100, "maps": 64, "side": 28}
GRID = {
    "k": (1, 2, 5, 10, 20, 40, 70, 100),
    "batch": (10, 25, 50, 100, 200),
    "maps": (8, 16, 32, 64, 128),
    "side": (14, 20, 28, 40, 56),
}
QUICK_BASE = {"k": 5, "batch": 40, "maps": 16, "side": 28}
QUICK_GRID = {"k": (1, 5, 20, 40), "batch": (10, 40), "maps": (8, 16, 32), "side": (14, 28)}
LABELS = {
    "k": "k, winners of each map in the batch",
    "batch": "images in the batch",
    "maps": "maps",
    "side": "side of the images, pixels",
}


def points(base, grid):
    """The grid: one axis varies at a time. With the batch its share of winners stays, and k grows."""
    for axis, values in grid.items():
        for value in values:
            point = base | {axis: value}
            if axis == "batch":
                point["k"] = max(1, round(base["k"] * value / base["batch"]))
            yield axis, point


def images(n, side):
    """Digits (n, side, side, 1), cut, or laid out side by side where they have to be larger."""
    repeat = -(-side // 28)
    return np.ascontiguousarray(np.tile(digits(n)[0], (1, repeat, repeat, 1))[:, :side, :side])


def measure(point, blocks, repeats):
    """Seconds of each method, and of the forward pass, one a block."""
    x = images(point["batch"], point["side"])
    model = ConvWTA(1, point["maps"], lifetime=point["k"] / point["batch"])
    works = {method: (lambda method=method: model.loss_and_grads(x, method)) for method in METHODS}
    check(works)
    return interleave(works | {"forward": lambda: model.encode(x)}, blocks, repeats, rest=0.3)


def check(works):
    """All methods have to give the same gradients before they are timed."""
    loss, grads = works["dense"]()
    for method in ("auto", "winners"):
        other_loss, other = works[method]()
        far = {
            name: float(np.linalg.norm(other[name] - grad) / (np.linalg.norm(grad) + 1e-30))
            for name, grad in grads.items()
        }
        if not (abs(other_loss - loss) <= 1e-4 * abs(loss) and max(far.values()) <= 1e-3):
            raise SystemExit(
                f"not timed: method {method!r} differs from the dense one, relative distances {far}"
            )


def row(axis, point, seconds):
    """A point of the grid with milliseconds (quartiles), and what the choice costs over the better method."""
    better = min(("winners", "dense"), key=lambda method: quartiles(seconds[method])[1])
    return {
        "axis": axis,
        **point,
        "milliseconds": {name: [1000 * s for s in quartiles(values)] for name, values in seconds.items()},
        "better": better,
        "auto over better": ratios(seconds["auto"], seconds[better]),
    }


def verdict(rows):
    """Sentences: where the automatic choice is more than 10% slower than the better method."""
    rows = list({tuple(r[name] for name in BASE): r for r in rows}.values())  # the base point once
    slow = [r for r in rows if r["auto over better"][1] > TOLERATED]
    lines = [
        f"slower by {r['auto over better'][1] - 1:.0%} than {r['better']} at "
        + ", ".join(f"{name} {r[name]}" for name in BASE)
        for r in slow
    ]
    within = len(rows) - len(slow)
    return [
        *lines,
        f"the automatic choice is within 10% of the better method at {within} of {len(rows)} points",
    ]


def draw(rows):
    """A panel for each axis of the grid."""
    figure = Figure(figsize=(11, 7), layout="constrained")
    for axes, axis in zip(figure.subplots(2, 2).flat, GRID):
        mine = [r for r in rows if r["axis"] == axis]
        xs = [r[axis] for r in mine]
        for name, style in (("winners", "s-"), ("dense", "D-"), ("auto", "ko--"), ("forward", "^:")):
            low, middle, high = np.array([r["milliseconds"][name] for r in mine]).T
            (line,) = axes.plot(xs, middle, style, label=name, markersize=5)
            axes.fill_between(xs, low, high, alpha=0.2, color=line.get_color())
        rest = ", ".join(f"{name} {mine[0][name]}" for name in BASE if name not in (axis, "k"))
        axes.set(xscale="log", yscale="log", xlabel=LABELS[axis], ylabel="milliseconds", title=rest)
        axes.set_xticks(xs, [str(x) for x in xs])
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.minorticks_off()
        axes.grid(alpha=0.3)
    figure.axes[0].legend()
    figure.suptitle("One step of CONV-WTA: forward pass, and forward and backward pass in three methods")
    return figure


def main(argv=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a small grid, about a minute")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for the results")
    parser.add_argument("--threads", type=int, default=Setting.threads)
    arguments = parser.parse_args(argv)
    base, grid, blocks = (QUICK_BASE, QUICK_GRID, 2) if arguments.quick else (BASE, GRID, 3)
    rows, measured = [], {}
    with same_threads(arguments.threads):
        about = describe(arguments.threads)
        for axis, point in tqdm(list(points(base, grid)), unit="point"):
            key = tuple(point.values())
            if key not in measured:  # the base point lies on all axes
                measured[key] = measure(point, blocks, repeats=3)
            rows.append(row(axis, point, measured[key]))
    lines = verdict(rows)
    print("\n".join(lines))
    folder = arguments.out or (None if arguments.quick else Path(__file__).parent)
    if folder is not None:
        with write_whole(folder / "cost_curves.json", "w") as file:
            json.dump({"machine": about, "verdict": lines, "rows": rows}, file, indent=1)
        save_figure(draw(rows), folder / "cost_curves.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
