"""A training that fails is told why, and what it is told to do helps."""

import re
import warnings

import numpy as np
import pytest

from wta_np.data import load
from wta_np.models import FCWTA, RBM, ConvWTA, Stack
from wta_np.training import SGD, DivergenceError, fit

IMAGES = load("sample").x_train[:500]
ROWS = IMAGES.reshape(500, -1)

MODELS = {  # a model as it comes, and data that it learns from
    "fc": (lambda: FCWTA(784, 60), ROWS),
    "deep fc": (lambda: FCWTA(784, [60, 40], tied=True), ROWS),
    "conv": (lambda: ConvWTA(1, 4, 2, size=3, decoder_size=5), IMAGES[:200]),
    "rbm": (lambda: RBM(784, 40), ROWS),
    "stack": (lambda: Stack([FCWTA(784, 60), FCWTA(60, 30)]), ROWS),
    "stacked conv": (lambda: Stack([ConvWTA(1, 4, 1), ConvWTA(4, 4, 1, size=3)]), IMAGES[:200]),
}
RANKED = ["fc", "conv"]  # NaN reaches a ranking of activities in them


def train(model, x, lr=None, momentum=None, epochs=2, **options):
    """Train; with a rate or a momentum of its own, the other is the model's default."""
    if lr is not None or momentum is not None:
        given = (
            model.default_lr if lr is None else lr,
            model.default_momentum if momentum is None else momentum,
        )
        options["optimizer"] = SGD(*given)
    batch_size = 20 if model.expects_images else 100
    return fit(model, x, epochs, progress=False, **{"batch_size": batch_size, **options})


def failure(*args, **options):
    """What a training that fails says; warnings of NumPy count as errors, in all threads."""
    with warnings.catch_warnings(), pytest.raises(DivergenceError) as caught:
        warnings.simplefilter("error")
        train(*args, **options)
    return str(caught.value)


def change(model, names, value):
    """The model with all of some parameters set to a value."""
    for name in names:
        model.params[name][:] = value
    return model


@pytest.mark.parametrize("name", MODELS)
def test_every_model_learns_with_its_defaults(name):
    make, x = MODELS[name]
    history = train(make(), x, epochs=4)
    assert history["loss"][-1] < 0.93 * history["loss"][0] and history["dead"][-1] < 0.5
    assert history["lr"] == [make().default_lr] * 4


@pytest.mark.parametrize("maps", [4, 16])
def test_the_convolutional_model_learns_from_the_digits_with_its_defaults(maps):
    history = train(ConvWTA(1, maps), IMAGES[:300], epochs=2)
    assert history["loss"][1] < history["loss"][0]


@pytest.mark.parametrize("lr", [100.0, 1e6, 1e15, 1e30, 1e38])
@pytest.mark.parametrize("name", ["fc", "deep fc", "conv", "stack"])
def test_a_rate_that_is_too_large_is_called_that_and_the_rate_advised_works(name, lr):
    make, x = MODELS[name]
    text = failure(make(), x, lr=lr, epochs=4)
    match = re.search(
        r"the steps are too big\. Try a smaller learning rate, such as (\S+), the default", text
    )
    assert match, text
    history = train(make(), x, lr=float(match[1]))
    assert history["loss"][1] < history["loss"][0]


@pytest.mark.parametrize("lr", [1e15, 1e30, 1e38])
def test_a_machine_whose_numbers_overflow_is_told_so(lr):
    make, x = MODELS["rbm"]
    assert "Try a smaller learning rate, such as 0.05, the default" in failure(make(), x, lr=lr)


def test_momentum_that_is_too_large_is_called_that_and_less_of_it_works():
    make, x = MODELS["fc"]
    text = failure(make(), x, momentum=0.9999, epochs=12, batch_size=20)
    match = re.search(r"momentum 0.9999 adds them up to 1e\+04 times .* such as (\S+)\.$", text)
    assert match, text
    train(make(), x, momentum=float(match[1]), epochs=12, batch_size=20)


@pytest.mark.parametrize("scale", [255.0, 1e5, 1e18, 1e30, 1e38])
@pytest.mark.parametrize("name", RANKED)
def test_inputs_that_are_too_large_are_called_that_and_dividing_by_the_number_named_works(name, scale):
    make, x = MODELS[name]
    text = failure(make(), x * np.float32(scale))
    match = re.search(r"the largest input is (\S+?),? .*Divide x by (\S+)\.$", text)
    assert match, text
    train(make(), x * np.float32(scale) / np.float32(float(match[2])))


def test_a_rate_of_twice_the_default_at_most_is_divided_by_ten_and_inputs_above_one_are_named():
    make, x = MODELS["fc"]
    text = failure(make(), 4 * x, lr=0.03, batch_size=20)
    assert "learning rate, such as 0.003 instead of 0.03; the largest input is 4, so a smaller" in text
    train(make(), 4 * x, lr=0.003, batch_size=20)


