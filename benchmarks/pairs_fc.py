"""FC-WTA against PyTorch: a training step, and a whole epoch with everything that a user has around it."""

from functools import partial

import numpy as np

from benchmarks.inputs import digits, source
from benchmarks.pair import Case, Pair, check_close, verify_step
from benchmarks.steps import OurStep, TorchStep, fastest, keep_largest
from wta_np import FCWTA, SGD, fit
from wta_np.ops import winners_per_unit

AXES = {"W_enc": (1, 0), "W_dec": (1, 0)}  # as torch.nn.Linear has them: outputs first
VARIANTS = ["foreach", "fused"]
UNITS, BATCH, TRAINING_RATE = 2000, 100, 0.02


class TorchFC(TorchStep):
    """FC-WTA in PyTorch (eager)."""

    def __init__(self, model, x, device, variant="foreach", lr=None):
        self.model = model
        super().__init__(model, x, device, AXES, variant, **({} if lr is None else {"lr": lr}))

    def loss(self, x):
        from torch.nn import functional

        h = functional.linear(x, self.params["W_enc"], self.params["b_enc"]).relu_()
        z = keep_largest(h, winners_per_unit(self.model.lifetime, len(x)))
        decoder = self.params["W_enc"].T if self.model.tied else self.params["W_dec"]
        x_hat = functional.linear(z, decoder, self.params["b_dec"])
        return ((x_hat - x) ** 2).sum() / (2 * len(x))


def torch_epoch(step, x, order=None):
    """The loop that a PyTorch user would write: shuffle, slice, step, show the loss; mean loss of the epoch."""
    import torch
    from tqdm.auto import tqdm

    order = torch.randperm(len(x), device=x.device) if order is None else order
    total = 0.0
    with tqdm(total=-(-len(x) // BATCH), unit="step") as bar:
        for rows in order.split(BATCH):
            total += step(x[rows]) * len(rows)
            bar.update()
        bar.set_postfix_str(f"loss {total / len(x):.3f}")
    return total / len(x)


def step(tied, setting):
    """One training step on 100 digits."""
    x = digits(BATCH)[0].reshape(BATCH, -1)
    model = FCWTA(x.shape[1], UNITS, tied=tied)
    peer, variant = fastest(partial(TorchFC, model, x, setting.device), VARIANTS, setting.sync, repeats=10)
    ours = OurStep(model.to(setting.backend), setting.place(x))
    return Case(ours, peer, partial(verify_step, ours, peer), f"PyTorch: {variant}")


def epoch(setting):
    """One pass over 60,000 digits: order, mini-batches, steps, running loss, progress bar."""
    n = 6000 if setting.quick else 60_000
    x = digits(n, setting)[0].reshape(n, -1)
    _, variant = fastest(
        partial(TorchFC, FCWTA(784, UNITS), x[:BATCH], setting.device), VARIANTS, setting.sync, 10
    )

    def works():
        """Both from the same weights, nothing learned yet."""
        model = FCWTA(784, UNITS)
        peer = TorchFC(model, x[:BATCH], setting.device, variant, TRAINING_RATE)
        return model.to(setting.backend), peer

    def verify():
        """An epoch of a few steps in the same order: how far have the weights moved?"""
        few = x[: 10 * BATCH]
        (model, peer), start = works(), FCWTA(784, UNITS).params
        order = np.random.default_rng(0).permutation(len(few))
        history = fit(model, setting.place(few), 1, BATCH, SGD(TRAINING_RATE), rng=0, progress=False)
        loss = torch_epoch(peer, peer.tensor(few), peer.tensor(order))
        check_close("mean loss", history.rows[-1]["loss"], loss, 1e-4)
        model.to("numpy")
        worst = max(
            check_close(
                f"change of {name}", w - start[name], peer.ours(name, peer.params[name]) - start[name], 1e-2
            )
            for name, w in model.params.items()
        )
        return (
            f"loss and weights after {len(few) // BATCH} steps in the same order, at most {worst:.0e} apart"
        )

    model, peer = works()
    ours_x, peer_x = setting.place(x), peer.tensor(x)
    return Case(
        lambda: fit(model, ours_x, 1, BATCH, SGD(TRAINING_RATE), progress=True),
        lambda: torch_epoch(peer, peer_x),
        verify,
        f"{source(n, setting)}; PyTorch: {variant}",
    )


def pairs(setting):
    """The lines of the table."""
    name, n = f"FC-WTA step, 784-{UNITS}-784, batch {BATCH}, 5%", "6,000" if setting.quick else "60,000"
    return [
        Pair(name, "PyTorch", 0.95, partial(step, False)),
        Pair(f"{name}, tied weights", "PyTorch", None, partial(step, True)),
        Pair(f"one epoch of {n} digits, FC {UNITS}, bar on", "PyTorch", 0.95, epoch),
    ]
