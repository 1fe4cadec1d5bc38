"""FC-WTA: a stack of ReLU layers, lifetime sparsity on the last, a linear decoder.

Makhzani and Frey 2015, section 2. With one hidden layer::

    a = x W_enc + b_enc         h = relu(a)
    z = h * mask                mask: the k largest of each column of h
    x_hat = z W_dec + b_dec     L = 1/(2N) sum_n ||x_hat_n - x_n||^2

and backwards, the lines above from the last to the first, each by the chain rule::

    dx_hat = (x_hat - x) / N
    dz = dx_hat W_dec.T         dW_dec = z.T dx_hat      db_dec = sum_n dx_hat
    da = dz * mask * (a > 0)    at most k entries of each column
    dW_enc = x.T da             db_enc = sum_n da
"""

from __future__ import annotations

from typing import Any

from wta_np._utils.options_by_name import options_by_name
from wta_np._utils.validation import check_arrays, check_finite, check_int
from wta_np.backend import array_module
from wta_np.models.arguments import check_rate
from wta_np.models.base import Model
from wta_np.models.batch import WHOLE, WholeBatch
from wta_np.models.initial import autoencoder_weights
from wta_np.ops import (
    lifetime_backward,
    lifetime_forward,
    linear_backward,
    linear_backward_params,
    linear_forward,
    relu_backward,
    relu_forward,
    winners_per_unit,
)


