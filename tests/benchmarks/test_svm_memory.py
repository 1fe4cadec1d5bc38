"""The large SVM, small, in a process of its own: its limit of memory stays with that process."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is counted as Linux does")
def test_an_svm_on_features_in_a_file_says_how_much_memory_it_had():
    options = ["--features", "300", "--samples", "400", "--gigabytes", "2"]
    command = [sys.executable, "-m", "benchmarks.svm_memory", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "400 x 300: 0.0 GB written" in done.stdout and "of 2 GB allowed" in done.stdout
