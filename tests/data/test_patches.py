"""Patches: cut from where they say, seeded, textured; folders read a file at a time, damage told in a sentence."""

import os
import struct
import warnings
import weakref
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from wta_np.data import folder as folder_module
from wta_np.data.folder import ImageFolder, with_channels
from wta_np.data.patches import random_patches

RNG = np.random.default_rng(0)


def numbered(n=3, height=9, width=12, channels=2):
    """Images of which every value is another, so that a patch tells where it was cut."""
    shape = (n, height, width, channels)
    return np.arange(np.prod(shape), dtype="f8").reshape(shape) / np.prod(shape)


@pytest.fixture
def photos(tmp_path):
    """A function that writes random images under these names, and returns their folder."""

    def write(*names, size=(14, 17), folder=tmp_path / "photos"):
        folder.mkdir(exist_ok=True)
        for i, name in enumerate(names):
            pixels = np.random.default_rng(i).integers(0, 256, (*size, 3), dtype=np.uint8)
            (folder / name).parent.mkdir(exist_ok=True)
            Image.fromarray(pixels).save(folder / name)
        return folder

    return write


@given(st.integers(1, 60), st.integers(1, 9), st.integers(0, 5))
def test_every_patch_is_a_window_of_an_image(n, size, seed):
    images = numbered()
    patches = random_patches(images, n, size, seed, min_std=0)
    assert patches.shape == (n, size, size, 2) and patches.dtype == images.dtype
    for patch in patches:
        i, y, x, _ = np.argwhere(images == patch[0, 0, 0])[0]
        assert (patch == images[i, y : y + size, x : x + size]).all()


def test_the_same_seed_cuts_the_same_patches_and_another_seed_others():
    images = RNG.random((4, 20, 20, 1)).astype("f4")
    one, two, three = (random_patches(images, 10, 5, seed) for seed in (1, 1, np.random.default_rng(2)))
    assert (one == two).all() and (one != three).any()


def test_every_image_gives_about_as_many_patches_and_they_are_mixed():
    images = np.linspace(0.1, 0.9, 5)[:, None, None, None] * np.ones((5, 30, 30, 1))
    found = random_patches(images, 103, 4, min_std=0)[:, 0, 0, 0]
    _, counts = np.unique(found, return_counts=True)
    assert sorted(counts) == [20, 20, 21, 21, 21]
    assert (np.diff(found) != 0).sum() > 60  # drawn one image after the other it would be 4


def test_places_are_uniform_up_to_the_border():
    image = numbered(1, 8, 8, 1)
    corners = random_patches(image, 9000, 6, min_std=0)[:, 0, 0, 0] * 64
    _, counts = np.unique(corners.round(), return_counts=True)
    assert len(counts) == 9 and abs(counts - 1000).max() < 150


def test_flat_patches_are_rejected_and_an_even_colour_is_flat():
    images = np.zeros((3, 20, 20, 3), "f4") + np.array([0.1, 0.5, 0.9], "f4")
    images[:, 10:] = RNG.random((3, 10, 20, 3))
    patches = random_patches(images, 200, 5)
    assert (patches.var(axis=(1, 2)).mean(axis=1) >= 0.02**2).all()
    everything = random_patches(images, 200, 5, min_std=0)
    assert (everything.var(axis=(1, 2)).mean(axis=1) < 0.02**2).any()
    with pytest.raises(
        ValueError, match=r"none of the 5 patches of the array .* not flat: .* at least 0\.02"
    ):
        random_patches(images[:, :10], 5, 5)


def test_what_flat_images_cannot_give_the_others_give():
    images = np.zeros((10, 8, 8, 1), "f4")
    images[3] = RNG.random((8, 8, 1))
    assert len(random_patches(images, 30, 8)) == 30


