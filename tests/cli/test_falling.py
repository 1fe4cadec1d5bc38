"""Models of the experiments whose winners become fewer during the training."""

import numpy as np
import pytest

from figures.falling import FallingConvWTA, FallingRBM
from figures.store import train
from wta_np import load_model, save
from wta_np.models import RBM, ConvWTA

RNG = np.random.default_rng(0)
ROWS, IMAGES = RNG.random((40, 6)).astype("f4"), RNG.random((40, 6, 6, 1)).astype("f4")
MAKE = {
    "rbm": (lambda **o: FallingRBM(6, 4, lifetime=0.2, rng=0, **o), ROWS),
    "conv": (lambda **o: FallingConvWTA(1, 3, 2, size=3, decoder_size=5, lifetime=0.2, rng=0, **o), IMAGES),
}


@pytest.mark.parametrize("kind", MAKE)
def test_the_rate_falls_evenly_from_one_to_that_of_the_model_and_stays(kind):
    make, x = MAKE[kind]
    model, rates = make(falling=4), []
    for _ in range(6):
        rates.append(model.rate())
        model.loss_and_grads(x[:10])
    assert np.allclose(rates, [1, 0.8, 0.6, 0.4, 0.2, 0.2]) and model.lifetime == 0.2


def test_fewer_winners_are_active_as_the_rate_falls():
    make, x = MAKE["conv"]
    model = make(falling=4)
    model.params["b_enc2"][:] = 1  # every position is active
    counts = []
    for _ in range(5):
        model.loss_and_grads(x[:10])
        counts.append(int(model.active_counts.max()))
    assert counts == [10, 8, 6, 4, 2]


@pytest.mark.parametrize(("kind", "plain"), [("rbm", RBM), ("conv", ConvWTA)])
def test_without_falling_it_is_the_model_that_it_derives_from(kind, plain):
    make, x = MAKE[kind]
    one = make(falling=0)
    config = {name: value for name, value in one.config.items() if name != "falling"}
    other = plain(**config, rng=0)
    for model in (one, other):
        _, grads = model.loss_and_grads(x[:10])
        model.grads = grads
    assert all(np.array_equal(one.grads[name], other.grads[name]) for name in one.params)


@pytest.mark.parametrize("kind", MAKE)
def test_a_training_goes_on_at_the_rate_where_it_was_stopped(kind, tmp_path, monkeypatch):
    make, x = MAKE[kind]
    options = {"epochs": 3, "lr": 0.01, "batch_size": 10}
    straight, _ = train(tmp_path / "a", make(falling=10), x, 0, **options)
    stopped, step, calls = make(falling=10), type(make()).loss_and_grads, []

    class Cut(Exception):
        pass

    def cut(self, x, **o):
        calls.append(1)
        if len(calls) == 7:
            raise Cut
        return step(self, x, **o)

    monkeypatch.setattr(type(stopped), "loss_and_grads", cut)
    with pytest.raises(Cut):
        train(tmp_path / "b", stopped, x, 0, **options)
    again, history = train(tmp_path / "b", make(falling=10), x, 0, **options)
    assert len(history) == 3 and len(calls) == 7 + 8
    assert all((again.params[name] == value).all() for name, value in straight.params.items())


@pytest.mark.parametrize("kind", MAKE)
def test_it_comes_back_from_its_file(kind, tmp_path):
    model = MAKE[kind][0](falling=3)
    save(tmp_path / "m.npz", model)
    again = load_model(tmp_path / "m.npz")
    assert type(again) is type(model) and again.config == model.config
