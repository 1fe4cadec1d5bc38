"""One training step of CONV-WTA here and in PyTorch (eager, CPU): same weights, winners, loss and optimiser.

    python benchmarks/conv_step.py [--maps 64] [--lifetime 0.05] [--batch 100] [--layers 3]

Needs the extra `bench`. Prints the medians and the ratio, and the same as JSON on the last line.
"""

import argparse

import numpy as np
from alternate import alternate, report

from wta_np import SGD, ConvWTA, load
from wta_np.ops import winners_per_unit

LR, MOMENTUM = 1e-6, 0.9  # so small that all contestants keep their weights and winners


def ours(model, x):
    optimizer = SGD(LR, MOMENTUM)

    def step():
        loss, grads = model.loss_and_grads(x)
        optimizer.step(model.params, grads)
        return loss

    return step


def torch_step(model, x):
    """The same step by PyTorch's autograd, images as it likes them: channels first."""
    import torch
    from torch.nn import functional

    x = torch.from_numpy(np.ascontiguousarray(x.transpose(0, 3, 1, 2)))
    k = winners_per_unit(model.lifetime, len(x)) if model.lifetime else None
    axes = {"W_enc": (3, 2, 0, 1), "W_dec": (0, 3, 1, 2)}
    params = {}
    for name, value in model.params.items():
        value = value.transpose(axes[name.rstrip("0123456789")]) if name.startswith("W") else value
        params[name] = torch.tensor(np.ascontiguousarray(value), requires_grad=True)
    optimizer = torch.optim.SGD(params.values(), lr=LR, momentum=MOMENTUM)
    pads = model.size // 2, model.decoder_size // 2

    def step():
        h = x
        for i in range(1, model.n_layers + 1):
            h = functional.relu(
                functional.conv2d(h, params[f"W_enc{i}"], params[f"b_enc{i}"], padding=pads[0])
            )
        flat = h.flatten(2)  # (N, F, H*W)
        value, place = flat.max(dim=2)
        if k is not None:
            mask = torch.zeros_like(value).scatter_(0, value.topk(k, dim=0).indices, 1.0)
            value = value * mask
        z = torch.zeros_like(flat).scatter(2, place[..., None], value[..., None]).view_as(h)
        x_hat = functional.conv_transpose2d(z, params["W_dec"], params["b_dec"], padding=pads[1])
        loss = ((x_hat - x) ** 2).sum() / (2 * len(x))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    return step


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--maps", type=int, default=64)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--lifetime", type=float, default=0.05)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--blocks", type=int, default=4)
    arguments = parser.parse_args()
    x = load("sample").x_train[: arguments.batch]
    model = ConvWTA(1, arguments.maps, arguments.layers, lifetime=arguments.lifetime)
    contestants = {"wta_np": ours(model, x), "PyTorch": torch_step(model, x)}
    losses = [work() for work in contestants.values()]
    assert np.allclose(*losses, rtol=1e-4), f"the contestants do different work: losses {losses}"
    name = f"{arguments.maps}conv5 x{arguments.layers} - deconv11, {arguments.lifetime:.0%}, batch {arguments.batch}"
    report(f"CONV-WTA step, {name}", alternate(contestants, blocks=arguments.blocks))


if __name__ == "__main__":
    main()
