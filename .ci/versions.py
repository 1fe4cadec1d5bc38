"""Run the tests on the versions that pyproject.toml promises: the oldest Python with the lowest bounds, the newest with
the newest packages, and with --all every Python that is here.

    python .ci/versions.py          # a part of the tests and of their examples, as .ci/run does
    python .ci/versions.py --all --whole
"""

import argparse
import os
import subprocess
import sys

from interpreters import ROOT, environment, interpreters, lowest

PACKAGES = (
    "import numpy, matplotlib as m, tqdm; print(*(f'{p.__name__} {p.__version__}' for p in (numpy, m, tqdm)))"
)
PART = (
    "training",
    "models",
    "utils",
    "estimators",
    "ops",
    "test_import.py",
    "test_plots.py",
    "cli/test_cli.py",
)  # of tests/
DRAWN = "8"  # examples that hypothesis draws for each law; the whole suite draws 30


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--all", action="store_true", help="every Python that is here, not the oldest and newest alone"
    )
    parser.add_argument(
        "--whole", action="store_true", help="all tests, with as many examples as `make test` draws"
    )
    options, pytest_arguments = parser.parse_known_args()
    found = interpreters()
    oldest, newest = min(found), max(found)
    pairs = [(oldest, lowest()), (newest, ())]
    if options.all:
        pairs += [(version, ()) for version in found if version != newest]
    failed = []
    for version, constraints in pairs:
        name = f"python{version[0]}.{version[1]}-{'lowest' if constraints else 'newest'}"
        python = environment(ROOT / f".venv-{name}", found[version], "-e", ".[test]", constraints=constraints)
        said = subprocess.run(
            [python, "-c", PACKAGES], capture_output=True, text=True, check=True
        ).stdout.strip()
        print(f"== {name}: {said}", flush=True)
        drawn = {} if options.whole else {"WTA_NP_EXAMPLES": DRAWN}
        command = [python, "-m", "pytest", "-p", "no:cacheprovider", *pytest_arguments]
        if not options.whole:
            command += [str(ROOT / "tests" / name) for name in PART]
        if constraints:  # an old package may use what a newer one beside it deprecates
            command += ["-W", "ignore::DeprecationWarning"]
        ran = subprocess.run(command, cwd=ROOT, env={**os.environ, **drawn}, check=False)
        failed += [name] * (ran.returncode != 0)
    print("failed: " + ", ".join(failed) if failed else f"passed on {len(pairs)} pairs of versions")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
