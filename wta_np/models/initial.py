"""Weights at the start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy

if TYPE_CHECKING:
    from wta_np.models.conv import ConvWTA

FC_INIT_STD = 0.003  # of a dense autoencoder: see `autoencoder_weights`
DICTIONARY_INIT_STD = 0.01  # of a convolutional autoencoder's dictionary
UNDRAWN = object()  # in the place of a generator: zeros, which take no memory before they are written


def generator(rng: Any) -> numpy.random.Generator:
    """The `numpy.random.Generator` of a seed, or `UNDRAWN`."""
    return rng if rng is UNDRAWN else numpy.random.default_rng(rng)


def normal(rng: numpy.random.Generator, scale: float, shape: tuple[int, ...], dtype: Any) -> numpy.ndarray:
    """Numbers from N(0, scale^2), or zeros for `UNDRAWN`: ndarray of this shape and dtype."""
    if rng is UNDRAWN:
        return numpy.zeros(shape, dtype)
    return (scale * rng.standard_normal(shape)).astype(dtype)


def autoencoder_weights(
    n_inputs: int,
    n_hidden: list[int],
    layers: list[tuple[str, str]],
    tied: bool,
    rng: Any,
    dtype: Any,
) -> dict[str, numpy.ndarray]:
    """Seeded weights of an `FCWTA`.

    The first encoder layer and the decoder are drawn from N(0, 0.003^2). Which units are silent at the start
    does not depend on this scale: biases are zero, so a unit's sign follows from the direction of its
    weights alone. (Of 2,000 units on the digits of MNIST none is silent on all, and 0.5% on a mini-batch of
    100.) What small weights change are the first steps: while all units still want to learn the mean image,
    they do not throw units to where nothing reaches them. (On 10,000 digits, 2,000 tied units at learning
    rate 0.02, 0.6% of the units are dead after training, against 5.9% from N(0, 0.01^2).) Between hidden
    layers the standard deviation is ``sqrt(2 / n_in)`` (He et al. 2015), which keeps activations of one size
    from layer to layer.

    Parameters
    ----------
    n_inputs : int
    n_hidden : list of int
    layers : list of (str, str)
        Names of weights and bias of each encoder layer.
    tied : bool
        Whether the decoder has no weights of its own.
    rng : int, numpy.random.Generator or `UNDRAWN`
    dtype : str or dtype

    Returns
    -------
    dict of str to numpy.ndarray
    """
    rng = generator(rng)
    params, n_in = {}, n_inputs
    for i, ((W, b), n_out) in enumerate(zip(layers, n_hidden)):
        scale = FC_INIT_STD if i == 0 else (2 / n_in) ** 0.5
        params[W] = normal(rng, scale, (n_in, n_out), dtype)
        params[b] = numpy.zeros(n_out, dtype)
        n_in = n_out
    if not tied:
        params["W_dec"] = normal(rng, FC_INIT_STD, (n_in, n_inputs), dtype)
    params["b_dec"] = numpy.zeros(n_inputs, dtype)
    return params


def convolutional_weights(model: ConvWTA, rng: Any, dtype: Any) -> dict[str, numpy.ndarray]:
    """Seeded weights of a `ConvWTA`: He's in the encoder, N(0, 0.01^2) in the dictionary, biases zero.

    A filter of the encoder sees ``n_in = size * size * channels`` numbers; the standard deviation
    ``sqrt(2 / n_in)`` keeps activations of one size from layer to layer.

    Parameters
    ----------
    model : ConvWTA
    rng : int, numpy.random.Generator or `UNDRAWN`
    dtype : str or dtype

    Returns
    -------
    dict of str to numpy.ndarray
    """
    rng = generator(rng)
    params, channels = {}, model.n_channels
    for W, b in model._layers:
        shape = (model.size, model.size, channels, model.n_maps)
        params[W] = normal(rng, (2 / (model.size**2 * channels)) ** 0.5, shape, dtype)
        params[b] = numpy.zeros(model.n_maps, dtype)
        channels = model.n_maps
    shape = (model.n_maps, model.decoder_size, model.decoder_size, model.n_channels)
    params["W_dec"] = normal(rng, DICTIONARY_INIT_STD, shape, dtype)
    params["b_dec"] = numpy.zeros(model.n_channels, dtype)
    return params
