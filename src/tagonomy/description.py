"""What an article says of each candidate, and what the taxonomy knows of it: the ranker's features."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tagonomy.beside import Beside
from tagonomy.features import LEAD_WORDS
from tagonomy.mentions.candidate import Candidate
from tagonomy.mentions.cue_words import INTERVIEW, REPORTED, SAYING, SPOKEN, STAFF, TOLD, WRITTEN
from tagonomy.mentions.lexicon import KINDS
from tagonomy.ranking import HIGHEST, KNOWN

if TYPE_CHECKING:
    from tagonomy.concepts import ConceptIndex
    from tagonomy.mentions.matcher import Match
    from tagonomy.text import Tokens

_PLACE_KINDS = frozenset(KINDS.index(kind) for kind in ("capital", "city", "division", "metonym", "organ"))
_DEMONYM = KINDS.index("demonym")
#: A text of so many words leaves no room for passing mentions.
BRIEF_WORDS = 50
_SHARE = KNOWN.index("share")


def candidate_features(
    candidates: Mapping[int, Candidate],
    linear_logits: Mapping[int, float],
    modelled: frozenset[int],
    tokens: Tokens,
    index: ConceptIndex,
    year: int | None = None,
    beside: Beside | None = None,
    likeness: Mapping[int, float] | None = None,
) -> tuple[list[int], NDArray[np.float32]]:
    """Return the concept numbers of all candidates and what is known of each by itself.

    Parameters
    ----------
    candidates : mapping of int to Candidate
        What the text names.
    linear_logits : mapping of int to float
        Log-odds of the linear model for the concepts to be considered.
    modelled : frozenset of int
        Concepts that have a linear model.
    tokens : Tokens
        Words of the article.
    index : ConceptIndex
        Facets, priors and years.
    year : int, optional
        In which the article appeared.
    beside : Beside, optional
        Weights of the words beside mentions.
    likeness : mapping of int to float, optional
        Of candidates that have seed words, as :meth:`SeedWords.likeness` gives it.

    Returns
    -------
    concepts : list of int
        Ascending, those of ``candidates`` and ``linear_logits``.
    features : ndarray of float32, shape (n_concepts, n_known)
        Columns as in :data:`KNOWN`; :meth:`Ranker.complete` adds the others.
    """
    concepts = sorted({*candidates, *linear_logits})
    length = max(len(tokens), 1)
    title, lead = tokens.title_stop, tokens.title_stop + LEAD_WORDS
    brief = min(1.0, BRIEF_WORDS / length)
    bodies, events = index.facet_number("organizations"), index.facet_number("events")
    none, alike = Candidate(), likeness or {}
    places: list[int] = []
    most: dict[int, int] = {}
    named = {concept for concept, candidate in candidates.items() if candidate.names}
    narrower = Counter(above for concept in named for above in index.parents[concept])
    rows: list[list[float]] = []
    for concept in concepts:
        candidate = candidates.get(concept, none)
        names = [match.start for match in candidate.names]
        evidence = [match.start for match, _ in candidate.evidence]
        kinds = [kind for _, kind in candidate.evidence]
        spans = [span for spans in candidate.rules for span in spans]
        everywhere = names + evidence + [start for start, _ in spans]
        first, last = (min(everywhere), max(everywhere)) if everywhere else (length, length)
        count = len(names) + len(evidence)
        facet = int(index.facet[concept])
        most[facet] = max(most.get(facet, 1), count)
        places.append(count)
        demonyms = sum(kind == _DEMONYM for kind in kinds)
        located = sum(kind in _PLACE_KINDS for kind in kinds)
        linear_only = float(concept in modelled and not everywhere)
        rows.append(
            [
                1.0,
                float(bool(names)),
                float(any(match.stop - match.start > 1 for match in candidate.names)),
                float(any(start < title for start in names)),
                float(any(start < title for start in evidence)),
                float(any(title <= start < lead for start in names)),
                float(any(title <= start < lead for start in evidence)),
                math.log1p(len(names)),
                math.log1p(demonyms),
                math.log1p(located),
                math.log1p(len(kinds) - demonyms - located),
                0.0,
                1 - first / length,
                (last - first) / length,
                min(100 * count / length, 5.0),
                candidate.doubt,
                math.log1p(candidate.support),
                math.log1p(len(candidate.rules)),
                float(bool(candidate.rules) and not count),
                max(-HIGHEST, min(HIGHEST, linear_logits.get(concept, -4.0 if concept in modelled else 0.0))),
                float(concept in modelled),
                linear_only,
                linear_only * (1 - brief),
                brief,
                sum(_cited(tokens, match) for match in candidate.names if facet == bodies)
                / max(len(names), 1),
                _several(spans, 0, title),
                _several(spans, title, lead),
                math.log1p(len(spans)),
                math.log1p(narrower[concept]),
                float(any(above in named for above in index.parents[concept])),
                float(any(_speaks(tokens, match) for match in candidate.names)),
                float(index.breadth[concept]) * math.log1p(len(names)),
                _over(int(index.years[concept, 1]), year) if facet == events else 0.0,
                int(index.prior[concept]) / 8,
                beside.of(candidate, facet, tokens) * (1 - brief) if beside else 0.0,
                alike.get(concept, 0.0),
                float(concept in alike),
            ]
        )
    features = np.array(rows, dtype=np.float32).reshape(len(rows), len(KNOWN))
    for row, concept in enumerate(concepts):
        features[row, _SHARE] = places[row] / most[int(index.facet[concept])]
    return concepts, features


def _over(last: int, year: int | None) -> float:
    """Return ln(1 + years from the last one of an event to that of the article), 0 where it goes on."""
    return math.log1p(year - last) if year is not None and 0 < last < year else 0.0


def _several(spans: list[tuple[int, int]], start: int, stop: int) -> float:
    """Return 1 if spans that begin in a range of words reach over two words, else 0."""
    there = [span for span in spans if start <= span[0] < stop]
    return float(bool(there) and max(last for _, last in there) - min(first for first, _ in there) > 1)


def _speaks(tokens: Tokens, match: Match) -> bool:
    """Tell whether a word of saying stands beside a name: "Kirby said", "said John Kirby"."""
    words, start, after = tokens.words, match.start, match.stop
    return (after < len(words) and words[after] in SAYING) or (start > 0 and words[start - 1] in SAYING)


def _cited(tokens: Tokens, match: Match) -> bool:
    """Tell whether a body only tells where something was said: "told CNN", "(Reuters) -", "a Gallup poll"."""
    words, after = tokens.words, match.stop
    left, right = tokens.beside(match.start, after)
    if after < len(words) and (words[after] in REPORTED or words[after] in STAFF):
        return True
    alone = left == "\n" and right in ("\n", "") and match.start >= tokens.title_stop
    if alone or "/" in (left, right) or (left == "(" and right == ")" and tokens.dateline(after)):
        return True
    last = match.start - 1
    if last >= 0 and words[last] == "the":
        last -= 1
    before, earlier = words[last] if last >= 0 else "", words[last - 1] if last >= 1 else ""
    if before in TOLD:
        return True
    if before == "to":
        return earlier == "according"
    if before == "by":
        return earlier in REPORTED
    if before == "in":
        return earlier in WRITTEN
    return (before == "on" and earlier in SPOKEN) or (before in ("with", "on") and earlier in INTERVIEW)
