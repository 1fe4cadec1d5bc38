"""Whitening: identity covariance, an inverse that gives patches back, noise left out, a file without pickle."""

import json
import pickle
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wta_np.backend import backend_name, to_numpy
from wta_np.data.dead_leaves import dead_leaves
from wta_np.data.patches import random_patches
from wta_np.data.whitening import Whitening

KINDS = pytest.mark.parametrize("kind", ["zca", "pca"])


def correlated(n=400, shape=(3, 2, 1), seed=0, dtype="f8"):
    """Samples whose values are mixed with each other, around a mean that is not zero."""
    rng = np.random.default_rng(seed)
    size = int(np.prod(shape))
    directions, _ = np.linalg.qr(rng.normal(size=(size, size)))
    deviations = np.geomspace(0.3, 3, size)  # none vanishes
    x = rng.normal(size=(n, size)) * deviations @ directions + rng.normal(size=size)
    return x.reshape(n, *shape).astype(dtype)


def covariance(y):
    y = to_numpy(y).reshape(len(y), -1).astype("f8")
    return (y - y.mean(axis=0)).T @ (y - y.mean(axis=0)) / len(y)


@pytest.fixture(scope="module")
def patches():
    """Colour patches as they are used, of natural statistics."""
    return random_patches(dead_leaves(8, 64), 3000, 7)


@KINDS
@given(seed=st.integers(0, 1000))
def test_whitened_values_are_uncorrelated_and_vary_by_one(kind, seed):
    x = correlated(seed=seed)
    y = Whitening(kind, retain=1).fit(x).transform(x)
    np.testing.assert_allclose(covariance(y), np.eye(6), atol=1e-3)
    np.testing.assert_allclose(y.reshape(len(y), -1).mean(axis=0), 0, atol=1e-6)


@KINDS
@pytest.mark.parametrize("retain", [0.9, 0.99, 1.0])
def test_patches_in_float32_are_white_in_the_space_that_is_retained(kind, retain, patches, place):
    whitening = Whitening(kind, retain).fit(patches)
    y = whitening.transform(place(patches))
    assert y.dtype == np.float32 and y.shape == (
        patches.shape if kind == "zca" else (3000, whitening.variances.size)
    )
    U = whitening.directions
    inside = covariance(y) if kind == "pca" else U.T @ covariance(y) @ U
    np.testing.assert_allclose(inside, np.eye(U.shape[1]), atol=1e-3)
    if kind == "zca":
        np.testing.assert_allclose(covariance(y), U @ U.T, atol=1e-3)  # nothing outside


@KINDS
@pytest.mark.parametrize("epsilon", [0.0, 0.1])
def test_the_inverse_gives_the_patch_back(kind, epsilon, patches, place, backend):
    whitening = Whitening(kind, retain=1, epsilon=epsilon).fit(patches)
    back = whitening.inverse(whitening.transform(place(patches)))
    assert backend_name(back) == backend and back.dtype == np.float32
    np.testing.assert_allclose(to_numpy(back), patches, atol=1e-4)


@KINDS
def test_the_fewest_directions_are_retained_that_have_so_much_of_the_variance(kind, patches):
    full = Whitening(kind, retain=1).fit(patches).variances
    assert (np.diff(full) <= 0).all()
    for retain in (0.5, 0.9, 0.99):
        n = len(Whitening(kind, retain).fit(patches).variances)
        assert full[:n].sum() >= retain * full.sum() > full[: n - 1].sum()
        back = Whitening(kind, retain).fit(patches)
        lost = ((back.inverse(back.transform(patches)) - patches) ** 2).sum() / len(patches)
        assert lost == pytest.approx(full[n:].sum(), rel=1e-3)


def test_the_covariance_is_that_of_all_samples_however_many_are_read_at_once(monkeypatch):
    x = correlated(n=250, shape=(6,))
    monkeypatch.setattr("wta_np.data.whitening.ROWS", 100)
    whitening = Whitening(retain=1).fit(x)
    U = whitening.directions
    np.testing.assert_allclose(U @ np.diag(whitening.variances) @ U.T, np.cov(x.T, bias=True), rtol=1e-9)


