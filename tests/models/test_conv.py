"""CONV-WTA: its gradients by winners and by masks, where they may be non-zero, and what is released."""

import numpy as np
import oracles
import pytest

from wta_np.backend import backend_name, to_numpy
from wta_np.models import ConvWTA
from wta_np.ops import winners_per_unit
from wta_np.testing import GradientError, gradcheck_model
from wta_np.training import SGD, fit, load, save


def make(n_layers=2, channels=1, lifetime=0.4, maps=4, seed=0, **options):
    """A float64 model with weights of order one, so that activations are far from each other."""
    rng = np.random.default_rng(seed)
    options = {"size": 3, "decoder_size": 5, **options}
    model = ConvWTA(channels, maps, n_layers, lifetime=lifetime, dtype="float64", **options)
    model.params = {name: 0.4 * rng.normal(size=v.shape) for name, v in model.params.items()}
    return model


def batch(n=5, height=7, width=6, channels=1, seed=1):
    return np.random.default_rng(seed).random((n, height, width, channels))


@pytest.mark.parametrize("way", ["auto", "winners", "dense"])
@pytest.mark.parametrize("lifetime", [0.4, None])
def test_gradients_of_a_three_layer_model_agree_with_central_differences(way, lifetime, monkeypatch):
    monkeypatch.setattr(ConvWTA.loss_and_grads, "__defaults__", (way,))
    model = make(3, lifetime=lifetime, maps=3)
    errors = gradcheck_model(model, batch(4, 6, 5), max_elements=40)
    assert set(errors) == set(model.params)


def test_gradients_on_the_device_agree_with_central_differences(backend, place, few_moves):
    model = make(2, maps=2).to(backend)
    gradcheck_model(model, place(batch(3, 5, 5)), **{"max_elements": 40, **few_moves})


@pytest.mark.parametrize("wrong", ["relu", "rows", "windows"])
def test_the_gradient_check_catches_a_wrong_backward(wrong, monkeypatch):
    if wrong == "relu":
        monkeypatch.setattr("wta_np.models.conv.relu_backward", lambda dh, a: dh)
    elif wrong == "rows":
        monkeypatch.setattr("wta_np.models.conv.window_rows", lambda rows, *_, **__: np.unique(rows))
    else:
        monkeypatch.setattr("wta_np.models.conv.DENSE_ABOVE", -1.0)
        monkeypatch.setattr(ConvWTA, "_dense_backward", lambda self, top, da, hs, grads: grads.update(
            {n: np.zeros_like(v) for n, v in self.params.items() if n not in grads}))  # fmt: skip
    with pytest.raises(GradientError):
        gradcheck_model(make(3, maps=3), batch(4, 6, 5), max_elements=40)


@pytest.mark.parametrize("n_layers", [1, 2, 3])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("n", "height", "width"), [(5, 7, 6), (1, 5, 9), (6, 3, 3)])
@pytest.mark.parametrize("lifetime", [0.2, 1.0, None])
def test_winners_and_masks_agree(n_layers, channels, n, height, width, lifetime, place):
    model, x = make(n_layers, channels, lifetime), place(batch(n, height, width, channels))
    model.params["b_enc1"][1] = -100.0  # with one layer, map 1 is silent: all its winners are zero
    model.to(backend_name(x))
    results = {way: model.loss_and_grads(x, way) for way in ("auto", "winners", "dense")}
    loss, grads = results.pop("dense")
    for other, others in results.values():
        assert other == pytest.approx(loss, rel=1e-10)
        for name, value in grads.items():
            np.testing.assert_allclose(to_numpy(others[name]), to_numpy(value), rtol=1e-10, atol=1e-10)


def test_the_choice_of_the_way_follows_the_share_of_active_rows(monkeypatch):
    used = []
    dense = ConvWTA._dense_backward
    monkeypatch.setattr(
        ConvWTA, "_dense_backward", lambda self, top, *a: used.append(top) or dense(self, top, *a)
    )
    x = batch(20, 15, 15)
    for lifetime, maps, expected in ((0.05, 1, []), (None, 40, [2])):
        used.clear()
        make(3, lifetime=lifetime, maps=maps).loss_and_grads(x)
        assert used == expected


