"""Batched encoding."""

import numpy
import pytest

from wta_np.backend import array_module, backend_name, to_numpy
from wta_np.evaluation import encode_batches


class Doubler:
    """Encodes a sample as itself and its double, and notes how many came at once."""

    def __init__(self):
        self.sizes = []

    def encode(self, x):
        self.sizes.append(len(x))
        return array_module(x).concatenate([x, 2 * x], axis=-1)


@pytest.mark.parametrize(
    ("batch_size", "sizes"), [(4, [4, 4, 2]), (5, [5, 5]), (10, [10]), (99, [10]), (1, [1] * 10)]
)
def test_all_samples_are_encoded_the_last_short_batch_too(batch_size, sizes):
    x, model = numpy.random.default_rng(0).random((10, 3)), Doubler()
    z = encode_batches(model, x, batch_size)
    assert model.sizes == sizes
    assert (z == numpy.hstack([x, 2 * x])).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_codes_keep_backend_dtype_and_trailing_axes(place, backend, dtype):
    x = numpy.random.default_rng(0).random((5, 2, 2, 3)).astype(dtype)
    z = encode_batches(Doubler(), place(x), batch_size=2)
    assert backend_name(z) == backend and z.dtype == dtype and z.shape == (5, 2, 2, 6)
    assert (to_numpy(z) == numpy.concatenate([x, 2 * x], axis=-1)).all()


def test_the_progress_bar_is_shown_only_when_asked_for(capsys):
    x = numpy.zeros((10, 3))
    encode_batches(Doubler(), x, batch_size=4)
    assert capsys.readouterr().err == ""
    encode_batches(Doubler(), x, batch_size=4, progress=True)
    assert "10/10" in capsys.readouterr().err


def test_unfit_arguments_are_named_in_one_sentence():
    with pytest.raises(ValueError, match=r"x has shape \(0, 3\), expected at least one sample"):
        encode_batches(Doubler(), numpy.zeros((0, 3)))
    with pytest.raises(ValueError, match="batch_size is 0, expected at least 1"):
        encode_batches(Doubler(), numpy.zeros((2, 3)), batch_size=0)
    with pytest.raises(TypeError, match="x is a list"):
        encode_batches(Doubler(), [[1.0]])

    class Summary:
        def encode(self, x):
            return x[:1]

    with pytest.raises(ValueError, match=r"model.encode returned 1 codes for 2 samples"):
        encode_batches(Summary(), numpy.zeros((2, 3)))
