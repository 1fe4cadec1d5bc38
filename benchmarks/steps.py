"""A training step to be timed: ours, and what those of PyTorch have in common."""

import time

import numpy as np

from wta_np import SGD

LR, MOMENTUM = 1e-9, 0.9  # so small that weights, and with them the winners, stay what was verified


class OurStep:
    """Loss, gradients and update of one mini-batch, again and again."""

    def __init__(self, model, x):
        self.model, self.x, self.optimizer = model, x, SGD(LR, MOMENTUM)

    def __call__(self, x=None):
        loss, self._grads = self.model.loss_and_grads(self.x if x is None else x)
        self.optimizer.step(self.model.params, self._grads)
        return loss

    def gradients(self):
        """Those of the last step."""
        return self._grads


class TorchStep:
    """The same by autograd and `torch.optim.SGD`; a subclass says what the loss is.

    Parameters
    ----------
    model : wta_np model
        Whose weights are copied.
    x : numpy.ndarray
        The mini-batch.
    device : "cpu" or "cuda"
    axes : dict of str to tuple
        Order in which PyTorch has the axes of our weights, by the beginning of their names.
    variant : str
        Options of the optimiser, "fused" or "foreach"; a subclass may know more words.
    """

    def __init__(self, model, x, device, axes, variant, lr=LR):
        import torch

        self.device, self.variant = device, variant.split()
        self.axes = {name: axes.get(name.rstrip("0123456789")) for name in model.params}
        self.params = {}
        for name, value in model.params.items():
            value = value if self.axes[name] is None else value.transpose(self.axes[name])
            self.params[name] = self.tensor(np.ascontiguousarray(value)).requires_grad_()
        kind = "fused" if "fused" in self.variant else "foreach"
        self.optimizer = torch.optim.SGD(self.params.values(), lr=lr, momentum=MOMENTUM, **{kind: True})
        self.x = self.images(x)

    def tensor(self, array):
        import torch

        return torch.tensor(array, device=self.device)

    def images(self, x):
        return self.tensor(x)

    def loss(self, x):
        raise NotImplementedError

    def __call__(self, x=None):
        loss = self.loss(self.x if x is None else x)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def ours(self, name, tensor):
        """A weight or its gradient as we have it."""
        value = tensor.detach().cpu().numpy()
        return value if self.axes[name] is None else value.transpose(np.argsort(self.axes[name]))

    def gradients(self):
        """Those of the last step, with our axes."""
        return {name: self.ours(name, p.grad) for name, p in self.params.items()}


def keep_largest(value, k):
    """Lifetime sparsity in PyTorch: the k largest of each column, the rest zero."""
    import torch

    return value * torch.zeros_like(value).scatter_(0, value.topk(k, dim=0).indices, 1.0)


def fastest(make, variants, sync=None, repeats=3):
    """The fastest of several variants in which the peer can do the same work, so that it is not undersold.

    Parameters
    ----------
    make : callable
        ``make(variant)`` -> work.
    variants : list of str

    Returns
    -------
    work, variant
        A new one, which has not run yet.
    """

    def seconds(work):
        start = time.perf_counter()
        work()
        if sync is not None:
            sync()
        return time.perf_counter() - start

    best = None
    for variant in variants:
        work = make(variant)
        first = seconds(work)
        took = min(seconds(work) for _ in range(repeats if first < 1 else 1))
        if best is None or took < best[0]:
            best = took, variant
    return make(best[1]), best[1]
