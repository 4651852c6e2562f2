"""What speaks for one concept in one article."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagonomy.mentions.matcher import Match


@dataclass(slots=True)
class Candidate:
    """What speaks for one concept in one article.

    Attributes
    ----------
    names : list of Match
        Places where a label names it.
    evidence : list of (Match, int)
        Places of evidence terms, with the kind of each.
    rules : list of tuple of (int, int)
        Word ranges that made a rule true, one tuple a firing.
    doubt : float
        0 where the meaning is certain, up to 1 where it was a guess.
    support : int
        Related concepts that the article also names.
    """

    names: list[Match] = field(default_factory=list)
    evidence: list[tuple[Match, int]] = field(default_factory=list)
    rules: list[tuple[tuple[int, int], ...]] = field(default_factory=list)
    doubt: float = 0.0
    support: int = 0

    @property
    def places(self) -> int:
        """How many names and evidence terms speak for it."""
        return len(self.names) + len(self.evidence)

    def mentions(self) -> list[Match]:
        """Return its names, then its evidence."""
        return [*self.names, *(match for match, _ in self.evidence)]

    def spans(self) -> list[tuple[int, int]]:
        """Return the word ranges of its names and evidence, in order, each once."""
        return sorted({(match.start, match.stop) for match in self.mentions()})
