"""Why a tag was given: each share of its log-odds laid on the words that earned it."""

from __future__ import annotations

from collections.abc import Mapping

from tagonomy.mentions.resolution import Candidate
from tagonomy.results import Evidence, Source
from tagonomy.text import Tokens

#: More places than this share one weight silently; the first ones are shown.
_MOST_PLACES = 8
_MOST_WORDS = 5


def evidence_of(
    candidate: Candidate,
    shares: Mapping[str, float],
    words: list[tuple[int, float]],
    tokens: Tokens,
    numbers: list[int],
) -> tuple[Evidence, ...]:
    """Return the reasons for one tag, heaviest first.

    Parameters
    ----------
    candidate : Candidate
        Matches and rules.
    shares : mapping of str to float
        Log-odds from ``mention``, ``rule`` and ``linear``, as :meth:`Ranker.shares` gives them.
    words : list of (int, float)
        Word numbers that speak for the tag in the linear model, with their share of its margin.
    tokens : Tokens
        Words of the article.
    numbers : list of int
        Vocabulary number of each word.

    Returns
    -------
    tuple of Evidence
        Their weights add up to the tag's log-odds.
    """
    left = dict(shares)
    places = candidate.spans()
    fired = sorted({span for spans in candidate.rules for span in spans})
    positive = [(number, share) for number, share in words[:_MOST_WORDS] if share > 0]
    # A share without words of its own goes to the stage that has some.
    if not places:
        target = "rule" if fired else "linear"
        left[target], left["mention"] = left[target] + left["mention"], 0.0
    if not positive and not (left["linear"] and not places and not fired):
        target = "mention" if places else "rule"
        left[target], left["linear"] = left[target] + left["linear"], 0.0
    if not fired:
        target = "mention" if places else "linear"
        left[target], left["rule"] = left[target] + left["rule"], 0.0
    found = [
        *_spread(Source.MENTION, left["mention"], places, tokens),
        *_spread(Source.RULE, left["rule"], fired, tokens),
    ]
    total = sum(share for _, share in positive)
    for number, share in positive:
        at = numbers.index(number)
        weight = left["linear"] * share / total
        found.append(
            Evidence(Source.LINEAR, weight, tokens.surface(at, at + 1), tokens.starts[at], tokens.stops[at])
        )
    if not positive and left["linear"]:
        found.append(Evidence(Source.LINEAR, left["linear"]))
    return tuple(sorted(found, key=lambda each: (-each.weight, each.start)))


def _spread(source: Source, weight: float, spans: list[tuple[int, int]], tokens: Tokens) -> list[Evidence]:
    shown = spans[:_MOST_PLACES]
    return [
        Evidence(
            source,
            weight / len(shown),
            tokens.surface(start, stop),
            tokens.starts[start],
            tokens.stops[stop - 1],
        )
        for start, stop in shown
    ]
