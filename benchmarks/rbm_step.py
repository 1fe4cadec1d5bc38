"""One CD-1 step of an RBM, here, in scikit-learn and in PyTorch: times side by side, and their ratios.

    python -m benchmarks.rbm_step [--threads 2] [--blocks 15]

784 visible and 1,000 hidden units, a mini-batch of 100, float32; see `benchmarks/pairs_rbm.py`. Peers that
are not installed are left out (``pip install -e '.[bench]'`` brings them). Beside the step without momentum
and weight decay, which the ratios use, stand the usual one with both, and the WTA-RBM's.
"""

import argparse
import sys

from benchmarks.interleave import interleave, report
from benchmarks.machine import same_threads
from benchmarks.pair import ResultsDiffer, Setting
from benchmarks.pairs_rbm import batch, ours, pairs


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--threads", type=int, default=Setting.threads)
    parser.add_argument("--blocks", type=int, default=15)
    arguments = parser.parse_args()
    setting, x = Setting(threads=arguments.threads), batch()
    with same_threads(arguments.threads):
        steps = {
            "wta_np": ours(x),
            "wta_np, momentum and weight decay": ours(x, None, 1e-4, 0.9),
            "wta_np, WTA-RBM 30%, momentum and weight decay": ours(x, 0.3, 1e-4, 0.9),
        }
        for pair in pairs(setting):
            if not pair.installed:
                print(f"{pair.peer} is not installed and is left out")
                continue
            case = pair.build(setting)
            try:
                print(f"{pair.peer}: {case.verify()}")
            except ResultsDiffer as error:
                print(f"not timed, the results differ: {error}", file=sys.stderr)
                return 1
            steps[pair.peer] = case.peer
        report("CD-1 step, 784-1000, batch 100, float32", interleave(steps, arguments.blocks, repeats=15))
    return 0


if __name__ == "__main__":
    sys.exit(main())
