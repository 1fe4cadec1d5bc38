"""FC-WTA: its gradients, its sparsity, what the constraint does in training and not at test time."""

import numpy as np
import oracles
import pytest

from wta_np.backend import backend_name, to_numpy
from wta_np.models import FCWTA
from wta_np.ops import winners_per_unit
from wta_np.testing import GradientError, gradcheck_model
from wta_np.training import SGD

KINDS = [(tied, hidden) for tied in (False, True) for hidden in (9, [8, 7, 6])]


def make(tied, hidden, lifetime=0.3, seed=0):
    """A float64 model with weights of order one, so that activations are far from each other."""
    rng = np.random.default_rng(seed)
    model = FCWTA(10, hidden, lifetime=lifetime, tied=tied, dtype="float64")
    model.params = {name: rng.normal(size=v.shape) * 0.5 for name, v in model.params.items()}
    return model


def batch(n=12, seed=1):
    return np.random.default_rng(seed).random((n, 10))


@pytest.mark.parametrize(("tied", "hidden"), KINDS)
@pytest.mark.parametrize("lifetime", [0.3, None])
def test_gradients_of_every_parameter_agree_with_central_differences(
    tied, hidden, lifetime, backend, place, few_moves
):
    model = make(tied, hidden, lifetime).to(backend)
    errors = gradcheck_model(model, place(batch()), **few_moves)
    assert set(errors) == set(model.params)
    assert model.backend == backend


@pytest.mark.parametrize(("tied", "hidden"), KINDS)
def test_loss_equals_the_loops(tied, hidden):
    model, x = make(tied, hidden), batch()
    n_layers = 1 if hidden == 9 else 3
    expected = oracles.fcwta_loss(model.params, x, 0.3, n_layers, tied)
    assert model.loss_and_grads(x)[0] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("wrong", ["tied path forgotten", "mask not applied", "relu not applied"])
def test_the_gradient_check_of_a_model_catches(wrong, monkeypatch):
    model = make(tied=True, hidden=9)
    if wrong == "tied path forgotten":
        monkeypatch.setattr(model, "_encoder_backward", lambda dh, hs, grads: grads.update(b_enc=dh.sum(0)))
    elif wrong == "mask not applied":
        monkeypatch.setattr("wta_np.models.fc.lifetime_backward", lambda dz, mask: dz)
    else:
        monkeypatch.setattr("wta_np.models.fc.relu_backward", lambda dh, a: dh)
        model.params["b_enc"] -= 3.0  # so that some winners are silent
    with pytest.raises(GradientError):
        gradcheck_model(model, batch())


@pytest.mark.parametrize("n", [40, 7])
def test_at_most_k_gradients_of_each_unit_enter_the_encoder(n, monkeypatch):
    """The gradient that reaches the first affine map has at most k non-zero entries in every column."""
    import wta_np.models.fc as fc

    seen = []

    def spy(da, x, original=fc.linear_backward_params):
        seen.append(np.count_nonzero(da, axis=0))
        return original(da, x)

    monkeypatch.setattr(fc, "linear_backward_params", spy)
    model = make(False, 9, lifetime=0.1)
    model.loss_and_grads(batch(n))
    k = winners_per_unit(0.1, n)
    assert seen[0].max() == k and seen[0].sum() <= k * 9
    np.testing.assert_array_equal(seen[0], model.positive_winners_)


def test_tied_weights_are_one_parameter_with_the_gradient_of_both_paths():
    tied, untied = make(True, 9), make(False, 9)
    untied.params = {**{n: v.copy() for n, v in tied.params.items()}, "W_dec": tied.params["W_enc"].T.copy()}
    x = batch()
    (loss, grads), (same_loss, both) = tied.loss_and_grads(x), untied.loss_and_grads(x)
    assert loss == pytest.approx(same_loss, rel=1e-12)
    assert "W_dec" not in tied.params
    np.testing.assert_allclose(grads["W_enc"], both["W_enc"] + both["W_dec"].T, atol=1e-12)


def test_encode_is_released_so_that_a_sample_has_one_code_in_any_batch():
    model, x = make(False, [8, 7]), batch()
    z = model.encode(x)
    np.testing.assert_allclose(z[3:4], model.encode(x[3:4]), atol=1e-12)
    assert np.count_nonzero(z) > 7 * winners_per_unit(0.3, len(x))


def test_reconstruct_shows_what_training_sees_unless_the_constraint_is_released():
    model, x = make(False, 9), batch()
    seen = np.sum((model.reconstruct(x) - x) ** 2) / (2 * len(x))
    assert seen == pytest.approx(model.loss_and_grads(x)[0], rel=1e-12)
    released = model.encode(x) @ model.params["W_dec"] + model.params["b_dec"]
    np.testing.assert_allclose(model.reconstruct(x, constrained=False), released, atol=1e-12)