@pytest.mark.parametrize("lifetime", [0.3, None])
def test_loss_equals_the_loops(lifetime):
    model, x = make(2, 2, lifetime), batch(4, 5, 6, 2)
    h = x
    for i in (1, 2):
        h = oracles.relu(oracles.conv2d(h, model.params[f"W_enc{i}"], model.params[f"b_enc{i}"]))
    z = np.zeros_like(h)
    for f in range(4):
        tops = [(h[n, :, :, f].max(), -n) for n in range(4)]
        k = 4 if lifetime is None else 1
        for value, minus_n in sorted(tops, reverse=True)[:k]:
            n = -minus_n
            i, j = np.unravel_index(h[n, :, :, f].argmax(), h.shape[1:3])
            z[n, i, j, f] = value
    x_hat = oracles.deconv2d(z, model.params["W_dec"], model.params["b_dec"])
    assert model.loss_and_grads(x)[0] == pytest.approx(oracles.squared_error(x_hat, x), rel=1e-12)
    np.testing.assert_allclose(model.reconstruct(x), x_hat, atol=1e-12)


def test_the_constraints_leave_one_dot_a_map_and_image_and_k_a_map_and_batch():
    model, x = make(2, lifetime=0.4), batch(10)
    z = model.winners(x).dense()
    assert np.count_nonzero(z, axis=(1, 2)).max() == 1
    assert np.count_nonzero(z, axis=(0, 1, 2)).max() <= winners_per_unit(0.4, 10)
    model.loss_and_grads(x)
    np.testing.assert_array_equal(np.count_nonzero(z, axis=(0, 1, 2)), model.positive_winners_)


def test_gradient_reaches_the_windows_of_the_winners_and_nothing_else(monkeypatch):
    """Layer by layer, the gradient that enters a convolution is zero outside of the winners' windows."""
    import wta_np.models.conv as conv

    seen = []

    def spy(dy, x, *arguments, original=None):
        seen.append(dy)
        return original(dy, x, *arguments)

    for name in ("conv2d_backward", "conv2d_backward_params"):
        original = getattr(conv, name)
        monkeypatch.setattr(conv, name, lambda *a, original=original: spy(*a, original=original))
    model, x = make(3, lifetime=0.2, maps=2), batch(10, 15, 15)
    z = model.winners(x)
    model.loss_and_grads(x, way="dense")
    for reach, da in enumerate(seen):
        allowed = np.zeros((10, 15, 15), bool)
        for n, i, j in zip(z.n, z.y, z.x):
            allowed[n, max(0, i - reach) : i + reach + 1, max(0, j - reach) : j + reach + 1] = True
        assert len(seen) == 3 and not da[~allowed].any() and da[allowed].any()


def test_encode_and_features_are_released_so_that_an_image_has_one_code_in_any_batch():
    model, x = make(2), batch()
    np.testing.assert_allclose(model.encode(x)[2:3], model.encode(x[2:3]), atol=1e-12)
    features = model.features(x, pool=3, stride=2)
    assert features.shape == (5, 3 * 3 * 4)
    np.testing.assert_allclose(features[2:3], model.features(x[2:3], pool=3, stride=2), atol=1e-12)
    pooled = features.reshape(5, 3, 3, 4)
    assert pooled[1, 0, 0, 2] == model.encode(x)[1, :3, :3, 2].max()


def test_released_reconstruction_decodes_what_pooling_kept():
    model, x = make(1), batch(2, 6, 6)
    h, z = model.encode(x), np.zeros((2, 6, 6, 4))
    for n in range(2):
        for f in range(4):
            for i in (0, 3):
                for j in (0, 3):
                    window = h[n, i : i + 3, j : j + 3, f]
                    u, v = np.unravel_index(window.argmax(), (3, 3))
                    z[n, i + u, j + v, f] = window[u, v]
    expected = oracles.deconv2d(z, model.params["W_dec"], model.params["b_dec"])
    np.testing.assert_allclose(
        model.reconstruct(x, constrained=False, pool=3, stride=3), expected, atol=1e-12
    )


