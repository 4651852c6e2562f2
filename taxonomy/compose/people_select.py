"""How newsworthy a person is, and who enters the taxonomy."""

from __future__ import annotations

from collections import Counter

from common import prior_of_count, seen, unique
from people_classes import BIG, office_class
from people_model import Person

#: First year of a seat that still makes an ordinary member of a parliament recent, by country.
RECENT_SEATS = {"gb": 2017, "ca": 2019, "au": 2019, "il": 2019}
#: Seats below the national parliament.
LOWER_SEATS = ("Provincial", "Legislative Assembly", "Regional", "Legislative Council", "Assembly of Que")
#: Of them and the upper houses only officers enter.
LOCAL = ("House of Assembly", "City Duma", "House of Lords")


def office_prior(person: Person) -> int:
    """Return the prior that the person's offices alone would give."""
    best = 0
    for office in person.offices:
        _, weight = office_class(office)
        if office.last < 2015:
            weight -= 1
        if office.last < 2005:
            weight -= 1
        if office.last < 1985:
            weight -= 1
        # Who held a post for some months only was acting.
        weight -= bool(office.start) and office.end == office.start and not office.seat
        if office.seat and office.place == "us" and office.last >= 2024:
            weight += 1
        best = max(best, weight)
    return best


def fame_prior(person: Person) -> int:
    """Return the prior that fame in encyclopedias gives; the living are more in the news."""
    prior = {4: 3, 5: 2 if person.birth >= 1945 and not person.death else 1}.get(person.vital, 0)
    if person.fame:
        prior = max(prior, 2 if person.fame > 20 else 1)
    modern = person.birth >= 1935 and not person.death
    if modern and person.fame > 24:
        prior += 1
    if person.birth and person.birth < 1900:
        prior = min(prior, 2 if person.fame > 26 or person.vital == 4 else 1)
    return prior


def news_count(person: Person, counts: Counter[str], only_seen: bool = False) -> int:
    """Return how often news linked a title of the person's names."""
    names = unique([person.name, *person.names])
    return sum(counts[name] for name in names if not only_seen or seen(name))


def prior(person: Person, counts: Counter[str]) -> int:
    """Return the prior of a person: the best of hand-written value, office, fame and news."""
    by_news = prior_of_count(news_count(person, counts) * 0.8)
    return max(0, min(9, max(person.written, office_prior(person), fame_prior(person), by_news)))


def chosen(person: Person, counts: Counter[str]) -> bool:
    """Tell whether the person enters the taxonomy."""
    if person.written >= 0 or person.congress >= 2000:
        return True
    if person.congress and (person.fame or person.vital or office_prior(person) >= 4):
        return True
    return _famous(person) or _in_office(person) or news_count(person, counts, only_seen=True) > 0


def _famous(person: Person) -> bool:
    if person.vital and (person.birth >= 1900 or person.vital == 4):
        return True
    if person.fame and person.birth >= 1930:
        return person.fame >= 16 or person.source[:1] == ["every-politician"]
    return person.fame >= 20 and person.birth >= 1900


def _in_office(person: Person) -> bool:
    for office in person.offices:
        slug, weight = office_class(office)
        if slug in ("heads-of-state", "heads-of-government") and office.last >= 1990:
            return True
        if office.seat:
            if _recent_seat(office.position, office.place, office.start):
                return True
        elif slug != "diplomats" and office.last >= (2000 if weight >= 2 else 2012) and weight >= 1:
            if office.place in BIG or weight >= 2:
                return True
        elif slug == "diplomats" and office.last >= 2012 and (weight >= 2 or office.place == "us"):
            return True
    return False


def _recent_seat(position: str, place: str, start: int) -> bool:
    if place == "us" or any(word in position for word in (*LOWER_SEATS, *LOCAL)):
        return False
    return bool(place in RECENT_SEATS and start >= RECENT_SEATS[place])
