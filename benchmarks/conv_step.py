"""One training step of CONV-WTA here and in PyTorch (eager, CPU): same weights, winners, loss and optimiser.

    python -m benchmarks.conv_step [--maps 64] [--lifetime 0.05] [--batch 100] [--layers 3]

Needs the extra `bench`. Prints the medians and the ratio. All benchmarks together: `benchmarks/run.py`.
"""

import argparse
import sys

from benchmarks.inputs import digits
from benchmarks.interleave import interleave, report
from benchmarks.machine import same_threads
from benchmarks.pair import ResultsDiffer, Setting
from benchmarks.pairs_conv import step


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--maps", type=int, default=64)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--lifetime", type=float, default=0.05)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--blocks", type=int, default=5)
    parser.add_argument("--threads", type=int, default=Setting.threads)
    arguments = parser.parse_args()
    with same_threads(arguments.threads):
        x, _ = digits(arguments.batch)
        case = step(x, arguments.maps, arguments.lifetime, Setting(), arguments.layers)
        try:
            print(case.verify())
        except ResultsDiffer as error:
            print(f"not timed, the results differ: {error}", file=sys.stderr)
            return 1
        seconds = interleave({"wta_np": case.ours, "PyTorch": case.peer}, arguments.blocks)
    name = f"{arguments.maps}conv5 x{arguments.layers} - deconv11, {arguments.lifetime:.0%}, batch {arguments.batch}"
    report(f"CONV-WTA step, {name}; {case.note}", seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
