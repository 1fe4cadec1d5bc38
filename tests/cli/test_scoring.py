"""What the experiments share: how features are scored, and how models are kept."""

import signal

import numpy as np
import pytest

from figures import scoring, table2, tables, write_readme
from figures.epochs_report import summary
from figures.experiment import ReadmeRow
from figures.store import train
from wta_np import FCWTA
from wta_np.evaluation import LinearSVM
from wta_np.models import RBM

RNG = np.random.default_rng(0)


def test_scaling_in_place_gives_unit_deviations_and_leaves_constants():
    z = RNG.random((5000, 4)).astype("f4") * [1, 10, 100, 0] + 3
    z = z.astype("f4")
    other, expected = z[:10].copy(), z[:10] / np.where(z.std(axis=0) > 0, z.std(axis=0), 1)
    scoring.scale_in_place(z, other)
    assert np.allclose(other, expected, rtol=1e-4)
    assert np.allclose(z[:, :3].std(axis=0), 1, atol=1e-4) and (z[:, 3] == 3).all()


def test_cross_validation_scores_each_sample_once_and_by_an_svm_that_has_not_seen_it(monkeypatch):
    x = np.arange(53, dtype="f4")[:, None] / 53
    y = np.arange(53) % 3
    fitted, scored = [], []

    class Watched(LinearSVM):
        def fit(self, x, y, initial=None):
            fitted.append(set(x[:, 0]))
            return super().fit(x, y)

        def predict(self, x):
            scored.append(set(x[:, 0]))
            return super().predict(x)

    monkeypatch.setattr(scoring, "LinearSVM", Watched)
    scoring.cross_validated_C(x, y)
    for fit, held in zip(fitted, scored):
        assert not fit & held and fit | held == set(x[:, 0])
    assert sorted(v for held in scored[:5] for v in held) == sorted(x[:, 0])
    assert {len(held) for held in scored[:5]} == {10, 11}


def test_of_several_candidates_the_one_with_the_smallest_held_out_error_is_tested(monkeypatch):
    y = np.arange(120) % 2
    noise = RNG.standard_normal((120, 3)).astype("f4")
    good = noise + 5 * y[:, None].astype("f4")
    found = scoring.score_best({"noise": lambda: (noise, noise), "good": lambda: (good, good)}, y, y)
    assert found["choice"] == "good" and found["test error, %"] == 0
    assert found["held-out errors by choice"]["noise"] > 10


def data():
    return np.random.default_rng(1).random((60, 6)).astype("f4")


def model():
    return FCWTA(6, 4, rng=0)


@pytest.mark.parametrize("schedule", ["steps", "linear", "constant"])
def test_a_training_that_was_stopped_goes_on_to_the_same_weights(schedule, tmp_path, monkeypatch):
    straight, _ = train(tmp_path / "a", model(), data(), 0, 3, 0.1, batch_size=10, schedule=schedule)
    stopped, step = model(), FCWTA.loss_and_grads

    def interrupted(self, x, count=[]):  # noqa: B006
        count.append(1)
        if len(count) == 8:
            signal.raise_signal(signal.SIGINT)
        return step(self, x)

    monkeypatch.setattr(FCWTA, "loss_and_grads", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "b", stopped, data(), 0, 3, 0.1, batch_size=10, schedule=schedule)
    again, history = train(tmp_path / "b", model(), data(), 0, 3, 0.1, batch_size=10, schedule=schedule)
    assert len(history) == 3
    assert all((again.params[n] == w).all() for n, w in straight.params.items())


def test_a_training_at_a_constant_rate_goes_on_from_fewer_epochs_and_begins_anew_for_fewer(tmp_path):
    one, _ = train(tmp_path, model(), data(), 0, 1, 0.1, schedule="constant")
    three, history = train(tmp_path, model(), data(), 0, 3, 0.1, schedule="constant")
    assert len(list(tmp_path.iterdir())) == 1 and len(history) == 3
    again, history = train(tmp_path, model(), data(), 0, 1, 0.1, schedule="constant")
    assert len(history) == 1 and (again.params["W_enc"] == one.params["W_enc"]).all()
    assert not (three.params["W_enc"] == one.params["W_enc"]).all()


def test_models_of_other_settings_data_or_seeds_have_files_of_their_own(tmp_path):
    for seed, epochs, x in ((0, 1, data()), (1, 1, data()), (0, 2, data()), (0, 1, 1 - data())):
        train(tmp_path, FCWTA(6, 4, rng=seed), x, seed, epochs, 0.1)
    assert len(list(tmp_path.iterdir())) == 4