def test_a_folder_is_read_in_colour_or_grey_with_its_subfolders(photos):
    images = ImageFolder(photos("b.PNG", "a.jpg", "sub/c.jpeg", "d.png"))
    assert [path.name for path in images.paths] == ["a.jpg", "b.PNG", "d.png", "c.jpeg"]
    colour, grey = random_patches(images, 9, 6), random_patches(images, 9, 6, channels=1)
    assert colour.shape == (9, 6, 6, 3) and grey.shape == (9, 6, 6, 1)
    assert colour.dtype == np.float32 and colour.min() >= 0 and 0.5 < colour.max() <= 1
    np.testing.assert_allclose(grey, with_channels(colour, 1), rtol=1e-5)  # the same seed, the same places


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(mode, tmp_path):
    ramp = np.tile(np.arange(0, 256, 17, dtype=np.uint8), (16, 1))
    if mode == "I;16":
        image = Image.fromarray(ramp.astype(np.uint16) * 257)
    else:
        image = Image.fromarray(ramp).convert(mode)
    image.save(tmp_path / "ramp.png")
    patch = random_patches(ImageFolder(tmp_path), 1, 16, channels=1)[0, :, :, 0]
    if mode == "1":
        assert set(np.unique(patch)) == {0, 1}
    else:
        np.testing.assert_allclose(patch, ramp / 255, atol=1e-6)


def test_grey_is_the_luminance_that_others_compute_too():
    colours = np.random.default_rng(0).integers(0, 256, (20, 20, 3), dtype=np.uint8)
    grey = with_channels((colours / 255).astype("f4"), 1)[..., 0]
    np.testing.assert_allclose(
        grey, np.asarray(Image.fromarray(colours).convert("L")) / 255, atol=0.5 / 255 + 1e-4
    )
    back = with_channels(grey[..., None], 3)
    assert back.shape == (20, 20, 3) and (back == grey[..., None]).all()


def test_one_image_is_in_memory_at_a_time(photos, monkeypatch):
    images = ImageFolder(photos(*(f"{i}.png" for i in range(6))))
    alive, most = [], []
    read = folder_module._pixels

    def counting(image):
        pixels = np.array(read(image))
        most.append(sum(reference() is not None for reference in alive))
        alive.append(weakref.ref(pixels))
        return pixels

    monkeypatch.setattr(folder_module, "_pixels", counting)
    random_patches(images, 60, 5)
    assert most == [0] * 6


def test_a_file_that_is_no_image_is_named_counted_and_skipped(photos):
    where = photos("a.png", "b.png", "cut.jpg")
    (where / "text.jpg").write_text("no picture")
    (where / "cut.jpg").write_bytes((where / "cut.jpg").read_bytes()[:300])
    (where / "._a.png").write_text("what a file manager leaves")
    with pytest.warns(UserWarning, match=r"2 of 4 image files cannot be read: ") as caught:
        patches = random_patches(ImageFolder(where), 20, 8)
    assert len(patches) == 20
    words = str(caught[0].message)
    assert "text.jpg (cannot identify image file" in words and "cut.jpg (" in words and "\n" not in words


def test_many_damaged_files_are_counted_and_the_first_named(photos):
    where = photos("good.png")
    for i in range(9):
        (where / f"{i}.png").write_bytes(b"\x89PNG\r\n")
    with pytest.warns(UserWarning, match=r"9 of 10 image files .* and 6 more$"):
        random_patches(ImageFolder(where), 3, 8)


def test_a_folder_without_a_readable_image_is_an_error_that_says_why(photos, tmp_path):
    where = photos()
    with pytest.raises(ValueError, match=r"photos holds no image, expected files that end in \.png, \.jpg"):
        ImageFolder(where)
    (where / "notes.txt").write_text("")
    with pytest.raises(ValueError, match="holds no image, expected"):
        ImageFolder(where)
    (where / "bad.png").write_text("")
    with pytest.raises(ValueError, match=r"no image that can be read: 1 of 1 image files .*bad\.png \("):
        random_patches(ImageFolder(where), 3, 8)
    with pytest.raises(FileNotFoundError):
        ImageFolder(tmp_path / "nowhere")
    with pytest.raises(NotADirectoryError):
        ImageFolder(where / "notes.txt")


