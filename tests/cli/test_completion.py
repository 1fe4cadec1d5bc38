"""``wta-np completion``: the scripts parse, and complete commands, options and files."""

import shutil
import subprocess
import sys

import pytest

from wta_np.cli import main

BASH = shutil.which("bash")


def script(capsys, shell):
    pytest.importorskip("shtab")
    capsys.readouterr()
    assert main(["completion", shell]) == 0
    return capsys.readouterr().out


def completed(path, *words):
    """What bash offers for the last of these words."""
    asked = " ".join(f"'{word}'" for word in words)
    lines = f"""
    source '{path}'
    COMP_WORDS=({asked}) COMP_CWORD={len(words) - 1} COMP_LINE="{" ".join(words)}" COMP_POINT=${{#COMP_LINE}}
    function_name=$(complete -p wta-np | sed 's/.*-F \\([^ ]*\\).*/\\1/')
    $function_name wta-np '{words[-1]}' '{words[-2]}'
    printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    ran = subprocess.run([BASH, "-c", lines], capture_output=True, text=True, check=False)
    return {word.strip() for word in ran.stdout.split("\n")} - {""}


@pytest.mark.skipif(not BASH, reason="needs bash")
def test_bash_parses_the_script_and_completes_words(capsys, tmp_path):
    path = tmp_path / "completion.bash"
    path.write_text(script(capsys, "bash"), encoding="utf-8")
    assert subprocess.run([BASH, "-n", str(path)], check=False).returncode == 0
    assert completed(path, "wta-np", "tr") == {"train"}
    assert completed(path, "wta-np", "train", "f") == {"fc"}
    assert completed(path, "wta-np", "train", "fc", "--unit") == {"--units"}
    assert completed(path, "wta-np", "export", "--form") == {"--format"}


@pytest.mark.parametrize(("shell", "mark"), [("zsh", "#compdef wta-np"), ("tcsh", "complete wta-np")])
def test_other_shells_get_a_script_of_theirs(shell, mark, capsys):
    assert mark in script(capsys, shell)


def test_without_the_library_one_sentence_names_the_extra(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert main(["completion", "bash"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and "pip install 'wta_np[completion]'" in err
