"""Peak memory of training steps of CONV-WTA, 64 maps, here and in PyTorch.

    python -m benchmarks.peak_memory ours|PyTorch

Each library has a process of its own, which imports everything, makes weights and data, does a step on two
images so that nothing is left to be loaded, notes how much memory it holds, does three steps and notes the
most that it ever held. Printed are the difference in MiB, the most in MiB and the first of the three losses.
"""

import contextlib
import json
import subprocess
import sys
from pathlib import Path

from benchmarks.inputs import digits
from benchmarks.machine import same_threads
from benchmarks.pair import Case, Pair, ResultsDiffer, check_close
from benchmarks.pairs_conv import TorchConv
from benchmarks.steps import OurStep
from wta_np import ConvWTA

MAPS, STEPS = 64, 3


def resident():
    """MiB that this process holds, and the most that it ever held."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        kib = {
            name: value.split()[0] for name, value in (line.split(":", 1) for line in lines) if value.strip()
        }
        return int(kib["VmRSS"]) / 2**10, int(kib["VmHWM"]) / 2**10
    except (OSError, KeyError):  # not Linux
        import resource

        unit = 2**20 if sys.platform == "darwin" else 2**10  # bytes there, KiB elsewhere
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
        return most, most


def forget_peak():
    """Count the most that the process holds from now on, where the system can (Linux)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak(who, threads):
    """In this process: MiB that the steps need beyond weights and data, MiB of the process, first loss."""
    with same_threads(threads, peers=[] if who == "ours" else ["torch"]):
        x, _ = digits(100)
        model = ConvWTA(1, MAPS)
        step = OurStep(model, x) if who == "ours" else TorchConv(model, x, "cpu", "fused")
        step(step.x[:2])
        forget_peak()
        before, _ = resident()
        losses = [step() for _ in range(STEPS)]
        _, most = resident()
    return most - before, most, losses[0]


def ask(who, setting):
    """`peak`, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.peak_memory", who, str(setting.threads)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    if done.returncode:
        raise ResultsDiffer(f"the process for {who} failed: {done.stderr.strip().splitlines()[-1:]}")
    return json.loads(done.stdout.splitlines()[-1])


def memory(setting):
    """Every value comes with the loss of its process, so the runs that are measured are those verified."""
    answers = {"ours": [], "PyTorch": []}

    def measure(case, setting):
        for _ in range(1 if setting.quick else 3):
            for who, given in answers.items():
                given.append(ask(who, setting))
        return tuple([mebibytes for mebibytes, _, _ in given] for given in answers.values())

    def verify():
        (*_, (_, whole, ours)), (*_, (_, peer_whole, peer)) = answers.values()
        check_close("loss", ours, peer, 1e-4)
        return f"losses are equal; the whole processes reach {whole:.0f} and {peer_whole:.0f} MiB"

    return Case(None, None, verify, "beyond imports, weights and data", measure, measure_first=True)


def pairs(setting):
    """The lines of the table."""
    name = f"peak memory of a CONV-WTA step, {MAPS} maps, 28x28, 5%"
    return [Pair(name, "PyTorch", 0.5, memory, unit="MiB", on_gpu=False)]


if __name__ == "__main__":
    print(json.dumps(peak(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2)))
