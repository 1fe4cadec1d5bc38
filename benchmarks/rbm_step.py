"""One CD-1 step of an RBM, here, in scikit-learn and in PyTorch: times side by side, and their ratios.

    python benchmarks/rbm_step.py [--threads 2] [--blocks 15] [--json FILE]

784 visible and 1,000 hidden units, a mini-batch of 100, float32. Peers that are not installed are left out
(``pip install -e '.[bench]'`` brings them). A step is what training does with a mini-batch: Gibbs
sampling, statistics, update of the parameters.

- wta_np: `RBM.loss_and_grads` and `SGD.step`; the reconstruction error is computed, too. Beside the step
  without momentum and weight decay, which the ratios use, the usual one with both, and the WTA-RBM's.
- scikit-learn: `BernoulliRBM._fit`. It goes on with persistent chains, one step each: as much work.
- PyTorch: the same algorithm as here in eager mode, in place where PyTorch can.

The steps of one library come in blocks, with a rest after each: idle threads of one BLAS spin for a while,
and would slow the next library down.
"""

import argparse
import importlib.util
import json
import sys

import numpy as np
from alternate import alternate

from wta_np import SGD
from wta_np.files import write_whole
from wta_np.models import RBM

D, M, N, LR = 784, 1000, 100, 0.05


def batch():
    """Images like digits: four fifths of the pixels are zero."""
    rng = np.random.default_rng(0)
    return (rng.random((N, D)) * (rng.random((N, D)) < 0.2)).astype("float32")


def ours(x, threads, lifetime=None, weight_decay=0.0, momentum=0.0):
    model, optimizer = RBM(D, M, lifetime, weight_decay=weight_decay), SGD(LR, momentum)

    def step():
        _, grads = model.loss_and_grads(x)
        optimizer.step(model.params, grads)

    return step


def scikit_learn(x, threads):
    from sklearn.neural_network import BernoulliRBM

    model = BernoulliRBM(M, learning_rate=LR, batch_size=N, n_iter=1, random_state=0)
    model.fit(x)  # one step, and the state that _fit goes on from
    rng = np.random.RandomState(0)
    return lambda: model._fit(x, rng)


def pytorch(x, threads):
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    x = torch.from_numpy(x)
    W, b_v, b_h = 0.01 * torch.randn(D, M), torch.zeros(D), torch.zeros(M)

    def step():
        with torch.no_grad():
            p = torch.addmm(b_h, x, W).sigmoid_()
            h = torch.bernoulli(p)
            visible = torch.addmm(b_v, h, W.T).sigmoid_()
            v = torch.bernoulli(visible)
            q = torch.addmm(b_h, v, W).sigmoid_()
            W.addmm_(x.T, p, alpha=LR / N).addmm_(v.T, q, alpha=-LR / N)
            b_v.add_((x - v).mean(0), alpha=LR)
            b_h.add_((p - q).mean(0), alpha=LR)
            return float((visible - x).square_().sum()) / (2 * N)

    return step


def contestants(x, threads):
    """Name to step, of those whose library is installed."""
    steps = {
        "wta_np": ours(x, threads),
        "wta_np, momentum and weight decay": ours(x, threads, None, 1e-4, 0.9),
        "wta_np, WTA-RBM 30%, momentum and weight decay": ours(x, threads, 0.3, 1e-4, 0.9),
    }
    for name, module, make in (
        ("scikit-learn", "sklearn", scikit_learn),
        ("PyTorch", "torch", pytorch),
    ):
        if importlib.util.find_spec(module):
            steps[name] = make(x, threads)
        else:
            print(f"{name} is not installed and is left out")
    return steps


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--blocks", type=int, default=15, help="of 15 steps each (%(default)s)")
    parser.add_argument("--json", help="also write the result to this file")
    arguments = parser.parse_args()

    steps = contestants(batch(), arguments.threads)
    if importlib.util.find_spec("threadpoolctl"):
        import threadpoolctl

        with threadpoolctl.threadpool_limits(arguments.threads):
            medians = alternate(steps, arguments.blocks, repeats=15)
    else:
        print("threadpoolctl is not installed: each library takes as many threads as it likes")
        medians = alternate(steps, arguments.blocks, repeats=15)

    for name, seconds in medians.items():
        print(f"{name:50s} {1000 * seconds:8.2f} ms")
    ratios = {f"wta_np / {n}": round(medians["wta_np"] / medians[n], 3) for n in steps if "wta_np" not in n}
    result = {
        "what": f"one CD-1 step, {D}-{M}, batch {N}, float32",
        "threads": arguments.threads,
        "milliseconds": {name: round(1000 * seconds, 2) for name, seconds in medians.items()},
        "ratios": ratios,
    }
    if arguments.json:
        with write_whole(arguments.json, "w") as file:
            json.dump(result, file, indent=1)
    print(json.dumps(result))
    for name, ratio in ratios.items():
        print(f"{name}: {ratio:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
