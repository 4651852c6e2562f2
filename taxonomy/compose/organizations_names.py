"""How names of organizations vary: marks of the hand-written tables, spellings, legal forms."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, field

from common import plain

#: Pairs of spellings that news uses side by side, British and American.
SPELLINGS = (
    ("Organisation", "Organization"),
    ("Defence", "Defense"),
    ("Centre", "Center"),
    ("Programme", "Program"),
    ("Defences", "Defenses"),
)

#: Legal forms that news drops after a company's name.
LEGAL_FORM = re.compile(
    r",? (?:Inc|Incorporated|Corp|Corporation|Co|Company|Companies|plc|PLC|Ltd|Limited|LLC|L\.?P|S\.?A|SE|AG|"
    r"N\.?V|Holdings?|& Co|and Company|Group Inc|Group Holdings)\.?$"
)

#: How a body of the United States is set apart from those of other states.
AMERICAN = ("U.S. ", "US ", "United States ")

#: What a football club's name may hold or not.
CLUB_FORM = re.compile(r"^(?:fc|f c|afc|cf) | (?:fc|f c|afc|a f c|cf|sc|football club)$")

#: Bodies of the United States that the text may name with the state before them.
US_GENERIC = re.compile(
    r"^(?:Department|House|Senate|Supreme|Capitol|Court|District|Attorney|Agency|Bureau|Office|Commission|Fish|"
    r"Customs|Immigration|Citizenship|Forest|Geological|Marshals|Postal|Secret|Food|Securities|Environmental|"
    r"Chamber|Conference|Congress|Copyright|Patent|Trade|Mint|Park|International|Election|Special|Central|Public)\b"
)


@dataclass
class Names:
    """Labels of one organization with the flags that the marks of a table gave them."""

    labels: list[str] = field(default_factory=list)
    context: set[str] = field(default_factory=set)
    cased: set[str] = field(default_factory=set)

    def add(self, marked: str) -> str:
        """Take a name with its marks: ``?`` at its end asks for context, ``=`` for exact case."""
        name = marked.strip()
        context = cased = False
        while name and name[-1] in "?=":
            context, cased = context or name[-1] == "?", cased or name[-1] == "="
            name = name[:-1].rstrip()
        if not name:
            return name
        if name not in self.labels:
            self.labels.append(name)
        if context:
            self.context.add(name)
        if cased or is_short_abbreviation(name):
            self.cased.add(name)
        return name

    def extend(self, names: list[str], like: str) -> None:
        """Add variants of a name; they carry its flag for context, unless they say whose body it is."""
        for name in names:
            if name not in self.labels:
                self.labels.append(name)
                if like in self.context and not name.startswith(AMERICAN):
                    self.context.add(name)
                if is_short_abbreviation(name):
                    self.cased.add(name)

    def drop_repeats(self, label: str) -> None:
        """Drop names that match no other text than an earlier one; flags for context hold for all."""
        kept: dict[tuple[str, bool, str], str] = {}
        wary = {matched(name) for name in self.context}
        for name in [label, *self.labels]:
            key = matched(name), name[0].isupper(), name if name in self.cased else ""
            # A small letter matches a capital as well.
            if key not in kept or _capitals(name) < _capitals(kept[key]):
                kept[key] = name
        self.labels = list(kept.values())
        self.context = {name for name in self.labels if matched(name) in wary and name not in self.cased} | {
            name for name in self.context if name in self.labels
        }
        self.cased &= set(self.labels)


def matched(name: str) -> str:
    """Return the name as the matcher sees it.

    >>> matched("Crédit-Agricole's")
    'credit agricole s'
    """
    return re.sub(r"[\W_]+", " ", plain(name).lower()).strip()


def _capitals(name: str) -> int:
    """Return how many words begin with a capital."""
    return sum(word[0].isupper() for word in name.split())


def is_short_abbreviation(name: str) -> bool:
    """Tell whether a name is an abbreviation too short to be trusted in any other case.

    >>> is_short_abbreviation("WHO"), is_short_abbreviation("UNESCO")
    (True, False)
    """
    letters = name.replace(".", "")
    return len(letters) <= 4 and letters.isupper()


def key(name: str) -> str:
    """Return what two spellings of one name share.

    >>> key("Procter & Gamble Co.") == key("Procter and Gamble")
    True
    """
    name = re.sub(r"\s*\([^)]*\)", "", name)
    name = LEGAL_FORM.sub("", name)
    folded = plain(name).lower().replace("&", " and ").replace("'", "").replace("’", "")
    folded = re.sub(r"^the ", "", re.sub(r"[^a-z0-9]+", " ", folded).strip())
    return CLUB_FORM.sub("", folded)


def without_legal_form(name: str) -> str:
    """Return a company's name as news writes it.

    >>> without_legal_form("Alphabet Inc. (Class A)")
    'Alphabet'
    """
    name = re.sub(r"\s*\([^)]*\)", "", name)
    while (shorter := LEGAL_FORM.sub("", name)) != name:
        name = shorter
    return re.sub(r"^The (?=\S+ \S+)", "", name)


def variants(name: str, american: bool = False) -> list[str]:
    """Return other ways to write a name: without its article, in the other spelling, with "U.S." before it.

    >>> variants("FDA")
    ['F.D.A.']

    >>> variants("Bureau of Prisons", american=True)
    ['U.S. Bureau of Prisons', 'US Bureau of Prisons', 'United States Bureau of Prisons']
    """
    found = []
    if name.startswith("The ") and name.count(" ") >= 2:
        found.append(name[4:])
    for british, other in SPELLINGS:
        if re.search(rf"\b{british}\b", name):
            found.append(name.replace(british, other))
        elif re.search(rf"\b{other}\b", name):
            found.append(name.replace(other, british))
    if re.match(r"Al[- ]", name):
        found.append("a" + name[1:])  # the Arabic article is written small within a sentence
    if re.fullmatch("[A-Z]{3,5}", name):
        found.append(
            "".join(f"{letter}." for letter in name)
        )  # as American newspapers write what is spelled out
    if " & " in name:
        found.append(name.replace(" & ", " and "))
    if american and US_GENERIC.match(name):
        found += [prefix + name for prefix in AMERICAN]
    elif name.startswith("U.S. "):
        found += ["US " + name[5:], "United States " + name[5:]]
    return found


def at_home(name: str, places: Container[str], adjectives: Iterable[str] = ()) -> str | None:
    """Return what a country's own articles call a party, court or assembly that is named after it.

    >>> at_home("Supreme Court of Kenya", {"Kenya"})
    'Supreme Court'
    >>> at_home("South African Communist Party", {"South Africa"}, ["South African"])
    'Communist Party'
    >>> at_home("People's Mujahedin of Iran", {"Iran"}), at_home("Court of Arbitration for Sport", {"Iran"})
    (None, None)
    """
    kinds = "(?:Assembly|Congress|Council|Court|Parliament|Party)"
    if (found := re.fullmatch(rf"(.+ {kinds}) of (?:the )?(.+)", name)) and found[2] in places:
        return found[1]
    owned = (re.fullmatch(rf"{re.escape(each)} (.+ {kinds})", name) for each in adjectives)
    return next((found[1] for found in owned if found), None)


def offices(name: str, adjectives: dict[str, list[str]]) -> list[str]:
    """Return what running text calls an office of state, given the adjectives of each state's name.

    >>> offices("United States Secretary of Defense", {})
    ['U.S. secretary of defense', 'U.S. defense secretary', 'US secretary of defense', 'US defense secretary']
    >>> offices("Crown Prince of Saudi Arabia", {"Saudi Arabia": ["Saudi"]})
    ['Saudi crown prince']
    """
    if found := re.fullmatch(r"United States (.+)", name):
        forms = [found[1].lower()]
        forms += [f"{held} secretary" for held in re.findall(r"^secretary of (?:the )?(.+)", forms[0])]
        return [f"{state} {form}" for state in ("U.S.", "US") for form in forms]
    found = re.fullmatch(r"(.+) of (?:the )?(.+)", name)
    return [f"{adjective} {found[1].lower()}" for adjective in adjectives.get(found[2], ())] if found else []
