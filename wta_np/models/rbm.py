"""RBM and WTA-RBM: contrastive divergence, and lifetime sparsity in its positive phase (Makhzani and Frey 2015).

The gradient of the log-likelihood is a difference of two means, over data and over the machine's own
samples::

    d log p / dW = <v h>_data - <v h>_machine

Contrastive divergence (CD-k) takes the samples from k steps of a Gibbs chain that starts at the data::

    positive phase   p = sigmoid(x W + b_h)        p = p * mask, if there is lifetime sparsity
                     h = sample(p)
    negative phase   v = sample(sigmoid(h W.T + b_v))     k times, with between them
                     h = sample(sigmoid(v W + b_h))
                     q = sigmoid(v W + b_h)
    statistics       dW = (v.T q - x.T p) / N      db_v = (v - x) / N      db_h = (q - p) / N
"""

from __future__ import annotations

from typing import Any

import numpy

from wta_np._utils.options_by_name import options_by_name
from wta_np._utils.validation import check_arrays, check_finite, check_int, check_number
from wta_np.backend import to_backend
from wta_np.models.arguments import check_rate
from wta_np.models.base import Model
from wta_np.models.batch import WHOLE, WholeBatch
from wta_np.models.initial import UNDRAWN, generator, normal
from wta_np.ops import (
    linear_forward,
    mean_log_odds,
    sigmoid,
    winners_per_unit,
)

POSITIVE = ("probabilities", "samples")


