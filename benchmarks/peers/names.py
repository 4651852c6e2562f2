"""The names that a tag is found by: every peer that looks for names is given the same ones."""

from __future__ import annotations

import re

_NICKNAME = re.compile(r"\(([^)]*)\)|[\"“]([^\"”]*)[\"”]")


def label_of(tag: str) -> str:
    """Return a tag without its facet, hyphens of code-like labels as spaces.

    >>> label_of("places:el-salvador"), label_of("people:Jean-Luc Mélenchon"), label_of("sport")
    ('el salvador', 'Jean-Luc Mélenchon', 'sport')
    """
    label = tag.partition(":")[2] or tag
    return label if label != label.lower() else label.replace("-", " ").replace("_", " ")


def names_of(tag: str) -> tuple[str, ...]:
    """Return the label of a tag, and for a person's formal name the ways that news write it.

    >>> names_of("people:Charles (Chuck) Ernest Grassley")
    ('Charles (Chuck) Ernest Grassley', 'Charles Grassley', 'Chuck Grassley', 'Ernest Grassley')
    >>> names_of("places:usa")
    ('usa',)
    """
    label = label_of(tag)
    if not tag.startswith("people:") or label == label.lower():
        return (label,)
    nicknames = [each for pair in _NICKNAME.findall(label) for each in pair if each]
    words = [word for word in _NICKNAME.sub(" ", label).replace(",", " ").split() if len(word.strip(".")) > 1]
    while len(words) > 2 and words[-1].strip(".").casefold() in ("jr", "sr", "ii", "iii", "iv"):
        words.pop()
    firsts = [*words[:1], *nicknames, *words[1:-1]]
    return tuple(dict.fromkeys([label, *(f"{first} {words[-1]}" for first in firsts if len(words) > 1)]))
