"""A model of a class of one's own comes back from a checkpoint as one of that class, or is refused."""

import subprocess
import sys

import numpy as np
import pytest

from wta_np.models import FCWTA, Stack
from wta_np.ops import lifetime_forward
from wta_np.training import SGD, fit, load, load_checkpoint, load_model, save

X = np.random.default_rng(0).random((57, 12)).astype("f4")


class PerSample(FCWTA):
    """Two units of each sample win, instead of some samples of each unit."""

    def _constrain(self, h):
        z, mask = lifetime_forward(h.T.copy(), 2)
        return z.T, mask.T


class WithAnOption(FCWTA):
    """A model with an argument that its config does not tell."""

    def __init__(self, n_inputs, n_hidden, *, keep=2, **options):
        super().__init__(n_inputs, n_hidden, **options)
        self.keep = keep


class WithAnOptionThatIsTold(WithAnOption):
    """The same, and its config tells."""

    @property
    def config(self):
        return {**super().config, "keep": self.keep}


def test_a_subclass_comes_back_as_itself_with_its_own_constraint(tmp_path):
    model = PerSample(12, 8)
    save(tmp_path / "m.npz", model)
    again = load_model(tmp_path / "m.npz")
    assert type(again) is PerSample
    np.testing.assert_array_equal(again.reconstruct(X), model.reconstruct(X))
    assert not np.array_equal(again.reconstruct(X), FCWTA(12, 8).reconstruct(X))


def test_a_subclass_in_a_stack_comes_back_as_itself(tmp_path):
    save(tmp_path / "s.npz", Stack([FCWTA(12, 8), PerSample(8, 5)]))
    assert [type(m) for m in load(tmp_path / "s.npz").models] == [FCWTA, PerSample]


def test_a_subclass_that_the_process_does_not_know_is_refused_and_never_loaded_as_its_base(tmp_path):
    save(tmp_path / "m.npz", PerSample(12, 8))
    save(tmp_path / "s.npz", Stack([FCWTA(12, 8), PerSample(8, 5)]))
    code = (
        "import sys; from wta_np.training import load_model\n"
        "for path in sys.argv[1:]:\n"
        "    try: print(type(load_model(path)).__name__)\n"
        "    except ValueError as error: print(error)"
    )
    command = [sys.executable, "-c", code, tmp_path / "m.npz", tmp_path / "s.npz"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert "m.npz holds a model 'test_subclasses.PerSample', expected one of FCWTA" in lines[0]
    assert "define or import a class of your own" in lines[0]
    assert "holds a 'test_subclasses.PerSample' in a stack, expected one of FCWTA" in lines[1]


def test_a_subclass_whose_config_does_not_make_it_again_is_refused_before_anything_is_written(tmp_path):
    words = r"WithAnOption whose config lacks keep: loading calls WithAnOption\(\*\*config\)"
    for model in (WithAnOption(12, 8), Stack([WithAnOption(12, 8)])):
        with pytest.raises(TypeError, match=words):
            save(tmp_path / "m.npz", model)
        with pytest.raises(TypeError, match=words):
            fit(model, X, 1, batch_size=10, progress=False, checkpoint=tmp_path / "m.npz")
    assert not list(tmp_path.iterdir())
    np.testing.assert_array_equal(model.top.params["W_enc"], FCWTA(12, 8).params["W_enc"])  # not trained
    save(tmp_path / "m.npz", WithAnOptionThatIsTold(12, 8, keep=5))
    assert load_model(tmp_path / "m.npz").keep == 5


def test_names_alone_do_not_confuse_classes(tmp_path):
    double = type("FCWTA", (PerSample,), {"__module__": __name__})
    same = type("PerSample", (FCWTA,), {"__module__": "elsewhere"})
    for i, kind in enumerate((double, same, PerSample, FCWTA)):
        save(tmp_path / f"{i}.npz", kind(12, 8))
    assert [type(load_model(tmp_path / f"{i}.npz")) for i in range(4)] == [double, same, PerSample, FCWTA]


def test_a_class_that_moved_to_another_module_is_found_by_its_own_name(tmp_path):
    kind = type("Moved", (FCWTA,), {"__module__": "__main__"})
    save(tmp_path / "m.npz", kind(12, 8))
    kind.__module__ = "mine"
    assert type(load_model(tmp_path / "m.npz")) is kind
    other = type("Moved", (FCWTA,), {"__module__": "yours"})  # which of the two it is, nothing tells
    with pytest.raises(ValueError, match=r"holds a model '__main__\.Moved'"):
        load_model(tmp_path / "m.npz")
    assert other.__name__ == "Moved"


def test_a_class_that_was_defined_again_as_in_a_notebook_is_loaded_as_the_last_definition(tmp_path):
    def define(bonus):
        return type("Repeated", (FCWTA,), {"bonus": bonus, "__module__": __name__})

    first, second = define(1), define(2)
    save(tmp_path / "m.npz", first(12, 8))
    assert type(load_model(tmp_path / "m.npz")) is second


def test_a_training_of_a_subclass_is_kept_and_resumed(tmp_path):
    options = {"batch_size": 10, "optimizer": SGD(0.02), "progress": False, "checkpoint": tmp_path / "m.npz"}
    fit(PerSample(12, 8), X, 1, **options)
    resumed, whole = PerSample(12, 8), PerSample(12, 8)
    fit(resumed, X, 2, resume=True, **options)
    fit(whole, X, 2, **{**options, "checkpoint": None})
    assert resumed.params["W_enc"].tobytes() == whole.params["W_enc"].tobytes()
    assert type(load_checkpoint(tmp_path / "m.npz").model) is PerSample