def test_a_short_batch_has_its_own_k():
    model = make(False, 50, lifetime=0.25)
    for n in (1, 3, 4, 8, 11):
        model.loss_and_grads(batch(n))
        assert model.positive_winners_.max() == max(1, n // 4)


@pytest.mark.parametrize(("tied", "hidden"), KINDS)
def test_a_training_step_stays_on_the_device_and_lowers_the_loss(tied, hidden, backend, place):
    model, x = make(tied, hidden).to(backend), place(batch())
    optimizer = SGD(0.01, 0.9)
    losses = []
    for _ in range(5):
        loss, grads = model.loss_and_grads(x)
        assert type(loss) is float
        assert all(backend_name(g) == backend for g in grads.values())
        optimizer.step(model.params, grads)
        losses.append(loss)
    assert losses[-1] < losses[0]
    for result in (model.encode(x), model.reconstruct(x), model.atoms, model.positive_winners_):
        assert backend_name(result) == backend


def test_backends_agree(backend, place):
    ours, theirs = make(True, 9), make(True, 9).to(backend)
    loss, grads = ours.loss_and_grads(batch())
    other_loss, other_grads = theirs.loss_and_grads(place(batch()))
    assert other_loss == pytest.approx(loss, rel=1e-12)
    for name in grads:
        np.testing.assert_allclose(to_numpy(other_grads[name]), grads[name], atol=1e-12)


def test_float32_stays_float32():
    model = FCWTA(10, [8, 7])
    x = batch().astype("f4")
    _, grads = model.loss_and_grads(x)
    arrays = [*model.params.values(), *grads.values(), model.encode(x), model.reconstruct(x), model.atoms]
    assert {a.dtype for a in arrays} == {np.dtype("f4")}


def test_same_seed_same_weights():
    a, b, c = FCWTA(10, 9, rng=4), FCWTA(10, 9, rng=np.random.default_rng(4)), FCWTA(10, 9, rng=5)
    assert all(np.array_equal(a.params[n], b.params[n]) for n in a.params)
    assert not np.array_equal(a.params["W_enc"], c.params["W_enc"])


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("hidden", [500, [300, 300, 300]])
def test_few_units_are_dead_at_the_start(tied, hidden):
    from wta_np.data import load

    model = FCWTA(784, hidden, tied=tied)
    model.loss_and_grads(load("sample").flat().x_train[:1000])
    assert np.mean(model.positive_winners_ == 0) <= 0.01


def test_atoms_are_what_a_unit_adds_to_the_reconstruction():
    for tied, hidden in KINDS:
        model = make(tied, hidden)
        assert model.atoms.shape == (model.widths[-1], 10)
        one = np.eye(model.widths[-1])
        np.testing.assert_allclose(model._decode(one)[-1] - model.params["b_dec"], model.atoms, atol=1e-12)


@pytest.mark.parametrize(("tied", "hidden"), KINDS)
def test_decoding_the_released_code_is_the_unconstrained_reconstruction(tied, hidden, backend, place):
    model, x = make(tied, hidden).to(backend), place(batch(7))
    x_hat = model.decode(model.encode(x))
    np.testing.assert_array_equal(to_numpy(x_hat), to_numpy(model.reconstruct(x, constrained=False)))
    with pytest.raises(ValueError, match=r"z has shape \(2, 5\), expected \(N, \d\)"):
        model.decode(place(np.ones((2, 5))))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: FCWTA(0, 5), ValueError, "n_inputs is 0"),
        (lambda: FCWTA(10, 2.5), TypeError, "n_hidden is 2.5"),
        (lambda: FCWTA(10, []), ValueError, "n_hidden is empty"),
        (lambda: FCWTA(10, [5, 0]), ValueError, "n_hidden is 0"),
        (lambda: FCWTA(10, 5, lifetime=0), ValueError, r"lifetime is 0, expected a number in \(0, 1\]"),
        (lambda: FCWTA(10, 5, lifetime=1.5), ValueError, "lifetime is 1.5"),
        (
            lambda: FCWTA(10, 5).encode(np.zeros((3, 11), "f4")),
            ValueError,
            r"x has shape \(3, 11\), expected \(N, D\) with D=10",
        ),
        (
            lambda: FCWTA(10, 5).encode(np.zeros((3, 2, 5, 1), "f4")),
            ValueError,
            r"x has shape \(3, 2, 5, 1\)",
        ),
        (lambda: FCWTA(10, 5).encode(np.zeros((3, 10))), TypeError, "x is float64 but W_enc is float32"),
        (lambda: FCWTA(10, 5).to("abacus"), ValueError, "unknown backend 'abacus'"),
    ],
)
def test_wrong_input_gets_a_sentence(call, error, words):
    with pytest.raises(error, match=words):
        call()
