"""A tag: one concept that fits an article, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from tagonomy.concepts import ConceptIndex


class Source(StrEnum):
    """Stage that found a reason."""

    LINEAR = "linear"
    MENTION = "mention"
    RULE = "rule"
    BROADER = "broader"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a tag.

    Attributes
    ----------
    source : Source
        Stage that gave it.
    weight : float
        Its share of the tag's log-odds; the weights of a tag add up to ``logit(score)``.
    surface : str
        Words of the text as they stand, empty where the reason has no place in it.
    start, stop : int
        ``text[start:stop] == surface``; both -1 where the reason has no place.
    """

    source: Source
    weight: float
    surface: str = ""
    start: int = -1
    stop: int = -1

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        return {
            "source": str(self.source),
            "weight": round(self.weight, 4),
            "surface": self.surface,
            "start": self.start,
            "stop": self.stop,
        }


#: Gives the evidence of a concept, by its id, when it is asked for.
Explain: TypeAlias = Callable[[str], "tuple[Evidence, ...]"]

#: Id, label, facet and path of a concept: what all its tags share.
Head: TypeAlias = tuple[str, str, str, tuple[str, ...]]


class Tag:
    """One concept that fits an article; it never changes.

    Parameters
    ----------
    id, label, facet : str
        The concept.
    score : float
        Probability, 0-1, that an editor would keep the tag.
    path : tuple of str
        Concept ids from the facet's root to the tag.
    evidence : tuple of Evidence, or callable
        Reasons, heaviest first, or what finds them: most readers of tags never ask.

    Examples
    --------
    >>> tag = Tag("countries:ua", "Ukraine", "countries", 0.9, ("countries:ua",))
    >>> tag.label, tag.score, tag.evidence
    ('Ukraine', 0.9, ())
    """

    __match_args__ = ("id", "label", "facet", "score", "path", "evidence")
    __slots__ = ("_evidence", "_head", "_score")

    def __init__(
        self,
        id: str,
        label: str,
        facet: str,
        score: float,
        path: tuple[str, ...],
        evidence: tuple[Evidence, ...] | Explain = (),
    ) -> None:
        self._head: Head = id, label, facet, path
        self._score, self._evidence = score, evidence

    @property
    def id(self) -> str:
        """Id of the concept."""
        return self._head[0]

    @property
    def label(self) -> str:
        """Its preferred label."""
        return self._head[1]

    @property
    def facet(self) -> str:
        """Its facet."""
        return self._head[2]

    # Without a step in Python: sorting and thresholds read it for every tag.
    score = property(attrgetter("_score"), doc="Probability that an editor would keep the tag.")

    @property
    def path(self) -> tuple[str, ...]:
        """Concept ids from the facet's root to the tag."""
        return self._head[3]

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Reasons, heaviest first."""
        if not isinstance(self._evidence, tuple):
            self._evidence = self._evidence(self.id)
        return self._evidence

    def without_evidence(self) -> Tag:
        """Return the same tag without its reasons."""
        id, label, facet, path = self._head
        return Tag(id, label, facet, self._score, path)

    def _key(self) -> tuple[Any, ...]:
        id, label, facet, path = self._head
        return id, label, facet, self._score, path, self.evidence

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Tag) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.id, self._score))

    def __reduce__(self) -> tuple[Any, ...]:
        return Tag, self._key()

    def __repr__(self) -> str:
        return f"Tag(id={self.id!r}, label={self.label!r}, score={self._score:.4f})"

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        return {
            "id": self.id,
            "label": self.label,
            "facet": self.facet,
            "score": round(self.score, 4),
            "path": list(self.path),
            "evidence": [each.to_dict() for each in self.evidence],
        }


class Heads(dict[int, Head]):
    """Heads of concepts by number, made when they are asked for and kept: decoding costs more than a tag."""

    __slots__ = ("_index",)

    def __init__(self, index: ConceptIndex) -> None:
        self._index = index

    def __missing__(self, concept: int) -> Head:
        index = self._index
        head = index.ids[concept], index.labels[concept], index.facet_of(concept), index.path(concept)
        self[concept] = head
        return head


def tags_of(heads: Iterable[Head], scores: Iterable[float], explain: Explain) -> tuple[Tag, ...]:
    """Return the tags of concepts, which know their evidence as soon as they are asked.

    An article has some twenty, so that calling ``__init__`` for each would take most of the time that is not
    spent in the kernel.
    """
    made, new = [], Tag.__new__
    for head, score in zip(heads, scores, strict=True):
        tag = new(Tag)
        tag._head, tag._score, tag._evidence = head, score, explain
        made.append(tag)
    return tuple(made)
