"""The numbers of a report: each as its definition, in loops, says."""

import numpy as np
import oracles_report as oracles
import pytest

from wta_np.report.classes import class_numbers, class_table
from wta_np.report.codes import winners
from wta_np.report.neighbors import ROWS, active_together, nearest_atoms
from wta_np.report.plain import counts, curves
from wta_np.report.units import strongest_units, unit_numbers


def activities(n=37, m=9, seed=0):
    """Activities with ties, a unit that is always zero, one that is zero but once, and one that is constant."""
    values = np.round(np.maximum(np.random.default_rng(seed).normal(size=(n, m)), 0), 1).astype("f4")
    values[:, 2], values[:, 5], values[:, 7] = 0, 0, 0.5
    values[11, 5] = 0.25
    return values


@pytest.mark.parametrize("threshold", [0.0, 0.5])
@pytest.mark.parametrize("n", [1, 5, 37])
def test_numbers_of_units(threshold, n):
    values = activities(max(n, 12))[-n:]
    found = unit_numbers(values, threshold, n_top=6, n_spread=4, bins=5)
    for j, column in enumerate(values.T.astype("f8").tolist()):
        wanted = oracles.unit(column, threshold, 6, 4, 5)
        for name, value in wanted.items():
            assert np.asarray(getattr(found, name)[j]) == pytest.approx(np.asarray(value)), (name, j)


def test_numbers_of_classes():
    values = activities()
    labels = np.arange(len(values)) ** 2 % 7 * 10 - 3  # 0, 1, 2, 4 times ten, minus three
    found = class_numbers(values, labels, threshold=0.25)
    assert found.classes.tolist() == [-3, 7, 17, 37]
    for j, column in enumerate(values.T.astype("f8").tolist()):
        shares, means, preferred, purity = oracles.classes(column, labels.tolist(), 0.25)
        assert found.active[j] == pytest.approx(shares) and found.mean[j] == pytest.approx(means)
        assert found.preferred[j] == preferred and found.purity[j] == pytest.approx(purity)


def test_the_table_of_classes_is_the_mean_over_the_units_that_prefer_each():
    values = activities()
    labels = np.arange(len(values)) % 4
    labels[labels == 3] = 2
    numbers = class_numbers(values, labels)
    count, table = class_table(numbers)
    for i in range(3):
        own = [j for j in range(9) if numbers.preferred[j] == i]
        assert count[i] == len(own)
        for j in range(3):
            mean = sum(numbers.active[unit][j] for unit in own) / len(own) if own else 0
            assert table[i, j] == pytest.approx(mean)
    assert count.sum() == 8  # the unit that is always zero prefers none


@pytest.mark.parametrize(
    ("function", "likeness"), [(nearest_atoms, "cosine"), (active_together, "correlation")]
)
def test_neighbors(function, likeness):
    values = activities()
    vectors = (values.T if likeness == "cosine" else values).astype("f8")
    index, value = function(vectors, n=4)
    rows = values.T.astype("f8").tolist()
    for i, row in enumerate(rows):
        others = {j: getattr(oracles, likeness)(row, rows[j]) for j in range(len(rows)) if j != i}
        best = sorted(others.values(), reverse=True)[:4]
        assert value[i] == pytest.approx(best, abs=1e-6)
        assert value[i] == pytest.approx([others[j] for j in index[i]], abs=1e-6)


def test_neighbors_of_more_units_than_are_done_at_once_and_of_one():
    rng = np.random.default_rng(1)
    atoms = rng.normal(size=(ROWS + 3, 2, 2, 1))
    atoms[-1] = -3 * atoms[0]
    atoms[-2] = 2 * atoms[0]
    index, value = nearest_atoms(atoms, n=1)
    assert index[0] == ROWS + 1 and index[ROWS + 1] == 0 and value[0] == pytest.approx(1)
    assert not (index[:, 0] == np.arange(ROWS + 3)).any()
    assert nearest_atoms(atoms[:1])[0].shape == (1, 0)


@pytest.mark.parametrize("n", [3, 20])
def test_units_that_add_most_to_an_image(n):
    values = activities()
    norms = np.linspace(3, 0.1, 9)
    index, activity = strongest_units(values, norms, n)
    for row, units, found in zip(values, index, activity):
        added = sorted((row[j] * norms[j] for j in range(9)), reverse=True)[:n]
        assert (found * norms[units]).tolist() == pytest.approx(added)
        assert found.tolist() == [row[j] for j in units] and len(set(units)) == min(n, 9)


@pytest.mark.parametrize(("rate", "batch_size"), [(0.2, 10), (0.05, 37), (0.3, 100), (None, 10)])
def test_winners_are_those_of_each_mini_batch_above_the_threshold(rate, batch_size):
    values = activities()

    def k_of(n):
        return n if rate is None else max(1, int(rate * n + 1e-9))

    mask = np.array(oracles.winners_of_batches(values.tolist(), k_of, batch_size))
    assert (winners(values, rate, batch_size, 0.1) == (mask & (values > 0.1))).all()


def test_counts_and_curves():
    active = np.arange(200)[:, None] > np.arange(150)  # image n has n active units, at most 150
    found = counts(active, bins=30)
    assert sum(found["count"]) == 200 and found["edges"][0] == 0 and found["edges"][-1] > 150
    of_image = active.sum(axis=1)
    for left, right, count in zip(found["edges"], found["edges"][1:], found["count"]):
        assert count == sum(left <= n < right for n in of_image)
    assert counts(np.zeros((3, 4), bool))["count"] == [3]
    assert curves([]) is None
    assert curves([{"epoch": 7, "loss": 1.0, "own": 3}, {"epoch": 8, "own": 3}]) == {"epoch": [7, 8]}
