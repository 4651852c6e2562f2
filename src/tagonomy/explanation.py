"""Why a tag was given: each share of its log-odds laid on the words that earned it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tagonomy.pipeline import Reasons
from tagonomy.ranking import Ranker, log_odds
from tagonomy.tag import Evidence, Source

#: More places than this share one weight silently; the first ones are shown.
_MOST_PLACES = 8
_MOST_WORDS = 5


def explained(
    score: float, reasons: tuple[Any, ...] | None, ranker: Ranker, facet: int, text: str
) -> tuple[Evidence, ...]:
    """Return the reasons for a tag, given the parts of :class:`Reasons`; None if only narrower tags do."""
    if reasons is None:
        return (Evidence(Source.BROADER, log_odds(score)),)
    shares = ranker.shares(reasons[0], facet)
    raised = log_odds(score) - sum(shares.values())
    below = (Evidence(Source.BROADER, raised),) if raised > 1e-6 else ()
    return (*evidence_of(Reasons(*reasons), shares, text), *below)


def evidence_of(reasons: Reasons, shares: Mapping[str, float], text: str) -> tuple[Evidence, ...]:
    """Return the reasons for one tag, heaviest first.

    Parameters
    ----------
    reasons : Reasons
        What speaks for it, and where.
    shares : mapping of str to float
        Log-odds from ``mention``, ``rule`` and ``linear``, as :meth:`Ranker.shares` gives them.
    text : str
        The text that the places point into.

    Returns
    -------
    tuple of Evidence
        Their weights add up to the tag's log-odds.
    """
    left = dict(shares)
    places, fired = reasons.places, reasons.fired
    positive = [each for each in reasons.words[:_MOST_WORDS] if each[2] > 0]
    if left["linear"] <= 0 and (places or fired):
        positive = []  # words that the article has don't speak against a tag
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
        *_spread(Source.MENTION, left["mention"], places, text),
        *_spread(Source.RULE, left["rule"], fired, text),
    ]
    total = sum(share for _, _, share in positive)
    for start, stop, share in positive:
        weight = left["linear"] * share / total
        found.append(Evidence(Source.LINEAR, weight, text[start:stop], start, stop))
    if not positive and left["linear"]:
        found.append(Evidence(Source.LINEAR, left["linear"]))
    return tuple(sorted(found, key=lambda each: (-each.weight, each.start)))


def _spread(source: Source, weight: float, places: list[tuple[int, int]], text: str) -> list[Evidence]:
    shown = places[:_MOST_PLACES]
    return [Evidence(source, weight / len(shown), text[start:stop], start, stop) for start, stop in shown]
