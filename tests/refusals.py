"""How a command refuses what it was given: for the tests of the command line."""

import re

from wta_np.cli import main


def refusal(capsys, *arguments):
    """The one line that a command is refused with."""
    capsys.readouterr()
    assert main([*arguments]) == 2
    said = capsys.readouterr().err.strip()
    assert len(said.splitlines()) == 1
    return said


def one_line(capsys, words):
    """The last line of standard error is a refusal that has these words, and there is no traceback."""
    err = capsys.readouterr().err
    last = err.strip().splitlines()[-1]
    assert last.startswith("wta-np: error: ") and re.search(words, last), err
    assert "Traceback" not in err
