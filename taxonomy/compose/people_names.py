"""The names of a person: what readers see, what text may say, and what only counts with support."""

from __future__ import annotations

import re
from functools import cache

from common import WRITTEN, read_table, split, unique
from people_model import SUFFIXES, Person, fold

PARTICLES = frozenset(
    "al el ul bin ibn bint ben ould de da di do du del della dos das des den der la le las los van von zu "
    "ter ten te af av st st. san santa mac y e 't der".split()
)
#: Countries where news puts the family name first.
FAMILY_FIRST = frozenset({"cn", "kr", "kp", "tw", "hk"})
#: Countries where later mentions use the first name, for want of a family name.
GIVEN_FIRST = frozenset({"et", "er", "th", "my"})
#: Countries where two family names follow the given names and the first is the usual one.
TWO_SURNAMES = frozenset("es mx ar co cl pe ve ec bo py uy cu do gt hn ni sv cr pa pr".split())
INITIAL = re.compile(r"^(?:[A-Z]\.?|(?:[A-Z]\.){2,3})$")


@cache
def words_of(kind: str) -> frozenset[str]:
    """Return the written words of a kind, such as titles or nobility."""
    rows = read_table(WRITTEN / "people_wordlists.tsv")
    return frozenset(word for row in rows if row["kind"] == kind for word in row["words"].split())


@cache
def nicknames() -> dict[str, list[str]]:
    """Return the usual short forms of given names and, backwards, the full ones."""
    table: dict[str, list[str]] = {}
    for row in read_table(WRITTEN / "people_nicknames.tsv"):
        for short in split(row["short"]):
            table.setdefault(row["name"], []).append(short)
        for short in split(row["back"]):
            table.setdefault(short, []).append(row["name"])
    return table


#: Where Arabic and Persian names are at home; elsewhere "Said" and the like are other names.
MUSLIM_NAMES = frozenset(
    "ae af az bd bh dj dz eg et id in iq ir jo ke km kw lb ly ma ml mr mv my ne ng om pk ps qa sa sd sn so "
    "sy td tn tr tz ye".split()
)


@cache
def _spellings() -> list[tuple[frozenset[str], list[str]]]:
    rows = read_table(WRITTEN / "people_spellings.tsv")
    return [(frozenset(row["countries"].split()) or MUSLIM_NAMES, split(row["forms"])) for row in rows]


@cache
def _respelling(countries: frozenset[str]) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for home, forms in _spellings():
        if home & countries:
            for form in forms:
                table.setdefault(form, []).extend(f for f in forms if f != form)
    return table


def without_suffix(words: list[str]) -> list[str]:
    """Return the words of a name without Jr., III and the like."""
    kept = list(words)
    while len(kept) > 2 and kept[-1].lower().rstrip(".").rstrip(",") in SUFFIXES:
        kept.pop()
    return [word.rstrip(",") for word in kept]


def numbered(name: str) -> bool:
    """Tell whether a name ends in a ruler's number or is a title: it has no surname then."""
    words = name.split()
    title = re.match(
        r"(Pope|King|Queen|Prince|Princess|Emperor|Empress|Saint|Sultan|Duke|Duchess|Lady|Lord|Sir|Mother|Patriarch)\b",
        name,
    )
    return bool(title or "," in name or " of " in name or re.fullmatch(r"[IVX]+", words[-1]))


def surnames(person: Person) -> list[str]:
    """Return what later mentions call the person."""
    words = without_suffix(person.name.split())
    if len(words) < 2 or numbered(person.name):
        return []
    home = set(person.countries)
    if home & FAMILY_FIRST and words[0].lower() in words_of("family_first"):
        return [words[0]]
    chinese = "my" in home and words[0].lower() in words_of("family_first")
    if home & GIVEN_FIRST and "bin" not in words and not chinese:
        return [words[0]]
    start = len(words) - 1
    if home & TWO_SURNAMES and len(words) >= 3:
        start = 1
        while start < len(words) - 1 and _given(words[start]):
            start += 1
        while start > 1 and fold(words[start - 1]) in PARTICLES:
            start -= 1
        end = start
        while end < len(words) - 1 and fold(words[end]) in PARTICLES:
            end += 1
        return unique([" ".join(words[start:]), " ".join(words[start : end + 1])])
    while start > 1 and words[start - 1].lower().rstrip(".") in PARTICLES:
        start -= 1
    family = " ".join(words[start:])
    forms = [family]
    bare = re.sub(r"^(?:al|el|Al|El|ul)[- ]", "", family)
    if bare != family and len(bare) > 2:
        forms.append(bare)
    return forms