class RBM(Model):
    """Restricted Boltzmann machine with units that are 0 or 1, trained by CD-k.

    With `lifetime` it is the WTA-RBM: in the positive phase each hidden unit keeps its largest
    probabilities across the mini-batch, the others become zero. The negative phase is ordinary.

    Parameters
    ----------
    n_visible, n_hidden : int
        D and M.
    lifetime : float in (0, 1] or None
        Share of the mini-batch on which a unit may be active in the positive phase; None: a plain RBM.
        Much milder than for autoencoders, such as 0.3: units that are 0 or 1 are a constraint already.
    cd_k : int
        Steps of the Gibbs chain between a mini-batch and the statistics of the negative phase.
    rng : int or numpy.random.Generator
        Draws the weights, normal with standard deviation 0.01 (biases are zero), and the seed of the
        generator from which the chains are sampled, on the host: one seed, one training on any backend.
    persistent : bool
        Go on with the chains of the last mini-batch instead of starting at the data (PCD). There are as
        many chains as samples in the largest mini-batch; they begin at the data of their first one.
    positive : "probabilities" or "samples"
        What stands for h in the positive statistics: p, which has less noise, or the sample of it.
    weight_decay : float
        Adds ``weight_decay * W`` to the gradient of W, that of ``weight_decay / 2 * ‖W‖²``.
    warm_up : int
        Mini-batches at the start of training without the constraint. At first no unit prefers any samples
        to others; taking most of its probability away then lowers its bias at every step, and what it
        becomes is a template of few digits. Units that have features by then keep them, and sharpen them.
    dtype : str or dtype
        float32 or float64.

    Attributes
    ----------
    params : dict of str to ndarray
        W (D, M), b_v (D,), b_h (M,).
    active_counts : ndarray of int, shape (M,)
        After `loss_and_grads`: on how many samples of that mini-batch each unit was 1 in the positive
        phase. For reports; nothing depends on it.

    Raises
    ------
    TypeError, ValueError
        A size or `cd_k` is not a whole number of at least 1, `lifetime` is outside (0, 1], or
        `positive` is neither of its two values.

    Examples
    --------
    >>> model = RBM(784, 500, lifetime=0.3)
    >>> {name: value.shape for name, value in model.params.items()}
    {'W': (784, 500), 'b_v': (784,), 'b_h': (500,)}
    """

    activity_threshold = 0.5  # codes are probabilities
    default_lr = 0.05
    default_momentum = 0.5  # the statistics are noisy: with more, the weights follow the noise

    @options_by_name
    def __init__(
        self,
        n_visible: int,
        n_hidden: int,
        *,
        lifetime: float | None = None,
        cd_k: int = 1,
        rng: Any = 0,
        persistent: bool = False,
        positive: str = "probabilities",
        weight_decay: float = 0.0001,
        warm_up: int = 0,
        dtype: Any = "float32",
    ) -> None:
        self.n_visible = check_int("n_visible", n_visible, 1)
        self.n_hidden = check_int("n_hidden", n_hidden, 1)
        self.lifetime = check_rate(lifetime)
        self.cd_k = check_int("cd_k", cd_k, 1)
        self.persistent = bool(persistent)
        if positive not in POSITIVE:
            raise ValueError(f"positive is {positive!r}, expected one of {', '.join(map(repr, POSITIVE))}")
        self.positive = positive
        self.weight_decay = check_number("weight_decay", weight_decay, 0)
        self.warm_up = check_int("warm_up", warm_up, 0)
        rng = generator(rng)
        self.params = {
            "W": normal(rng, 0.01, (self.n_visible, self.n_hidden), dtype),
            "b_v": numpy.zeros(n_visible, dtype),
            "b_h": numpy.zeros(n_hidden, dtype),
        }
        self._rng = numpy.random.default_rng(0 if rng is UNDRAWN else rng.integers(2**32, size=4))
        self._steps = 0  # mini-batches so far
        self._chains = None  # hidden states, between mini-batches, if they persist

    @property
    def config(self) -> dict[str, Any]:
        """The arguments that make a model of this kind again."""
        names = (
            "n_visible",
            "n_hidden",
            "lifetime",
            "cd_k",
            "persistent",
            "positive",
            "weight_decay",
            "warm_up",
        )
        return {name: getattr(self, name) for name in names}

    @property
    def n_inputs(self) -> int:
        """D, the length of a sample: the name it has in all models."""
        return self.n_visible

    @property
    def atoms(self) -> Any:
        """The dictionary: ndarray (M, D), row j what unit j adds to the log odds of the pixels."""
        W = self.params["W"]
        return check_arrays(W=(W, "D M")).ascontiguousarray(W.T)

    def initialize_visible_bias(self, x: Any) -> RBM:
        """Set b_v to the log odds of the mean of `x`, (N, D), and return the model.

        The hidden units then need not learn first where the ink is on average. Without it, large data
        sets learn it in a fraction of an epoch.
        """
        self._check_data(x)
        self.params["b_v"] = mean_log_odds(x)
        return self

    initialise_visible_bias = initialize_visible_bias  # the old name

    def encode(self, x: Any) -> Any:
        """Features: ``sigmoid(x W + b_h)``, how probable each hidden unit is, without the constraint.

        Parameters
        ----------
        x : ndarray, shape (N, D)
            Zeros and ones, or grey values in [0, 1], which are taken as probabilities of a one.

        Returns
        -------
        p : ndarray, shape (N, M)

        Raises
        ------
        ValueError
            If a value of `x` is outside [0, 1].
        """
        self._check_data(x)
        return self._hidden(x)

    def decode(self, h: Any) -> Any:
        """How probable each visible unit is, given hidden states (N, M): ``sigmoid(h W.T + b_v)``."""
        return sigmoid(linear_forward(h, self.params["W"].T, self.params["b_v"]))

    def reconstruct(self, x: Any, constrained: bool = True) -> Any:
        """Down from the hidden probabilities, without sampling: ndarray (N, D).

        With `constrained`, from the sparsified ones that the positive phase of training sees.
        """
        self._check_data(x)
        return self.decode(self._positive(x) if constrained else self._hidden(x))

    def loss_and_grads(self, x: Any, *, batch: WholeBatch = WHOLE) -> tuple[float, dict[str, Any]]:
        """Reconstruction error of a mini-batch, and the negative CD statistics.

        They are used like a gradient: SGD, which goes down, makes the data more probable. But they are
        the gradient of no function, least of all of the loss, which is only watched.

        Parameters
        ----------
        x : ndarray, shape (N, D)
            Values in [0, 1].
        batch : WholeBatch or PartOfBatch
            The mini-batch of which `x` is a part, see `wta_np.models.batch`; loss and statistics are then what these
            rows add to those of the mini-batch.

        Returns
        -------
        loss : float
            ``1/(2N) * sum_n ||x_hat_n - x_n||^2``, with x_hat the visible probabilities one step of the
            chain away from the data; with persistent chains those of `reconstruct`.
        grads : dict of str to ndarray
            Names and shapes of `params`.

        Raises
        ------
        ValueError
            If a value of `x` is outside [0, 1].
        """
        self._check_data(x)
        p = self._hidden(x) if self._steps < self.warm_up else self._positive(x, batch)
        self._steps += 1
        h = batch.sample_bernoulli(p, self._rng)
        self.active_counts = h.sum(axis=0).astype("int64")
        x_hat, v, q = self._negative(self._resume_chains(h, batch) if self.persistent else h, batch)
        if self.persistent:
            self._keep_chains(batch.all_rows(batch.sample_bernoulli(q, self._rng)))
            x_hat = self.decode(p)
        loss = batch.squared_error_forward(x_hat, x)
        positive = p if self.positive == "probabilities" else h
        return loss, self._statistics(x, positive, v, q, batch.size(x))

    def _positive(self, x, batch=WHOLE):
        """Hidden probabilities given data; with the constraint, only the largest of each unit."""
        p = self._hidden(x)
        if self.lifetime is not None:
            p *= batch.lifetime_mask(p, winners_per_unit(self.lifetime, batch.size(p)))
        return p

    def _negative(self, h, batch=WHOLE):
        """k steps of the chain from hidden states `h`: first visible probabilities, last v, and q."""
        first = self.decode(h)
        v = batch.sample_bernoulli(first, self._rng)
        q = self._hidden(v)
        for _ in range(self.cd_k - 1):
            h = batch.sample_bernoulli(q, self._rng)
            v = batch.sample_bernoulli(self.decode(h), self._rng)
            q = self._hidden(v)
        return first, v, q

    def _statistics(self, x, p, v, q, n):
        """Negative phase minus positive phase, both in one product: ``[v; x].T [q; -p] / n``."""
        W = self.params["W"]
        xp = check_arrays(x=(x, "N D"), p=(p, "N M"), v=(v, "N D"), q=(q, "N M"))
        visible = xp.concatenate([v, x])  # (2N, D)
        hidden = xp.empty((len(visible), W.shape[1]), dtype=W.dtype)  # (2N, M)
        xp.multiply(q, 1 / n, out=hidden[: len(x)])
        xp.multiply(p, -1 / n, out=hidden[len(x) :])
        dW = visible.T @ hidden
        if self.weight_decay:
            dW += self.weight_decay * (len(x) / n) * W  # each part of a mini-batch adds its share
        return {"W": dW, "b_v": (v - x).sum(axis=0) / n, "b_h": hidden.sum(axis=0)}

    def _hidden(self, v):
        return sigmoid(linear_forward(v, self.params["W"], self.params["b_h"]))

    def _resume_chains(self, h, batch):
        """Where the chains stand, as many as `h` has rows; those that there are not yet begin at `h`."""
        n = batch.size(h)
        if self._chains is None:
            self._chains = batch.all_rows(h)
        elif len(self._chains) < n:
            h = batch.all_rows(h)
            xp = check_arrays(h=(h, "N M"), chains=(self._chains, "K M"))
            self._chains = xp.concatenate([self._chains, h[len(self._chains) :]])
        return batch.own_rows(self._chains[:n])

    def _keep_chains(self, h):
        chains = self._chains.copy()
        chains[: len(h)] = h
        self._chains = chains

    def _check_data(self, x):
        xp = check_arrays(W=(self.params["W"], "D M"), x=(x, "N D"))
        if len(x) and not bool(xp.logical_and(x.min() >= 0, x.max() <= 1)):
            check_finite("x", x)
            low, high = float(x.min()), float(x.max())
            raise ValueError(
                f"x has values from {low:g} to {high:g}, expected all in [0, 1]: each is the probability "
                "that a visible unit is 1"
            )

    def to(self, backend: str) -> RBM:
        """Move the parameters, and chains that persist, to `backend`, in place; returns the model."""
        super().to(backend)
        if self._chains is not None:
            self._chains = to_backend(self._chains, backend)
        return self

    def astype(self, dtype: Any) -> RBM:
        """Convert the parameters, and chains that persist, to `dtype`, in place; returns the model."""
        super().astype(dtype)
        if self._chains is not None:
            self._chains = self._chains.astype(dtype)
        return self

    def state(self) -> tuple[dict, dict]:
        """What the next step depends on beside the parameters: the generator, steps so far, chains."""
        arrays = {} if self._chains is None else {"chains": self._chains}
        return {"rng": self._rng.bit_generator.state, "steps": self._steps}, arrays

    def restore_state(self, state: dict, arrays: dict) -> None:
        """Go on where `state` was taken."""
        if "rng" in state:
            self._rng.bit_generator.state = state["rng"]
        self._steps = state.get("steps", 0)
        self._chains = arrays.get("chains")
