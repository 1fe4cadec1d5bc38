"""The training loop: batches, order, history, schedule, callbacks, interruption, divergence."""

import json
import os
import signal

import numpy as np
import pytest

from wta_np.backend import to_numpy
from wta_np.models import FCWTA
from wta_np.training import SGD, DivergenceError, History, StopTraining, fit, load, step_decay

X = np.random.default_rng(0).random((57, 12)).astype("f4")


class Recorder(FCWTA):
    """Notes the batches that it is given."""

    def loss_and_grads(self, x):
        self.__dict__.setdefault("batches", []).append(to_numpy(x))
        return super().loss_and_grads(x)


def quiet(model, x=X, epochs=2, **options):
    return fit(model, x, epochs, **{"batch_size": 10, "progress": False, **options})


def test_every_epoch_visits_every_sample_once_in_a_new_order_with_a_short_last_batch(place, backend):
    model = Recorder(12, 8).to(backend)
    quiet(model, place(X))
    assert [len(b) for b in model.batches] == [10, 10, 10, 10, 10, 7] * 2
    epochs = [np.concatenate(model.batches[:6]), np.concatenate(model.batches[6:])]
    for rows in epochs:
        np.testing.assert_array_equal(rows[np.lexsort(rows.T)], X[np.lexsort(X.T)])
    assert not np.array_equal(*epochs)


def test_same_seed_same_weights_other_seed_other_weights(backend, place):
    def weights(rng):
        model = FCWTA(12, 8).to(backend)
        quiet(model, place(X), rng=rng)
        return to_numpy(model.params["W_enc"])

    np.testing.assert_array_equal(weights(3), weights(np.random.default_rng(3)))
    assert not np.array_equal(weights(3), weights(4))


def test_training_lowers_the_loss_and_the_history_tells():
    history = quiet(FCWTA(12, 30, lifetime=0.2), epochs=20, optimizer=SGD(0.05))
    assert len(history) == 20 and history["epoch"] == list(range(1, 21))
    assert history["loss"][-1] < 0.5 * history["loss"][0]
    assert all(0 < s <= 0.2 for s in history["sparsity"])
    assert all(0 <= d <= 1 for d in history["dead"])
    assert history["lr"] == [0.05] * 20 and min(history["seconds"]) > 0
    assert not history.interrupted


def test_history_is_the_mean_over_samples_and_counts_positive_winners():
    model = Recorder(12, 8, lifetime=0.2)
    model.params["b_enc"][:3] = -100  # three units that never speak
    row = quiet(model, epochs=1, optimizer=SGD(1e-30)).rows[0]
    losses = [FCWTA.loss_and_grads(model, b)[0] for b in model.batches]
    assert row["loss"] == pytest.approx(np.average(losses, weights=[10] * 5 + [7]), rel=1e-6)
    winners = np.zeros(8, int)
    for b in model.batches:
        FCWTA.loss_and_grads(model, b)
        winners += model.positive_winners_
    assert row["sparsity"] == pytest.approx(winners.sum() / (57 * 8))
    assert row["dead"] == np.mean(winners == 0) >= 3 / 8


def test_the_schedule_sets_the_rate_of_each_epoch_and_leaves_the_optimizer_as_it_was():
    optimizer = SGD(0.1)
    history = quiet(FCWTA(12, 8), epochs=10, optimizer=optimizer, schedule=step_decay(at=(0.5, 0.9)))
    np.testing.assert_allclose(history["lr"], [0.1] * 5 + [0.01] * 4 + [0.001])
    assert optimizer.lr == 0.1


def test_callbacks_see_each_epoch_and_may_end_training():
    seen = []

    def callback(model, history):
        seen.append(len(history))
        if len(history) == 3:
            raise StopTraining

    history = quiet(FCWTA(12, 8), epochs=9, callbacks=[callback])
    assert seen == [1, 2, 3] and len(history) == 3 and not history.interrupted


@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_after_the_step_with_a_usable_model_and_a_checkpoint(which, tmp_path):
    class Interrupted(Recorder):
        def loss_and_grads(self, x):
            result = super().loss_and_grads(x)
            if len(self.batches) == 9:
                os.kill(os.getpid(), which)
            return result

    model, path = Interrupted(12, 8), tmp_path / "c.npz"
    before = signal.getsignal(which)
    history = quiet(model, epochs=50, checkpoint=path)
    assert history.interrupted and len(history) == 1 and len(model.batches) == 9
    assert signal.getsignal(which) == before
    np.testing.assert_array_equal(load(path).params["W_enc"], model.params["W_enc"])
    assert np.isfinite(model.reconstruct(X)).all()


