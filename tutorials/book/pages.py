"""Which pages the book has, and which of them shows a file or describes a name.

Pages lie in the book as their files do in the repository, so that a link from one to another is the same in both.
"""

import importlib
import posixpath
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Pages beside the chapters.
PAGES = ("scikit-learn", "gradcheck", "backends", "reports", "interop", "answers", "glossary", "instructors")
MENTION = re.compile(r"\]\(([^)#\s]+)[^)]*\)|`([\w./-]+)`")


def markdown_pages():
    """The Markdown files that are pages, as paths from the root."""
    names = ["README.md", "CONTRIBUTING.md", "benchmarks/results.md", "figures/README.md"]
    names += ["tutorials/README.md", "tutorials/exercises/README.md"]
    names += [f"tutorials/{name}.md" for name in PAGES]
    names += sorted(f"tutorials/{path.name}" for path in (ROOT / "tutorials").glob("[0-9][0-9]-*.md"))
    return names


def mentioned_files():
    """Other files that some page links or names in code, and all exercises: each gets a page that shows it."""
    files = {f"tutorials/exercises/{path.name}" for path in (ROOT / "tutorials/exercises").glob("ex*.py")}
    for name in markdown_pages():
        for link, code in MENTION.findall((ROOT / name).read_text(encoding="utf-8")):
            page = page_of(link or code, posixpath.dirname(name))
            if page and page.startswith("files/"):
                files.add(page.removeprefix("files/"))
    return sorted(files)


def page_of(name, folder):
    """The page for a file or folder that is named on a page in `folder`, or None."""
    for base in (folder, ""):
        path = posixpath.normpath(posixpath.join(base, name))
        if path.startswith("..") or not (ROOT / path).exists() or path == ".":
            continue
        readme = posixpath.join(path, "README.md")
        if path in markdown_pages() or readme in markdown_pages():
            return (path if path.endswith(".md") else readme).removesuffix(".md")
        if path.split("/")[0] == "wta_np" and (
            path.endswith(".py") or (ROOT / path / "__init__.py").exists()
        ):
            return module_page(path)
        if (ROOT / path).is_file() and (ROOT / path).suffix in ("", ".py", ".json", ".toml", ".sh"):
            return f"files/{path}"
    return None


def module_page(path):
    """For a file with public functions or classes the page with its code, else that of the reference."""
    module = path.removesuffix(".py").removesuffix("/__init__")
    code = (ROOT / path).read_text(encoding="utf-8") if path.endswith(".py") else ""
    if re.search(r"^(?:def|class) [a-zA-Z]", code, re.MULTILINE):
        return f"_modules/{module}"
    return f"api/{module.replace('/', '.')}"


def resolve(name):
    """Where a dotted name of the package is defined: its full dotted name, or None if there is none."""
    parts = name.split(".")
    if parts[0] != "wta_np":
        return None
    for i in range(len(parts), 0, -1):
        try:
            value = importlib.import_module(".".join(parts[:i]))
        except ImportError:
            continue
        full = value.__name__
        for part in parts[i:]:
            if not hasattr(value, part):
                return None
            value = getattr(value, part)
            full = full_name(value) or f"{full}.{part}"
        return full
    return None


def full_name(value):
    """Module and qualified name of a function, method or class of the package, else None."""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if isinstance(module, str) and module.split(".")[0] == "wta_np" and isinstance(name, str):
        return f"{module}.{name}"
    return None
