"""Time of CONV-WTA's forward and backward pass against k, the winners of each map in a mini-batch.

    python benchmarks/sparsity_scaling.py [--maps 64] [--batch 100]

Writes sparsity_scaling.json and sparsity_scaling.png beside itself: the forward pass does not know k, the
backward pass costs what its winners cost, until so many positions are active that the dense way is taken.
"""

import argparse
import json
from pathlib import Path

from alternate import alternate
from matplotlib.figure import Figure

from wta_np import ConvWTA, load
from wta_np.files import write_whole
from wta_np.plots import save_figure

HERE = Path(__file__).parent


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--maps", type=int, default=64)
    parser.add_argument("--batch", type=int, default=100)
    arguments = parser.parse_args()
    x = load("sample").x_train[: arguments.batch]
    ks = sorted({max(1, round(arguments.batch * share)) for share in (0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1)})
    rows = []
    for k in ks:
        model = ConvWTA(1, arguments.maps, lifetime=k / arguments.batch)
        ways = {
            way: (lambda way=way, model=model: model.loss_and_grads(x, way)) for way in ("auto", "winners")
        }
        seconds = alternate(
            {"forward": lambda model=model: model.encode(x), **ways}, blocks=2, repeats=3, warm_up=1
        )
        rows.append({"k": k, **{name: round(1000 * value, 1) for name, value in seconds.items()}})
        print(rows[-1], flush=True)
    dense = alternate({"dense": lambda: model.loss_and_grads(x, "dense")}, blocks=1, repeats=3, warm_up=1)[
        "dense"
    ]
    result = {
        "maps": arguments.maps,
        "batch": arguments.batch,
        "dense step, ms": round(1000 * dense, 1),
        "rows": rows,
    }
    with write_whole(HERE / "sparsity_scaling.json", "w") as file:
        json.dump(result, file, indent=1)
    save_figure(draw(result), HERE / "sparsity_scaling.png")
    print(json.dumps(result))


def draw(result):
    rows = result["rows"]
    ks = [row["k"] for row in rows]
    forward = [row["forward"] for row in rows]
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot(ks, forward, "o-", label="forward")
    for way, label in (("auto", "backward, as chosen"), ("winners", "backward, active rows only")):
        axes.plot(ks, [row[way] - f for row, f in zip(rows, forward)], "o-", label=label)
    axes.axhline(result["dense step, ms"] - forward[-1], ls=":", color="black", label="backward, dense masks")
    axes.set(
        xscale="log", xlabel=f"k, winners of each map in a mini-batch of {result['batch']}", ylim=(0, None)
    )
    axes.set(ylabel="milliseconds", title=f"CONV-WTA, {result['maps']} maps, three layers, 28 x 28 images")
    axes.legend()
    axes.grid(alpha=0.3)
    return figure


if __name__ == "__main__":
    main()