@KINDS
def test_directions_that_hold_rounding_only_are_left_out(kind):
    x = correlated(shape=(6,))
    x[:, 5] = x[:, 4] + 1e-5 * np.random.default_rng(1).normal(size=len(x))
    assert Whitening(kind, retain=1).fit(x).variances.size == 5


@KINDS
def test_epsilon_damps_each_direction_by_its_share_of_the_variance(kind):
    x = correlated()
    whitening = Whitening(kind, retain=1, epsilon=0.5).fit(x)
    U, l = whitening.directions, whitening.variances
    inside = covariance(whitening.transform(x))
    inside = U.T @ inside @ U if kind == "zca" else inside
    np.testing.assert_allclose(inside, np.diag(l / (l + 0.5)), atol=1e-9)


def test_of_all_whitenings_zca_stays_nearest_to_the_patch():
    x = correlated(shape=(6,))
    x -= x.mean(axis=0)
    zca = Whitening("zca", retain=1).fit(x).transform(x)
    for seed in range(20):
        rotation, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(6, 6)))
        assert ((zca - x) ** 2).sum() < ((zca @ rotation - x) ** 2).sum()


@KINDS
def test_a_constant_patch_and_dead_pixels_do_not_divide_by_zero(kind, patches):
    x = patches.copy()
    x[:, 0] = 0.25  # a row that never varies
    with np.errstate(all="raise"):
        whitening = Whitening(kind, retain=1).fit(x)
        y = whitening.transform(np.full((2, 7, 7, 3), 0.4, "f4"))
    assert np.isfinite(y).all() and whitening.variances.size <= 6 * 7 * 3
    if kind == "zca":
        np.testing.assert_allclose(whitening.transform(x)[:, 0], 0, atol=1e-3)


def test_as_images_shows_pca_as_zca(patches):
    zca, pca = (Whitening(kind).fit(patches) for kind in ("zca", "pca"))
    np.testing.assert_allclose(pca.as_images(pca.transform(patches)), zca.transform(patches), atol=1e-3)
    np.testing.assert_allclose(zca.as_images(zca.transform(patches)), zca.transform(patches), atol=1e-3)


@KINDS
def test_a_saved_whitening_is_the_same_and_nothing_is_unpickled(kind, patches, tmp_path):
    whitening = Whitening(kind, 0.95, 0.01).fit(patches)
    whitening.save(tmp_path / "w.npz")
    again = Whitening.load(tmp_path / "w.npz")
    assert again.checksum == whitening.checksum
    assert (again.transform(patches) == whitening.transform(patches)).all()
    assert (again.kind, again.retain, again.epsilon, again.image_shape) == (kind, 0.95, 0.01, (7, 7, 3))
    np.load(tmp_path / "w.npz", allow_pickle=False).close()


def test_a_file_that_holds_no_whitening_is_told_in_one_sentence(tmp_path, patches):
    path = tmp_path / "w.npz"
    Whitening().fit(patches).save(path)
    whole = path.read_bytes()
    arrays = dict(np.load(path))
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match=r"w\.npz: it is not a complete whitening"):
        Whitening.load(path)
    path.write_bytes(pickle.dumps([1]))
    with pytest.raises(ValueError, match=r"w\.npz: it is not a complete whitening"):
        Whitening.load(path)
    np.savez(path, **{**arrays, "directions": arrays["directions"][1:]})
    with pytest.raises(ValueError, match=r"w\.npz: its directions have shape \(146, .*expected \(147, "):
        Whitening.load(path)
    np.savez(path, **{**arrays, "variances": arrays["variances"] * np.nan})
    with pytest.raises(ValueError, match=r"w\.npz: variances holds .* NaN"):
        Whitening.load(path)


