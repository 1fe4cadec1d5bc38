"""How a command refuses what it was given: for the tests of the command line."""

from wta_np.cli import main


def refusal(capsys, *arguments):
    """The one line that a command is refused with."""
    capsys.readouterr()
    assert main([*arguments]) == 2
    said = capsys.readouterr().err.strip()
    assert len(said.splitlines()) == 1
    return said