def _given(word: str) -> bool:
    return fold(word) in words_of("hispanic_given") or bool(INITIAL.match(word))


def variants(person: Person) -> list[str]:
    """Return the other full names that text may use, the certain ones first."""
    base = [person.name, *person.names]
    found: list[str] = list(person.names)
    found += _formal_names(person)
    for name in base:
        found += _shortened(name)
    found += [
        form for name in [person.name, *found[:3]] for form in _respelled(name, frozenset(person.countries))
    ]
    if "us" in person.countries[:1] and person.offices:
        found += _nicknamed(person)
    return [name for name in unique(found) if len(name.split()) > 1 or name in person.names]


def _formal_names(person: Person) -> list[str]:
    name = person.formal
    if not name:
        return []
    first, middle, last = name["first"], name["middle"], name["last"]
    nick, suffix = name["nickname"], name["suffix"]
    names = [f"{first} {last}" if not INITIAL.match(first) else "", f"{nick} {last}" if nick else ""]
    if middle:
        names += [f"{first} {middle} {last}", f"{first} {middle[0]}. {last}"]
        if INITIAL.match(first) and not INITIAL.match(middle):
            names.append(f"{middle} {last}")
    if suffix:
        names += [f"{form} {suffix}" for form in names if form]
    return names


def _shortened(name: str) -> list[str]:
    """Drop initials and suffixes; join and part double initials."""
    words = name.split()
    if len(words) < 2:
        return []
    found = []
    plain_words = without_suffix(words)
    if len(plain_words) < len(words):
        found.append(" ".join(plain_words))
    inner = [words[0]] + [w for w in words[1:] if not INITIAL.match(w)]
    if len(inner) < len(words) and len(inner) > 1 and not INITIAL.match(words[0]):
        found += [" ".join(inner), " ".join(without_suffix(inner))]
    dotted = re.match(r"^((?:[A-Z]\.\s?){2,3})(.+)$", name)
    if dotted:
        letters = re.findall("[A-Z]", dotted[1])
        found += ["".join(letters) + " " + dotted[2].strip(), " ".join(letters) + " " + dotted[2].strip()]
    joined = re.match(r"^([A-Z]{2}) ([A-Z][a-z].+)$", name)
    if joined:
        found.append(f"{joined[1][0]}. {joined[1][1]}. {joined[2]}")
    if INITIAL.match(words[0]) and len(words) > 2 and not INITIAL.match(words[1]):
        found.append(" ".join(words[1:]))
    return [form for form in found if len(form.split()) > 1]


def _respelled(name: str, countries: frozenset[str]) -> list[str]:
    """Respell one or two words of a transliterated name, and leave out the Arabic article."""
    words = name.split()
    table = _respelling(countries)
    found: list[str] = []
    for i, word in enumerate(words):
        found += [" ".join([*words[:i], form, *words[i + 1 :]]) for form in table.get(word, [])]
    if len(found) > 1:
        for name_once in list(found[:6]):
            parts = name_once.split()
            for i in range(1, len(parts)):
                if parts[i] == words[i]:
                    found += [" ".join([*parts[:i], f, *parts[i + 1 :]]) for f in table.get(parts[i], [])[:3]]
    articles = [w for w in words[1:] if re.match(r"^(?:al|el|Al|El)-\w", w)]
    if articles:
        stripped = [re.sub(r"^(?:al|el|Al|El)-", "", w) if i else w for i, w in enumerate(words)]
        found.append(" ".join(stripped))
        swap = {"al-": "el-", "el-": "al-", "Al-": "El-", "El-": "Al-"}
        found.append(" ".join(re.sub(r"^(?:al-|el-|Al-|El-)", lambda m: swap[m[0]], w) for w in words))
    return found[:14]


def _nicknamed(person: Person) -> list[str]:
    words = without_suffix(person.name.split())
    first, rest = words[0], [w for w in words[1:] if not INITIAL.match(w)]
    given = unique([first, person.formal.get("first", "")])
    return [" ".join([short, *rest]) for name in given for short in nicknames().get(name, [])]
