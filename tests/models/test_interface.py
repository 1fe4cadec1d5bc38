"""What all models have in common: options by name, reprs, names, decoding."""

import copy

import numpy as np
import pytest

from wta_np.backend import to_numpy
from wta_np.models import FCWTA, RBM, ConvWTA, Model, Stack

X = np.random.default_rng(0).random((7, 10)).astype("f4")


def test_n_hidden_is_a_number_for_one_layer_and_a_list_for_several():
    assert FCWTA(10, 5).n_hidden == FCWTA(10, [5]).n_hidden == 5
    assert FCWTA(10, [5, 4]).n_hidden == [5, 4]
    assert FCWTA(10, 5).config == FCWTA(10, [5]).config  # so that old checkpoints are of the same training
    assert [FCWTA(10, n).widths for n in (5, [5], (5, 4))] == [[5], [5], [5, 4]]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "make",
    [
        lambda dtype: FCWTA(10, 5, lifetime=None, tied=True, dtype=dtype),
        lambda dtype: FCWTA(10, [5, 4], dtype=dtype),
        lambda dtype: ConvWTA(2, 3, 1, size=3, decoder_size=7, dtype=dtype),
        lambda dtype: RBM(10, 5, lifetime=0.3, persistent=True, warm_up=3, dtype=dtype),
        lambda dtype: Stack([ConvWTA(1, 3, 1, dtype=dtype), FCWTA(12, 4, dtype=dtype)], pool=3),
    ],
)
def test_a_model_is_made_again_from_its_repr_and_its_config(make, dtype):
    model = make(dtype)
    again = eval(repr(model))
    assert again.config == model.config == type(model)(**model.config).config
    assert type(again) is type(model) and again.dtype == model.dtype and repr(again) == repr(model)


def test_convolutional_codes_are_decoded_dense_or_as_winners(backend, place):
    model, images = (
        ConvWTA(1, 3, 2).to(backend),
        place(np.random.default_rng(0).random((4, 9, 8, 1)).astype("f4")),
    )
    assert model.decode(model.encode(images)).shape == images.shape
    winners = model.winners(images)
    constrained = to_numpy(model.reconstruct(images))
    np.testing.assert_allclose(to_numpy(model.decode(winners)), constrained, atol=1e-6)
    np.testing.assert_allclose(to_numpy(model.decode(winners.dense())), constrained, atol=1e-6)


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (FCWTA(10, [5, 4]), (7, 10)),
        (RBM(10, 5), (7, 10)),
        (ConvWTA(2, 3, 1), (7, 6, 5, 2)),
        (Stack([FCWTA(10, 5), FCWTA(5, 4)]), (7, 10)),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_samples_with_nan_or_infinities_have_no_code(model, shape, bad, backend, place):
    x = np.full(shape, 0.5, "f4")
    x[(3,) + (1,) * (len(shape) - 1)] = bad
    with pytest.raises(
        ValueError, match=r"x holds 1 values that are NaN or infinite, the first at index \(3, 1"
    ):
        copy.deepcopy(model).to(backend).encode(place(x))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: FCWTA(784, 50, 0.05), r"lifetime must be given by name: FCWTA\(784, 50, lifetime=0.05\)"),
        (
            lambda: FCWTA(9, [5, 4], 0.1, True),
            r"lifetime and tied must .* FCWTA\(9, \[5, 4\], lifetime=0.1, tied=True",
        ),
        (lambda: ConvWTA(1, 16, 2, 5), r"size must be given by name: ConvWTA\(1, 16, 2, size=5\)"),
        (lambda: RBM(784, 50, 0.3), r"lifetime must be given by name: RBM\(784, 50, lifetime=0.3\)"),
        (lambda: FCWTA(784, 50, 0.05, False, 0, "f4", 3), "takes 3 positional arguments but 8 were given"),
    ],
)
def test_an_option_by_position_gets_an_error_that_names_it(call, words):
    with pytest.raises(TypeError, match=words):
        call()


def test_old_names_are_read_and_set():
    class Loud(FCWTA):
        silent = 0.25

        def loss_and_grads(self, x):
            result = super().loss_and_grads(x)
            self.positive_winners_ = self.active_counts + 1
            return result

    model = Loud(10, 5)
    assert (model.silent, model.activity_threshold) == (0.25, 0.25)
    model.loss_and_grads(X)
    np.testing.assert_array_equal(model.active_counts, model.positive_winners_)
    assert model.active_counts.min() >= 1
    for model in (FCWTA(4, 3), ConvWTA(1, 3), RBM(4, 3), Stack([ConvWTA(1, 3)])):
        assert model.takes_images == model.expects_images == (model.input_shape == (1,))
        assert model.gives_maps == model.outputs_maps and model.silent == model.activity_threshold


def test_a_model_that_lacks_a_part_cannot_be_made():
    class Half(Model):
        def encode(self, x):
            return x

    with pytest.raises(TypeError, match=r"abstract.*loss_and_grads"):
        Half()
