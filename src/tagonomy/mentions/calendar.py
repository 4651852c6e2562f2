"""Which event is meant by what is known of time: the year of the article, and the years that it names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tagonomy.mentions.candidate import Candidate

if TYPE_CHECKING:
    from tagonomy.concepts import ConceptIndex
    from tagonomy.mentions.matcher import Match
    from tagonomy.text import Tokens

#: Doubt of an occasion that is a year away from the article: it may be another one that is meant.
A_YEAR_AWAY = 0.5
#: Doubt of an occasion where the text names another one by its year.
COMPARED = 0.5
#: Doubt of an event that began after the article; and, without its date, after the last year that it names.
LATER, MAYBE_LATER = 3.0, 1.0
#: Doubt of an event that the text does not name and that ended before the year before the article's.
LONG_OVER = 1.0


class Calendar:
    """Sets the candidates of an article in time.

    Parameters
    ----------
    index : ConceptIndex
        Years of the events, and what they are occasions of.
    """

    def __init__(self, index: ConceptIndex) -> None:
        self._facet, self._events = index.facet.tolist(), index.facet_number("events")
        self._years, self._prior = index.years, index.prior
        self._occasions = index.occasions()

    def settle(
        self, candidates: dict[int, Candidate], linear: Iterable[int], tokens: Tokens, year: int | None
    ) -> None:
        """Give what names a series to the occasion that is meant, and doubt what is of another time."""
        for series in sorted(candidates):
            if self._occasions[series]:
                self._tell_occasion(series, candidates, tokens, year)
        self._doubt_later_events(candidates, linear, tokens, year)
        if year is not None:
            self._doubt_past_events(candidates, linear, year)

    def _tell_occasion(
        self, series: int, candidates: dict[int, Candidate], tokens: Tokens, year: int | None
    ) -> None:
        """Give what speaks for a series, such as *the presidential race*, to one of its occasions.

        That is the one of the article's year, else of the year after, else of the year before. Where the
        text names occasions by their years, that is one of these if it is alone, without a date; else it is
        doubted unless it is among them: "the 2008 election" may be a comparison. "The convention in August
        2008" says nothing of this one.
        """
        said = candidates[series]
        if not (said.names or said.rules):
            return
        occasions = self._occasions[series]
        named = [each for each in occasions if each in candidates and candidates[each].names]
        doubt = 0.0
        if year is None:
            chosen = named if len(named) == 1 else []
        else:
            for away in (0, 1, -1):
                chosen = [each for each in occasions if self._lasts(each, year + away)]
                if chosen:
                    doubt = A_YEAR_AWAY if away else 0.0
                    break
        if len(chosen) > 1:
            most = max(self._prior[each] for each in chosen)
            chosen = [each for each in chosen if self._prior[each] == most]
        if len(chosen) != 1:
            return
        # "The 2008 election" names the series too, but not this occasion of it.
        others = {match.start for each in named if each != chosen[0] for match in candidates[each].names}
        own = [
            match
            for match in said.names
            if match.start not in others and self._may_last(chosen[0], _year_behind(match, tokens))
        ]
        if chosen[0] not in named:
            if not (own or said.rules):
                return
            doubt = COMPARED if named else doubt
        occasion = candidates.setdefault(chosen[0], Candidate())
        if not occasion.names:
            occasion.doubt = said.doubt + doubt
        starts = {match.start for match in occasion.names}
        occasion.names += [match for match in own if match.start not in starts]
        occasion.names.sort(key=lambda match: match.start)
        occasion.evidence += said.evidence
        occasion.rules += said.rules
        occasion.support = max(occasion.support, said.support)
        candidates[series] = Candidate()

    def _lasts(self, event: int, year: int) -> bool:
        first, last = self._years[event]
        return bool(first <= year <= max(first, last))

    def _may_last(self, event: int, year: int | None) -> bool:
        return year is None or self._lasts(event, year)

    def _doubt_later_events(
        self, candidates: dict[int, Candidate], linear: Iterable[int], tokens: Tokens, year: int | None
    ) -> None:
        """Doubt events that began after the article was written, those of the linear model too.

        Without its year, an article is taken to be no older than the last year that it names. An event
        that the text names with a year is foretold: elections and games are planned.
        """
        latest = year
        if latest is None:
            named = [int(word) for word in filter(_four_digits, tokens.words) if 1900 <= int(word) <= 2100]
            if not named:
                return
            latest = max(named) + 1
        for concept in {*candidates, *linear}:
            if self._years[concept, 0] > latest and self._facet[concept] == self._events:
                candidate = candidates.setdefault(concept, Candidate())
                if not _tells_year(candidate, tokens):
                    candidate.doubt = MAYBE_LATER if year is None else LATER

    def _doubt_past_events(self, candidates: dict[int, Candidate], linear: Iterable[int], year: int) -> None:
        """Doubt events that were over long before the article, unless the text names them.

        What a rule or the linear model knows of an event, such as *protests* and *Iran*, fits the next one as
        well; the year before is near enough for trials, inquiries and anniversaries.
        """
        for concept in {*candidates, *linear}:
            if self._facet[concept] == self._events and 0 < self._years[concept, 1] < year - 1:
                candidate = candidates.setdefault(concept, Candidate())
                if not candidate.names:
                    candidate.doubt = max(candidate.doubt, LONG_OVER)


def _year_behind(match: Match, tokens: Tokens) -> int | None:
    """Return the year right behind a name: "in 2008", "in August 2008", "of 2008"."""
    behind = tokens.words[match.stop : match.stop + 3]
    if not behind or behind[0] not in ("in", "of"):
        return None
    if tokens.sentences[match.stop] != tokens.sentences[match.start]:
        return None
    return next((int(word) for word in behind if _four_digits(word)), None)


def _four_digits(word: str) -> bool:
    return len(word) == 4 and word.isascii() and word.isdigit()


def _tells_year(candidate: Candidate, tokens: Tokens) -> bool:
    """Tell whether a name of it, or a rule that found it, has a year among its words."""
    spans = [(match.start, match.stop) for match in candidate.names]
    spans += [span for fired in candidate.rules for span in fired]
    return any(_four_digits(tokens.words[place]) for start, stop in spans for place in range(start, stop))
