"""Does every function that wta_np calls as xp.<name> exist in CuPy?

CuPy's wheel imports on a machine without a GPU, so this needs the wheel and nothing else. With --write it
renews tests/cupy_names.json, the list by which the stand-in device of the tests refuses what CuPy lacks.
"""

import ast
import json
import sys
from pathlib import Path

import cupy

ROOT = Path(__file__).resolve().parent.parent
NAMES = ROOT / "tests" / "cupy_names.json"


def names_used():
    """(file, line, dotted name) of every attribute chain that starts at `xp`."""
    for path in sorted((ROOT / "wta_np").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            chain, inner = [], node
            while isinstance(inner, ast.Attribute):
                chain.append(inner.attr)
                inner = inner.value
            if chain and isinstance(inner, ast.Name) and inner.id == "xp":
                yield path.relative_to(ROOT), node.lineno, ".".join(reversed(chain))


def exists(dotted):
    value = cupy
    for name in dotted.split("."):
        if not hasattr(value, name):
            return False
        value = getattr(value, name)
    return True


def cupy_names():
    def public(value):
        return sorted(name for name in dir(value) if not name.startswith("_"))

    return {"module": public(cupy), "ndarray": public(cupy.ndarray)}


def main():
    if "--write" in sys.argv[1:]:
        NAMES.write_text(json.dumps(cupy_names(), indent=0) + "\n", encoding="utf-8")
        return 0
    used = list(names_used())
    missing = [(path, line, name) for path, line, name in used if not exists(name)]
    for path, line, name in missing:
        print(f"{path}:{line}: xp.{name} does not exist in CuPy {cupy.__version__}")
    recorded, actual = json.loads(NAMES.read_text(encoding="utf-8")), cupy_names()
    stale = [name for kind in recorded for name in recorded[kind] if name not in actual[kind]]
    for name in stale:
        print(f"{NAMES.relative_to(ROOT)}: {name} does not exist in CuPy {cupy.__version__}")
    print(f"{len({name for *_, name in used})} names used as xp.<name>, {len(missing)} missing in CuPy")
    return 1 if missing or stale or not used else 0


if __name__ == "__main__":
    sys.exit(main())
