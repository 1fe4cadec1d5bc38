"""An SVM on more features than the memory holds: how much memory the process has of its own, and how long it takes.

    python -m benchmarks.svm_memory [--features 65536] [--samples 60000] [--gigabytes 4]

The features lie in a temporary file (TMPDIR names its folder), 4 bytes times samples times features. The kernel is told
to give the process no more than --gigabytes of its own; pages of the file, which it can take back, do not count.
Measured on two server cores with one thread: 60,000 x 65,536, 15.7 GB, 97 s to write and 212 s to fit (5 Newton steps,
19 products), 0.08 GB of its own.
"""

import argparse
import resource
import sys
import threading
import time

import numpy as np

from wta_np.evaluation import LinearSVM
from wta_np.evaluation.storage import empty_features, row_slices

C, TOLERANCE, SIGNAL = 6.5, 1e-2, 0.05  # C times 1 / D


def main(argv=None):
    """Write features, fit, and print seconds and memory; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--features", type=int, default=65_536)
    parser.add_argument("--samples", type=int, default=60_000)
    parser.add_argument("--gigabytes", type=float, default=4.0)
    arguments = parser.parse_args(argv)
    limit = int(arguments.gigabytes * 2**30)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    peak = Peak()
    rng = np.random.default_rng(0)
    y, started = rng.integers(0, 10, arguments.samples), time.perf_counter()
    z = filled(rng, y, arguments.features)
    print(
        f"{len(z):,} x {z.shape[1]:,}: {z.nbytes / 1e9:.1f} GB written in {time.perf_counter() - started:.0f} s"
    )
    started = time.perf_counter()
    svm = LinearSVM(C / arguments.features, tol=TOLERANCE).fit(z, y)
    seconds = time.perf_counter() - started
    print(f"fitted in {seconds:.0f} s: {svm.n_iter_} Newton steps, {svm.n_products_} products")
    print(f"at most {peak.gigabytes:.2f} GB of its own, of {arguments.gigabytes:g} GB allowed")
    return 0


def filled(rng, y, n_features):
    """Features in a file: noise, and a little of what is common to the class."""
    z = empty_features((len(y), n_features), "float32", 0)
    means = rng.random((10, n_features), dtype="float32")
    for rows in row_slices(z):
        z[rows] = (
            rng.random((len(y[rows]), n_features), dtype="float32") + np.float32(SIGNAL) * means[y[rows]]
        )
    return z


class Peak:
    """The most memory of its own that this process has had since, as Linux counts it five times a second."""

    def __init__(self):
        self.gigabytes = 0.0
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self):
        while True:
            with open("/proc/self/status", encoding="ascii") as file:
                kilobytes = next((line.split()[1] for line in file if line.startswith("RssAnon")), "0")
            self.gigabytes = max(self.gigabytes, int(kilobytes) / 2**20)
            time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
