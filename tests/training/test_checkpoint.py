"""Checkpoints: what is saved comes back, bit for bit; what is damaged or foreign is refused in a sentence."""

import json
import os
import pickle
import subprocess
import sys

import numpy as np
import pytest

from wta_np._utils.atomic import write_whole
from wta_np.models import FCWTA
from wta_np.training import load, load_checkpoint, save


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("hidden", [6, [6, 5]])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_a_model_comes_back_as_it_was(tied, hidden, dtype, tmp_path, backend):
    model = FCWTA(9, hidden, lifetime=0.2, tied=tied, rng=3, dtype=dtype).to(backend)
    save(tmp_path / "m.npz", model, about={"image_shape": [3, 3, 1]})
    again = load(tmp_path / "m.npz")
    assert repr(again) == repr(model) and list(again.params) == list(model.params)
    for name, value in model.to("numpy").params.items():
        np.testing.assert_array_equal(again.params[name], value)
        assert again.params[name].dtype == value.dtype
    assert load_checkpoint(tmp_path / "m.npz").about == {"image_shape": [3, 3, 1]}


def test_saving_leaves_one_file_with_the_usual_permissions(tmp_path):
    save(tmp_path / "deep" / "m", FCWTA(9, 6))
    (tmp_path / "plain").write_text("")
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["m"]
    assert (tmp_path / "deep" / "m").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "m.npz"
    save(path, FCWTA(9, 6))
    return path


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.9, 0.999])
def test_a_checkpoint_cut_short_is_refused(saved, share):
    content = saved.read_bytes()
    saved.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ValueError, match=r"m\.npz is no whole checkpoint: it was cut short or damaged"):
        load(saved)


def test_a_checkpoint_with_a_flipped_bit_is_refused(saved):
    content = bytearray(saved.read_bytes())
    content[content.index(load(saved).params["W_enc"].tobytes()) + 5] ^= 4
    saved.write_bytes(content)
    with pytest.raises(ValueError, match="damaged"):
        load(saved)


class Bomb:
    def __reduce__(self):
        return os.mkdir, ("exploded",)


def test_a_checkpoint_with_a_pickle_inside_is_refused_and_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.savez("bomb.npz", allow_pickle=True, about=np.array([Bomb()], dtype=object))
    with pytest.raises(ValueError, match="pickled Python objects, which are never loaded"):
        load("bomb.npz")
    with open("plain.npz", "wb") as file:
        pickle.dump(Bomb(), file)
    with pytest.raises(ValueError, match=r"pickled Python objects|damaged"):
        load("plain.npz")
    assert not os.path.exists("exploded")


def rewrite(path, change):
    """Apply `change(members, description)` to a checkpoint file."""
    with np.load(path) as archive:
        members = dict(archive)
    description = json.loads(str(members.pop("about")))
    change(members, description)
    np.savez(path, about=np.array(json.dumps(description)), **members)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m, d: d.update(model="os.system"), "holds a model 'os.system', expected one of FCWTA"),
        (lambda m, d: d.update(format=99), "format 99, expected 1: update wta_np"),
        (lambda m, d: d.pop("config"), "no description inside"),
        (lambda m, d: d["config"].update(n_hidden=-1), "n_hidden is -1"),
        (lambda m, d: d["config"].update(surprise=1), "surprise"),
        (lambda m, d: m.pop("params/b_dec"), "b_dec of shape none"),
        (lambda m, d: m.update({"params/extra": np.ones(2)}), r"extra of shape \(2,\), expected none"),
        (
            lambda m, d: m.update({"params/b_enc": np.ones(7, "f4")}),
            r"b_enc of shape \(7,\), expected \(6,\)",
        ),
        (lambda m, d: m.update({"params/b_enc": np.ones(6, "i4")}), "one floating dtype"),
        (
            lambda m, d: m.update({"params/b_enc": np.full(6, np.nan, "f4")}),
            "b_enc holds 6 values that are NaN",
        ),
    ],
)
def test_a_foreign_checkpoint_is_refused_in_a_sentence(saved, change, words):
    rewrite(saved, change)
    with pytest.raises(ValueError, match=words):
        load(saved)


def test_other_files_are_refused(tmp_path):
    np.savez(tmp_path / "other.npz", x=np.ones(3))
    with pytest.raises(ValueError, match="no description inside"):
        load(tmp_path / "other.npz")
    np.save(tmp_path / "bare.npy", np.ones(3))
    with pytest.raises(ValueError, match="damaged"):
        load(tmp_path / "bare.npy")
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "missing.npz")


def test_an_error_while_writing_keeps_the_old_file_and_leaves_nothing_beside_it(saved):
    before = saved.read_bytes()
    with pytest.raises(RuntimeError), write_whole(saved) as file:
        file.write(b"half")
        raise RuntimeError
    assert saved.read_bytes() == before and list(saved.parent.iterdir()) == [saved]


def test_a_disk_that_fills_while_saving_keeps_the_old_file(saved):
    """The limit on the size of a file stands for the full disk: writing fails half-way in both."""
    resource = pytest.importorskip("resource")
    before = saved.read_bytes()
    code = f"""
import resource
from wta_np import FCWTA, save
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, {resource.RLIM_INFINITY}))
try:
    save({str(saved)!r}, FCWTA(784, 100))
except OSError as error:
    print("OSError")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "OSError\n"
    assert saved.read_bytes() == before and list(saved.parent.iterdir()) == [saved]
    load(saved)


def test_no_damage_of_a_byte_gives_anything_but_a_sentence(saved):
    """Every bit of the file's first and last part, where zip and .npy headers are, flipped once."""
    content = saved.read_bytes()
    places = [*range(260), *range(len(content) - 400, len(content))]
    for place in places:
        damaged = bytearray(content)
        damaged[place] ^= 1 << (place % 8)
        saved.write_bytes(damaged)
        try:
            load(saved)
        except ValueError as error:
            assert str(saved) in str(error)


def test_a_link_stays_a_link_and_what_is_no_file_is_left_alone(tmp_path):
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    with write_whole(tmp_path / "link.txt", "w") as file:
        file.write("new")
    assert (tmp_path / "link.txt").is_symlink() and (tmp_path / "real.txt").read_text() == "new"
    with pytest.raises(OSError, match="not a file that can be replaced"), write_whole(tmp_path):
        pass
    with pytest.raises(OSError, match="not a file that can be replaced"), write_whole("/dev/null"):
        pass
