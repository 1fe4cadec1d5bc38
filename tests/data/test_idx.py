"""Reading IDX files: what the format allows, and one clear line for each way a file can be broken."""

import gzip
import io
import re
import struct

import numpy as np
import pytest

from wta_np.data import read_idx
from wta_np.data.gunzip import MAX_EMPTY, Gunzip
from wta_np.data.idx import write_idx

# Two images of 1 x 3 pixels, byte by byte as the format is described at MNIST's home page.
IMAGES = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255])


def refuses(path, content, message):
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message) as caught:
        read_idx(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "images-idx3-ubyte"


def test_a_plain_file_is_read(path):
    path.write_bytes(IMAGES)
    array = read_idx(path)
    assert array.dtype == np.uint8
    assert array.tolist() == [[[1, 2, 3]], [[4, 5, 255]]]


@pytest.mark.parametrize("level", [0, 1, 9])
def test_a_gzip_file_is_known_by_its_content_and_not_by_its_name(path, level):
    path.write_bytes(gzip.compress(IMAGES, level))
    assert read_idx(str(path)).tolist() == [[[1, 2, 3]], [[4, 5, 255]]]
    named_gz = path.with_suffix(".gz")
    named_gz.write_bytes(IMAGES)
    assert read_idx(named_gz).tolist() == [[[1, 2, 3]], [[4, 5, 255]]]


@pytest.mark.parametrize(
    ("code", "letter", "dtype"),
    [
        (0x08, "B", "uint8"),
        (0x09, "b", "int8"),
        (0x0B, "h", "int16"),
        (0x0C, "i", "int32"),
        (0x0D, "f", "float32"),
        (0x0E, "d", "float64"),
    ],
)
def test_every_type_is_read_from_big_endian_into_the_order_of_the_machine(path, code, letter, dtype):
    path.write_bytes(struct.pack(f">HBBI3{letter}", 0, code, 1, 3, 1, 2, 100))
    array = read_idx(path)
    assert array.dtype == np.dtype(dtype)
    assert array.dtype.isnative
    assert array.flags.c_contiguous and array.flags.writeable
    assert array.tolist() == [1, 2, 100]


def test_an_axis_may_be_empty(path):
    path.write_bytes(struct.pack(">HBBII", 0, 8, 2, 0, 7))
    assert read_idx(path).shape == (0, 7)


def test_what_is_written_is_read_again_and_is_the_same_at_every_run(tmp_path):
    array = np.arange(-3, 9, dtype=np.int32).reshape(3, 4)
    first, second = tmp_path / "first.gz", tmp_path / "second.gz"
    write_idx(first, array)
    write_idx(second, array)
    assert np.array_equal(read_idx(first), array)
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes()[3:8] == bytes(5)  # no file name, no time
    with pytest.raises(TypeError, match="complex128"):
        write_idx(first, array * 1j)


def test_a_wrong_magic_number_is_refused(path):
    refuses(path, b"<html>404 not found</html>", r"magic number is 0x3c68746d, expected 0x0000")


def test_an_unknown_type_code_is_refused(path):
    refuses(path, b"\0\0\x0a\1" + bytes(8), r"type code is 0x0a, expected one of 0x08, 0x09, 0x0b")


@pytest.mark.parametrize("rank", [0, 9, 255])
def test_an_absurd_number_of_axes_is_refused(path, rank):
    refuses(path, bytes([0, 0, 8, rank]) + bytes(2000), f"announces {rank} axes, expected 1 to 8")


@pytest.mark.parametrize("length", range(len(IMAGES)))
def test_a_file_cut_short_anywhere_is_refused(path, length):
    refuses(path, IMAGES[:length], "cut short")


def test_the_message_says_how_many_values_are_missing(path):
    refuses(path, IMAGES[:-2], "announces 6 bytes of values, 4 came")


def test_a_gzip_file_cut_short_anywhere_is_refused(path):
    packed = gzip.compress(IMAGES)
    for length in range(2, len(packed)):
        refuses(path, packed[:length], "cut short")


def test_a_damaged_gzip_file_is_refused(path):
    packed = bytearray(gzip.compress(IMAGES))
    packed[-6] ^= 1  # in the checksum that gzip keeps
    refuses(path, packed, "damaged gzip file")
    packed[10] = 0xFF  # the first byte of the packed data
    refuses(path, packed, "damaged gzip file")


def test_bytes_after_the_values_are_refused(path):
    refuses(path, IMAGES + b"\0", "goes on after the 6 bytes")
    refuses(path, gzip.compress(IMAGES + b"\0"), "goes on after the 6 bytes")


@pytest.mark.parametrize("shape", [(2**32 - 1,) * 3, (0, 2**32 - 1, 2**32 - 1), (1, 1, 2**30 + 1)])
def test_a_header_that_announces_too_much_is_refused_before_anything_is_read(path, shape):
    content = struct.pack(">HBB3I", 0, 8, 3, *shape)
    refuses(path, content, re.escape(f"announces the shape {shape}, expected at most"))


def test_no_more_than_announced_is_unpacked_from_a_gzip_bomb(path, monkeypatch):
    refuses(path, gzip.compress(IMAGES + bytes(50_000_000)), "goes on after")
    unpacked = 0
    plain_read = Gunzip.read

    def counting_read(self, size):
        nonlocal unpacked
        content = plain_read(self, size)
        unpacked += len(content)
        return content

    monkeypatch.setattr(Gunzip, "read", counting_read)
    with pytest.raises(ValueError, match="goes on after"):
        read_idx(path)
    assert unpacked == len(IMAGES) + 1


def test_members_of_a_gzip_file_are_read_as_one_content_with_zeros_between_and_behind_them(path):
    parts = [gzip.compress(part) for part in (IMAGES[:5], b"", IMAGES[5:9], IMAGES[9:])]
    path.write_bytes(bytes(70_000).join(parts) + bytes(10))
    assert read_idx(path).tolist() == [[[1, 2, 3]], [[4, 5, 255]]]
    refuses(path, b"".join(parts) + b"no gzip", "damaged gzip file")


def test_sparse_gigabytes_behind_a_gzip_file_do_not_hang(path):
    path.write_bytes(gzip.compress(IMAGES))
    with open(path, "r+b") as file:
        file.truncate(8 << 30)
    with pytest.raises(ValueError, match="more than 1048576 zeros behind its content"):
        read_idx(path)


def test_no_end_of_parts_without_content_is_given_up(path):
    refuses(path, gzip.compress(b"") * (MAX_EMPTY + 1) + gzip.compress(IMAGES), "more than 1000 parts")


def test_content_is_the_same_in_whatever_pieces_it_is_asked_for():
    content = bytes(range(256)) * 40
    packed = gzip.compress(content[:3000]) + gzip.compress(content[3000:], 1)
    for n in (1, 7, 999, 10**6):
        stream, pieces = Gunzip(io.BytesIO(packed)), []
        while piece := stream.read(n):
            pieces.append(piece)
        assert b"".join(pieces) == content


def test_a_limit_can_be_given(path):
    path.write_bytes(IMAGES)
    assert read_idx(path, 6).size == 6
    with pytest.raises(ValueError, match=r"the shape \(2, 1, 3\), expected at most 5 bytes"):
        read_idx(path, 5)


def test_a_missing_file_is_an_os_error(path):
    with pytest.raises(FileNotFoundError, match="images-idx3-ubyte"):
        read_idx(path)
