"""RBM and WTA-RBM: the chain, its statistics, and the constraint, exactly and by statistics with bounds."""

import json

import numpy as np
import oracles
import oracles_rbm
import pytest

from wta_np import ops
from wta_np.backend import backend_name, to_numpy
from wta_np.models import RBM
from wta_np.training import SGD, fit, load, load_checkpoint, save

NAMES = ("W", "b_v", "b_h")


def make(n_visible=4, n_hidden=3, seed=0, scale=1.0, **options):
    """A float64 machine with weights of order one: its chain is neither frozen nor without memory."""
    model = RBM(n_visible, n_hidden, dtype="float64", weight_decay=0.0, rng=seed, **options)
    rng = np.random.default_rng(seed)
    model.params = {name: scale * rng.normal(size=v.shape) for name, v in model.params.items()}
    return model


def binary(n=12, d=4, seed=1):
    return (np.random.default_rng(seed).random((n, d)) < 0.5).astype(float)


def grey(n=20, d=10, seed=1):
    return np.random.default_rng(seed).random((n, d))


# ------------------------------------------------------------------------------ conditionals and chain


def kernel(model):
    """The Gibbs step v -> h -> v' as a matrix, from the probabilities that the model computes."""
    v, h = oracles_rbm.states(model.n_visible), oracles_rbm.states(model.n_hidden)

    def table(p, states):
        return np.array([[np.prod(np.where(s > 0, row, 1 - row)) for s in states] for row in p])

    return table(model.encode(v), h) @ table(model.decode(h), v)


