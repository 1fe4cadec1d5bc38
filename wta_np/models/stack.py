"""Stacking: train one layer after another, each on the codes of the frozen ones below."""

from __future__ import annotations

import math
from typing import Any

from wta_np._utils.options_by_name import options_by_name
from wta_np._utils.validation import check_int
from wta_np.models.base import Model
from wta_np.models.batch import WHOLE, WholeBatch
from wta_np.models.conv import ConvWTA
from wta_np.models.fc import FCWTA
from wta_np.models.rbm import RBM
from wta_np.models.registry import class_name, model_class

KINDS = {"FCWTA": FCWTA, "ConvWTA": ConvWTA, "RBM": RBM}


class Stack(Model):
    """Models one above the other, of which the top one learns.

    The lower ones are frozen: their constraints are released, and errors are never propagated into them.
    Feature maps are max-pooled on their way up; a dense model gets them as one row per image.

    Parameters
    ----------
    models : list of FCWTA, ConvWTA or RBM
        From the data upwards. The last one is trained. Instead of a model, its class and arguments may be
        given as in `config`: ``["FCWTA", {"n_inputs": 20, "n_hidden": 8}]``.
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

    @options_by_name
    def __init__(self, models: list, *, pool: int = 2, stride: int = 2) -> None:
        self.models = [_model(i, given) for i, given in enumerate(models)]
        if not self.models:
            raise ValueError("models is empty, expected at least one")
        for i, (below, above) in enumerate(zip(self.models, self.models[1:])):
            if above.expects_images and not below.outputs_maps:
                raise ValueError(
                    f"models[{i + 1}] is a ConvWTA on a {type(below).__name__}, which gives no maps"
                )
        self.pool = check_int("pool", pool, 1)
        self.stride = check_int("stride", stride, 1)

    @property
    def top(self) -> Model:
        """The model that learns."""
        return self.models[-1]

    def top_inputs(self, x: Any) -> Any:
        """What the top model is trained on: the released codes of `x` below it.

        To train on many epochs, compute this once (in batches, with
        `wta_np.evaluation.features.encode_batches`) and fit `top` on it.
        """
        for below, above in zip(self.models, self.models[1:]):
            x = below.encode(x)
            if x.ndim == 4:
                x, _ = ConvWTA.pooled(x, self.pool, self.stride)
            if not above.expects_images:
                x = x.reshape(len(x), math.prod(x.shape[1:]))  # (N, H'*W'*F)
        return x

    inputs = top_inputs  # the old name

    def encode(self, x: Any) -> Any:
        """Released codes of the top model; arguments and results as its own."""
        return self.top.encode(self.top_inputs(x))

    def decode(self, z: Any) -> Any:
        """What the top model's decoder makes of its codes: its inputs, see `top_inputs`."""
        return self.top.decode(z)

    def features(self, x: Any, **options: Any) -> Any:
        """Rows for a classifier: the top model's own `features` of its inputs, with its options and defaults."""
        return self.top.features(self.top_inputs(x), **options)

    def reconstruct(self, x: Any, constrained: bool = True, **options: Any) -> Any:
        """The top model's reconstruction of its inputs."""
        return self.top.reconstruct(self.top_inputs(x), constrained, **options)

    def loss_and_grads(self, x: Any, *, batch: WholeBatch = WHOLE) -> tuple[float, dict[str, Any]]:
        """Loss and gradients of the top model; the models below get none."""
        return self.top.loss_and_grads(self.top_inputs(x), batch=batch)

    @property
    def params(self) -> dict[str, Any]:
        """Parameters of the top model, the only ones that a training step may change."""
        return self.top.params

    @params.setter
    def params(self, values: dict[str, Any]) -> None:
        self.top.params = values

    @property
    def default_lr(self) -> float:
        """As of the top model."""
        return self.top.default_lr

    @property
    def default_momentum(self) -> float:
        """As of the top model."""
        return self.top.default_momentum

    @property
    def expects_images(self) -> bool:
        """As of the lowest model."""
        return self.models[0].expects_images

    @property
    def input_shape(self) -> tuple[int, ...]:
        """As of the lowest model."""
        return self.models[0].input_shape

    @property
    def outputs_maps(self) -> bool:
        """As of the top model."""
        return self.top.outputs_maps

    @property
    def activity_threshold(self) -> float:
        """As of the top model."""
        return self.top.activity_threshold

    @property
    def active_counts(self) -> Any:
        """As of the top model."""
        return self.top.active_counts

    @property
    def lifetime(self) -> float | None:
        """As of the top model."""
        return self.top.lifetime

    @property
    def atoms(self) -> Any:
        """The dictionary of the top model, in the codes of the model below."""
        return self.top.atoms

    @property
    def config(self) -> dict[str, Any]:
        """What makes a stack of this kind again."""
        models = [[class_name(type(model)), model.config] for model in self.models]
        return {"models": models, "pool": self.pool, "stride": self.stride}

    @property
    def stored_params(self) -> dict[str, Any]:
        """The parameters of all models, by number and name."""
        return {f"{i}/{n}": v for i, model in enumerate(self.models) for n, v in model.params.items()}

    @classmethod
    def from_params(cls, config: dict, params: dict, source: Any = "params") -> Stack:
        """A stack with this `config` and these parameters; ValueError naming `source` if they do not fit."""
        models = []
        for i, (name, model_config) in enumerate(config["models"]):
            own = {n.split("/", 1)[1]: v for n, v in params.items() if n.startswith(f"{i}/")}
            models.append(_class(name, f"{source} holds").from_params(model_config, own, source))
        return cls(models, pool=config["pool"], stride=config["stride"])

    def __repr__(self) -> str:
        """The call that makes a stack of this kind again, though with other weights."""
        return f"{type(self).__name__}({self.models!r}, pool={self.pool}, stride={self.stride})"

    def to(self, backend: str) -> Stack:
        """Move all models to the backend called `backend`, in place, and return the stack."""
        for model in self.models:
            model.to(backend)
        return self

    def astype(self, dtype: Any) -> Stack:
        """Convert the parameters of all models, in place, and return the stack."""
        for model in self.models:
            model.astype(dtype)
        return self

    def state(self) -> tuple[dict, dict]:
        """As of the top model."""
        return self.top.state()

    def restore_state(self, state: dict, arrays: dict) -> None:
        """As of the top model."""
        self.top.restore_state(state, arrays)


def _model(i: int, given: Any) -> Model:
    """Entry `i` of a stack's models: a model, or one that is made from its class and arguments."""
    if isinstance(given, (list, tuple)) and len(given) == 2 and isinstance(given[1], dict):
        kind = _class(given[0], f"models[{i}] names")
        return kind(**given[1])
    if not isinstance(given, tuple(KINDS.values())):
        raise TypeError(f"models[{i}] is a {type(given).__name__}, expected one of {', '.join(KINDS)}")
    return given


def _class(name: Any, said: str) -> type[Model]:
    """The class of this name of a model that a stack may have; ValueError if there is none."""
    kind = model_class(name)
    if kind is None or not issubclass(kind, tuple(KINDS.values())):
        raise ValueError(f"{said} a {name!r} in a stack, expected one of {', '.join(KINDS)}")
    return kind
