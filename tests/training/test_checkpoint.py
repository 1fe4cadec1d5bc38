"""Checkpoints: what is saved comes back, bit for bit; what is damaged or foreign is refused in a sentence."""

import json
import os
import pickle
import subprocess
import sys
import zipfile

import numpy as np
import pytest

import wta_np
from wta_np._utils.atomic import write_whole
from wta_np.models import FCWTA, ConvWTA
from wta_np.training import History, StopTraining, fit, load, load_checkpoint, load_model, save
from wta_np.training.records import GENERATORS, generator_of

X = np.random.default_rng(0).random((40, 12)).astype("f4")


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
    with pytest.raises(ValueError, match=r"m\.npz is not a complete checkpoint: it was cut short or damaged"):
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


# What a file may say of itself: each field of another kind, and sizes that are not there -----------------


@pytest.fixture
def training(tmp_path):
    """A training that was stopped within its second epoch."""
    path = tmp_path / "c.npz"

    def stop(model, history):
        raise StopTraining

    fit(FCWTA(12, 6), X, 2, 10, progress=False, checkpoint=path, callbacks=[stop])
    return path


def at(description, *keys):
    for key in keys:
        description = description[key]
    return description


ODD = [
    None,
    True,
    -1,
    0.5,
    10**9,
    10**40,
    float("nan"),
    "x" * 10**4,
    "\x1b[2J\n",
    [],
    {},
    [1, [2]],
    {"a": {}},
]
PLACES = [
    ("format",), ("model",), ("config",), ("about",), ("state",), ("config", "n_inputs"), ("config", "n_hidden"),
    ("config", "lifetime"), ("state", "epoch"), ("state", "batch"), ("state", "n_seen"), ("state", "loss_sum"),
    ("state", "seconds"), ("state", "settings"), ("state", "settings", "lr"), ("state", "settings", "data"),
    ("state", "history"), ("state", "history", 0), ("state", "history", 0, "loss"), ("state", "epoch_state"),
    ("state", "epoch_state", "state"), ("state", "epoch_state", "bit_generator"),
    ("state", "epoch_state", "has_uint32"), ("state", "model_state"),
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_every_field_of_another_kind_is_refused_in_one_sentence_before_the_model_is_touched(training, place):
    content = training.read_bytes()
    for value in ODD:
        training.write_bytes(content)

        def change(members, description, value=value):
            old = at(description, *place[:-1])[place[-1]]
            if type(old) is type(value) and old == value:
                return
            at(description, *place[:-1])[place[-1]] = value

        rewrite(training, change)
        model = FCWTA(12, 6)
        before = model.params["W_enc"].copy()
        try:
            load_checkpoint(training)
            fit(model, X, 1, 10, progress=False, checkpoint=training, resume=True)
        except ValueError as error:
            assert str(training) in str(error) and "\n" not in str(error) and len(str(error)) < 700
            assert "\x1b" not in str(error)
            np.testing.assert_array_equal(model.params["W_enc"], before)
        else:  # notes of any kind, and settings that nothing depends on
            assert place in [("about",), ("state", "model_state"), ("state",), ("state", "seconds"),
                             ("state", "loss_sum"), ("config", "lifetime"),
                             ("state", "history", 0, "loss")], (place, value)  # fmt: skip


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"n_inputs": 30_000, "n_hidden": [30_000]}, r"W_enc of shape \(9, 6\), expected \(30000, 30000\)"),
        ({"n_inputs": 10**30}, "FCWTA that can be made"),
        ({"n_hidden": [1] * 10**6}, "n_hidden asks for 1000000 layers, but there are 4 arrays"),
        ({"n_hidden": ["x" * 10**6]}, "n_hidden is"),
        ({"rng": [1, 2]}, "unexpected 'rng'"),
        ({"dtype": "object"}, "unexpected 'dtype'"),
    ],
)
def test_sizes_that_only_the_description_has_are_refused_before_they_take_memory(saved, config, words):
    rewrite(saved, lambda members, description: description["config"].update(config))
    resource = pytest.importorskip("resource")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ValueError, match=words) as caught:
        load_model(saved)
    assert len(str(caught.value)) < 700
    assert (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1 << 20
    )  # kilobytes; there it is 3.6 GB


def test_layers_of_a_convolution_are_counted_before_they_are_made(tmp_path):
    save(tmp_path / "c.npz", ConvWTA(1, 2, n_layers=1))
    rewrite(tmp_path / "c.npz", lambda members, description: description["config"].update(n_layers=10**9))
    with pytest.raises(ValueError, match="n_layers asks for 1000000000 layers"):
        load_model(tmp_path / "c.npz")


