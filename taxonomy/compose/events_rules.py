"""What reports of the day say of an event: rules from its kind, its place and the subject of its title.

Nobody writes *1995 Quebec referendum* on the day: it is Quebec, and a ballot. A title gives the place and
the subject; the calendar keeps the event from articles of other years. Where a rule asks for the year of the
event, as what is written later says it, an article of that year need not.
"""

from __future__ import annotations

import re
from collections import defaultdict

from common import Row, unique
from events_kinds import BRACKETS, kinds
from events_names import countries_in
from tagonomy.rules.parser import parse_rule
from tagonomy.rules.syntax import (
    And,
    Count,
    Lead,
    Near,
    Node,
    Or,
    Sentence,
    Title,
    Word,
    Year,
    is_place,
    is_positive,
    walk,
)

#: Before that, articles are rare, and events stand for each other less often than for nothing.
FIRST_YEAR = "1985"
TITLE = re.compile(r"^(?:\w+ )?((?:19|20)\d\d)(?:[–-]\d{2,4})? (.+)")

COUP = (
    '(coup OR putsch OR mutin* OR junta OR "seized power" OR "seize power" OR "seizing power" OR '
    '"took power" OR overthr* OR toppl*)'
)
#: How often a report that opens with a scene says whom or what place it is about.
OFTEN = 4
BALLOT = "(referendum* OR plebiscite OR voters OR voted OR votes OR vote OR ballot*)"
#: What the subjects of referendums are called in the middle of a sentence.
SUBJECTS = {
    "independence": "(independen* OR sovereign* OR secession OR secede* OR separat*)",
    "constitutional": "constitution*",
    "European Constitution": "constitution",
    "Treaty of Lisbon": "Lisbon",
    "Maastricht Treaty": "Maastricht",
    "European Union membership": '("European Union" OR "E.U." OR EU OR Brussels OR Europe)',
    "NATO membership": "NATO",
    "presidential": "president*",
    "presidency": "president*",
    "sovereignty": "sovereign*",
    "monarchy": "(monarchy OR king OR republic)",
    "divorce": "divorce",
    "same-sex marriage": "marriage",
    "abortion": "abortion*",
    "devolution": "(devolution OR parliament OR assembly)",
    "euro": "euro",
    "bailout": "(bailout OR creditors OR austerity)",
}
WAR = '("civil war" OR rebel* OR guerrilla* OR insurgen*)'
MISSION = (
    "(launch* OR orbit* OR moon OR lunar OR spacecraft OR lander OR rover OR probe OR crew OR dock* OR "
    "astronaut* OR cosmonaut* OR satellite* OR asteroid* OR Mars)"
)
#: Kinds whose events a place and a word tell, within their year.
AT_A_PLACE = frozenset(
    "massacre hostage attack shooting bombing earthquake wildfire flood volcano aircrash shipwreck "
    "railaccident explosion riot".split()
)
#: Towns where such things happen every year, or that news is datelined from.
BUSY = frozenset(
    "Chicago London Paris Baghdad Kabul Mogadishu Karachi Lahore Peshawar Quetta Moscow Jerusalem "
    "Beirut Damascus Istanbul Ankara Brussels Washington Philadelphia Houston Dallas Detroit Atlanta "
    "Miami Denver Boston Mumbai Delhi Cairo Gaza Berlin Rome Madrid Vienna Sydney Melbourne Toronto "
    "Tokyo Beijing Shanghai California Texas Florida Alaska Mosul Aleppo Idlib Sinai Kashmir Xinjiang "
    "Donetsk Kyiv Kiev Kharkiv Odesa Darfur Khartoum Pakistan Borno Maiduguri Tripoli Sanaa Aden "
    "Tehran Nairobi Manila Jakarta Manchester".split()
) | {
    "New York",
    "New York City",
    "Los Angeles",
    "San Francisco",
    "Las Vegas",
    "West Bank",
    "Tel Aviv",
    "Hong Kong",
}

# The same towns as rules write them once parsed.
_FOLDED_BUSY = frozenset(map(str.lower, BUSY))


def day_rules(rows: dict[str, Row]) -> None:
    """Give events the rules that their titles give, in place."""
    codes = {kind.id: kind.code for kind in kinds().values()}
    dated = [(row, codes.get((row["broader"] or [""])[0], "")) for row in rows.values()]
    dated = [(row, code) for row, code in dated if code and _since(row)]
    neighbours: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for row, code in dated:
        neighbours[code, _place(row)].append(_year(row))
    for row, code in dated:
        place, year = _place(row), _year(row)
        alone = sum(abs(year - other) <= 1 for other in neighbours[code, place]) == 1
        row["rules"] = unique([*row["rules"], *_rules(row, code, place, alone)])
        # What is written of an occasion on the day speaks for its series, and the calendar tells which it is.
        if all(rows[above].get("abstract") for above in row["broader"] if above in rows):
            row["rules"] = [_on_the_day(rule, row, code) for rule in row["rules"]]