def test_unfit_arguments_are_named_in_one_sentence():
    with pytest.raises(ValueError, match="kind is 'ica', expected one of zca, pca"):
        Whitening("ica")
    for retain in (0, 1.1):
        with pytest.raises(ValueError, match=r"retain is .*, expected a number in"):
            Whitening(retain=retain)
    with pytest.raises(ValueError, match="epsilon is -1, expected a number at least 0"):
        Whitening(epsilon=-1)
    with pytest.raises(ValueError, match=r"x has shape \(1, 4\), expected at least two samples"):
        Whitening().fit(np.ones((1, 4)))
    with pytest.raises(ValueError, match=r"x has shape \(5, 0\), expected .* at least one value"):
        Whitening().fit(np.ones((5, 0)))
    with (
        np.errstate(over="ignore", invalid="ignore"),
        pytest.raises(ValueError, match=r"the covariance of x holds .* infinite"),
    ):
        Whitening().fit(1e200 * correlated())
    for value in (0.0, 0.3):
        with pytest.raises(ValueError, match="x holds equal samples, expected samples that differ"):
            Whitening().fit(np.full((9, 4), value, "f4"))
    with pytest.raises(ValueError, match="x holds 1 values that are NaN"):
        Whitening().fit(np.array([[1.0, np.nan], [2.0, 3.0]]))
    with pytest.raises(ValueError, match="the whitening is not fitted, call fit first"):
        Whitening().transform(np.ones((2, 3)))
    with pytest.raises(ValueError, match="x has samples of 3 values, expected 6"):
        Whitening().fit(correlated()).transform(np.ones((2, 3)))


@KINDS
def test_no_samples_give_no_samples(kind, patches):
    whitening = Whitening(kind).fit(patches)
    y = whitening.transform(patches[:0])
    assert len(y) == 0 and whitening.inverse(y).shape == whitening.as_images(y).shape == patches[:0].shape


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("image_shape", None),
        ("image_shape", 5),
        ("image_shape", [7, 7, "3"]),
        ("image_shape", [7, 7, 3.0]),
        ("image_shape", [True, 7, 21]),
        ("image_shape", [7, 7]),
        ("image_shape", [1] * 1000),
        ("image_shape", [-7, -7, 3]),
        ("kind", "ica"),
        ("kind", None),
        ("retain", "all"),
        ("retain", float("nan")),
        ("epsilon", [1]),
        ("epsilon", -1),
        ("surprise", 1),
    ],
)
def test_every_field_of_the_description_is_checked_for_its_kind(field, value, tmp_path, patches):
    path = tmp_path / "w.npz"
    Whitening().fit(patches).save(path)
    arrays = dict(np.load(path))
    about = {**json.loads(str(arrays["about"])), field: value}
    np.savez(path, **{**arrays, "about": np.array(json.dumps(about))})
    with pytest.raises(
        ValueError, match=r"w\.npz: it(s image_shape is| is not a complete whitening)"
    ) as caught:
        Whitening.load(path)
    assert len(str(caught.value)) < 500 and "\n" not in str(caught.value)


def test_sizes_are_known_from_headers_before_anything_is_read(tmp_path, patches):
    path = tmp_path / "w.npz"
    Whitening().fit(patches).save(path)
    content = path.read_bytes()
    with open(path, "wb") as file:
        file.truncate(8 << 30)
    with pytest.raises(ValueError, match="does not begin as a zip archive"):
        Whitening.load(path)
    path.write_bytes(content)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("more.npy", "w") as member:
        header = {"descr": "|u1", "fortran_order": False, "shape": (1 << 24,)}
        np.lib.format.write_array_header_1_0(member, header)
        member.write(bytes(1 << 24))
    Whitening.load(path)  # an array that it does not need is not unpacked


@KINDS
def test_it_has_scikit_learns_names(kind):
    from wta_np.data import Whitening as exported

    x = np.random.default_rng(0).normal(size=(50, 4, 3, 1)) * np.arange(1, 4)[:, None]
    whitening = exported(kind, retain=0.9)
    for name in ("mean_", "components_", "explained_variance_", "n_components_"):
        with pytest.raises(ValueError, match="not fitted, call fit first"):
            getattr(whitening, name)
    y = whitening.fit_transform(x)
    np.testing.assert_array_equal(y, whitening.transform(x))
    np.testing.assert_array_equal(whitening.inverse_transform(y), whitening.inverse(y))
    np.testing.assert_array_equal(whitening.mean_, x.mean(axis=0).reshape(12))
    n = whitening.n_components_
    assert whitening.components_.shape == (n, 12) and whitening.n_features_in_ == 12
    np.testing.assert_allclose(whitening.components_ @ whitening.components_.T, np.eye(n), atol=1e-12)
    centred = (x - x.mean(axis=0)).reshape(50, 12)
    variances = (centred @ whitening.components_.T).var(axis=0)
    np.testing.assert_allclose(whitening.explained_variance_, variances)
    assert repr(eval(repr(whitening))) == repr(whitening)
