"""Fences of the chapters below a comment: code of the package gets its name above it, outputs look like outputs.

`tutorials/chapters.py` says what the comments mean.
"""

import re

from docutils import nodes
from sphinx import addnodes

COMMENT = re.compile(r"\s*<!-- (source|output)\b[:,]? ?(.*?) -->\s*")


def caption_fences(app, doctree):
    for comment in list(doctree.findall(nodes.raw)):
        found = COMMENT.fullmatch(comment.astext())
        fence = comment.next_node(descend=False, siblings=True)
        if not found or not isinstance(fence, nodes.literal_block):
            continue
        comment.parent.remove(comment)
        if found[1] == "output":
            fence["classes"].append("output")
        else:
            parent, place = fence.parent, fence.parent.index(fence)
            parent[place] = box = named(found[2], fence)
            doctree.note_implicit_target(box)


def named(name, fence):
    """The fence below the name of the function that it shows, a link to its page."""
    link = addnodes.pending_xref("", reftype="obj", refdomain="py", reftarget=name)
    link += nodes.literal(name, name, classes=["xref", "py"])
    return nodes.container(
        "",
        nodes.caption("", "", link),
        fence,
        literal_block=True,
        classes=["literal-block-wrapper", "package-code"],
        names=[f"code of {name}"],
    )


def setup(app):
    app.connect("doctree-read", caption_fences, priority=400)  # before the links
    return {"parallel_read_safe": True, "parallel_write_safe": True}