@pytest.mark.parametrize("sizes", [(6, 5), (5, 2), (2, 5)])
@pytest.mark.parametrize("lifetime", [None, 0.3])
def test_the_gibbs_kernel_leaves_the_distribution_of_the_machine_unchanged(sizes, lifetime):
    model = make(*sizes, lifetime=lifetime)
    p = oracles_rbm.joint(**model.params)[0].sum(axis=1)
    K = kernel(model)
    np.testing.assert_allclose(K.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(p @ K, p, rtol=1e-12)
    np.testing.assert_allclose(p[:, None] * K, (p[:, None] * K).T, atol=1e-14)  # detailed balance
    np.testing.assert_allclose(K, oracles_rbm.transition(**model.params), rtol=1e-11)


@pytest.mark.parametrize("dropped", ["b_v", "b_h"])
def test_a_kernel_without_a_bias_does_not(dropped, monkeypatch):
    import wta_np.models.rbm as rbm

    model = make(6, 5)
    p = oracles_rbm.joint(**model.params)[0].sum(axis=1)
    monkeypatch.setattr(
        rbm, "linear_forward", lambda x, W, b: x @ W + (0 if b is model.params[dropped] else b)
    )
    assert np.abs(p @ kernel(model) - p).max() > 0.01


# ------------------------------------------------------------------------ statistics, averaged over chains

CHAINS = 160000  # copies of the data in one mini-batch: so many chains side by side


def slow(**options):
    """A machine whose chain forgets slowly: the error of CD-k is 0.42, 0.034 and 1e-7 for k = 1, 5, 25."""
    return make(seed=2, scale=1.5, **options)


def deviations(model, k):
    """CD-k over many chains, against theory: (z-scores over all entries, error against the exact gradient).

    The scores compare with the exact mean of CD-k, from powers of the transition matrix. Their noise is
    estimated from chunks of the chains.
    """
    model.cd_k = k
    x = binary(8, model.n_visible)
    exact_cd = oracles_rbm.cd_gradient(x, k, **model.params)
    exact = oracles_rbm.likelihood_gradient(x, **model.params)
    chunks = [model.loss_and_grads(np.tile(x, (CHAINS // 160, 1)))[1] for _ in range(20)]
    scores, squared = [], 0.0
    for name in NAMES:
        seen = -np.array([chunk[name] for chunk in chunks])  # the gradients go down, statistics up
        mean, error = seen.mean(axis=0), seen.std(axis=0, ddof=1) / np.sqrt(len(seen))
        scores.append(np.abs(mean - exact_cd[name]).ravel() / np.maximum(error.ravel(), 1e-4))
        squared += ((mean - exact[name]) ** 2).sum()
    return np.concatenate(scores), squared**0.5


LIMIT = 6.0  # of Student's t with 19 degrees of freedom, 19 entries: exceeded once in ten thousand runs


@pytest.mark.parametrize("k", [1, 5, 25])
@pytest.mark.parametrize("positive", ["probabilities", "samples"])
def test_mean_statistics_of_k_steps_are_those_of_k_exact_steps(k, positive):
    scores, _ = deviations(slow(positive=positive), k)
    assert scores.max() < LIMIT


def test_the_update_approaches_the_exact_gradient_as_k_grows():
    errors = [deviations(slow(), k)[1] for k in (1, 5, 25)]
    assert errors[0] > 5 * errors[1] > 5 * 2 * errors[2]
    assert errors[2] < 0.01  # the noise of so many chains


def drop_hidden_bias(model, h):
    kept = model.params
    model.params = {**kept, "b_h": 0 * kept["b_h"]}
    result = RBM._negative(model, h)
    model.params = kept
    return result


def keep_h(model, h):
    """The hidden states are drawn once and never again."""
    for _ in range(model.cd_k):
        visible = model.decode(h)
        v = ops.sample_bernoulli(visible, model._rng)
    return visible, v, model._hidden(v)


def mean_field(model, h):
    """Probabilities passed on instead of samples."""
    for _ in range(model.cd_k):
        v = model.decode(h)
        h = model._hidden(v)
    return v, v, h


def one_step_short(model, h):
    model.cd_k -= 1
    result = RBM._negative(model, h)
    model.cd_k += 1
    return result


@pytest.mark.parametrize(
    ("negative", "k"),
    [(drop_hidden_bias, 1), (drop_hidden_bias, 25), (keep_h, 5), (keep_h, 25), (mean_field, 5),
     (mean_field, 25), (one_step_short, 5)],
)  # fmt: skip
def test_the_bounds_catch_a_wrong_chain(negative, k):
    class Wrong(RBM):
        def _negative(self, h, batch):
            return negative(self, h)

    model = slow()
    wrong = Wrong.from_params(model.config, model.params)
    assert deviations(wrong, k)[0].max() > 2 * LIMIT


def test_a_wrong_chain_does_not_approach_the_exact_gradient():
    class Wrong(RBM):
        def _negative(self, h, batch):
            return drop_hidden_bias(self, h)

    model = slow()
    assert deviations(Wrong.from_params(model.config, model.params), 25)[1] > 0.1


def test_the_statistics_are_negative_minus_positive_with_weight_decay_on_W_only():
    model = make(5, 4)
    model.weight_decay = 0.25
    rng = np.random.default_rng(0)
    x, p, v, q = (rng.random((7, size)) for size in (5, 4, 5, 4))
    grads = model._statistics(x, p, v, q, len(x))
    for i, j in np.ndindex(5, 4):
        expected = sum(v[n, i] * q[n, j] - x[n, i] * p[n, j] for n in range(7)) / 7
        assert grads["W"][i, j] == pytest.approx(expected + 0.25 * model.params["W"][i, j], rel=1e-12)
    np.testing.assert_allclose(grads["b_v"], [sum(v[:, i] - x[:, i]) / 7 for i in range(5)], rtol=1e-12)
    np.testing.assert_allclose(grads["b_h"], [sum(q[:, j] - p[:, j]) / 7 for j in range(4)], rtol=1e-12)


# ---------------------------------------------------------------------------- persistent chains


def test_persistent_chains_reach_the_distribution_of_the_machine():
    model = make(persistent=True)
    x = np.tile(binary(8), (50, 1))
    exact = oracles_rbm.likelihood_gradient(binary(8), **model.params)
    for _ in range(20):
        model.loss_and_grads(x)
    chunks = [model.loss_and_grads(x)[1] for _ in range(200)]
    for name in NAMES:
        seen = -np.array([chunk[name] for chunk in chunks]).reshape(20, 10, -1).mean(axis=1)
        error = seen.std(axis=0, ddof=1) / np.sqrt(20)  # of groups of steps: chains remember
        assert np.all(np.abs(seen.mean(axis=0) - exact[name].ravel()) < LIMIT * error + 1e-3)
    biased = oracles_rbm.cd_gradient(binary(8), 1, **model.params)
    assert max(np.abs(biased[n] - exact[n]).max() for n in NAMES) > 0.02  # what they overcome


def test_persistent_chains_go_on_where_they_were_and_a_short_batch_moves_only_its_share():
    model = make(persistent=True)
    model.loss_and_grads(binary(6))
    chains = model._chains.copy()
    assert chains.shape == (6, 3) and set(np.unique(chains)) <= {0, 1}
    started = []
    inner = model._negative
    model._negative = lambda h, batch: started.append(h.copy()) or inner(h, batch)
    model.loss_and_grads(binary(4))
    np.testing.assert_array_equal(started[0], chains[:4])
    np.testing.assert_array_equal(model._chains[4:], chains[4:])
    before = model._chains.copy()
    model.loss_and_grads(binary(9))
    np.testing.assert_array_equal(started[1][:6], before)
    assert model._chains.shape == (9, 3)


# ------------------------------------------------------------------------------------- WTA


def spy(model):
    """Record the hidden states from which chains start, and the probabilities of the negative phase."""
    seen = {"h": [], "q": []}
    inner = model._negative

    def negative(h, batch):
        result = inner(h, batch)
        seen["h"].append(to_numpy(h))
        seen["q"].append(to_numpy(result[2]))
        return result

    model._negative = negative
    return seen


@pytest.mark.parametrize("n", [20, 7])
@pytest.mark.parametrize("lifetime", [0.1, 0.3, 0.9])
@pytest.mark.parametrize("positive", ["probabilities", "samples"])
def test_at_most_k_active_samples_of_each_unit_in_the_positive_phase_and_all_in_the_negative(
    lifetime, n, positive, backend, place
):
    model = make(10, 30, lifetime=lifetime, positive=positive)
    model.params["b_h"] += 3.0  # most units would be 1 on most samples
    model.to(backend)
    seen = spy(model)
    x = place(grey(n))
    model.loss_and_grads(x)
    k = ops.winners_per_unit(lifetime, n)
    p = to_numpy(model._positive(x))
    assert np.all((p > 0).sum(axis=0) == k)
    np.testing.assert_array_equal(p > 0, oracles.lifetime_mask(to_numpy(model.encode(x)), k))
    active = seen["h"][0].sum(axis=0)
    assert active.max() <= k and np.all(seen["h"][0] <= (p > 0))
    np.testing.assert_array_equal(to_numpy(model.positive_winners_), active)
    assert np.all(seen["q"][0] > 0)  # no probability of the negative phase was set to zero
    assert seen["q"][0].mean() > 0.5
    released = to_numpy(model.encode(x))
    assert np.all(released > 0) and np.allclose(released[p > 0], p[p > 0])


def positive_statistics(**options):
    """dW with the negative phase taken out of it."""
    model = make(10, 30, **options)
    model._negative = lambda h, batch: (0 * grey(), 0 * grey(), 0 * h)
    return model, -model.loss_and_grads(grey())[1]["W"] * len(grey())


def test_the_positive_statistics_use_sparsified_probabilities_or_their_samples():
    model, dW = positive_statistics(lifetime=0.3)
    p = model.encode(grey())
    masked = np.where(oracles.lifetime_mask(p, 6), p, 0)
    np.testing.assert_allclose(dW, grey().T @ masked, rtol=1e-12)
    model, dW = positive_statistics(lifetime=0.3, positive="samples")
    assert not np.allclose(dW, grey().T @ masked, rtol=1e-3)
    noise = np.sqrt((grey() ** 2).T @ (masked * (1 - masked)))
    assert np.all(np.abs(dW - grey().T @ masked) <= 6 * noise + 1e-12)


@pytest.mark.parametrize("persistent", [False, True])
@pytest.mark.parametrize("positive", ["probabilities", "samples"])
def test_lifetime_1_is_the_plain_machine_sample_for_sample(positive, persistent):
    plain, wta = (
        RBM(10, 8, lifetime=lifetime, cd_k=2, persistent=persistent, positive=positive)
        for lifetime in (None, 1.0)
    )
    x = grey(30).astype("f4")
    chains = [spy(model) for model in (plain, wta)]
    for model in (plain, wta):
        fit(model, x, 3, batch_size=7, optimizer=SGD(0.1, 0.5), progress=False)
    for one, two in zip(chains[0]["h"], chains[1]["h"]):
        np.testing.assert_array_equal(one, two)
    for name in NAMES:
        assert plain.params[name].tobytes() == wta.params[name].tobytes()


def test_the_constraint_begins_after_the_warm_up():
    plain, wta = RBM(10, 8), RBM(10, 8, lifetime=0.3, warm_up=3)
    x = grey(20).astype("f4")
    for step in range(5):
        grads = [model.loss_and_grads(x)[1]["b_h"] for model in (plain, wta)]
        assert np.array_equal(*grads) == (step < 3)
        assert (wta.positive_winners_.max() > 6) == (step < 3)
    assert np.all(np.count_nonzero(wta._positive(x), axis=0) == 6)


def test_the_constraint_makes_a_difference():
    plain, wta = (RBM(10, 8, lifetime=lifetime) for lifetime in (None, 0.3))
    for model in (plain, wta):
        fit(model, grey(30).astype("f4"), 1, batch_size=10, progress=False)
    assert not np.allclose(plain.params["W"], wta.params["W"])


# ------------------------------------------------------------------------- training, seeds, resume


@pytest.mark.parametrize("options", [{}, {"lifetime": 0.3, "cd_k": 2}, {"persistent": True}])
def test_same_seed_same_weights_on_every_backend(options, backend, place):
    ours, theirs = RBM(10, 8, rng=4, **options), RBM(10, 8, rng=4, **options).to(backend)
    x = grey(30).astype("f4")
    for model, data in ((ours, x), (theirs, place(x))):
        fit(model, data, 2, batch_size=8, optimizer=SGD(0.1, 0.5), progress=False)
    assert theirs.backend == backend
    for name in NAMES:
        np.testing.assert_allclose(to_numpy(theirs.params[name]), ours.params[name], rtol=1e-5, atol=1e-6)


def test_another_seed_other_weights_and_other_chains():
    models = [RBM(10, 8, rng=seed) for seed in (4, np.random.default_rng(4), 5)]
    grads = [model.loss_and_grads(grey().astype("f4"))[1]["W"] for model in models]
    np.testing.assert_array_equal(grads[0], grads[1])
    assert not np.array_equal(grads[0], grads[2])
    assert not np.array_equal(models[0].params["W"], models[2].params["W"])
    again = models[0].loss_and_grads(grey().astype("f4"))[1]["W"]
    assert not np.array_equal(again, grads[0])  # a second step draws other samples


@pytest.mark.parametrize("options", [{}, {"lifetime": 0.3}, {"persistent": True, "positive": "samples"}])
def test_a_training_step_stays_on_the_device(options, backend, place):
    model = RBM(10, 8, **options).to(backend)
    x = place(grey().astype("f4"))
    optimizer = SGD(0.1, 0.5)
    for _ in range(2):
        loss, grads = model.loss_and_grads(x)
        assert type(loss) is float
        assert list(grads) == list(model.params)
        optimizer.step(model.params, grads)
    results = [*grads.values(), model.encode(x), model.reconstruct(x), model.atoms]
    assert all(backend_name(a) == backend and a.dtype == "f4" for a in results)
    assert backend_name(model.positive_winners_) == backend
    assert model.positive_winners_.dtype.kind == "i"


def test_training_makes_data_more_probable():
    """Exactly, on a machine small enough to sum over all states."""
    patterns = np.array([[1, 1, 0, 0, 1, 0], [0, 0, 1, 1, 0, 1], [1, 0, 1, 0, 1, 0]], float)
    x = np.tile(patterns, (20, 1))
    for options in ({}, {"persistent": True}, {"positive": "samples", "lifetime": 0.5}):
        model = RBM(6, 5, dtype="float64", **options)
        before = oracles_rbm.log_likelihood(patterns, **model.params)
        fit(model, x, 600, batch_size=30, optimizer=SGD(0.02, 0.5), progress=False)
        after = oracles_rbm.log_likelihood(patterns, **model.params)
        assert before < -4.1 and after > -2.5, (options, after)  # -log 64; the best is -log 3


def test_the_loss_is_the_reconstruction_error_one_step_from_the_data():
    model = make(10, 8, lifetime=0.3, cd_k=3)
    seen = spy(model)
    loss, _ = model.loss_and_grads(grey())
    assert loss == pytest.approx(oracles.squared_error(model.decode(seen["h"][0]), grey()), rel=1e-12)
    model = make(10, 8, lifetime=0.3, persistent=True)
    loss, _ = model.loss_and_grads(grey())
    assert loss == pytest.approx(oracles.squared_error(model.reconstruct(grey()), grey()), rel=1e-12)


def test_encode_is_unconstrained_so_that_a_sample_has_one_code_in_any_batch():
    model, x = make(10, 8, lifetime=0.3), grey()
    np.testing.assert_allclose(model.encode(x)[3:4], model.encode(x[3:4]), rtol=1e-12)
    expected = [
        [oracles_rbm.sigmoid(a) for a in row]
        for row in oracles.linear(x, *map(model.params.get, ("W", "b_h")))
    ]
    np.testing.assert_allclose(model.encode(x), expected, rtol=1e-12)
    released = model.reconstruct(x, constrained=False)
    np.testing.assert_allclose(released, model.decode(model.encode(x)), rtol=1e-12)
    assert not np.allclose(released, model.reconstruct(x))


def test_atoms_are_what_a_unit_adds_to_the_log_odds():
    model = make(10, 8)
    log_odds = [np.log(p / (1 - p)) for p in (model.decode(np.eye(8)), model.decode(np.zeros((8, 8))))]
    np.testing.assert_allclose(log_odds[0] - log_odds[1], model.atoms, atol=1e-12)
    assert model.atoms.flags.c_contiguous and model.n_inputs == 10


def test_the_visible_bias_can_begin_at_the_data():
    model = RBM(10, 8, dtype="float64")
    assert model.initialise_visible_bias(grey(500)) is model
    np.testing.assert_allclose(model.decode(np.zeros((1, 8)))[0], grey(500).mean(axis=0), rtol=1e-9)


class Stop(Exception):
    pass


OPTIONS = [{"lifetime": 0.3, "warm_up": 13}, {"cd_k": 2}, {"persistent": True, "lifetime": 0.5}]


def run_in_pieces(path, options, break_at, backend, place):
    """Train for 4 epochs; with `break_at` the run is cut at that step, and a new model goes on."""

    class Cut(RBM):
        steps = 0

        def loss_and_grads(self, x):
            if self.steps == break_at:
                raise Stop
            self.steps += 1
            return super().loss_and_grads(x)

    x = place(np.random.default_rng(0).random((57, 12)).astype("f4"))
    for kind in (Cut, RBM):
        model = kind(12, 8, rng=1, **options).to(backend)
        try:
            fit(model, x, 4, 10, SGD(0.05), rng=5, progress=False, checkpoint=path, every_seconds=1e-9,
                resume=True)  # fmt: skip
        except Stop:
            continue
        return {name: to_numpy(v) for name, v in model.params.items()}


@pytest.mark.parametrize("break_at", [1, 6, 8, 19])
@pytest.mark.parametrize("options", OPTIONS)
def test_a_run_cut_anywhere_resumes_bit_for_bit(break_at, options, tmp_path, backend, place):
    whole = run_in_pieces(tmp_path / "a.npz", options, None, backend, place)
    pieces = run_in_pieces(tmp_path / "b.npz", options, break_at, backend, place)
    for name, value in whole.items():
        assert value.tobytes() == pieces[name].tobytes()


@pytest.mark.parametrize("lost", ["rng", "steps", "chains"])
def test_resuming_needs_the_generator_the_steps_and_the_chains(lost, tmp_path, monkeypatch):
    """A resume that forgets one of them ends elsewhere: the test above would notice."""
    inner = RBM.restore_state

    def forgetful(self, state, arrays):
        kept = {name: value for name, value in state.items() if name != lost}
        inner(self, kept, {} if lost == "chains" else arrays)

    options = {"persistent": True, "lifetime": 0.5, "warm_up": 13}
    on_host = ("numpy", lambda x: x)
    whole = run_in_pieces(tmp_path / "a.npz", options, None, *on_host)
    monkeypatch.setattr(RBM, "restore_state", forgetful)
    pieces = run_in_pieces(tmp_path / "b.npz", options, 8, *on_host)
    assert whole["W"].tobytes() != pieces["W"].tobytes()


def test_a_model_comes_back_from_its_file_as_it_was(tmp_path):
    model = RBM(
        10, 8, lifetime=0.3, cd_k=2, rng=5, persistent=True, positive="samples", weight_decay=0.01, warm_up=7
    )
    assert json.loads(json.dumps(model.config)) == model.config
    save(tmp_path / "m.npz", model)
    again = load(tmp_path / "m.npz")
    assert type(again) is RBM and repr(again) == repr(model)
    for name in NAMES:
        np.testing.assert_array_equal(again.params[name], model.params[name])


def test_a_checkpoint_holds_generator_and_chains(tmp_path):
    model = RBM(10, 8, persistent=True)
    fit(model, grey(30).astype("f4"), 1, 10, progress=False, checkpoint=tmp_path / "c.npz")
    saved = load_checkpoint(tmp_path / "c.npz")
    assert saved.state["model_state"]["rng"] == model._rng.bit_generator.state
    np.testing.assert_array_equal(saved.arrays["model/chains"], model._chains)


def test_chains_move_and_convert_with_the_model(backend):
    model = RBM(10, 8, persistent=True)
    model.loss_and_grads(grey().astype("f4"))
    chains = model._chains.copy()
    model.to(backend).astype("float64")
    assert backend_name(model._chains) == backend and model._chains.dtype == "f8"
    np.testing.assert_array_equal(to_numpy(model._chains), chains)


# ------------------------------------------------------------------------------------- bad input


def data(value):
    x = grey().astype("f4")
    x[3, 4] = value
    return x


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: RBM(0, 5), ValueError, "n_visible is 0, expected at least 1"),
        (lambda: RBM(10, 2.5), TypeError, "n_hidden is 2.5, expected a whole number"),
        (lambda: RBM(10, 5, cd_k=0), ValueError, "cd_k is 0, expected at least 1"),
        (lambda: RBM(10, 5, cd_k=1.5), TypeError, "cd_k is 1.5, expected a whole number"),
        (lambda: RBM(10, 5, lifetime=0), ValueError, r"lifetime is 0, expected a number in \(0, 1\]"),
        (lambda: RBM(10, 5, lifetime=1.2), ValueError, r"lifetime is 1.2, expected a number in \(0, 1\]"),
        (lambda: RBM(10, 5, positive="both"), ValueError, "positive is 'both', expected one of 'prob"),
        (lambda: RBM(10, 5, weight_decay=-1), ValueError, "weight_decay is -1"),
        (lambda: RBM(10, 5, warm_up=-1), ValueError, "warm_up is -1, expected at least 0"),
        (
            lambda: RBM(10, 5).loss_and_grads(data(1.5)),
            ValueError,
            r"x has values from .* to 1.5, expected all in \[0, 1\]",
        ),
        (lambda: RBM(10, 5).encode(data(-0.25)), ValueError, r"x has values from -0.25 to 0.9"),
        (lambda: RBM(10, 5).reconstruct(data(7)), ValueError, "x has values from .* to 7"),
        (lambda: RBM(10, 5).initialise_visible_bias(data(7)), ValueError, "x has values"),
        (lambda: RBM(10, 5).encode(data(np.nan)), ValueError, r"x holds 1 values that are NaN .* \(3, 4\)"),
        (
            lambda: RBM(10, 5).loss_and_grads(np.zeros((3, 11), "f4")),
            ValueError,
            r"x has shape \(3, 11\), expected \(N, D\) with D=10",
        ),
        (lambda: RBM(10, 5).encode(grey()), TypeError, "x is float64 but W is float32"),
    ],
)
def test_wrong_input_gets_a_sentence(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_data_at_the_edges_is_no_error():
    RBM(2, 2).loss_and_grads(np.array([[0.0, 1.0]], "f4"))
