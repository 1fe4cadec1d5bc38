"""What all models share: parameters in a dict, and moving them between backends and dtypes."""

from __future__ import annotations

import numpy

from wta_np._utils.validation import check_finite
from wta_np.backend import backend_name, to_backend


class Model:
    """Parameters by name, ``params``, and where they are.

    A model adds `config`, the JSON-ready arguments that make it again; `encode`, `reconstruct`,
    `loss_and_grads`; and `atoms`, its dictionary.
    """

    params: dict
    takes_images = False  # (N, H, W, C), or else rows (N, D)
    silent = 0.0  # a unit counts as active above this
    gives_maps = False  # encode returns (N, H, W, F), or else rows (N, M)

    @property
    def input_shape(self):
        """Lengths of a sample's axes that the model fixes: (D,), or (C,) of images."""
        return (self.n_inputs,)

    def features(self, x):
        """Rows for a classifier: the codes, with the constraints released."""
        return self.encode(x)

    def as_input(self, images):
        """Images (N, H, W, C) in the shape that the model takes: as they are, or as rows (N, H*W*C)."""
        return images if self.takes_images else images.reshape(len(images), -1)

    @property
    def backend(self):
        """Name of the backend that the parameters are on."""
        return backend_name(next(iter(self.params.values())))

    @property
    def dtype(self):
        """The dtype of all parameters."""
        return numpy.dtype(next(iter(self.params.values())).dtype)

    def to(self, backend):
        """Move the parameters to the backend called `backend`, in place, and return the model."""
        self.params = {name: to_backend(value, backend) for name, value in self.params.items()}
        return self

    def astype(self, dtype):
        """Convert the parameters to `dtype`, in place, and return the model."""
        self.params = {name: value.astype(dtype) for name, value in self.params.items()}
        return self

    @property
    def stored_params(self):
        """All arrays that a checkpoint of the model needs, by name: more than `params` where some are frozen."""
        return self.params

    def state(self):
        """What the next training step depends on beside the parameters, for a checkpoint.

        Returns
        -------
        state : dict
            JSON-ready: for instance the state of a generator that the model draws from.
        arrays : dict of str to ndarray
        """
        return {}, {}

    def restore_state(self, state, arrays):
        """Take over what `state` returned; the arrays are on the model's backend."""

    @classmethod
    def from_params(cls, config, params, source="params"):
        """A model with this `config` and these parameters; ValueError naming `source` if they do not fit."""
        try:
            model = cls(**config)
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

    def __repr__(self):
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.config.items())
        return f"{type(self).__name__}({arguments})"