class FCWTA(Model):
    """Fully connected winner-take-all autoencoder.

    Parameters
    ----------
    n_inputs : int
        D, the length of a sample.
    n_hidden : int or list of int
        M, hidden units; a list makes a stack of ReLU layers, the constraint on the last.
    lifetime : float in (0, 1] or None
        Share of the mini-batch on which a unit may be active during training; None: no constraint.
    tied : bool
        Decode with the transposed encoder weights: one parameter, its gradient the sum of both paths. A
        stack is decoded by all its weights, transposed, in reverse order.
    rng : int or numpy.random.Generator
        Draws the weights, see `wta_np.models.initial.autoencoder_weights`. Biases are zero.
    dtype : str or dtype
        float32, or float64 for gradient checks.

    Attributes
    ----------
    params : dict of str to ndarray
        One layer: W_enc (D, M), b_enc (M,), W_dec (M, D) unless tied, b_dec (D,). Several layers:
        W_enc1, b_enc1, W_enc2, ...
    n_hidden : int or list of int
        M; a list if there are several layers. `widths` is a list in either case.
    active_counts : ndarray, shape (M,)
        After `loss_and_grads`: on how many samples of that mini-batch each unit was a winner with an
        activation above zero. A unit with none learned nothing. For reports; nothing depends on it.

    Raises
    ------
    TypeError, ValueError
        A size is not a whole number of at least 1, or `lifetime` is outside (0, 1].

    Examples
    --------
    >>> model = FCWTA(784, 500, lifetime=0.05)
    >>> {name: value.shape for name, value in model.params.items()}
    {'W_enc': (784, 500), 'b_enc': (500,), 'W_dec': (500, 784), 'b_dec': (784,)}
    """

    @options_by_name
    def __init__(
        self,
        n_inputs: int,
        n_hidden: int | list[int],
        *,
        lifetime: float | None = 0.05,
        tied: bool = False,
        rng: Any = 0,
        dtype: Any = "float32",
    ) -> None:
        widths = list(n_hidden) if isinstance(n_hidden, (list, tuple)) else [n_hidden]
        if not widths:
            raise ValueError("n_hidden is empty, expected at least one layer")
        self.n_inputs = check_int("n_inputs", n_inputs, 1)
        self.widths = [check_int("n_hidden", width, 1) for width in widths]
        self.lifetime = check_rate(lifetime)
        self.tied = bool(tied)
        numbers = [""] if len(widths) == 1 else range(1, len(widths) + 1)
        self._layers = [(f"W_enc{i}", f"b_enc{i}") for i in numbers]
        self.params = autoencoder_weights(self.n_inputs, self.widths, self._layers, self.tied, rng, dtype)

    @property
    def n_hidden(self) -> int | list[int]:
        """M, the hidden units; a list if there are several layers."""
        return self.widths[0] if len(self.widths) == 1 else self.widths

    @property
    def config(self) -> dict[str, Any]:
        """The arguments that make a model of this kind again."""
        return {
            "n_inputs": self.n_inputs,
            "n_hidden": self.widths,
            "lifetime": self.lifetime,
            "tied": self.tied,
        }

    @property
    def atoms(self) -> Any:
        """The dictionary: ndarray (M, D), row j what unit j adds to a reconstruction."""
        return _product(self._decoder())

    def encode(self, x: Any) -> Any:
        """Features: the code of each sample by itself, with the constraint released, ``z = relu(a)``.

        Parameters
        ----------
        x : ndarray, shape (N, D)

        Returns
        -------
        z : ndarray, shape (N, M)

        Raises
        ------
        TypeError, ValueError
            If `x` is of another dtype or D than the weights, or holds NaN or infinities.
        """
        self._check_input(x)
        check_finite("x", x)
        return self._activations(x)[-1]

    def decode(self, z: Any) -> Any:
        """What the decoder makes of codes: ``z W_dec + b_dec``.

        Parameters
        ----------
        z : ndarray, shape (N, M)
            Any codes, such as ``encode(x)``, whose constraint is released.

        Returns
        -------
        x_hat : ndarray, shape (N, D)
        """
        check_arrays(b_dec=(self.params["b_dec"], "D"), z=(z, f"N {self.widths[-1]}"))
        return self._decode(z)[-1]

    def reconstruct(self, x: Any, constrained: bool = True) -> Any:
        """What the decoder makes of the code, ndarray (N, D).

        With the constraint on it is what training sees, and a sample's reconstruction depends on the
        samples beside it; with the constraint off, many more units speak than the decoder was trained
        with.
        """
        z = self._activations(x)[-1]
        if constrained:
            z, _ = self._constrain(z)
        return self._decode(z)[-1]

    def loss_and_grads(self, x: Any, *, batch: WholeBatch = WHOLE) -> tuple[float, dict[str, Any]]:
        """Loss of a mini-batch and its gradient with respect to every parameter.

        Parameters
        ----------
        x : ndarray, shape (N, D)
        batch : WholeBatch or PartOfBatch
            The mini-batch of which `x` is a part, see `wta_np.models.batch`; loss and gradients are then what these
            rows add to those of the mini-batch.

        Returns
        -------
        loss : float
            ``1/(2N) * sum_n ||x_hat_n - x_n||^2``, with the constraint on.
        grads : dict of str to ndarray
            Names and shapes of `params`.
        """
        hs = self._activations(x)  # [x, h_1, ..., h_L]
        z, mask = self._constrain_in(batch, hs[-1])
        self.active_counts = (z > 0).sum(axis=0)
        rs = self._decode(z)  # [z, ..., x_hat]
        loss = batch.squared_error_forward(rs[-1], x)

        grads = {}
        dr = batch.squared_error_backward(rs[-1], x)
        dz = self._decoder_backward(dr, rs, grads)
        dh = lifetime_backward(dz, mask) if mask is not None else dz
        self._encoder_backward(dh, hs, grads)
        return loss, {name: grads[name] for name in self.params}

    def _activations(self, x):
        """[x, h_1, ..., h_L]: the input of every encoder layer, and the output of the last."""
        self._check_input(x)
        hs = [x]
        for W, b in self._layers:
            hs.append(relu_forward(linear_forward(hs[-1], self.params[W], self.params[b])))
        return hs

    def _check_input(self, x):
        weights = self._layers[0][0]
        check_arrays(**{weights: (self.params[weights], "D M"), "x": (x, "N D")})

    def _constrain(self, h):
        if self.lifetime is None:
            return h, None
        return lifetime_forward(h, winners_per_unit(self.lifetime, len(h)))

    def _constrain_in(self, batch, h):
        """`_constrain` of the mini-batch, at its rows `h`, which may be only a part of it."""
        if batch is WHOLE:
            return self._constrain(h)
        if type(self)._constrain is not FCWTA._constrain:
            raise TypeError(
                f"{type(self).__name__} has a _constrain of its own, which needs the whole mini-batch"
            )
        if self.lifetime is None:
            return h, None
        return batch.lifetime_forward(h, winners_per_unit(self.lifetime, batch.size(h)))

    def _decoder(self):
        """The weights that decode, in the order of their use; their product is the dictionary."""
        if self.tied:
            return [self.params[W].T for W, _ in reversed(self._layers)]
        return [self.params["W_dec"]]

    def _decode(self, z):
        """[z, ..., x_hat]: the input of every linear map of the decoder, and the output of the last."""
        *inner, last = self._decoder()
        rs = [z]
        for V in inner:
            rs.append(rs[-1] @ V)
        rs.append(linear_forward(rs[-1], last, self.params["b_dec"]))
        return rs

    def _decoder_backward(self, dr, rs, grads):
        """dz; puts the gradients of the decoder's parameters into `grads`."""
        grads["b_dec"] = dr.sum(axis=0)
        names = [W for W, _ in reversed(self._layers)]
        for i, V in reversed(list(enumerate(self._decoder()))):
            if self.tied:
                grads[names[i]] = dr.T @ rs[i]  # V is W.T, so dW = dV.T = (r.T dr).T
            else:
                grads["W_dec"] = rs[i].T @ dr
            dr = dr @ V.T
        return dr

    def _encoder_backward(self, dh, hs, grads):
        """Adds the gradients of the encoder's parameters to `grads`; tied weights have some already."""
        for i, (W, b) in reversed(list(enumerate(self._layers))):
            da = relu_backward(dh, hs[i + 1])  # h > 0 exactly where a > 0
            if i > 0:
                dh, dW, grads[b] = linear_backward(da, hs[i], self.params[W])
            else:
                dW, grads[b] = linear_backward_params(da, hs[0])
            if W in grads:
                grads[W] += dW
            else:
                grads[W] = dW


def _product(matrices):
    xp = array_module(*matrices)
    product = matrices[0]
    for matrix in matrices[1:]:
        product = product @ matrix
    return xp.ascontiguousarray(product)