def test_a_second_ctrl_c_interrupts_at_once():
    class Stubborn(FCWTA):
        def loss_and_grads(self, x):
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)
            return super().loss_and_grads(x)

    with pytest.raises(KeyboardInterrupt):
        quiet(Stubborn(12, 8))


def test_fit_works_outside_the_main_thread():
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor() as pool:
        assert len(pool.submit(quiet, FCWTA(12, 8)).result()) == 2


def test_errors_that_are_no_divergence_are_raised_as_they_are():
    class Broken(FCWTA):
        def loss_and_grads(self, x):
            raise ValueError("something else")

    with pytest.raises(ValueError, match="something else"):
        quiet(Broken(12, 8))


def test_a_model_that_does_not_count_its_winners_is_told_what_it_lacks():
    class Uncounted:
        def __init__(self):
            self.params = {"w": np.zeros(12, "f4")}

        def loss_and_grads(self, x):
            return 1.0, {"w": np.zeros(12, "f4")}

    with pytest.raises(TypeError, match=r"Uncounted.loss_and_grads does not set active_counts"):
        quiet(Uncounted())


def test_weights_that_overflowed_are_never_written_over_a_good_checkpoint(tmp_path):
    class Overflowing(FCWTA):
        def loss_and_grads(self, x):
            loss, grads = super().loss_and_grads(x)
            if (self.params["b_dec"] != 0).any():
                grads["b_enc"][0] = np.inf
            return loss, grads

    path = tmp_path / "c.npz"
    quiet(FCWTA(12, 8), epochs=1, checkpoint=path)
    before = path.read_bytes()
    with pytest.raises(
        DivergenceError,
        match=r"the weights became infinite in epoch 1, step 2: .* learning rate, such as 0.002",
    ):
        quiet(Overflowing(12, 8), X[:11], epochs=1, checkpoint=path)
    assert path.read_bytes() == before


def test_the_bar_shows_loss_sparsity_and_dead_units(capsys):
    fit(FCWTA(12, 8), X, 2, batch_size=10)
    bar = capsys.readouterr().err
    assert "epoch 2/2" in bar and "loss" in bar and "active" in bar and "dead" in bar
    quiet(FCWTA(12, 8))
    assert capsys.readouterr().err == ""


def test_a_history_is_saved_as_json_and_csv_and_read_again(tmp_path):
    history = quiet(FCWTA(12, 8))
    history.save(tmp_path / "h.json")
    history.save(tmp_path / "h.csv")
    assert (
        History.read(tmp_path / "h.json").rows
        == history.rows
        == json.loads((tmp_path / "h.json").read_text())
    )
    lines = (tmp_path / "h.csv").read_text().splitlines()
    assert lines[0] == "epoch,loss,sparsity,dead,lr,seconds" and len(lines) == 3
    assert float(lines[1].split(",")[1]) == history["loss"][0]
    assert "2 epochs" in repr(history)


def test_a_history_gives_columns_by_name_and_epochs_by_number_and_goes_through_its_rows():
    history = quiet(FCWTA(12, 8), epochs=3)
    assert list(history) == history.rows and [row["epoch"] for row in history] == [1, 2, 3]
    assert history[-1] is history.rows[2] and history[0]["epoch"] == 1 and history[1:] == history.rows[1:]
    assert history["loss"] == [row["loss"] for row in history]
    assert history.columns == ["epoch", "loss", "sparsity", "dead", "lr", "seconds"]
    with pytest.raises(KeyError, match="'accuracy', expected one of epoch, loss"):
        history["accuracy"]
    with pytest.raises(IndexError):
        history[3]
    assert list(History()) == [] == History()["loss"]
    assert eval(repr(SGD(0.5, 0.25))).__dict__ == SGD(0.5, 0.25).__dict__


@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_training_says_so_also_without_a_bar(which, capsys):
    class Interrupted(FCWTA):
        steps = 0

        def loss_and_grads(self, x):
            self.steps += 1
            if self.steps == 9:
                os.kill(os.getpid(), which)
            return super().loss_and_grads(x)

    history = quiet(Interrupted(12, 8), epochs=50)
    name = "Ctrl-C" if which == signal.SIGINT else "SIGTERM"
    said = f"wta_np: {name} ended the training in epoch 2, step 3, before its last epoch; history.interrupted"
    assert said in capsys.readouterr().err and history.interrupted and "interrupted" in repr(history)
    quiet(FCWTA(12, 8))
    assert capsys.readouterr().err == ""


