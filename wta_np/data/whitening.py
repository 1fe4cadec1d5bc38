"""Whitening: a linear map after which all pixels are uncorrelated and vary by one.

From patches ``x`` of D values with mean ``m`` and covariance ``C = U diag(l) U^T``, with the eigenvectors of the
largest eigenvalues in the K columns of ``U``::

    PCA     y = (x - m) U diag(l + e)^(-1/2)            K coordinates along the principal directions
    ZCA     y = (x - m) U diag(l + e)^(-1/2) U^T        D values: of all whitenings the nearest to the patch

and back, ``x = m + y diag(l + e)^(1/2) U^T`` (PCA; for ZCA with ``y U`` instead of ``y``). The covariance of y
along direction i is ``l_i / (l_i + e)``, one for e = 0. Directions with next to no variance hold the noise of
the camera, which whitening would make as loud as everything else: they are left out (`retain`), or damped
(`epsilon`).
"""

from __future__ import annotations

import json
import math
import os
import zlib
from typing import Any

import numpy as np

from wta_np._utils.atomic import write_whole
from wta_np._utils.foreign import MAX_CHARACTERS, is_int, parse_json, short, shown
from wta_np._utils.npz import NpzError, NpzReader
from wta_np._utils.regular import open_regular
from wta_np._utils.validation import check_arrays, check_finite, check_number
from wta_np.backend import array_module, to_numpy
from wta_np.data.files import errors_naming

KINDS = ("zca", "pca")
NULL = 1e-8  # share of the largest variance below which a direction is rounding and not data
ARRAYS = ("mean", "directions", "variances")
ROWS = 10_000  # at once, for the covariance in float64


