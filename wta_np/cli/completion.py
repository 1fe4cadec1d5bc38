"""``wta-np completion``: a script with which a shell completes commands and options at the Tab key."""

from __future__ import annotations

from typing import Any

from wta_np.cli.options import add_command
from wta_np.interop.extras import need

COMPLETION = """\
Write to standard output what makes a shell complete commands, options and files at the Tab key.

  bash   wta-np completion bash > ~/.local/share/bash-completion/completions/wta-np
  zsh    wta-np completion zsh > ~/.zfunc/_wta-np       (with ~/.zfunc in fpath)
  tcsh   wta-np completion tcsh > ~/.wta-np.tcsh        (and in ~/.tcshrc: source ~/.wta-np.tcsh)

The script holds all words itself, so that nothing is started at a Tab; write it again after an update.
It needs the library shtab: pip install 'wta_np[completion]'
"""
SHELLS = ("bash", "zsh", "tcsh")
FILES = ("FILE", "MODEL", "FILE_OR_FOLDER", "RUN")  # metavars of arguments that name files
FOLDERS = ("DIR",)


def add_parser(commands: Any) -> None:
    """Add ``completion`` to the commands."""
    parser = add_command(commands, "completion", "let a shell complete words at the Tab key", COMPLETION)
    parser.add_argument("shell", choices=SHELLS, help="which shell")
    parser.set_defaults(run=run)


def run(arguments: Any) -> int:
    """Print the script; returns the exit status."""
    shtab = need("shtab", "completion", "completion")
    from wta_np.cli.parser import build_parser

    parser = build_parser()
    _mark_files(parser, shtab)
    print(shtab.complete(parser, shell=arguments.shell))
    return 0


def _mark_files(parser, shtab):
    """Say of each argument of a parser, and of those of its commands, whether it names a file or a folder."""
    for action in parser._actions:
        if isinstance(action.choices, dict):
            for below in action.choices.values():
                _mark_files(below, shtab)
        elif action.metavar in FILES:
            action.complete = shtab.FILE
        elif action.metavar in FOLDERS:
            action.complete = shtab.DIRECTORY