def test_an_archive_that_unpacks_to_more_than_the_limit_is_refused_from_its_headers(saved):
    header = {"descr": "|u1", "fortran_order": False, "shape": (3 << 30,)}
    with (
        zipfile.ZipFile(saved, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("state/x.npy", "w") as member,
    ):
        np.lib.format.write_array_header_1_0(member, {**header, "shape": (1 << 24,)})
        member.write(bytes(1 << 24))
    with pytest.raises(
        ValueError, match=r"too large for a checkpoint: .* 167.* bytes, expected at most 1000"
    ):
        load_checkpoint(saved, max_bytes=1000)
    with (
        zipfile.ZipFile(saved, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("state/more.npy", "w") as member,
    ):
        np.lib.format.write_array_header_1_0(member, header)
        member.write(bytes(100))
    with pytest.raises(ValueError, match="which do not fit its shape"):
        load_checkpoint(saved)


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_ways_of_packing_that_unpack_without_bound_are_refused(saved, kind):
    with zipfile.ZipFile(saved, "a", kind) as archive:
        archive.writestr("state/other.npy", bytes(1000))
    with pytest.raises(ValueError, match="is packed in a way that NumPy does not use"):
        load_model(saved)


def test_a_zip_archive_of_very_many_names_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "m.npz", "w") as archive:
        for i in range(18):
            archive.writestr(f"{i:060000d}", b"")
    with pytest.raises(ValueError, match="its directory has more than 1048576 bytes"):
        load_model(tmp_path / "m.npz")


def test_pipes_devices_and_sparse_files_are_refused_without_a_wait(tmp_path):
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.npz")
        with pytest.raises(OSError, match="it is a named pipe, expected a regular file"):
            load_model(tmp_path / "pipe.npz")
        os.symlink("/dev/zero", tmp_path / "zero.npz")
        with pytest.raises(OSError, match="it is a device, expected a regular file"):
            load_model(tmp_path / "zero.npz")
    with open(tmp_path / "sparse.npz", "wb") as file:
        file.truncate(8 << 30)
    with pytest.raises(ValueError, match="not a complete checkpoint"):
        load_model(tmp_path / "sparse.npz")


@pytest.mark.parametrize(
    ("kind", "field", "value"), [("MT19937", "pos", 10**6), ("Philox", "buffer_pos", 77)]
)
def test_a_place_beyond_the_tables_of_a_generator_is_refused(kind, field, value):
    """NumPy takes it, and reads memory that is not its own."""
    state = getattr(np.random, kind)(1).state
    (state["state"] if field in state["state"] else state)[field] = value
    with pytest.raises(ValueError, match=f"{field} {value}, expected 0 to"):
        generator_of(state)


@pytest.mark.parametrize("kind", GENERATORS)
def test_the_state_of_every_generator_comes_back_from_json(kind):
    rng = np.random.Generator(getattr(np.random, kind)(5))
    rng.integers(0, 2**31, 3, dtype=np.uint32)
    state = json.loads(json.dumps(rng.bit_generator.state, default=lambda array: array.tolist()))
    assert generator_of(state).random() == rng.random()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON"),
        ("[" * 10**5, "nested too deeply"),
        ("[" + "9" * 5000 + "]", "a number of 5000 digits"),
        ("{}", "expected a list of epochs"),
        ("[1]", "epoch 1, expected numbers by name"),
        ('[{"epoch": 1, "loss": "low"}]', "'low' as 'loss' of epoch 1"),
        ('[{"epoch": 1, "loss": NaN}]', "nan as 'loss'"),
        ('[{"loss": 1}, {"epoch": 2}]', "other columns in epoch 2"),
    ],
)
def test_a_history_that_is_none_is_refused_with_the_name_of_its_file(tmp_path, text, words):
    (tmp_path / "history.json").write_text(text)
    with pytest.raises(ValueError, match=words) as caught:
        History.read(tmp_path / "history.json")
    assert str(tmp_path / "history.json") in str(caught.value) and len(str(caught.value)) < 600


def test_load_says_which_of_the_two_a_file_is(saved, tmp_path):
    with pytest.raises(ValueError, match="it is a trained model and no data set: use wta_np"):
        wta_np.load_data(saved)
    x = np.ones((3, 4, 4), "f4")
    np.savez(tmp_path / "d.npz", x_train=x, x_test=x)
    with pytest.raises(ValueError, match="no description inside: it is a data set, use wta_np"):
        wta_np.load_model(tmp_path / "d.npz")
    assert type(wta_np.load_model(saved)) is FCWTA
    assert wta_np.load is wta_np.load_data
