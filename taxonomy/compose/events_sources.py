"""Choose events from the collected candidates and from Current Events."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

from common import Row, concept, current_events, news_counts, plain, prior_of_count, seen
from events_kinds import BRACKETS, ident, kind_of, kinds
from events_names import add_names, countries_in, other_names

#: The query results that hold events, and how many Wikipedias must know one of before 1990.
TRIVIA = {
    "wars-start-year": 22,
    "coups-year": 14,
    "revolutions-start-year": 14,
    "protests-riots-and-uprisings-year": 14,
    "disease-outbreaks-start-year": 10,
    "massacres-year": 16,
    "declarations-of-independence-year": 12,
    "space-missions-launch-year": 22,
    "battles-year": 38,
}
RECENT_SITELINKS = 8

#: Titles with these words are about an event, or are lists, seasons, works and bodies.
NOT_EVENTS = re.compile(
    r"^(list|lists|timeline|outline|index|reactions?|international reactions?|aftermath"
    r"|casualties|background|order of "
    r"battle|history|role|impact|media|coverage|opinion polling|results|women"
    r"|participation|bibliography|foreign|"
    r"responses?|weapons|equipment|human rights|war crimes in|economy|politics"
    r"|demographics|terrorism in|crime in|"
    r"corruption in|capital punishment|lgbtq?|internet|next|prelude|visa policy"
    r"|evacuations during|kuwait in|spain in|"
    r"syria in|russia in|destruction of cultural|connections|personal|relationship of"
    r"|use of|culture of|premiership|"
    r"second cabinet|censorship|immigration|illegal immigration|modern immigration"
    r"|climate change in|deaths in|"
    r"aviation accidents|gun law|government and|environmental|controversies surrounding"
    r"|attacks in|violations of)\b|"
    r"\b(relations|in spaceflight|in aviation|electoral calendar|in association football"
    r"|squads?|qualification|"
    r"qualifiers|results|bidding|mascot|soundtrack|film series|video game|album|novel"
    r"|miniseries|documentary|song|book|"
    r"season|theory|theories|museum|memorial|monument|political party|party$|class|-class"
    r"|census|qualifying|medal table|"
    r"opinion polls?|endorsements|fundraising|candidates?|balloting|roster|draft picks"
    r"|broadcasters?|statistics|"
    r"men's singles|women's singles|doubles|tour \d{4}|ATP|WTA|\bat the \d{4}|event|group [A-H]$|seeding|"
    r"hall of fame|infobox|page does not exist|in popular culture|conspiracy theor|victims"
    r"|perpetrators|timeline|"
    r"brigade|regiment|battalion|museums|organi[sz]ation|agency|committee|department"
    r"|ministry|foundation|force$|"
    r"commission$|center$|centre$|authority|police|army$|navy|corps|airlines?$|TV series"
    r"|band\)|\(film\)|\(novel\)|"
    r"squadron|medal|(in|of) video games|disambiguation\)|radio drama|fire and rescue|of the sexes|"
    r"award of the year|radiotherapy|militia|ship\)|submarine|frigate|aircraft|rifle|tank|"
    r"in the United States House)\b|:",
    re.IGNORECASE,
)
GENERIC_HEAD = re.compile(r"^(Mass|Civil|Cold|Nuclear|Guerrilla|Total|Proxy|Asymmetric|Class) \w+$")
#: Topics of Current Events that name a time in office or a topic.
SUBNATIONAL = re.compile(
    r"\b(election|elections|by-election|primary|caucus(es)?|referendum)\b", re.IGNORECASE
)
KEPT_ELECTIONS = re.compile(
    r"\b(mayoral election|Catalan|Scottish|Quebec|European Parliament|Northern "
    r"Ireland Assembly|Bavarian|Labour Party "
    r"leadership|Conservative Party \(UK\)|Conservative Party leadership|Uttar Pradesh"
    r"|West Bengal|Delhi|Bihar|Ontario|"
    r"Alberta|Republika Srpska|Liberal Party of Canada leadership|Hong Kong|local "
    r"elections|by-election|special election|"
    r"referendum|Puerto Rico|Secretary-General selection|Speaker of the|Supreme Leader"
    r"|Northern Cypriot|Falkland|Kurdistan|"
    r"Abkhaz|Crimean|Donbas|United Nations Security Council)",
    re.IGNORECASE,
)


def is_name(title: str) -> bool:
    """Tell whether a title looks like a proper name: a year, or a capital after the first word."""
    words = BRACKETS.sub("", title).split()
    if len(words) < 2 or len(words) > 12:
        return False
    proper = sum(1 for word in words[1:] if word[0].isupper() or re.fullmatch(r"[12]\d{3}.*", word))
    return (proper > 0 or bool(re.match(r"[12]\d{3}\b|\d", words[0]))) and not GENERIC_HEAD.match(title)


@cache
def sitelinks(sources: Path) -> dict[str, int]:
    """Return the number of Wikipedias of each event of the query results, by QID."""
    table: dict[str, int] = {}
    for name in TRIVIA:
        for item in json.loads((sources / "wikitrivia" / f"{name}.json").read_text(encoding="utf-8")):
            table[item["item"].rsplit("/", 1)[1]] = int(item["sitelinks"])
    return table


@cache
def famous(sources: Path) -> frozenset[str]:
    """Return the QIDs that enough Wikipedias know for their kind and time."""
    out = set()
    for name, floor in TRIVIA.items():
        for item in json.loads((sources / "wikitrivia" / f"{name}.json").read_text(encoding="utf-8")):
            needed = RECENT_SITELINKS if int(item["year"]) >= 1990 else floor
            if int(item["sitelinks"]) >= needed:
                out.add(item["item"].rsplit("/", 1)[1])
    return frozenset(out)


@cache
def redirects(sources: Path) -> dict[str, str]:
    """Return the title that each redirect leads to."""
    return dict(json.loads((sources / "wikinewstopics" / "megamap.json").read_text(encoding="utf-8")))


@cache
def redirects_to(sources: Path) -> dict[str, list[str]]:
    """Return the redirects of each title."""
    out: defaultdict[str, list[str]] = defaultdict(list)
    for name, title in redirects(sources).items():
        out[title].append(name)
    return dict(out)


def _wanted(year: int | None, title: str, qid: str, sources: frozenset[str], known: frozenset[str]) -> bool:
    """Tell whether a candidate has weight enough."""
    if NOT_EVENTS.search(title) or not is_name(title):
        return qid in known and not re.search(r":|^Timeline|^List", title)
    if SUBNATIONAL.search(title) and not KEPT_ELECTIONS.search(title):
        return False
    if qid in known or "vital" in sources:
        return True
    if "wnn" in sources:
        return year is None or year >= 1990
    if "LM" in sources:
        return year is not None and year >= 2005 and bool(re.match(r"[12]\d{3}", title))
    return False


def _own_redirects(title: str, sources: Path) -> list[str]:
    """Return redirects that name the event: those in which a word names a kind of event."""
    out = []
    for name in redirects_to(sources).get(title, ()):
        if is_name(name) and kind_of(name) and not NOT_EVENTS.search(name) and "(" not in name:
            out.append(name)
    return out[:12]


def auto_rules(title: str, kind: str) -> list[str]:
    """Return the rule that a title "year place word" gives: all three in one sentence.

    >>> auto_rules("2018 Tallahassee shooting", "shooting")
    ['SENTENCE(Tallahassee AND 2018 AND (shooting* OR shooter OR gunman OR gunmen OR massacre))']
    """
    if kind not in PLACE_KINDS:
        return []
    found = re.fullmatch(r"(?:\w+ )?((?:19|20)\d\d) (.+)", BRACKETS.sub("", title))
    if not found:
        return []
    words = kinds()[kind].title.sub("", found[2]).split()
    lands = countries_in(found[2])
    place = " ".join(words)
    if not words or len(words) > 3 or not all(word[0].isupper() for word in words):
        return []
    if lands:
        key = lands[0] if len(lands) == 1 else ""
        return (
            [f"SENTENCE(@{key} AND {found[1]} AND {NARROW[kind]})"]
            if key and kind in NARROW and len(words) <= 2
            else []
        )
    place = re.sub(r"[^\w .'-]", " ", place)
    key = place if re.fullmatch(r"[^\W\d_]+", place) else f'"{place}"'
    return [f"SENTENCE({key} AND {found[1]} AND {kinds()[kind].words})"]


PLACE_KINDS = frozenset(
    "massacre hostage attack shooting bombing disaster earthquake wildfire flood "
    "volcano accident aircrash shipwreck "
    "railaccident explosion coup protest riot strike operation storm heatwave".split()
)
#: Where the place is a whole country only a telling word makes a rule.
NARROW = {
    "earthquake": "(earthquake OR quake)",
    "coup": '(coup OR putsch OR "military takeover")',
    "flood": "(floods OR flooding)",
    "protest": '(protests OR protesters OR demonstrations OR "street protests")',
    "wildfire": "(wildfires OR bushfires)",
}


def title_row(title: str, kind: str, sources: Path, data: Path) -> Row:
    """Return the concept that a title alone gives."""
    label = title
    own, undated = other_names(title, kind)
    row = concept(
        ident(label),
        label,
        alt_labels=own,
        broader=[kinds()[kind].id],
        related=countries_in(title),
        rules=auto_rules(title, kind),
        prior=prior_of_count(news_counts(sources, data)[title]),
    )
    add_names(row, _own_redirects(title, sources))
    row["undated"] = undated
    year = re.search(r"(?<!\d)(1[0-9]{3}|20[0-4]\d)(?:[–-](\d{2,4}|present))?(?!\d)", title)
    if year:
        row["start"] = year[1]
        if year[2] and year[2] != "present":
            row["end"] = year[2] if len(year[2]) == 4 else year[1][:-2] + year[2]
        elif not year[2]:
            row["end"] = year[1]
    return row


def candidate_rows(sources: Path, data: Path) -> list[Row]:
    """Return the candidates of weight."""
    rows: dict[str, Row] = {}
    known, links = famous(sources), sitelinks(sources)
    with (sources / "event_candidates.tsv").open(encoding="utf-8") as file:
        for line in file:
            year, title, qid, origin = line.rstrip("\n").split("\t")
            title = title[0].upper() + title[1:]
            number = int(year) if year and int(year) < 2030 else None
            kind = kind_of(title) or ("battle" if qid in known and title.startswith("Battle") else None)
            if not kind or not _wanted(number, title, qid, frozenset(origin.split(",")), known):
                continue
            row = title_row(title, kind, sources, data)
            row["source"] = sorted({_source(key) for key in origin.split(",")})
            if qid:
                row["exact_match"] = [f"wikidata:{qid}"]
            if number and not row.get("start"):
                row["start"] = str(number) if number >= 1000 else f"{number:04d}" if number > 0 else ""
            row["prior"] = max(row["prior"], min(5, links.get(qid, 0) // 25))
            if row["id"] not in rows:
                rows[row["id"]] = row
    return list(rows.values())


def _source(key: str) -> str:
    return {"wnn": "wikinewstopics", "vital": "wikipedia-vital-l5", "wikitrivia": "wikitrivia"}.get(
        key, "wikidata"
    )


def topic_rows(sources: Path, data: Path) -> list[Row]:
    """Return the ongoing events of Current Events, from the half of its titles that may be seen."""
    count: Counter[str] = Counter()
    days: dict[str, tuple[str, str]] = {}
    for item in current_events(data):
        for topic in item["topics"]:
            title = topic.replace(" (page does not exist)", "")
            if seen(topic) and "��" not in title:
                count[title] += 1
                first = days.get(title, (item["date"], ""))[0]
                days[title] = (first, item["date"])
    rows = []
    for title, number in count.items():
        kind = kind_of(title)
        if not kind or NOT_EVENTS.search(title) or not is_name(title):
            continue
        row = title_row(title, kind, sources, data)
        row["prior"] = max(row["prior"], prior_of_count(number))
        year = row.get("start", "")
        if re.fullmatch(r"202[56]", year) and days[title][0].startswith(year) and row.get("end") == year:
            row["start"], row["end"] = days[title]
        row["source"] = ["wikipedia-current-events"]
        rows.append(row)
    return rows


def plain_key(name: str) -> str:
    """Return the form under which two names are the same name."""
    return re.sub(r"[^a-z0-9]+", " ", plain(name).lower()).removeprefix("the ").strip()