def test_a_patch_larger_than_every_image_is_an_error_but_not_one_larger_than_some(photos):
    where = photos("a.png", "b.png")
    Image.fromarray(np.random.default_rng(9).integers(0, 256, (40, 30, 3), dtype=np.uint8)).save(
        where / "c.png"
    )
    assert len(random_patches(ImageFolder(where), 10, 30)) == 10
    with pytest.raises(
        ValueError, match=r"patch size is 31, expected at most 30, .* largest image of .*photos"
    ):
        random_patches(ImageFolder(where), 10, 31)
    with pytest.raises(ValueError, match=r"patch size is 10, expected at most 9, .* of the array"):
        random_patches(numbered(), 1, 10)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"n": 0}, ValueError, "n is 0, expected between 1 and"),
        ({"size": 0}, ValueError, "size is 0, expected at least 1"),
        ({"size": 2.5}, TypeError, r"size is 2\.5, expected a whole number"),
        ({"min_std": -1}, ValueError, "min_std is -1"),
        ({"channels": 2}, ValueError, r"channels is 2, expected 1 \(grey\) or 3 \(colour\)"),
        ({"channels": 1}, ValueError, "images have 2 channels, and cannot be given 1"),
        (
            {"images": np.zeros((2, 9, 9, 3), "u1")},
            TypeError,
            "images holds uint8, expected an array of floats",
        ),
        ({"images": [1]}, TypeError, "images holds a list"),
        (
            {"images": np.zeros((9, 9, 3))},
            ValueError,
            r"images has shape \(9, 9, 3\), expected \(N, H, W, C\)",
        ),
        ({"images": np.zeros((0, 9, 9, 3))}, ValueError, r"images has shape \(0, 9, 9, 3\)"),
        ({"n": 10**30}, ValueError, "n is 1000.*, expected between 1 and"),
        ({"n": 10**5, "size": 10**6}, ValueError, "patch size is 1000000, expected at most 9"),
        ({"size": 1}, ValueError, "patch size is 1, expected at least 2: a single pixel is always flat"),
        *(
            (
                {"images": np.where(numbered() == 0, bad, 1), "min_std": 0},
                ValueError,
                "images holds 1 values that",
            )
            for bad in (np.nan, np.inf)
        ),
    ],
)
def test_unfit_arguments_are_named_in_one_sentence(change, error, words):
    with pytest.raises(error, match=words):
        random_patches(**{"images": numbered(), "n": 3, "size": 4, **change})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_and_a_link_to_itself_are_skipped_without_waiting(photos):
    where = photos("a.png")
    os.mkfifo(where / "pipe.png")
    os.symlink("loop.png", where / "loop.png")
    images = ImageFolder(where)
    assert [image is None for image in images] == [False, True, True]
    assert images.skipped[where / "pipe.png"] == "it is a named pipe, expected a regular file"


def on_white(rgb, alpha):
    """What a viewer shows of a picture with this alpha on a white page."""
    return np.round((rgb * alpha[..., None].astype(float) + 255.0 * (255 - alpha[..., None])) / 255)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_lies_on_white_in_every_mode_without_a_warning(mode, tmp_path):
    rng = np.random.default_rng(0)
    pixels, alpha = (
        rng.integers(0, 256, (9, 8, 3), dtype=np.uint8),
        rng.integers(0, 256, (9, 8), dtype=np.uint8),
    )
    alpha[0], alpha[1] = 0, 255
    if mode == "P":
        image = Image.fromarray(pixels).convert("P")
        rgb, alpha = (
            np.asarray(image.convert("RGB")),
            np.asarray(image),
        )  # entry i is transparent to the degree i
        image.save(tmp_path / "a.png", transparency=bytes(range(256)))
    else:
        image = Image.fromarray(np.dstack([pixels, alpha]), "RGBA").convert(mode)
        rgb = np.asarray(image.convert("RGBA"))[..., :3]
        image.save(tmp_path / "a.png")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read = ImageFolder(tmp_path)[0]
    assert read.shape == ((9, 8, 1) if mode == "LA" else (9, 8, 3)) and read.dtype == np.uint8
    assert np.abs(read - on_white(rgb, alpha)[..., : read.shape[2]]).max() <= 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_upright_as_its_exif_orientation_says(orientation, tmp_path):
    pixels = np.zeros((16, 32, 3), np.uint8)
    pixels[:8, :8], pixels[8:, 24:] = (255, 0, 0), (0, 0, 255)
    exif = Image.Exif()
    exif[0x0112] = orientation
    for name in ("a.jpg", "b.png"):
        Image.fromarray(pixels).save(tmp_path / name, exif=exif, quality=100)
        with Image.open(tmp_path / name) as image:
            shown = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
        (path,) = (i for i, path in enumerate(ImageFolder(tmp_path).paths) if path.name == name)
        read = ImageFolder(tmp_path)[path]
        assert read.shape == shown.shape and (read == shown).all() and read.flags.c_contiguous