def test_the_summary_of_a_curve_says_when_nine_tenths_of_the_way_are_done():
    rows = [
        {
            "held-out error, %": error,
            "settings": {"epochs": epoch},
            "seconds of epochs": [25.0, 10.0, 11.0, 90.0][:epoch],  # the shortest is undisturbed
            "updates": [30.0, 50.0],
            "dead units, %": 1.0,
        }
        for epoch, error in ((0, 20.0), (1, 6.0), (2, 4.0), (3, 3.0), (5, 3.5))
    ]
    found = summary(rows)
    assert (found["best"], found["best epoch"]) == (3.0, 3)
    assert (found["near epoch"], found["near seconds"]) == (2, 20.0)  # 3 + 0.1 * 17 = 4.7
    assert (found["random"], found["one"], found["last"], found["updates"]) == (20.0, 6.0, 3.5, 40.0)


def test_the_standard_error_is_that_of_a_share_of_the_test_images():
    assert tables.standard_error(1.0) == tables.standard_error(99.0) == 0.1
    assert tables.standard_error(50.0, 100) == 5.0


def test_tables_say_seeds_seconds_and_the_standard_error():
    rows = [
        ReadmeRow("a", "A, 5 units", "1.00% ± 0.20", "0.90%", 3, 12.4),
        ReadmeRow("p", "pixels", "50.00%", ""),
    ]
    lines = write_readme.results_table(rows).splitlines()
    assert lines[0] == "| features | here | standard error | paper | seeds | training, s |"
    assert lines[2] == "| A, 5 units | 1.00% ± 0.20 | 0.10 | 0.90% | 3 | 12 |"
    assert lines[3] == "| pixels | 50.00% | 0.50 |  |  |  |"


def test_seeds_of_one_model_and_pooling_are_one_line_with_mean_and_spread():
    settings = {"kind": "conv16", "pool": "5/3", "maps": 16, "layers": 2, "lifetime": 0.05, "epochs": 10}
    rows = {
        f"{pool}, {seed}": {
            "settings": {**settings, "pool": pool, "seed": seed},
            "test error, %": error,
            "held-out error, %": 2.0,
            "training seconds": 100.0,
            "SVM seconds": 10.0,
            "features": 1296,
        }
        for pool, seed, error in (("5/3", 0, 1.0), ("4/4", 0, 3.0), ("5/3", 1, 1.2))
    }
    found = table2.readme({"rows": rows})
    assert [(row.here, row.seeds) for row in found] == [("1.10% ± 0.14", 2), ("3.00%", 1)]
    assert "| 1.10% ± 0.14 | 0.10 | 1.02% | 2.00% ± 0.00 | 2 | 1,296 | 100 | 10 |" in table2.text(
        {"rows": rows}
    )


def test_features_of_two_layers_side_by_side_are_in_a_file_where_they_are_too_many(monkeypatch):
    parts = [RNG.random((5, 3)).astype("f4"), RNG.random((5, 2)).astype("f4")]
    assert type(scoring.joined(parts)) is np.ndarray
    monkeypatch.setattr("wta_np.evaluation.storage.memory_bytes", lambda: 8)
    z = scoring.joined(parts)
    assert isinstance(z, np.memmap) and np.array_equal(z, np.hstack(parts))


def test_an_rbm_is_read_in_the_way_that_is_best_on_held_out_images():
    """Saturated units, whose classes are told apart by log-odds of 4 and 12: a probability hardly differs."""
    y = np.arange(600) % 2
    x = np.where(y == 0, 4.0, 12.0)[:, None] + RNG.normal(0, 2, (600, 1))
    x = (x / 16).clip(0, 1).astype("f4")
    rbm = RBM(1, 1)
    rbm.params["W"][:], rbm.params["b_h"][:] = 16, 0
    found = scoring.score_rbm(rbm, x[:400], y[:400], x[400:], y[400:])
    errors = found["held-out errors by choice"]
    assert set(errors) >= {
        "sigmoid(a)",
        "sigmoid(a), unit variance",
        "sigmoid(a / 2)",
        "softplus(a), unit variance",
    }
    assert found["choice"] == min(errors, key=errors.get)
    assert errors["softplus(a), unit variance"] < 10
    middle = x.mean() * 16
    assert found["test error, %"] == pytest.approx(
        100 * ((16 * x[400:, 0] > middle) != y[400:]).mean(), abs=3
    )