class Whitening:
    """ZCA or PCA whitening, fitted on training data.

    Parameters
    ----------
    kind : {"zca", "pca"}
    retain : float in (0, 1]
        Share of the variance that the retained directions have; the fewest that reach it are taken. 1 retains
        all but those without variance, and the inverse gives a patch back.
    epsilon : float
        What is added to every variance, in the units of the data squared: damps directions of less.

    Attributes
    ----------
    mean : ndarray, shape (D,)
    directions : ndarray, shape (D, K)
        U, the largest variance first.
    variances : ndarray, shape (K,)
        l, in the units of the data squared.
    image_shape : tuple
        Shape of one sample as it came to `fit`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(1000, 3)) @ rng.normal(size=(3, 3))
    >>> y = Whitening("zca", retain=1).fit(x).transform(x)
    >>> bool(np.allclose(y.T @ y / 1000, np.eye(3)))
    True
    """

    def __init__(self, kind: str = "zca", retain: float = 0.99, epsilon: float = 0.0) -> None:
        if kind not in KINDS:
            raise ValueError(f"kind is {kind!r}, expected one of {', '.join(KINDS)}")
        self.kind = kind
        self.retain = check_number("retain", retain, 0, 1, above=True)
        self.epsilon = check_number("epsilon", epsilon, 0)

    def fit(self, x: Any) -> Whitening:
        """Mean, directions and variances of samples, in float64.

        Parameters
        ----------
        x : ndarray, shape (N, ...)
            At least two samples that differ.

        Returns
        -------
        Whitening
            Itself.

        Raises
        ------
        TypeError, ValueError
            `x` is not an array of floats, holds NaN or infinities, or has no variance.
        """
        check_arrays(x=(x, "N ..."))
        check_finite("x", x)
        if len(x) < 2 or x.size == 0:
            raise ValueError(f"x has shape {x.shape}, expected at least two samples of at least one value")
        self.image_shape = tuple(x.shape[1:])
        rows = to_numpy(x).reshape(len(x), -1)  # (N, D)
        self.mean = rows.mean(axis=0, dtype=np.float64)
        covariance = np.zeros((self.mean.size, self.mean.size))
        for start in range(0, len(rows), ROWS):
            centred = rows[start : start + ROWS] - self.mean  # float64
            covariance += centred.T @ centred
        check_finite("the covariance of x", covariance)
        variances, directions = np.linalg.eigh(covariance / len(rows))
        variances, directions = variances[::-1].clip(0), directions[:, ::-1]
        if variances[0] <= NULL * np.square(rows, dtype=np.float64).max():
            raise ValueError("x holds equal samples, expected samples that differ")
        share = np.cumsum(variances) / variances.sum()
        n = min(int((share < self.retain - 1e-12).sum()) + 1, int((variances > NULL * variances[0]).sum()))
        self.variances, self.directions = variances[:n], np.ascontiguousarray(directions[:, :n])
        return self

    def transform(self, x: Any) -> Any:
        """Whitened samples.

        Parameters
        ----------
        x : ndarray, shape (N, ...)
            Of the shape that was fitted, or flat; NumPy or CuPy.

        Returns
        -------
        ndarray, the shape of x for ZCA, (N, K) for PCA
            In the dtype of `x`.

        Raises
        ------
        TypeError, ValueError
            It is not fitted, or `x` has another number of values.
        """
        rows = self._rows("x", x, self._fitted().mean.size)
        y = (rows - self._like(x, self.mean)) @ self._like(x, self.directions / self._scale)
        return y if self.kind == "pca" else (y @ self._like(x, self.directions.T)).reshape(x.shape)

    def fit_transform(self, x: Any) -> Any:
        """`fit` to samples, and whiten these: as ``fit(x).transform(x)``."""
        return self.fit(x).transform(x)

    def inverse_transform(self, y: Any) -> Any:
        """The samples that `transform` whitened, without the directions that were left out.

        Parameters
        ----------
        y : ndarray, shape (N, ...) for ZCA, (N, K) for PCA

        Returns
        -------
        ndarray, shape (N, ...)
            Of the shape that was fitted, in the dtype of `y`.
        """
        return self._out(self._coordinates(y), self._scale) + self._like(y, self.mean).reshape(
            self.image_shape
        )

    inverse = inverse_transform  # the old name

    def as_images(self, y: Any) -> Any:
        """Whitened samples, or atoms learned on them, as images: those of ZCA, whichever kind it is.

        What was learned in whitened space is looked at there: through `inverse_transform` every atom would be as smooth
        as the data, since it multiplies each frequency with the data's amplitude.
        """
        return self._out(self._coordinates(y), np.ones_like(self.variances))

    @property
    def mean_(self) -> np.ndarray:
        """`mean`, by scikit-learn's name: (D,)."""
        return self._fitted().mean

    @property
    def components_(self) -> np.ndarray:
        """`directions`, by scikit-learn's name and as its rows: (K, D)."""
        return self._fitted().directions.T

    @property
    def explained_variance_(self) -> np.ndarray:
        """`variances`, by scikit-learn's name: (K,)."""
        return self._fitted().variances

    @property
    def n_components_(self) -> int:
        """K, how many directions are retained."""
        return self._fitted().variances.size

    @property
    def n_features_in_(self) -> int:
        """D, the values of a sample."""
        return self._fitted().mean.size

    def __repr__(self) -> str:
        return f"Whitening({self.kind!r}, retain={self.retain!r}, epsilon={self.epsilon!r})"

    @property
    def _scale(self) -> np.ndarray:
        return np.sqrt(self.variances + self.epsilon)

    def _coordinates(self, y: Any) -> Any:
        """(N, K): along the retained directions, whatever the kind."""
        if self._fitted().kind == "pca":
            return self._rows("y", y, self.variances.size)
        return self._rows("y", y, self.mean.size) @ self._like(y, self.directions)

    def _out(self, coordinates: Any, scale: np.ndarray) -> Any:
        x = coordinates @ self._like(coordinates, (self.directions * scale).T)  # (N, D)
        return x.reshape(len(x), *self.image_shape)

    def _like(self, x: Any, own: np.ndarray) -> Any:
        """One of its arrays in the dtype and on the backend of `x`."""
        xp = array_module(x=x)
        return own.astype(x.dtype) if xp is np else xp.asarray(own.astype(x.dtype))

    def _rows(self, name: str, x: Any, size: int) -> Any:
        check_arrays(**{name: (x, "N ...")})
        rows = x.reshape(len(x), math.prod(x.shape[1:]))
        if rows.shape[1] != size:
            raise ValueError(f"{name} has samples of {rows.shape[1]} values, expected {size}")
        return rows

    def _fitted(self) -> Whitening:
        if not hasattr(self, "mean"):
            raise ValueError("the whitening is not fitted, call fit first")
        return self

    @property
    def checksum(self) -> int:
        """CRC-32 of what it does, by which a model tells the whitening that it was trained with."""
        scale = self._fitted()._scale
        return zlib.crc32(b"".join(a.tobytes() for a in (self.mean, self.directions, scale)))

    def save(self, path: str | os.PathLike) -> None:
        """Write it as an ``.npz`` file, whole or not at all, with nothing pickled in it."""
        self._fitted()
        about = {name: getattr(self, name) for name in ("kind", "retain", "epsilon", "image_shape")}
        arrays = {name: getattr(self, name) for name in ARRAYS}
        with write_whole(path) as file:
            np.savez(file, allow_pickle=False, about=np.array(json.dumps(about)), **arrays)

    @classmethod
    def load(cls, path: str | os.PathLike) -> Whitening:
        """The whitening that `save` wrote; ValueError if the file is another or damaged."""
        with errors_naming(path), open_regular(path) as file:
            try:
                archive = NpzReader(file)
                missing = [name for name in ("about", *ARRAYS) if name not in archive.names]
                if missing:
                    raise NpzError(f"it lacks {', '.join(missing)}")
                about = parse_json(str(archive.read(["about"], 4 * MAX_CHARACTERS)["about"]))
                whitening = cls._described(about)
                arrays = archive.read(ARRAYS)
            except (TypeError, ValueError) as error:
                raise ValueError(f"it is not a complete whitening ({short(error)})") from error
            for name, array in arrays.items():
                if array.dtype != np.float64 or array.ndim != (2 if name == "directions" else 1):
                    raise ValueError(f"its {name} holds {array.dtype} of shape {array.shape}")
                setattr(whitening, name, array)
            expected = (whitening.mean.size, whitening.variances.size)
            if whitening.directions.shape != expected:
                raise ValueError(
                    f"its directions have shape {whitening.directions.shape}, expected {expected}"
                )
            if math.prod(whitening.image_shape) != whitening.mean.size:
                raise ValueError(
                    f"its image_shape is {whitening.image_shape}, expected {whitening.mean.size} values"
                )
            for name in ARRAYS:
                check_finite(name, getattr(whitening, name))
            return whitening

    @classmethod
    def _described(cls, about: Any) -> Whitening:
        """One that is not fitted, as the description in a file says; TypeError or ValueError if it says else."""
        if not isinstance(about, dict) or set(about) != {"kind", "retain", "epsilon", "image_shape"}:
            raise ValueError(f"its description is {shown(about)}")
        shape = about.pop("image_shape")
        if not isinstance(shape, list) or not all(is_int(length, 1) for length in shape) or len(shape) > 4:
            raise ValueError(f"its image_shape is {shown(shape)}, expected lengths")
        whitening = cls(**about)
        whitening.image_shape = tuple(shape)
        return whitening
