"""Sparsity and explained variance, against loops written from the definitions."""

import numpy
import pytest

from wta_np.backend import backend_name, to_numpy
from wta_np.evaluation import dead_units, explained_variance, lifetime_sparsity, population_sparsity


def sparse_maps(seed=0):
    rng = numpy.random.default_rng(seed)
    z = rng.standard_normal((7, 2, 3, 4)) * (rng.random((7, 2, 3, 4)) < 0.3)
    return z.astype("float32")


def test_lifetime_sparsity_counts_samples_unit_by_unit(place, backend):
    z = sparse_maps()
    shares = lifetime_sparsity(place(z))
    assert backend_name(shares) == backend and shares.shape == (2, 3, 4)
    for unit in numpy.ndindex(2, 3, 4):
        active = sum(1 for n in range(7) if z[(n, *unit)] != 0)
        assert to_numpy(shares)[unit] == pytest.approx(active / 7)


def test_population_sparsity_counts_units_sample_by_sample(place, backend):
    z = sparse_maps()
    shares = population_sparsity(place(z))
    assert backend_name(shares) == backend and shares.shape == (7,)
    for n in range(7):
        active = sum(1 for value in z[n].ravel().tolist() if value != 0)
        assert to_numpy(shares)[n] == pytest.approx(active / 24)


def test_both_sparsities_have_the_same_mean():
    z = sparse_maps()
    assert lifetime_sparsity(z).mean() == pytest.approx(population_sparsity(z).mean())


def test_dead_units_are_those_without_a_positive_value(place):
    z = numpy.array([[0, 1, -1, 0, 2], [0, 0, -2, 0, 3], [0, 0, 0, 1e-30, 0]])
    assert dead_units(place(z)) == 2
    assert type(dead_units(place(z))) is int
    z = sparse_maps()
    dead = sum(1 for unit in numpy.ndindex(2, 3, 4) if all(z[(n, *unit)] <= 0 for n in range(7)))
    assert dead_units(place(z)) == dead > 0
    assert dead_units(place(z.max(axis=(1, 2)))) == 0


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_explained_variance_is_the_ratio_of_two_loops(place, dtype):
    rng = numpy.random.default_rng(0)
    x = (rng.random((6, 2, 3)) + 5).astype(dtype)
    x_hat = (x + 0.1 * rng.standard_normal(x.shape)).astype(dtype)
    rest = total = 0.0
    for pixel in numpy.ndindex(2, 3):
        column = [float(x[(n, *pixel)]) for n in range(6)]
        mean = sum(column) / 6
        rest += sum((float(x_hat[(n, *pixel)]) - column[n]) ** 2 for n in range(6))
        total += sum((value - mean) ** 2 for value in column)
    found = explained_variance(place(x), place(x_hat))
    assert type(found) is float
    assert found == pytest.approx(1 - rest / total, rel=1e-4 if dtype == "float32" else 1e-12)


def test_explained_variance_is_one_zero_or_negative_where_it_should_be():
    x = numpy.random.default_rng(0).random((20, 5))
    assert explained_variance(x, x.copy()) == 1
    assert explained_variance(x, numpy.broadcast_to(x.mean(axis=0), x.shape)) == pytest.approx(0, abs=1e-12)
    assert explained_variance(x, -x) < 0


def test_many_float32_samples_far_from_zero_lose_no_digits():
    x = numpy.full((2**18, 2), 1000, "float32")
    x[::2] += 0.125
    x_hat = x + numpy.float32(0.03125)
    assert explained_variance(x, x_hat) == pytest.approx(1 - 0.03125**2 / 0.0625**2, rel=1e-3)


def test_the_arguments_are_not_changed():
    x = numpy.random.default_rng(0).random((4, 3))
    x_hat = 2 * x
    copies = x.copy(), x_hat.copy()
    explained_variance(x, x_hat)
    assert (x == copies[0]).all() and (x_hat == copies[1]).all()


@pytest.mark.parametrize("value", [0.0, 0.1, 1 / 3])
def test_data_without_variance_are_refused(value):
    x = numpy.full((7, 3), value)
    with pytest.raises(ValueError, match="x holds 7 equal samples, expected samples that differ"):
        explained_variance(x, x)


def test_unfit_arguments_are_named_in_one_sentence():
    bad = numpy.array([[1.0, numpy.nan]])
    for function in (lifetime_sparsity, population_sparsity, dead_units):
        with pytest.raises(ValueError, match=r"z has shape \(0, 3\), expected at least one sample"):
            function(numpy.zeros((0, 3)))
        with pytest.raises(ValueError, match=r"z holds 1 values that are NaN .* index \(0, 1\)"):
            function(bad)
        with pytest.raises(TypeError, match="z holds int64, expected floats"):
            function(numpy.zeros((2, 3), dtype=int))
    x = numpy.random.default_rng(0).random((4, 3))
    with pytest.raises(ValueError, match=r"x_hat has shape \(4, 2\), expected \(4, 3\) like x"):
        explained_variance(x, x[:, 1:])
    with pytest.raises(ValueError, match="x_hat holds 1 values that are NaN"):
        explained_variance(numpy.ones((1, 2)), bad)
    with pytest.raises(ValueError, match=r"x has shape \(0, 3\)"):
        explained_variance(x[:0], x[:0])
