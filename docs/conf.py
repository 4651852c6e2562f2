"""Sphinx: the site, and the examples in it that run."""

from __future__ import annotations

import doctest
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

project = "Tagonomy"
author = "The Tagonomy developers"
copyright = author
version = release = installed_version("tagonomy")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.doctest", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"Tagonomy {version}"
myst_heading_anchors = 3

autodoc_member_order = "bysource"
# Types stand in the docstrings, with their meaning; signatures stay short enough to be read.
autodoc_typehints = "none"
napoleon_google_docstring = False
napoleon_use_param = False
napoleon_use_rtype = False
# Fields of attributes look like those of parameters; the usual ones can't name several at once.
napoleon_custom_sections = [("Attributes", "params_style")]
# The grammar of rules abbreviates: "a" | ... | "z".
suppress_warnings = ["misc.highlighting_failure"]

# Examples name files of the checkout: "examples/article.txt".
# Those of docstrings run under pytest, in their modules.
doctest_test_doctest_blocks = ""
doctest_global_setup = f"import os; os.chdir({str(Path(__file__).resolve().parent.parent)!r})"
doctest_default_flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def resolve_by_short_name(app: Sphinx, env: BuildEnvironment, node: pending_xref, content: Any) -> Any:
    """Resolve names as docstrings write them: by module of definition, or by class alone.

    The reference documents public names at the door, ``tagonomy.Tagger``, while the docstrings of a
    module call the same thing ``Tagger`` or ``tagonomy.tagger.Tagger``.
    """
    if node.get("refdomain") != "py":
        return None
    domain = env.domains.python_domain
    parts = node["reftarget"].split(".")
    for first in range(len(parts)):
        ending = "." + ".".join(parts[first:])
        names = [
            name for name, entry in domain.objects.items() if name.endswith(ending) and not entry.aliased
        ]
        if len(names) == 1:
            return domain.resolve_xref(
                env, node["refdoc"], app.builder, node["reftype"], names[0], node, content
            )
    return None


def keep_colons(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Keep the first line of a property's docstring: napoleon takes what precedes a colon for a type."""
    if what in ("property", "attribute", "data") and lines:
        lines[0] = lines[0].replace(": ", " -- ", 1)


def setup(app: Sphinx) -> None:
    """Register the above; docstrings are reached before napoleon, whose priority is 500."""
    app.connect("missing-reference", resolve_by_short_name)
    app.connect("autodoc-process-docstring", keep_colons, priority=400)
