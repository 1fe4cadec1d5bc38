"""The command on patches: of a folder, of dead leaves, of a data set; whitened, normalised, resumed, drawn."""

import json
import re
import signal

import numpy as np
import pytest
from matplotlib.image import imread
from PIL import Image
from refusals import one_line

from wta_np.cli import main
from wta_np.data import load
from wta_np.data.preparation import SETTINGS, Preparation, load_images
from wta_np.data.whitening import Whitening
from wta_np.training import SGD, load_checkpoint

FC = ["--units", "20", "--n-patches", "200", "--epochs", "2", "--batch-size", "20"]
CONV = ["--maps", "3", "--layers", "1", "--n-patches", "30", "--epochs", "1", "--batch-size", "10"]


@pytest.fixture(scope="session")
def photos(tmp_path_factory):
    """A folder of two images in colour."""
    folder = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(0)
    for name in ("a.png", "b.jpg"):
        Image.fromarray(rng.integers(0, 256, (50, 60, 3), dtype=np.uint8)).save(folder / name, quality=95)
    return folder


@pytest.mark.parametrize("whiten", ["zca", "pca", "none"])
def test_a_run_on_patches_of_a_folder_keeps_what_it_takes_to_draw_and_to_go_on(
    whiten, photos, tmp_path, capsys
):
    out = ["--out", str(tmp_path)]
    where = ["--data", f"patches:{photos}", "--patch", "7", "--whiten", whiten, "--retain", "0.9"]
    assert main(["train", "fc", *where, *FC, *out]) == 0
    checkpoint = load_checkpoint(tmp_path / "model.npz")
    assert checkpoint.about["image_shape"] == [7, 7, 3]
    settings = checkpoint.about["settings"]
    assert (settings["patch"], settings["whiten"], settings["contrast"]) == (7, whiten, False)
    inputs = checkpoint.model.n_inputs
    assert (inputs == 147) == (whiten != "pca")
    assert len(list(tmp_path.glob("whitening-*.npz"))) == (whiten != "none")
    assert main(["train", "fc", "--resume", "--epochs", "3", *out]) == 0
    assert len(json.loads((tmp_path / "history.json").read_text())) == 3
    assert main(["plot", str(tmp_path)]) == 0
    assert {"dictionary.png", "reconstructions.png", "activity.png"} <= {p.name for p in tmp_path.iterdir()}
    capsys.readouterr()
    assert main(["eval", str(tmp_path)]) == 2
    one_line(capsys, r"patches of 7 x 7 .* has no labels, expected a labelled data set")


def test_a_run_that_was_cut_and_resumed_ends_with_the_same_weights(photos, tmp_path, monkeypatch):
    train = ["train", "fc", "--data", f"patches:{photos}", "--whiten", "zca", *FC, "--seed", "3", "--out"]
    assert main([*train, str(tmp_path / "whole")]) == 0
    step, steps = SGD.step, []

    def interrupted(self, params, grads):
        steps.append(params)
        if len(steps) == 12:
            signal.raise_signal(signal.SIGINT)
        return step(self, params, grads)

    monkeypatch.setattr(SGD, "step", interrupted)
    assert main([*train, str(tmp_path / "cut")]) == 130
    assert main([*train, str(tmp_path / "cut"), "--resume"]) == 0
    one, two = (load_checkpoint(tmp_path / name / "model.npz").model.params for name in ("whole", "cut"))
    assert all(one[name].tobytes() == two[name].tobytes() for name in one)


def test_dead_leaves_are_always_cut_and_need_no_download(tmp_path):
    assert main(["train", "fc", "--data", "dead-leaves", "--whiten", "zca", *FC, "--out", str(tmp_path)]) == 0
    about = load_checkpoint(tmp_path / "model.npz").about
    assert about["settings"]["patch"] == 11 and about["image_shape"] == [11, 11, 3]


@pytest.mark.parametrize(("option", "contrast"), [([], True), (["--no-contrast"], False)])
def test_convolutional_models_get_patches_of_48_with_normalised_contrast(option, contrast, photos, tmp_path):
    where = ["--data", f"patches:{photos}", "--grey", *CONV, *option, "--out", str(tmp_path)]
    assert main(["train", "conv", *where]) == 0
    about = load_checkpoint(tmp_path / "model.npz").about
    assert about["image_shape"] == [48, 48, 1] and about["settings"]["contrast"] is contrast
    assert about["settings"]["lr"] == 0.0002
    assert main(["plot", str(tmp_path)]) == 0


