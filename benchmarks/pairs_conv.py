"""CONV-WTA against PyTorch: a training step, and encoding a data set with the constraints released."""

from functools import partial

import numpy as np

from benchmarks.inputs import digits, source, textures
from benchmarks.pair import Case, Pair, Setting, check_close, verify_step
from benchmarks.steps import OurStep, TorchStep, fastest, keep_largest
from wta_np import ConvWTA
from wta_np.evaluation import encode_batches
from wta_np.ops import winners_per_unit

AXES = {"W_enc": (3, 2, 0, 1), "W_dec": (0, 3, 1, 2)}  # filters before channels, then height and width
VARIANTS = ["foreach", "fused", "foreach channels_last", "fused channels_last"]
POOL = 4


class TorchConv(TorchStep):
    """CONV-WTA in PyTorch (eager): the code is a dense tensor, as autograd wants it."""

    def __init__(self, model, x, device, variant="foreach"):
        self.model = model
        super().__init__(model, x, device, AXES, variant)

    def tensor(self, array):
        import torch

        tensor = super().tensor(array)
        if array.ndim == 4 and "channels_last" in self.variant:
            tensor = tensor.contiguous(memory_format=torch.channels_last)
        return tensor

    def images(self, x):
        return self.tensor(np.ascontiguousarray(x.transpose(0, 3, 1, 2)))

    def encode(self, h):
        from torch.nn import functional

        for i in range(1, self.model.n_layers + 1):
            a = functional.conv2d(
                h, self.params[f"W_enc{i}"], self.params[f"b_enc{i}"], padding=self.model.size // 2
            )
            h = a.relu_()  # in place: the backward pass needs no more than its result
        return h

    def loss(self, x):
        import torch
        from torch.nn import functional

        h = self.encode(x)
        flat = h.flatten(2)  # (N, F, H*W)
        value, place = flat.max(dim=2)
        if self.model.lifetime is not None:
            value = keep_largest(value, winners_per_unit(self.model.lifetime, len(x)))
        z = torch.zeros_like(flat).scatter(2, place[..., None], value[..., None]).view(h.shape)
        x_hat = functional.conv_transpose2d(
            z, self.params["W_dec"], self.params["b_dec"], padding=self.model.decoder_size // 2
        )
        return ((x_hat - x) ** 2).sum() / (2 * len(x))

    def features(self, x, batch_size):
        """Pooled maps of all images, (N, F, H', W')."""
        import torch
        from torch.nn import functional

        with torch.inference_mode():
            return torch.cat([functional.max_pool2d(self.encode(part), POOL) for part in x.split(batch_size)])


def step(x, maps, lifetime, setting, n_layers=3):
    """One training step on the mini-batch x."""
    model = ConvWTA(x.shape[-1], maps, n_layers, lifetime=lifetime)
    peer, variant = fastest(partial(TorchConv, model, x, setting.device), VARIANTS, setting.sync)
    ours = OurStep(model.to(setting.backend), setting.place(x))
    return Case(ours, peer, partial(verify_step, ours, peer), f"PyTorch: {variant}")


def digit_step(maps, lifetime, setting):
    return step(digits(100)[0], maps, lifetime, setting)


def colour_step(maps, lifetime, setting):
    return step(textures(100, 32, 3), maps, lifetime, setting)


def encoding(setting):
    """Features of many digits: three convolutions, largest activity of each 4 x 4 window.

    Both may choose the size of their batches.
    """
    n = 1000 if setting.quick else 10_000
    x, _ = digits(n)
    model = ConvWTA(1, 64)
    torch_model = TorchConv(model, x[:1], setting.device)
    model.to(setting.backend)
    x, images = setting.place(x), torch_model.images(x)

    def ours(variant, x=x):
        features = partial(model.features, pool=POOL, stride=POOL)
        return partial(encode_batches, features, x, batch_size=int(variant))

    def theirs(variant, images=images):
        return partial(torch_model.features, images, int(variant))

    few, sizes = 500, ["100", "500"]
    _, our_way = fastest(partial(ours, x=x[:few]), sizes, setting.sync)
    _, their_way = fastest(partial(theirs, images=images[:few]), sizes, setting.sync)

    def verify():
        z = theirs(their_way, images[:few])().permute(0, 2, 3, 1).reshape(few, -1)
        distance = check_close("features", ours(our_way, x[:few])(), z.cpu().numpy(), 1e-4)
        return f"features of {few} digits, {distance:.0e} apart"

    note = f"{source(n, Setting())}; batches of {our_way} (ours) and {their_way} (PyTorch)"
    return Case(ours(our_way), theirs(their_way), verify, note)


def pairs(setting):
    """The lines of the table."""
    what = "CONV-WTA step, {} maps, {}, {:.0%}"
    steps = [
        (digit_step, 64, "28x28", 0.05, 0.45),
        (digit_step, 128, "28x28", 0.2, 0.55),
        (digit_step, 16, "28x28", 0.2, 0.9),
        (colour_step, 64, "colour 32x32", 0.05, 0.45),
    ]
    lines = [
        Pair(what.format(maps, size, lifetime), "PyTorch", target, partial(make, maps, lifetime))
        for make, maps, size, lifetime, target in steps
    ]
    n = "1,000" if setting.quick else "10,000"
    return [*lines, Pair(f"released encoding of {n} digits, 64 maps, pooled", "PyTorch", 0.8, encoding)]
