"""One CD-1 step of an RBM, 784-1000, batch 100, here, in scikit-learn and in PyTorch.

Peers draw other random numbers than we do. To be verified, all are given the same: where the chain is
sampled, our generator with one seed stands in for theirs, and the updated weights have to agree.

- wta_np: `RBM.loss_and_grads` and `SGD.step`; the reconstruction error is computed, too.
- scikit-learn: `BernoulliRBM._fit`. It goes on with persistent chains, one step each: as much work.
- PyTorch: the same algorithm as here in eager mode, in place where PyTorch can.
"""

from functools import partial

import numpy as np

from benchmarks.pair import Case, Pair, check_close
from wta_np import SGD
from wta_np.models import RBM
from wta_np.ops import sample_bernoulli, sigmoid

D, M, N, LR = 784, 1000, 100, 0.05


def batch():
    """Images like digits: four fifths of the pixels are zero."""
    rng = np.random.default_rng(0)
    return (rng.random((N, D)) * (rng.random((N, D)) < 0.2)).astype("float32")


def ours(x, lifetime=None, weight_decay=0.0, momentum=0.0, backend="numpy"):
    """Our step."""
    model, optimizer = RBM(D, M, lifetime=lifetime, weight_decay=weight_decay).to(backend), SGD(LR, momentum)

    def step():
        loss, grads = model.loss_and_grads(x)
        optimizer.step(model.params, grads)
        return loss

    return step


class ScikitLearn:
    """Steps of `BernoulliRBM`, from our weights."""

    def __init__(self, model, x):
        from sklearn.neural_network import BernoulliRBM

        self.x, self.rng = x, np.random.RandomState(0)
        self.rbm = BernoulliRBM(M, learning_rate=LR, batch_size=N, n_iter=1, random_state=0)
        self.rbm.fit(x)  # makes the state that _fit goes on from
        self.rbm.components_ = np.ascontiguousarray(model.params["W"].T)  # (M, D)
        self.rbm.intercept_visible_ = model.params["b_v"].copy()
        self.rbm.intercept_hidden_ = model.params["b_h"].copy()

    def __call__(self):
        self.rbm._fit(self.x, self.rng)

    def update(self, generator):
        """Weights after a step that starts at the data, sampled from our generator."""
        p = sigmoid(self.x @ self.rbm.components_.T + self.rbm.intercept_hidden_)
        self.rbm.h_samples_ = sample_bernoulli(p, generator)
        self.rbm._fit(self.x, _Uniform(generator))
        return {
            "W": self.rbm.components_.T,
            "b_v": self.rbm.intercept_visible_,
            "b_h": self.rbm.intercept_hidden_,
        }


class _Uniform:
    """The one method of RandomState that scikit-learn calls here, drawing what `sample_bernoulli` draws."""

    def __init__(self, generator):
        self.generator = generator

    def uniform(self, size):
        return self.generator.random(size, dtype="float32")


class PyTorch:
    """Steps by PyTorch's own random numbers, from our weights."""

    def __init__(self, model, x, device="cpu"):
        import torch

        torch.manual_seed(0)
        self.x = torch.tensor(x, device=device)
        self.params = {name: torch.tensor(value, device=device) for name, value in model.params.items()}

    def __call__(self, sample=None):
        import torch

        sample = torch.bernoulli if sample is None else sample
        x, (W, b_v, b_h) = self.x, (self.params[name] for name in ("W", "b_v", "b_h"))
        with torch.no_grad():
            p = torch.addmm(b_h, x, W).sigmoid_()
            h = sample(p)
            visible = torch.addmm(b_v, h, W.T).sigmoid_()
            v = sample(visible)
            q = torch.addmm(b_h, v, W).sigmoid_()
            W.addmm_(x.T, p, alpha=LR / N).addmm_(v.T, q, alpha=-LR / N)
            b_v.add_((x - v).mean(0), alpha=LR)
            b_h.add_((p - q).mean(0), alpha=LR)
            return float((visible - x).square_().sum()) / (2 * N)

    def update(self, generator):
        """Weights after a step sampled from our generator."""
        import torch

        def sample(p):
            return torch.tensor(sample_bernoulli(p.cpu().numpy(), generator), device=p.device)

        self(sample)
        return {name: value.cpu().numpy() for name, value in self.params.items()}


def verify(model, x, peer):
    """Do one step each on the same random numbers and compare by how much the weights moved."""
    before = {name: np.array(value) for name, value in model.params.items()}
    rng = np.random.default_rng(7)
    twin = RBM(D, M)
    twin.params, twin._rng = {name: value.copy() for name, value in before.items()}, rng
    _, grads = twin.loss_and_grads(x)
    SGD(LR, 0.0).step(twin.params, grads)
    theirs = peer.update(np.random.default_rng(7))
    worst = max(
        check_close(f"change of {name}", value - before[name], theirs[name] - before[name], 1e-3)
        for name, value in twin.params.items()
    )
    return f"weights after a step on the same random numbers, at most {worst:.0e} apart"


def case(make, setting):
    x = batch()
    step = ours(setting.place(x), backend=setting.backend)
    start = RBM(D, M)  # the same seed, the same weights, on the host
    peer = make(start, x)
    return Case(step, peer, partial(verify, start, x, peer))


def pairs(setting):
    """The lines of the table."""
    name = f"CD-1 step, {D}-{M}, batch {N}"

    def torch_case(setting):
        return case(partial(PyTorch, device=setting.device), setting)

    return [
        Pair(name, "scikit-learn", 0.5, partial(case, ScikitLearn), on_gpu=False),
        Pair(name, "PyTorch", 0.9, torch_case),
    ]
