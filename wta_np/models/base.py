"""What all models share: parameters in a dict, and moving them between backends and dtypes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy

from wta_np._utils.validation import check_finite
from wta_np.backend import backend_name, to_backend
from wta_np.models.initial import UNDRAWN

OLD_NAMES = {  # of version 0.1.0, which still work -> names of today
    "takes_images": "expects_images",
    "gives_maps": "outputs_maps",
    "silent": "activity_threshold",
    "positive_winners_": "active_counts",
}


class Model(ABC):
    """Base class of the models: what `wta_np.training.fit`, checkpoints and evaluation rely on.

    A subclass sets `params` in its ``__init__`` and defines

    - `config`, the JSON-ready arguments with which its class makes a model of the same kind again;
    - `atoms`, its dictionary;
    - `encode`, the code with the sparsity constraints released;
    - `reconstruct`, what the decoder makes of the code;
    - `loss_and_grads`, which also sets `active_counts`.

    Attributes
    ----------
    params : dict of str to ndarray
        The parameters that a training step changes.
    active_counts : ndarray of int, shape (M,)
        Set by `loss_and_grads`: on how many samples of the mini-batch each unit, or feature map, was active
        under the constraints. `fit` reports sparsity and dead units from it. The old name is
        ``positive_winners_``.
    expects_images : bool
        Whether a sample is an image (H, W, C) rather than a row (D,). The old name is ``takes_images``.
    outputs_maps : bool
        Whether `encode` returns maps (N, H, W, F) rather than rows (N, M). The old name is ``gives_maps``.
    activity_threshold : float
        A unit counts as active above this value of its code. The old name is ``silent``.
    default_lr, default_momentum : float
        Learning rate and momentum with which `fit`, and ``wta-np train``, train a model of this kind on
        data in [0, 1] if none are given.
    """

    params: dict[str, Any]
    active_counts: Any
    lifetime: float | None = None
    expects_images = False
    outputs_maps = False
    activity_threshold = 0.0
    default_lr = 0.02
    default_momentum = 0.9

    @property
    @abstractmethod
    def config(self) -> dict[str, Any]:
        """The arguments, JSON-ready, that make a model of this kind again: ``type(model)(**model.config)``."""

    @property
    @abstractmethod
    def atoms(self) -> Any:
        """The dictionary: ndarray whose entry j is what unit or map j adds to a reconstruction."""

    @abstractmethod
    def encode(self, x: Any) -> Any:
        """Codes of the samples `x`, each by itself, with the constraints released: ndarray (N, ...)."""

    @abstractmethod
    def reconstruct(self, x: Any, constrained: bool = True) -> Any:
        """What the decoder makes of the codes of `x`: ndarray of the shape of `x`."""

    @abstractmethod
    def loss_and_grads(self, x: Any) -> tuple[float, dict[str, Any]]:
        """Loss of a mini-batch, and its gradient for each of `params`; sets `active_counts`."""

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Lengths of a sample's axes that the model fixes: (D,), or (C,) of images."""
        return (self.n_inputs,)

    def features(self, x: Any) -> Any:
        """Rows for a classifier: the codes, with the constraints released."""
        return self.encode(x)

    def as_input(self, images: Any) -> Any:
        """Images (N, H, W, C) in the shape that the model takes: as they are, or as rows (N, H*W*C)."""
        return images if self.takes_images else images.reshape(len(images), -1)

    @property
    def backend(self) -> str | None:
        """Name of the backend that the parameters are on."""
        return backend_name(next(iter(self.params.values())))

    @property
    def dtype(self) -> numpy.dtype:
        """The dtype of all parameters."""
        return numpy.dtype(next(iter(self.params.values())).dtype)

    def to(self, backend: str) -> Model:
        """Move the parameters to the backend called `backend`, in place, and return the model."""
        self.params = {name: to_backend(value, backend) for name, value in self.params.items()}
        return self

    def astype(self, dtype: Any) -> Model:
        """Convert the parameters to `dtype`, in place, and return the model.

        Unlike the method of arrays with this name it makes no copy of the model, as `to` makes none. For a
        copy, write ``copy.deepcopy(model).astype(dtype)``.
        """
        self.params = {name: value.astype(dtype) for name, value in self.params.items()}
        return self

    @property
    def stored_params(self) -> dict[str, Any]:
        """All arrays that a checkpoint of the model needs, by name: more than `params` where some are frozen."""
        return self.params

    def state(self) -> tuple[dict, dict]:
        """What the next training step depends on beside the parameters, for a checkpoint.

        Returns
        -------
        state : dict
            JSON-ready: for instance the state of a generator that the model draws from.
        arrays : dict of str to ndarray
        """
        return {}, {}

    def restore_state(self, state: dict, arrays: dict) -> None:  # noqa: B027  most models have none
        """Take over what `state` returned; the arrays are on the model's backend."""

    @classmethod
    def from_params(cls, config: dict, params: dict, source: Any = "params") -> Model:
        """A model with this `config` and these parameters; ValueError naming `source` if they do not fit."""
        try:
            for name in ("rng", "dtype"):
                if name in config:
                    raise TypeError(f"unexpected {name!r}")
            # Weights that are not drawn take no memory, whatever sizes a file asks for.
            is_own = cls.__module__.startswith("wta_np.")  # which knows UNDRAWN
            model = cls(**config, rng=UNDRAWN) if is_own else cls(**config)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{source} holds no {cls.__name__} that can be made: {error}") from error
        for name in {**model.params, **params}:
            wanted, given = (p[name].shape if name in p else "none" for p in (model.params, params))
            if wanted != given:
                raise ValueError(f"{source} has {name} of shape {given}, expected {wanted} for {model}")
        dtypes = {params[name].dtype for name in params}
        if len(dtypes) != 1 or next(iter(dtypes)).kind != "f":
            raise ValueError(f"{source} has parameters of {dtypes}, expected one floating dtype")
        for name, value in params.items():
            check_finite(f"{source}: {name}", value)
        model.params = {name: params[name] for name in model.params}
        return model

    def __repr__(self) -> str:
        """The call that makes a model of this kind again, though with other weights."""
        arguments = {name: getattr(self, name, value) for name, value in self.config.items()}
        if self.dtype != numpy.float32:
            arguments["dtype"] = str(self.dtype)
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in arguments.items())})"

    def __init_subclass__(cls, **options: Any) -> None:
        """Let a subclass that defines an attribute under its old name define the new one with it."""
        super().__init_subclass__(**options)
        for old, new in OLD_NAMES.items():
            if old in vars(cls):
                setattr(cls, new, vars(cls)[old])
                delattr(cls, old)


def _alias(name: str) -> property:
    """A property that reads and sets the attribute `name`."""
    return property(
        lambda self: getattr(self, name),
        lambda self, value: setattr(self, name, value),
        doc=f"The old name of `{name}`.",
    )


for _old, _new in OLD_NAMES.items():
    setattr(Model, _old, _alias(_new))
