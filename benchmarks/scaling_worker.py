"""What each rank measures for `benchmarks.scaling`, which starts it with mpiexec; rank 0 writes it to a file."""

import json
import os
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.inputs import digits
from wta_np import FCWTA, SGD, ConvWTA
from wta_np.distributed import world
from wta_np.distributed.training import Stop, steps_of
from wta_np.ops import lifetime_mask, winners_per_unit

WORKS = {  # name -> (batch, lifetime, model): the paper's on MNIST, and small ones to try the programme
    "FC-WTA, 2,000 units": (1000, 0.05, lambda rate: FCWTA(784, 2000, lifetime=rate, tied=True)),
    "CONV-WTA, 64 maps": (96, 0.05, lambda rate: ConvWTA(1, 64, n_layers=2, lifetime=rate)),
}
QUICK_WORKS = {
    "FC-WTA, 200 units": (100, 0.05, lambda rate: FCWTA(784, 200, lifetime=rate, tied=True)),
    "CONV-WTA, 8 maps": (16, 0.1, lambda rate: ConvWTA(1, 8, n_layers=2, lifetime=rate)),
}


def seconds_of(call, repeats):
    """The shortest time of a call, after one that is not counted."""
    call()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return min(times)


def step_times(model, batch, ranks, repeats):
    """Seconds of the fastest step of a mini-batch of this size, and of the calls in it, waiting for others included."""
    x = model.as_input(digits(batch)[0])
    rows, optimizer = np.arange(batch), SGD(1e-4, 0.9)
    steps = steps_of(model, ranks, Stop())
    found = []
    for _ in range(repeats + 1):
        ranks.gather_texts("")  # all begin together
        before, began = sent(ranks), time.perf_counter()
        _, grads, _ = steps.gradients(model, x, rows)
        optimizer.step(model.params, grads)
        found.append((time.perf_counter() - began, sent(ranks) - before))
    step, communication = min(found[1:])
    return {"step": step, "communication": communication}


def sent(ranks):
    return ranks.traffic["sum"].seconds + ranks.traffic["gather"].seconds


def alone(model, batch, lifetime, repeats):
    """Of one process: seconds of gradients for parts of the batch, of an update, and of ranking candidates."""
    x, optimizer = model.as_input(digits(batch)[0]), SGD(1e-4, 0.9)
    parts = [n for n in (1, 4, 16, 64, 256) if n < batch] + [batch]
    _, grads = model.loss_and_grads(x)
    units, k = len(model.atoms), winners_per_unit(lifetime, batch)
    h = np.random.default_rng(0).random((batch, units), dtype="f4")
    return {
        "gradients": {n: seconds_of(lambda n=n: model.loss_and_grads(x[:n]), repeats) for n in parts},
        "update": seconds_of(lambda: optimizer.step(model.params, grads), repeats),
        "ranking": {n: seconds_of(lambda n=n: lifetime_mask(h[:n], min(k, n)), repeats) for n in parts},
    }


def messages(ranks, repeats):
    """Shortest seconds of a sum and of a gathering over the ranks, by bytes of a rank's array."""
    sums, gathers = {}, {}
    for n in (1, 256, 4096, 65536, 2**20, 2**21):
        a = np.ones(n, "f4")
        sums[4 * n] = seconds_of(lambda a=a: ranks.sum(a), repeats)
        gathers[4 * n] = seconds_of(lambda a=a: ranks.gather(a, [len(a)] * ranks.size), repeats)
    return {"sum": sums, "gather": gathers}


def main(quick, file):
    ranks, repeats = world(), 5 if quick else 9
    results = {"ranks": ranks.size, "load": [os.getloadavg()[0]], "works": {}}
    for name, (batch, lifetime, make) in (QUICK_WORKS if quick else WORKS).items():
        model = make(lifetime)
        about = {
            "batch": batch,
            "units": len(model.atoms),
            "k": winners_per_unit(lifetime, batch),
            "gradient_bytes": 4 * sum(w.size for w in model.params.values()),
            "strong": step_times(model, batch, ranks, repeats),
            "weak": step_times(model, batch * ranks.size, ranks, repeats),
        }
        if ranks.size == 1:
            about |= alone(model, batch, lifetime, repeats)
        results["works"][name] = about
    if ranks.size > 1:
        results["messages"] = messages(ranks, 4 * repeats)
    results["load"].append(os.getloadavg()[0])
    if ranks.rank == 0:
        Path(file).write_text(json.dumps(results))


if __name__ == "__main__":
    main(sys.argv[1] == "quick", sys.argv[2])
