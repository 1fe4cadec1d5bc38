"""Our hand-derived gradients against PyTorch's autograd on the same weights, where PyTorch is installed."""

import numpy as np
import pytest

from wta_np.models import FCWTA, ConvWTA

torch = pytest.importorskip("torch", reason="PyTorch is not installed: an optional peer")


def leaves(model):
    return {name: torch.tensor(value, requires_grad=True) for name, value in model.params.items()}


def keep_largest(value, k):
    """The k largest of each column, the rest zero; no ties in these inputs."""
    return value * torch.zeros_like(value).scatter_(0, value.topk(k, dim=0).indices, 1.0)


def compare(model, x, loss, params):
    ours, grads = model.loss_and_grads(x)
    loss.backward()
    assert ours == pytest.approx(loss.item(), rel=1e-12)
    for name, value in grads.items():
        np.testing.assert_allclose(value, params[name].grad.numpy(), rtol=1e-9, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("tied", [False, True])
def test_fc_wta(tied):
    rng = np.random.default_rng(0)
    model, x = FCWTA(10, [8, 7], lifetime=0.3, tied=tied, dtype="float64"), rng.random((12, 10))
    model.params = {name: 0.5 * rng.normal(size=v.shape) for name, v in model.params.items()}
    p = leaves(model)
    h = torch.from_numpy(x)
    for i in (1, 2):
        h = torch.relu(h @ p[f"W_enc{i}"] + p[f"b_enc{i}"])
    decoder = p["W_enc2"].T @ p["W_enc1"].T if tied else p["W_dec"]
    x_hat = keep_largest(h, 3) @ decoder + p["b_dec"]
    compare(model, x, ((x_hat - torch.from_numpy(x)) ** 2).sum() / (2 * len(x)), p)


@pytest.mark.parametrize(("channels", "lifetime"), [(1, 0.4), (3, 0.4), (2, None)])
def test_conv_wta_of_three_layers(channels, lifetime):
    rng = np.random.default_rng(1)
    model = ConvWTA(channels, 4, 3, size=3, decoder_size=5, lifetime=lifetime, dtype="float64")
    model.params = {name: 0.4 * rng.normal(size=v.shape) for name, v in model.params.items()}
    x = rng.random((5, 9, 8, channels))
    p, images = leaves(model), torch.from_numpy(x).permute(0, 3, 1, 2)
    h = images
    for i in (1, 2, 3):
        filters = p[f"W_enc{i}"].permute(3, 2, 0, 1)
        h = torch.relu(torch.nn.functional.conv2d(h, filters, p[f"b_enc{i}"], padding=1))
    value, place = h.flatten(2).max(dim=2)
    value = value if lifetime is None else keep_largest(value, 2)
    z = torch.zeros_like(h.flatten(2)).scatter(2, place[..., None], value[..., None]).view_as(h)
    atoms = p["W_dec"].permute(0, 3, 1, 2)
    x_hat = torch.nn.functional.conv_transpose2d(z, atoms, p["b_dec"], padding=2)
    compare(model, x, ((x_hat - images) ** 2).sum() / (2 * len(x)), p)