def test_a_signal_that_the_process_ignores_stays_ignored(monkeypatch):
    class Interrupted(FCWTA):
        def loss_and_grads(self, x):
            os.kill(os.getpid(), signal.SIGINT)
            return super().loss_and_grads(x)

    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as for a command behind nohup or &
    try:
        history = quiet(Interrupted(12, 8))
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, previous)
    assert len(history) == 2 and not history.interrupted


def test_errors_show_the_name_by_which_they_are_imported():
    for error in (DivergenceError, StopTraining):
        assert error.__module__ == "wta_np.training"


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda m: quiet(m, batch_size=58), ValueError, "batch_size is 58, expected at most 57"),
        (lambda m: quiet(m, batch_size=0), ValueError, "batch_size is 0"),
        (lambda m: quiet(m, epochs=0), ValueError, "epochs is 0"),
        (
            lambda m: quiet(m, X.astype("f8")),
            TypeError,
            "x is float64 but the weights .* float32: use x.astype",
        ),
        (lambda m: quiet(m, (X * 255).astype("u1")), TypeError, "x holds uint8, expected floats"),
        (lambda m: quiet(m, X.tolist()), TypeError, "x is a list"),
        (lambda m: quiet(m, X[:, :5]), ValueError, r"x has shape \(10, 5\), expected \(N, D\) with D=12"),
        (
            lambda m: quiet(m, np.where(np.isclose(X, X[3, 4], atol=0), np.nan, X)),
            ValueError,
            r"1 values .* first at index \(3, 4\)",
        ),
        (lambda m: quiet(m.to("strict")), TypeError, "on"),
        (lambda m: fit(X, m, 2), TypeError, "model is a ndarray, expected one such as FCWTA"),
    ],
)
def test_wrong_input_gets_a_sentence(call, error, words):
    with pytest.raises(error, match=words):
        call(FCWTA(12, 8))


def test_an_optimizer_that_was_used_before_starts_anew():
    def weights(optimizer):
        model = FCWTA(12, 8)
        quiet(model, optimizer=optimizer)
        return model.params["W_enc"]

    used = SGD(0.05)
    quiet(FCWTA(12, 9), optimizer=used)
    np.testing.assert_array_equal(weights(used), weights(SGD(0.05)))


def test_the_optimizer_has_its_rate_and_velocity_back_after_a_training_whatever_ends_it():
    optimizer, mine = SGD(0.05), {"W_enc": np.ones(3)}
    optimizer.velocity = mine
    quiet(FCWTA(12, 9), optimizer=optimizer, schedule=lambda epoch, epochs: 0.5)
    assert optimizer.lr == 0.05 and optimizer.velocity is mine and list(mine) == ["W_enc"]

    def fail(model, history):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        quiet(FCWTA(12, 9), optimizer=optimizer, schedule=lambda epoch, epochs: 0.5, callbacks=[fail])
    assert optimizer.lr == 0.05 and optimizer.velocity is mine


def test_the_epoch_in_which_all_units_died_is_that_one_and_not_the_next():
    class Dying(FCWTA):
        steps = 0

        def loss_and_grads(self, x):
            self.steps += 1
            if self.steps > 6:
                self.params["b_enc"][:] = -100
            return super().loss_and_grads(x)

    with pytest.raises(DivergenceError, match="every unit died in epoch 2: ") as caught:
        quiet(Dying(12, 8), epochs=2)
    assert "step" not in str(caught.value).split(":")[0]  # all of them: one step alone says nothing


def test_callbacks_may_come_from_a_generator_and_are_called_after_every_epoch():
    seen = []
    quiet(FCWTA(12, 8), epochs=3, callbacks=(f for f in [lambda m, h: seen.append(len(h))]))
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"callbacks": [3]}, r"callbacks\[0\] is 3, expected a function"),
        ({"optimizer": "sgd"}, "optimizer is 'sgd'"),
        ({"about": {"a": object()}}, "about holds what JSON cannot"),
    ],
)
def test_other_arguments_are_checked_before_any_work(options, words):
    with pytest.raises(TypeError, match=words):
        quiet(FCWTA(12, 8), **options)


def test_an_option_by_position_is_named():
    with pytest.raises(
        TypeError, match=r"rng must be given by name: fit\(\.\.\., \.\.\., 2, 10, None, rng=7\)"
    ):
        fit(FCWTA(12, 8), X, 2, 10, None, 7)