def test_an_orientation_that_means_nothing_is_left_out(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 77
    Image.fromarray(np.zeros((4, 6, 3), np.uint8)).save(tmp_path / "a.jpg", exif=exif)
    assert ImageFolder(tmp_path)[0].shape == (4, 6, 3)


def test_sixteen_bits_of_grey_keep_their_depth_and_of_an_animation_the_first_picture_is_read(tmp_path):
    deep = np.arange(20 * 30, dtype=np.uint16).reshape(20, 30) * 100
    Image.fromarray(deep).save(tmp_path / "a.png")
    one, two = (Image.fromarray(np.full((5, 5, 3), value, np.uint8)) for value in (10, 200))
    one.save(tmp_path / "b.png", save_all=True, append_images=[two])
    images = ImageFolder(tmp_path)
    assert images[0].dtype == np.uint16 and (images[0][..., 0] == deep).all()
    assert (images[1] == 10).all() and images[1].shape == (5, 5, 3)


def test_copies_previews_and_what_was_deleted_are_left_out_whatever_the_folder_itself_is_called(photos):
    where = photos("a.png", "B.PNG", "sub/c.JPG")
    others = [
        ".ipynb_checkpoints/a-checkpoint.png",
        "sub/.thumbnails/a.png",
        ".Trash-1000/files/b.png",
        "__MACOSX/sub/._c.jpg",
        "__MACOSX/d.jpg",
        "@eaDir/a.png/SYNOPHOTO_THUMB_M.jpg",
        "$RECYCLE.BIN/x.png",
        "lost+found/y.png",
        "._a.png",
        "Thumbs.db",
    ]
    for name in others:
        (where / name).parent.mkdir(parents=True, exist_ok=True)
        (where / name).write_bytes((where / "a.png").read_bytes())
    assert sorted(path.name for path in ImageFolder(where).paths) == ["B.PNG", "a.png", "c.JPG"]
    hidden = where / ".ipynb_checkpoints"
    assert [path.name for path in ImageFolder(hidden).paths] == ["a-checkpoint.png"]
    assert len(ImageFolder(where / "sub" / "..")) == 3


def test_an_image_of_too_many_pixels_is_skipped_before_it_is_unpacked(tmp_path):
    size = 13_300
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1000))
    with open(tmp_path / "a.png", "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        for kind, content in ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b"")):
            crc = zlib.crc32(kind + content)
            file.write(struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc))
    images = ImageFolder(tmp_path)
    assert images[0] is None
    assert "13300 x 13300 pixels, expected at most 89,478,485" in images.report()


def test_a_sparse_file_of_gigabytes_is_skipped(tmp_path):
    with open(tmp_path / "a.png", "wb") as file:
        file.truncate(8 << 30)
    images = ImageFolder(tmp_path)
    assert images[0] is None and "it has 8589934592 bytes, expected at most" in images.report()


def test_a_tilde_is_the_home_folder(photos, monkeypatch):
    where = photos("a.png")
    monkeypatch.setenv("HOME", str(where.parent))
    monkeypatch.setenv("USERPROFILE", str(where.parent))
    assert len(ImageFolder("~/" + where.name)) == 1
    with pytest.raises(ValueError, match="no user is called 'nosuchuser'"):
        ImageFolder("~nosuchuser/pictures")


def test_the_current_folder_is_not_meant_by_no_name(photos, monkeypatch):
    monkeypatch.chdir(photos("a.png"))
    assert len(ImageFolder(".")) == 1
    with pytest.raises(ValueError, match="folder is empty, expected the name"):
        ImageFolder("")