def _on_the_day(rule: str, row: Row, code: str) -> str:
    """Return the rule such that an article of the event's time need not say its year."""
    last = row.get("end") or ""
    time = Year(_year(row), int(last[:4]) if last[:1] in ("1", "2") else _year(row))
    node = parse_rule(rule)
    asked = {str(side).strip('"') for each in walk(node) if isinstance(each, And) for side in each.nodes}
    if code in AT_A_PLACE and asked & _FOLDED_BUSY:
        return rule
    dated = _dated(node, time)
    return rule if dated == node else str(dated)


def _dated(node: Node, time: Year) -> Node:
    def names_year(each: Node) -> bool:
        return isinstance(each, Word) and each.text.isdigit() and time.first <= int(each.text) <= time.last

    match node:
        case Word() if names_year(node):
            return Or((node, time))
        case Or(nodes) if any(map(names_year, nodes)):
            return Or((*nodes, time))
        case Near(left, right) if names_year(left) or names_year(right):
            return Or((node, And((right if names_year(left) else left, time))))
        case And(nodes) | Or(nodes):
            return type(node)(tuple(_dated(each, time) for each in nodes))
        case Sentence(inner) | Title(inner) | Lead(inner):
            dated = _dated(inner, time)
            return type(node)(dated) if is_positive(dated) else node
    return node


def in_the_body(rule: str) -> list[str]:
    """Return what a rule of the lead asks of reports that open with a scene, which say it further down.

    What the lead names first, they name again and again, and one sentence joins it to the others.

    >>> in_the_body("LEAD((Lima OR Peru) AND quake) AND YEAR(2007)")
    ['COUNT(lima OR peru) >= 4 AND SENTENCE((lima OR peru) AND quake) AND YEAR(2007)']
    """
    node = parse_rule(rule)
    sides = node.nodes if isinstance(node, And) else (node,)
    match [each for each in sides if isinstance(each, Lead)]:
        case [Lead(And((first, *_)) as inner) as lead] if is_place(first):
            others = [each for each in sides if each is not lead]
            return [str(And((Count(first, OFTEN), Sentence(inner), *others)))]
    return []


def _year(row: Row) -> int:
    return int(row["start"][:5].rstrip("-"))


def _since(row: Row) -> bool:
    """Tell whether an event has a date, and news of it may be at hand."""
    return bool(row.get("start")) and max(row["start"], row.get("end") or "")[:4] >= FIRST_YEAR


def _rules(row: Row, code: str, place: str, alone: bool) -> list[str]:
    title = BRACKETS.sub("", row["label"])
    has_lead = any("LEAD(" in rule for rule in row["rules"])
    if code == "space":
        return _mission_rules(row) if row["prior"] else []
    if not place or has_lead:
        return []
    if code == "coup":
        return [f"{scope}({place} AND {COUP})" for scope in ("SENTENCE", "LEAD")] if alone else []
    if code == "referendum":
        subject = _subject(title)
        if subject:
            return [f"{scope}({place} AND {BALLOT} AND {subject})" for scope in ("SENTENCE", "LEAD")]
        return [f"LEAD({place}) AND COUNT((referendum* OR plebiscite OR sovereign*)) >= 2"] if alone else []
    if code == "civilwar" and not row["rules"]:
        return [f"{scope}({place} AND {WAR})" for scope in ("SENTENCE", "LEAD")] if alone else []
    if code in AT_A_PLACE and alone and TITLE.match(title):
        country = place.startswith("@")
        if not country or code in ("earthquake", "flood", "wildfire", "volcano"):
            return [f"LEAD({place} AND {kinds()[code].words})"]
    return []


def _mission_rules(row: Row) -> list[str]:
    """Return the rule of a spacecraft: its own name, and what crafts do."""
    name = BRACKETS.sub("", row["label"])
    craft = re.fullmatch(r"[A-Z][\w'’]+(?:[ -][A-Z0-9][\w'’-]*){0,3}", name) and re.search(r"[-\d]", name)
    return [f'SENTENCE("{name}" AND {MISSION})'] if craft else []


def _place(row: Row) -> str:
    """Return the place that a title names, as a term of a rule: of one country, or of one place within."""
    title = BRACKETS.sub("", row["label"])
    found = TITLE.match(title)
    rest = found[2] if found else title
    head = re.match(r"[A-Z][\w.'’-]*(?: (?:of |the )?[A-Z][\w.'’-]*)*", rest)
    lands = countries_in(rest)
    if len(lands) == 1:
        return f"@{lands[0]}"
    if lands or not found or not head or head[0] in BUSY or len(head[0].split()) > 3:
        return ""
    name = re.sub(r"[^\w .'-]", " ", head[0])
    return name if re.fullmatch(r"[^\W\d_]+", name) else f'"{name}"'


def _subject(title: str) -> str:
    """Return what a referendum was about, as a term of a rule.

    >>> _subject("2005 Dutch European Constitution referendum"), _subject("1995 Quebec referendum")
    ('constitution', '')
    """
    for words, term in sorted(SUBJECTS.items(), key=lambda each: -len(each[0])):
        if re.search(rf"\b{words}\b", title):
            return term
    words = [
        word for word in re.findall(r"\b[a-z]{4,}\b", title) if word not in ("referendum", "referendums")
    ]
    return f"({' OR '.join(words)})" if len(words) > 1 else words[0] if words else ""
