"""A fixture that hands in files; the answers in the folders are not test modules."""

import pytest

collect_ignore_glob = ["mutants/*", "right/*", "solutions/*"]


@pytest.fixture
def hand_in(tmp_path):
    """Writes a file that a student hands in, and gives its path."""

    def write(source, name="ex02_relu_backward.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
        return path

    return write
