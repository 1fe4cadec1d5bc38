"""Write an autograder as Gradescope wants it: a folder whose files, zipped, grade what students upload.

Gradescope unzips it to ``/autograder/source``, runs ``setup.sh`` once and ``run_autograder`` for each submission, which
lies in ``/autograder/submission``, and reads ``/autograder/results/results.json``. The package itself travels in the
folder, without the model solutions.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import wta_np
from wta_np._utils.atomic import write_whole
from wta_np.grading.exercises import exercise

PACKAGE = Path(wta_np.__file__).resolve().parent
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "solutions", "stubs", ".*")

REQUIREMENTS = """\
numpy>=2
matplotlib>=3.8
tqdm>=4.66
hypothesis>=6.100
"""
SETUP = """\
#!/usr/bin/env bash
# Runs once, as root, when Gradescope builds the image: Python with what the grader needs, and bubblewrap, which
# keeps students' code away from everything else.
set -euo pipefail
AUTOGRADER=${AUTOGRADER:-/autograder}
if command -v apt-get > /dev/null; then
    apt-get update -qq || true
    apt-get install -y -qq python3 python3-venv bubblewrap || echo "going on with what there is"
fi
"${PYTHON:-python3}" -m venv "$AUTOGRADER/venv"
"$AUTOGRADER/venv/bin/python" -m pip install --quiet --disable-pip-version-check \\
    -r "$AUTOGRADER/source/requirements.txt"
mkdir -p "$AUTOGRADER/results"
"""
RUN = """\
#!/usr/bin/env bash
# Runs for each submission. Whatever happens, results.json is there in the end.
AUTOGRADER=${{AUTOGRADER:-/autograder}}
RESULTS="$AUTOGRADER/results/results.json"
SPOKEN="$AUTOGRADER/results/stdout_of_the_grader"
mkdir -p "$AUTOGRADER/results"
rm -f "$RESULTS"
cd "$AUTOGRADER/results" || exit 1
PYTHONPATH="$AUTOGRADER/source" timeout --kill-after=10 {seconds} \\
    "$AUTOGRADER/venv/bin/python" -m wta_np grade "$AUTOGRADER/submission" {options}--json "$RESULTS" \\
    > "$SPOKEN" 2>&1
STATUS=$?
tail -c 4000 "$SPOKEN"
if [ ! -s "$RESULTS" ]; then
    cat > "$RESULTS" << END
{{"score": 0, "output": "The grader ended with status $STATUS and no result. Please tell your instructor.",
 "tests": [{{"name": "the submission can be judged", "score": 0, "max_score": 1, "status": "failed"}}]}}
END
fi
exit 0
"""


def write_autograder(folder: Any, number: Any = None, seconds: int = 540, seed: Any = None) -> Any:
    """Write the files of an autograder into a new folder.

    Parameters
    ----------
    folder : path
        Made; it may be there if it is empty.
    number : int, optional
        Of the exercise that every file is; by default the files' names say it.
    seconds : int
        After which judging a submission is given up; Gradescope's own limit is 600 by default.
    seed : int, optional
        Of the variant that every file is; by default the files' names say it, if any.

    Returns
    -------
    list of path
        The files to zip, at the top of the folder.

    Raises
    ------
    ValueError
        The folder holds something, or there is no such exercise.
    """
    folder = Path(folder)
    options = "" if number is None else f"--exercise {exercise(number).number} "
    if seed is not None:
        options += f"--seed {seed} "
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"--autograder: {folder} is there and not empty, expected a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(PACKAGE, folder / "wta_np", ignore=LEFT_OUT)
    texts = {
        "setup.sh": SETUP,
        "run_autograder": RUN.format(options=options, seconds=seconds),
        "requirements.txt": REQUIREMENTS,
    }
    for name, text in texts.items():
        with write_whole(folder / name, "w") as file:
            file.write(text)
        (folder / name).chmod(0o644 if name.endswith("txt") else 0o755)
    return sorted(folder.iterdir())