def test_a_training_step_stays_on_the_device_and_lowers_the_loss(backend, place):
    model, x = make(2).to(backend), place(batch())
    optimizer, losses = SGD(0.002, 0.9), []
    for _ in range(4):
        loss, grads = model.loss_and_grads(x)
        assert all(backend_name(g) == backend for g in grads.values())
        optimizer.step(model.params, grads)
        losses.append(loss)
    assert losses[-1] < losses[0]
    for result in (model.encode(x), model.features(x, 3, 2), model.reconstruct(x), model.atoms):
        assert backend_name(result) == backend
    assert backend_name(model.reconstruct(x, constrained=False, pool=3, stride=2)) == backend
    assert backend_name(model.positive_winners_) == backend


def test_float32_stays_float32():
    model, x = ConvWTA(1, 3, 2), batch(3, 9, 9).astype("f4")
    _, grads = model.loss_and_grads(x)
    arrays = [*model.params.values(), *grads.values(), model.features(x), model.reconstruct(x)]
    assert {a.dtype for a in arrays} == {np.dtype("f4")}


def test_fit_trains_and_checkpoints_come_back(tmp_path):
    model, x = ConvWTA(1, 4, 2, size=3, decoder_size=5, lifetime=0.5), batch(30, 8, 8).astype("f4")
    history = fit(
        model, x, 4, batch_size=10, optimizer=SGD(0.005), progress=False, checkpoint=tmp_path / "m.npz"
    )
    assert history["loss"][-1] < history["loss"][0]
    again = load(tmp_path / "m.npz")
    assert repr(again) == repr(model)
    np.testing.assert_array_equal(again.encode(x), model.encode(x))
    save(tmp_path / "n.npz", ConvWTA(3, 2, 1, lifetime=None))
    assert load(tmp_path / "n.npz").lifetime is None


def test_same_seed_same_weights():
    a, b, c = ConvWTA(1, 3, rng=1), ConvWTA(1, 3, rng=1), ConvWTA(1, 3, rng=2)
    assert all(np.array_equal(a.params[n], b.params[n]) for n in a.params)
    assert not np.array_equal(a.params["W_enc1"], c.params["W_enc1"])


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: ConvWTA(1, 4, size=4), ValueError, "size is 4, expected an odd number"),
        (lambda: ConvWTA(1, 4, decoder_size=10), ValueError, "decoder_size is 10, expected an odd number"),
        (lambda: ConvWTA(1, 4, decoder_size=0), ValueError, "decoder_size is 0, expected at least 1"),
        (lambda: ConvWTA(1, 0), ValueError, "n_maps is 0"),
        (lambda: ConvWTA(1, 4, n_layers=0), ValueError, "n_layers is 0"),
        (lambda: ConvWTA(1, 4, lifetime=2), ValueError, r"lifetime is 2, expected a number in \(0, 1\]"),
        (
            lambda: make(size=5).encode(batch(2, 4, 9)),
            ValueError,
            "x has images of 4 x 9, expected at least size=5",
        ),
        (lambda: make().encode(batch(2, channels=3)), ValueError, r"x has shape \(2, 7, 6, 3\), .* with C=1"),
        (
            lambda: make().encode(np.zeros((2, 49))),
            ValueError,
            r"x has shape \(2, 49\), expected \(N, H, W, C\)",
        ),
        (lambda: make().encode(batch().astype("f4")), TypeError, "x is float32 but W_enc1 is float64"),
        (lambda: make().features(batch(), pool=7), ValueError, "pool is 7, expected between 1 and 6"),
        (lambda: make().features(batch(), 2, 0), ValueError, "stride is 0, expected at least 1"),
        (
            lambda: make().loss_and_grads(batch(), "sideways"),
            ValueError,
            "way is 'sideways', expected one of auto",
        ),
    ],
)
def test_wrong_input_gets_a_sentence(call, error, words):
    with pytest.raises(error, match=words):
        call()
