"""What a tagger found in one article: made when it is asked for, since most of it never is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tagonomy.articles.article import Article
from tagonomy.explanation import explained
from tagonomy.ranking import log_odds
from tagonomy.tag import Evidence, Head, Source, Tag

if TYPE_CHECKING:
    from tagonomy.always import Completed
    from tagonomy.pipeline import Allowed, Scored, ScoredBatch
    from tagonomy.tagger import Tagger


class FoundInArticle:
    """What a pipeline found in one article; whatever is made of it is made when it is asked for."""

    __slots__ = ("_heads", "_known", "_scored", "allowed", "article", "batch", "number", "tagger")

    def __init__(
        self,
        tagger: Tagger,
        article: str | Article,
        batch: Scored | ScoredBatch | Completed,
        number: int,
        allowed: Allowed,
    ) -> None:
        self.tagger, self.article, self.batch, self.number = tagger, article, batch, number
        self.allowed = allowed
        self._scored: Scored | None = None
        self._heads: list[Head] | None = None
        self._known: dict[str, tuple[Evidence, ...]] | None = None

    @property
    def scored(self) -> Scored:
        """Tags and their probabilities, by number."""
        if self._scored is None:
            self._scored = self.batch.one(self.number)
        return self._scored

    @property
    def heads(self) -> list[Head]:
        """Id, label, facet and path of each tag."""
        if self._heads is None:
            concepts = self.batch.concepts_of(self.number)
            self._heads = list(map(self.tagger.heads.__getitem__, concepts))
        return self._heads

    @property
    def scores(self) -> list[float]:
        """Probability of each tag."""
        return self.scored.scores

    @property
    def text(self) -> str:
        """The text into which offsets point."""
        return self.article if isinstance(self.article, str) else self.article.full_text

    def broader(self, tags: Sequence[Tag]) -> list[Tag]:
        """Return what lies above some tags, none less probable than what is under it."""
        index, heads = self.tagger.index, self.tagger.heads
        concepts, scores = self.scored.inside(self.allowed)
        closed = dict(zip(concepts.tolist(), scores.tolist(), strict=True))
        above: dict[int, float] = {}
        for tag in tags:
            stack = list(index.broader[index.number(tag.id)])
            while stack:
                concept = stack.pop()
                if above.get(concept, 0.0) < tag.score:
                    above[concept] = max(tag.score, closed.get(concept, 0.0))
                    stack.extend(index.broader[concept])
        return [
            Tag(*heads[concept][:3], score, heads[concept][3], (Evidence(Source.BROADER, log_odds(score)),))
            for concept, score in above.items()
        ]

    def evidence(self, id: str) -> tuple[Evidence, ...]:
        """Return what speaks for a tag."""
        if self._known is None:
            index, given, scored = self.tagger.index, self.tagger.given(self.article), self.scored
            found = self.tagger.pipeline.explain(*given, scored.concepts)
            ranker, facets = self.tagger.parts.ranker, index.facet
            self._known = {
                index.ids[concept]: explained(score, reasons, ranker, int(facets[concept]), given.text)
                for concept, score, reasons in zip(scored.concepts, scored.scores, found, strict=True)
            }
        return self._known[id]
