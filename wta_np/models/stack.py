"""Stacking: train one layer after another, each on the codes of the frozen ones below."""

from __future__ import annotations

import math

from wta_np._utils.validation import check_int
from wta_np.models.base import Model
from wta_np.models.batch import WHOLE
from wta_np.models.conv import ConvWTA
from wta_np.models.fc import FCWTA
from wta_np.models.rbm import RBM

KINDS = {"FCWTA": FCWTA, "ConvWTA": ConvWTA, "RBM": RBM}


class Stack(Model):
    """Models one above the other, of which the top one learns.

    The lower ones are frozen: their constraints are released, and errors are never propagated into them.
    Feature maps are max-pooled on their way up; a dense model gets them as one row per image.

    Parameters
    ----------
    models : list of FCWTA, ConvWTA or RBM
        From the data upwards. The last one is trained.
    pool, stride : int
        Max pooling of feature maps between the models, see `wta_np.ops.pool.max_pool_forward`.

    Attributes
    ----------
    params : dict of str to ndarray
        Those of the top model.

    Examples
    --------
    >>> import numpy
    >>> below = FCWTA(20, 8)
    >>> stack = Stack([below, FCWTA(8, 5)])
    >>> stack.encode(numpy.ones((3, 20), "f4")).shape
    (3, 5)
    """

    def __init__(self, models, pool=2, stride=2):
        self.models = list(models)
        if not self.models:
            raise ValueError("models is empty, expected at least one")
        for i, model in enumerate(self.models):
            if not isinstance(model, tuple(KINDS.values())):
                kinds = ", ".join(KINDS)
                raise TypeError(f"models[{i}] is a {type(model).__name__}, expected one of {kinds}")
        for i, (below, above) in enumerate(zip(self.models, self.models[1:])):
            if above.takes_images and not below.gives_maps:
                raise ValueError(
                    f"models[{i + 1}] is a ConvWTA on a {type(below).__name__}, which gives no maps"
                )
        self.pool, self.stride = check_int("pool", pool, 1), check_int("stride", stride, 1)

    @property
    def top(self):
        """The model that learns."""
        return self.models[-1]

    def inputs(self, x):
        """What the top model is trained on: the released codes of `x` below it.

        To train on many epochs, compute this once (in batches, with
        `wta_np.evaluation.features.encode_batches`) and fit `top` on it.
        """
        for below, above in zip(self.models, self.models[1:]):
            x = below.encode(x)
            if x.ndim == 4:
                x, _ = ConvWTA.pooled(x, self.pool, self.stride)
            if not above.takes_images:
                x = x.reshape(len(x), math.prod(x.shape[1:]))  # (N, H'*W'*F)
        return x

    def encode(self, x):
        """Released codes of the top model; arguments and results as its own."""
        return self.top.encode(self.inputs(x))

    def features(self, x, pool=2, stride=2):
        """Rows for a classifier: the released codes, max-pooled if they are maps."""
        below = self.inputs(x)
        return (
            self.top.features(below, pool, stride)
            if isinstance(self.top, ConvWTA)
            else self.top.encode(below)
        )

    def reconstruct(self, x, **options):
        """The top model's reconstruction of its inputs."""
        return self.top.reconstruct(self.inputs(x), **options)

    def loss_and_grads(self, x, *, batch=WHOLE):
        """Loss and gradients of the top model; the models below get none."""
        return self.top.loss_and_grads(self.inputs(x), batch=batch)

    @property
    def params(self):
        """Parameters of the top model, the only ones that a training step may change."""
        return self.top.params

    @params.setter
    def params(self, values):
        self.top.params = values

    @property
    def takes_images(self):
        """As of the lowest model."""
        return self.models[0].takes_images

    @property
    def silent(self):
        """As of the top model."""
        return self.top.silent

    @property
    def gives_maps(self):
        """As of the top model."""
        return self.top.gives_maps

    @property
    def input_shape(self):
        """As of the lowest model."""
        return self.models[0].input_shape

    @property
    def positive_winners_(self):
        """As of the top model."""
        return self.top.positive_winners_

    @property
    def lifetime(self):
        """As of the top model."""
        return self.top.lifetime

    @property
    def atoms(self):
        """The dictionary of the top model, in the codes of the model below."""
        return self.top.atoms

    @property
    def config(self):
        """What makes a stack of this kind again."""
        models = [[type(model).__name__, model.config] for model in self.models]
        return {"models": models, "pool": self.pool, "stride": self.stride}

    @property
    def stored_params(self):
        """The parameters of all models, by number and name."""
        return {f"{i}/{n}": v for i, model in enumerate(self.models) for n, v in model.params.items()}

    @classmethod
    def from_params(cls, config, params, source="params"):
        """A stack with this `config` and these parameters; ValueError naming `source` if they do not fit."""
        models = []
        for i, (kind, model_config) in enumerate(config["models"]):
            if kind not in KINDS:
                raise ValueError(f"{source} holds a {kind!r} in a stack, expected one of {', '.join(KINDS)}")
            own = {n.split("/", 1)[1]: v for n, v in params.items() if n.startswith(f"{i}/")}
            models.append(KINDS[kind].from_params(model_config, own, source))
        return cls(models, config["pool"], config["stride"])

    def to(self, backend):
        """Move all models to the backend called `backend`, in place, and return the stack."""
        for model in self.models:
            model.to(backend)
        return self

    def astype(self, dtype):
        """Convert the parameters of all models, in place, and return the stack."""
        for model in self.models:
            model.astype(dtype)
        return self

    def state(self):
        """As of the top model."""
        return self.top.state()

    def restore_state(self, state, arrays):
        """As of the top model."""
        self.top.restore_state(state, arrays)
