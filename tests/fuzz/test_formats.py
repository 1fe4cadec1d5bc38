"""A few damaged files of every format; `make fuzz` tries 200 of each, in processes with limits."""

import os

import pytest
from fuzz.formats import FORMATS
from fuzz.run_fuzz import verdict, write_damaged

FILES = [i for i in range(18) if i not in (3, 4) and (i > 1 or hasattr(os, "mkfifo"))]


@pytest.mark.parametrize("format", FORMATS.values(), ids=FORMATS)
def test_a_damaged_file_is_read_or_refused_in_a_sentence(format, tmp_path):
    path = tmp_path / format.file_name
    format.make(path)
    good = path.read_bytes()
    assert verdict(format, path) == "read"
    files = FILES[:8] if format.name == "run" else FILES  # it draws pictures, which takes time
    said = {i: verdict(format, write_damaged(format, tmp_path, good, i)) for i in files}
    assert set(said.values()) <= {"read", "refused"}, said
    assert [said[i] for i in FILES if i in (0, 1, 2, 5)] == ["refused"] * len({0, 1, 2, 5} & {*FILES})