@pytest.mark.parametrize("kind", ["fc", "conv"])
def test_the_help_says_what_the_defaults_are(kind, capsys):
    with pytest.raises(SystemExit):
        main(["train", kind, "--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert "None" not in text and "%s" not in text
    assert ("(0.002, with patches 0.0002)" in text and "(off, with patches on)" in text) == (kind == "conv")


def test_convolutional_models_on_whole_digits_keep_their_contrast(tmp_path):
    small = ["--maps", "2", "--layers", "1", "--size", "3", "--decoder-size", "3", "--epochs", "1"]
    np.savez(tmp_path / "d.npz", **{k: v[:40] for k, v in vars(load("sample")).items()})
    data = ["--data", str(tmp_path / "d.npz"), "--batch-size", "20", "--out", str(tmp_path / "run")]
    assert main(["train", "conv", *data, *small]) == 0
    settings = load_checkpoint(tmp_path / "run" / "model.npz").about["settings"]
    assert settings["contrast"] is False and settings["lr"] == 0.002


# so few units are best at values of C for which float32 has not the digits, and the SVM says so
@pytest.mark.filterwarnings("ignore:the SVM stopped after:RuntimeWarning")
def test_a_labelled_data_set_can_be_whitened_whole_and_judged(tmp_path, capsys):
    where = ["--data", "sample", "--whiten", "zca", "--retain", "0.8", "--epochs", "1", "--units", "30"]
    assert main(["train", "fc", *where, "--out", str(tmp_path)]) == 0
    assert main(["eval", str(tmp_path)]) == 0  # on what it was trained on
    assert "test error of a linear SVM" in capsys.readouterr().out


def test_patches_of_a_data_set_come_from_its_training_and_its_test_images():
    settings = {**SETTINGS, "data": "sample", "patch": 28, "n_patches": 50, "seed": 0}
    data, whole = load_images(settings), load("sample")
    for patches, images in ((data.x_train, whole.x_train), (data.x_test, whole.x_test)):
        known = {image.tobytes() for image in images}
        assert all(patch.tobytes() in known for patch in patches)
    assert (len(data.x_train), len(data.x_test)) == (50, 5) and data.y_train is None


def test_pictures_of_whitened_and_normalised_images_are_the_images():
    x = load("dead-leaves").x_train[:20, :16, :16]
    settings = {**SETTINGS, "whiten": "zca", "retain": 1.0}
    preparation = Preparation.fit(settings, np.concatenate([x] * 3))
    np.testing.assert_allclose(preparation.pictures(preparation.apply(x)), x, atol=1e-3)
    preparation = Preparation.fit({**settings, "contrast": True, "whiten": "none"}, x)
    shown = preparation.pictures(preparation.apply(x))
    assert shown.min() >= 0 and shown.max() <= 1
    np.testing.assert_allclose(np.abs(shown - 0.5).max(axis=(1, 2, 3)), 0.5, atol=1e-6)


def test_the_dictionary_of_a_pca_is_drawn_as_images(photos, tmp_path):
    where = ["--data", f"patches:{photos}", "--patch", "7", "--whiten", "pca", *FC, "--out", str(tmp_path)]
    assert main(["train", "fc", *where]) == 0
    picture = imread(tmp_path / "dictionary.png")
    assert (
        np.ptp(picture[..., :3], axis=2).max() > 0
    )  # in colour: atoms are patches again and not rows of numbers


@pytest.mark.filterwarnings("default")
def test_files_that_are_no_images_are_named_in_one_line_and_the_run_goes_on(photos, tmp_path, capsys):
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "a.png").write_bytes((photos / "a.png").read_bytes())
    (folder / "broken.jpg").write_bytes((photos / "b.jpg").read_bytes()[:100])
    assert main(["train", "fc", "--data", f"patches:{folder}", *FC, "--out", str(tmp_path / "run")]) == 0
    err = capsys.readouterr().err
    assert "wta-np: warning: 1 of 2 image files cannot be read: " in err and "broken.jpg (" in err


def bad_folder(tmp_path, *names):
    folder = tmp_path / "bad"
    folder.mkdir()
    for name in names:
        (folder / name).write_text("no image")
    return f"patches:{folder}"


BAD = {
    "empty folder": (
        lambda t, p: ["--data", bad_folder(t)],
        "bad holds no image, expected files that end in",
    ),
    "no image in it": (
        lambda t, p: ["--data", bad_folder(t, "x.png")],
        "no image that can be read: 1 of 1 .*x.png",
    ),
    "no folder": (lambda t, p: ["--data", "patches:nowhere"], "nowhere: No such file"),
    "patch too large": (lambda t, p: ["--data", p, "--patch", "51"], "patch size is 51, expected at most 50"),
    "patch 0": (lambda t, p: ["--data", p, "--patch", "0"], "patch is 0, expected at least 1"),
    "no patches": (lambda t, p: ["--data", p, "--n-patches", "0"], "n_patches is 0, expected at least 1"),
    "retain": (
        lambda t, p: ["--data", p, "--whiten", "zca", "--retain", "0"],
        "retain is 0, expected a number in",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_line_and_status_2(case, photos, tmp_path, capsys):
    make, words = BAD[case]
    options = [*FC, "--out", str(tmp_path / "run"), *make(tmp_path, f"patches:{photos}")]
    assert main(["train", "fc", *options]) == 2
    one_line(capsys, words)


def test_a_whitening_of_another_run_is_refused(photos, tmp_path, capsys):
    run = ["train", "fc", "--data", f"patches:{photos}", "--whiten", "zca", *FC, "--out", str(tmp_path)]
    assert main(run) == 0
    other = Whitening("zca").fit(np.random.default_rng(0).random((50, 11, 11, 3)))
    (own,) = tmp_path.glob("whitening-*.npz")
    other.save(own)
    assert main(["plot", str(tmp_path)]) == 2
    one_line(capsys, r"whitening-\d+.npz is not the whitening that .*model.npz was trained with")
    own.unlink()
    assert main(["train", "fc", "--resume", "--epochs", "3", "--out", str(tmp_path)]) == 2
    one_line(capsys, r"whitening-\d+.npz: No such file")


@pytest.mark.parametrize("kill", [False, True])
def test_a_run_that_is_not_overwritten_after_all_keeps_its_whitening(
    kill, photos, tmp_path, monkeypatch, capsys
):
    run = ["train", "fc", "--data", f"patches:{photos}", "--whiten", "zca", *FC, "--out", str(tmp_path)]
    assert main(run) == 0
    before = {path.name: path.read_bytes() for path in tmp_path.glob("*.npz")}
    anew = [*run, "--overwrite", "--seed", "1"]
    if kill:

        def killed(*_, **__):
            raise OSError("killed")

        monkeypatch.setattr("wta_np.cli.train.fit", killed)
        assert main(anew) == 2
        monkeypatch.undo()
    else:
        assert main([*anew, "--units", "0"]) == 2
    after = {path.name: path.read_bytes() for path in tmp_path.glob("*.npz")}
    assert before.items() <= after.items()
    assert main(["plot", str(tmp_path)]) == 0
    assert main(anew) == 0  # leaves the whitening of the new run only
    assert len(list(tmp_path.glob("whitening-*.npz"))) == 1
    assert main(["plot", str(tmp_path)]) == 0


def test_a_model_of_whole_images_gets_no_patches_and_a_folder_is_told_its_prefix(photos, tmp_path, capsys):
    small = ["--epochs", "1", "--units", "5", "--out", str(tmp_path / "run")]
    assert main(["train", "fc", "--data", str(photos), *small]) == 2
    one_line(capsys, rf"data is the folder {re.escape(str(photos))}, expected patches:")
    assert main(["train", "fc", "--data", "patches:", *small]) == 2
    one_line(capsys, "folder is empty, expected the name of a folder of images")
    assert main(["train", "fc", *small]) == 0
    assert main(["plot", str(tmp_path / "run"), "--data", f"patches:{photos}"]) == 2
    one_line(capsys, "--data is patches:.* was trained on whole images, expected a data set of those")


def test_without_labels_eval_says_so(tmp_path, capsys):
    rng = np.random.default_rng(0)
    arrays = {"x_train": rng.random((20, 8, 8, 3)), "x_test": rng.random((20, 8, 8, 3))}
    labels = np.arange(20) % 2
    np.savez(tmp_path / "d.npz", **arrays, y_train=labels, y_test=labels)
    small = ["--maps", "2", "--layers", "1", "--epochs", "1", "--batch-size", "10", "--out", str(tmp_path)]
    assert main(["train", "conv", "--data", str(tmp_path / "d.npz"), *small]) == 0
    assert main(["eval", str(tmp_path), "--data", "dead-leaves"]) == 2
    one_line(capsys, "dead-leaves has no labels, expected a labelled data set")
