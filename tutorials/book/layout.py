"""How a page of the repository is laid out in the book, where that differs from the file."""

import re

FOOTER = "\n---\n\n"


def with_links_at_the_top(text, name=""):
    """A chapter whose links to its neighbors, at its end, also stand below its title, with one to its notebook.

    `name` is that of its file, without the ending; without a name there is no notebook.
    """
    body, _, footer = text.rpartition(FOOTER)
    if not body:
        return text
    title, _, rest = body.partition("\n")
    links = " ".join(footer.split())
    if name:
        links += f' | <a href="../notebooks/{name}.ipynb" download>This chapter as a notebook</a>'
    return f"{title}\n\n```{{container}} neighbors\n{links}\n```\n{rest}{FOOTER}{footer}"


def sections(text):
    """Split a page at its headings of the second level: what stands before them, and (title, text) of each."""
    before, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
    return before, [tuple(part.split("\n", 1)) for part in parts]


def in_parts(text):
    """One long page as a page of contents, and pages of its sections by name.

    A section is named after the command that makes it, `wta-np reproduce NAME`.
    """
    before, parts = sections(text)
    pages, lines = {}, []
    for title, body in parts:
        (name,) = re.findall(r"^    wta-np reproduce (\w+)", body, re.MULTILINE)
        summary = body.strip().split("\n")[0]
        pages[name] = f"# {title}\n{body}"
        lines.append(f"[{title}]({name}.md)\n: {summary}\n")
    return "\n".join([before.rstrip(), "", *lines]), pages
