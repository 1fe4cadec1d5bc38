"""Names become links: those of functions lead to the reference, those of files to the page that shows the file."""

import posixpath
import re

from docutils import nodes
from sphinx import addnodes

from tutorials.book.pages import page_of, resolve


def link_names(app, doctree):
    docname = app.env.docname
    for link in list(doctree.findall(addnodes.pending_xref)) + list(
        doctree.findall(addnodes.download_reference)
    ):
        if link.get("reftype") == "myst" and link.get("refdomain") is None:
            link_file(app, docname, link, link["reftarget"], link.children)
    for literal in list(doctree.findall(nodes.literal)):
        name = literal.astext()
        if inside_a_link(literal) or not re.fullmatch(r"[\w./-]+", name):
            continue
        if name.startswith("wta_np.") and resolve(name):
            link = addnodes.pending_xref("", reftype="obj", refdomain="py", reftarget=name, refdoc=docname)
            link += literal.deepcopy()
            literal.replace_self(link)
        else:
            link_file(app, docname, literal, name, [literal.deepcopy()])


def inside_a_link(node):
    while node.parent is not None:
        node = node.parent
        if isinstance(node, nodes.reference | addnodes.pending_xref | addnodes.download_reference):
            return True
    return False


def link_file(app, docname, node, name, children):
    """Put a link to the page of a file in the place of a node, if there is one."""
    page = page_of(name, posixpath.dirname(docname))
    if page is None or not (page in app.env.found_docs or page.startswith("_modules/")):
        return
    uri = app.builder.get_relative_uri(docname, page)
    node.replace_self(nodes.reference("", "", *children, refuri=uri, internal=True))


def find_name(app, env, node, content):
    """A name as it is imported, `wta_np.FCWTA`, leads to where it is defined, `wta_np.models.fc.FCWTA`."""
    if node.get("refdomain") != "py":
        return None
    name = resolve(node["reftarget"]) or resolve(f"{node.get('py:module')}.{node['reftarget']}")
    if name is None or name == node["reftarget"]:
        return None
    domain = env.get_domain("py")
    return domain.resolve_xref(env, node["refdoc"], app.builder, "obj", name, node, content)


def setup(app):
    app.connect("doctree-read", link_names)
    app.connect("missing-reference", find_name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