@pytest.mark.parametrize("name", MODELS)
def test_data_of_zeros_alone_are_called_that(name):
    make, x = MODELS[name]
    if name == "rbm":  # it learns that every pixel is off
        assert train(make(), 0 * x)["loss"][1] < 40
    elif name.startswith("stack"):
        assert "x is zero everywhere" in failure(make(), 0 * x)
    else:
        text = failure(make(), 0 * x)
        assert text.startswith(
            "every unit died in epoch 1: x is zero everywhere, so there is nothing to learn"
        )
        assert "learning rate" not in text


def test_a_stack_on_models_that_give_nothing_is_told_so():
    stack = MODELS["stack"][0]()
    change(stack.models[0], ["b_enc"], -100)
    assert "the models below give codes that are zero everywhere" in failure(stack, ROWS)


@pytest.mark.parametrize(
    ("name", "weights"),
    [("fc", ["W_enc"]), ("deep fc", ["W_enc2"]), ("conv", ["W_enc1"]), ("conv", ["W_enc2", "W_dec"])],
)
def test_weights_that_are_zero_are_called_that(name, weights):
    make, x = MODELS[name]
    text = failure(change(make(), weights, 0), x)
    assert (
        f"every unit died in epoch 1: {weights[0]} is zero everywhere" in text and "learning rate" not in text
    )


@pytest.mark.parametrize(
    ("name", "biases"), [("fc", "b_enc"), ("deep fc", "b_enc2"), ("conv", "b_enc1"), ("rbm", "b_h")]
)
def test_biases_that_silence_all_units_are_called_that(name, biases):
    make, x = MODELS[name]
    model = change(make(), [biases], -1000)
    text = failure(model, x)
    assert f"{biases} began so far below zero, at -1000, that" in text and "learning rate" not in text
    assert float(model.params[biases].max()) < -900  # put back after the diagnosis


@pytest.mark.parametrize(("name", "weights"), [("fc", ["W_enc"]), ("conv", ["W_enc1"])])
def test_weights_of_the_wrong_sign_are_called_that(name, weights):
    make, x = MODELS[name]
    assert "they have the wrong sign for these data" in failure(change(make(), weights, -0.1), x)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", MODELS)
def test_weights_that_are_not_finite_from_the_start_are_called_that_wherever_they_are(name, value):
    make, x = MODELS[name]
    for parameter in make().params:
        text = failure(change(make(), [parameter], value), x)
        assert f"{parameter} has " in text and "before the first step" in text and "rate" not in text


@pytest.mark.parametrize(("name", "weights"), [("fc", "W_enc"), ("conv", "W_enc1"), ("conv", "b_dec")])
def test_weights_that_are_too_large_from_the_start_are_called_that(name, weights):
    make, x = MODELS[name]
    text = failure(change(make(), [weights], 1e30), x)
    assert f"step 1: {weights} began with values up to 1e+30" in text and "learning rate" not in text


def test_weights_that_make_the_first_steps_too_large_are_called_that():
    make, x = MODELS["fc"]
    assert "b_dec began with values up to 100" in failure(change(make(), ["b_dec"], -100), x)


def test_units_that_die_within_an_epoch_are_seen_at_its_end():
    class Dying(FCWTA):
        steps = 0

        def loss_and_grads(self, x):
            self.steps += 1
            if self.steps > 2:
                self.params["b_enc"][:] = -100
            return super().loss_and_grads(x)

    text = failure(Dying(784, 60), ROWS, epochs=1)
    assert text.startswith("every unit died in epoch 1: the steps are too big")


def test_a_dark_mini_batch_is_no_death():
    x = ROWS.copy()
    x[:300] = 0
    history = train(FCWTA(784, 60), x, batch_size=1, epochs=1)
    assert history["dead"][0] < 1


def test_a_mask_of_minus_infinity_is_refused_since_no_checkpoint_could_hold_it():
    model = FCWTA(784, 60)
    model.params["b_enc"][:3] = -np.inf
    assert "b_enc has 3 values that are NaN or infinite before the first step" in failure(model, ROWS)


def test_the_checkpoint_of_before_is_named(tmp_path):
    make, x = MODELS["fc"]

    def spoil(model, history):
        if len(history) == 2:
            model.params["W_enc"][:] = np.nan

    text = failure(make(), x, epochs=4, callbacks=[spoil], checkpoint=tmp_path / "m.npz")
    assert text.endswith(f"The state before is in {tmp_path / 'm.npz'}.")


def test_causes_are_found_on_every_backend(backend, place):
    def failed(model, x, **options):
        with pytest.raises(DivergenceError) as caught:
            train(model.to(backend), place(x), **options)
        return str(caught.value)

    assert "x is zero everywhere" in failed(FCWTA(784, 60), 0 * ROWS)
    assert "b_enc began so far below zero" in failed(change(FCWTA(784, 60), ["b_enc"], -100), ROWS)
    assert "W_dec has 47040 values" in failed(change(FCWTA(784, 60), ["W_dec"], np.nan), ROWS)
    for name in RANKED:
        make, x = MODELS[name]
        assert "Try a smaller learning rate, such as" in failed(make(), x, lr=1e15)
