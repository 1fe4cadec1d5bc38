"""Time of a training step on 1 and 2 processes, and what a model of it says of more.

    python -m benchmarks.scaling [--quick] [--out DIR] [--latency SECONDS --bandwidth BYTES_PER_SECOND]

Measured here: a step with the mini-batch shared (strong scaling) and with as many samples for each process (weak
scaling), the share of it that is communication, and the time of messages. From these, a model says what P ranks with
the same processor and network would need, one core each:

    T(P) = gradients of N/P samples + ranking of candidates + update
         + sum of B bytes:         2 log2(P) latency + 2 (P-1)/P B / bandwidth
         + gathering candidates:   log2(P) latency + received bytes / bandwidth

Its numbers are those of the network between the ranks here, which is memory; --latency and --bandwidth put those of
another in their place. Times are the fastest of several, which a loaded machine disturbs least. Writes scaling.json and
scaling.png, by default beside itself (with --quick only where --out says).
"""

import argparse
import json
import math
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from benchmarks.machine import describe
from wta_np._utils.atomic import write_whole
from wta_np.plots import save_figure

RANKS = (1, 2)
MODELED = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
ROOT = Path(__file__).resolve().parents[1]


def mpiexec():
    """The mpiexec beside this Python, or the one that is found."""
    beside = Path(sys.executable).with_name("mpiexec")
    found = str(beside) if beside.exists() else shutil.which("mpiexec")
    if found is None:
        raise SystemExit("there is no mpiexec: pip install 'wta_np[mpi]'")
    return found


def measure(n, quick):
    """What n ranks measure."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "results.json"
        module = [sys.executable, "-m", "mpi4py", "-m", "benchmarks.scaling_worker"]
        command = [mpiexec(), "-n", str(n), *module, "quick" if quick else "full", str(file)]
        subprocess.run(command, check=True, cwd=ROOT)
        return json.loads(file.read_text())


def network(messages):
    """Latency (s) and bandwidth (bytes/s) of two ranks, from the times of sums: the smallest, and the largest."""
    times = {int(size): seconds for size, seconds in messages["sum"].items()}
    small, large = min(times), max(times)
    latency = times[small] / 2  # two messages of each rank, at two ranks: 2 log2(P)
    return latency, large / max(times[large] - times[small], 1e-12)  # 2 (P-1)/P = 1


def interpolate(measured, n):
    """Seconds for n samples, between those that were measured; below the smallest, the smallest."""
    sizes = sorted(map(int, measured))
    return float(np.interp(n, sizes, [measured[str(size)] for size in sizes]))


def model(work, latency, bandwidth, n_ranks, weak=False):
    """Seconds of a step on `n_ranks` ranks: of computing, and of communication."""
    batch = work["batch"] * (n_ranks if weak else 1)
    own, k = math.ceil(batch / n_ranks), work["k"] * (n_ranks if weak else 1)
    candidates = min(n_ranks * min(k, own), batch)
    computing = interpolate(work["gradients"], own) + work["update"]
    if n_ranks == 1:
        return computing, 0.0
    # Beyond the largest batch that was ranked, time grows as the number of candidates does
    ranked = max(map(int, work["ranking"]))
    computing += interpolate(work["ranking"], candidates) * max(1.0, candidates / ranked)
    hops = math.ceil(math.log2(n_ranks))
    summing = 2 * hops * latency + 2 * (n_ranks - 1) / n_ranks * work["gradient_bytes"] / bandwidth
    gathering = hops * latency + 4 * candidates * work["units"] / bandwidth
    return computing, summing + gathering


def modeled(work, latency, bandwidth):
    """The model at `MODELED` ranks, by kind of scaling."""
    return {
        kind: {n: model(work, latency, bandwidth, n, kind == "weak") for n in MODELED}
        for kind in ("strong", "weak")
    }


def draw(measured, models, about):
    """For each work the time of a step against the number of ranks: measured points, and the model as a line."""
    figure = Figure(figsize=(11, 4.2), layout="constrained")
    for axes, (name, lines) in zip(figure.subplots(1, len(models), squeeze=False).flat, models.items()):
        for kind, color in (("strong", "C0"), ("weak", "C1")):
            total = [1000 * sum(lines[kind][n]) for n in MODELED]
            sending = [1000 * lines[kind][n][1] for n in MODELED[1:]]
            axes.plot(MODELED, total, "-", color=color, label=f"{kind}: model")
            axes.plot(MODELED[1:], sending, ":", color=color, label=f"{kind}: model, communication")
            points = [1000 * result["works"][name][kind]["step"] for result in measured]
            ranks = [result["ranks"] for result in measured]
            axes.plot(ranks, points, "o", color=color, label=f"{kind}: measured", markersize=8)
        batch = measured[0]["works"][name]["batch"]
        axes.set(xscale="log", yscale="log", xlabel="ranks", ylabel="milliseconds of a step")
        axes.set_title(f"{name}; strong: {batch} samples, weak: {batch} a rank", fontsize=10)
        axes.set_xticks(MODELED, [str(n) for n in MODELED])
        axes.minorticks_off()
        axes.grid(alpha=0.3)
    figure.axes[0].legend(fontsize=8)
    figure.suptitle(about, fontsize=9)
    return figure


def text(measured, models, latency, bandwidth, own):
    """What was found, as lines."""
    loads = ", ".join(f"{load:.1f}" for result in measured for load in result["load"])
    lines = [
        f"load of the machine meanwhile: {loads}",
        f"{'measured' if own else 'given'}: latency {1e6 * latency:.1f} us, bandwidth {bandwidth / 1e9:.2f} GB/s",
    ]
    for name in models:
        lines.append(name)
        for result in measured:
            for kind in ("strong", "weak"):
                seen = result["works"][name][kind]
                share = seen["communication"] / seen["step"]
                lines.append(
                    f"  measured, {result['ranks']} ranks, {kind}: {1000 * seen['step']:.1f} ms a step, "
                    f"{share:.0%} of it in calls of MPI, with waiting"
                )
        for kind in ("strong", "weak"):
            told = {n: sum(models[name][kind][n]) for n in MODELED}
            base = told[1] * (1 if kind == "strong" else np.array(MODELED))
            speeds = np.atleast_1d(base) / np.array([told[n] for n in MODELED])
            line = ", ".join(f"{n}: {s:.2g}" for n, s in zip(MODELED, speeds))
            lines.append(f"  model, {kind}, samples a second against 1 rank: {line}")
    return "\n".join(lines)


def main(argv=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="small models, some seconds")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for the results")
    parser.add_argument("--latency", type=float, metavar="S", help="of the network to model, in seconds")
    parser.add_argument(
        "--bandwidth", type=float, metavar="B", help="of the network to model, in bytes a second"
    )
    arguments = parser.parse_args(argv)
    if (arguments.latency is None) != (arguments.bandwidth is None):
        parser.error("--latency and --bandwidth belong together")
    measured = [measure(n, arguments.quick) for n in RANKS]
    own = arguments.latency is None
    latency, bandwidth = (
        network(measured[-1]["messages"]) if own else (arguments.latency, arguments.bandwidth)
    )
    models = {name: modeled(work, latency, bandwidth) for name, work in measured[0]["works"].items()}
    print(text(measured, models, latency, bandwidth, own))
    out = arguments.out or (None if arguments.quick else Path(__file__).parent)
    if out:
        results = {"machine": describe(1), "latency": latency, "bandwidth": bandwidth}
        results |= {"network measured": own, "measured": measured, "model": models}
        with write_whole(out / "scaling.json", "w") as file:
            json.dump(results, file, indent=1)
        load = max(load for result in measured for load in result["load"])
        about = (
            f"{results['machine']['processor']}, one thread a rank, {results['machine']['cores']} cores, load up to "
            f"{load:.0f}; points are measured, lines are a model with latency {1e6 * latency:.1f} us, "
            f"{bandwidth / 1e9:.2f} GB/s"
        )
        save_figure(draw(measured, models, about), out / "scaling.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
