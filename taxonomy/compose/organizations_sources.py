"""Readers of the sources of organizations: each yields drafts."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path

from common import WRITTEN, prior_of_count, read_table, split
from organizations_draft import Draft, draft
from organizations_names import without_legal_form

#: Query results of Wikidata, the class of what they list, and the least number of Wikipedias to be kept.
WIKITRIVIA = (
    ("brands-and-companies-founding-year", "companies", 25),
    ("newspapers-launch-year", "newspapers", 10),
    ("tv-channels-launch-year", "broadcasters", 20),
    ("airlines-founding-year", "airlines", 12),
    ("football-clubs-founding-year", "football-clubs", 20),
    ("nba-franchises-founding-year", "basketball-teams", 40),
    ("nfl-franchises-founding-year", "american-football-teams", 25),
    ("mlb-franchises-founding-year", "baseball-teams", 25),
    ("nhl-franchises-founding-year", "ice-hockey-teams", 30),
    ("f1-teams-founding-year", "motorsport-teams", 25),
    ("rugby-clubs-founding-year", "rugby-clubs", 12),
    ("social-networking-services-launch-year", "internet-companies", 25),
    ("websites-launch-year", "internet-companies", 40),
    ("radio-stations-launch-year", "broadcasters", 15),
    ("restaurant-chains-founding-year", "restaurant-chains", 15),
)

#: The class of companies of each sector of the S&P 500.
SECTORS = {
    "Information Technology": "technology-companies",
    "Financials": "financial-companies",
    "Energy": "energy-companies",
    "Utilities": "utilities",
    "Health Care": "health-companies",
    "Real Estate": "property-companies",
    "Communication Services": "media-companies",
}

#: The folder and country of the football leagues whose clubs the world's news names.
FOOTBALL = {
    "europe/england": "GB", "europe/scotland": "GB", "europe/germany": "DE", "europe/spain": "ES",
    "europe/italy": "IT", "europe/france": "FR", "europe/netherlands": "NL", "europe/portugal": "PT",
    "europe/belgium": "BE", "europe/turkey": "TR", "south-america/brazil": "BR",
    "south-america/argentina": "AR",
    "north-america/mexico": "MX", "north-america/united-states": "US",
}  # fmt: skip

CLUB_WORD = re.compile(
    r"\b(?:FC|AFC|CF|SC|SV|VfB|VfL|TSG|BSC|FSV|AC|AS|SS|OGC|RC|UD|CD|RCD|SL|Club|United|City|Rovers|Wanderers|"
    r"Athletic|Albion|Hotspur|Rangers|County|Town|Villa|Forest|Palace|Celtic|Hearts|Borussia|Eintracht|Bayern|Real|"
    r"Atl[eé]tico|Sporting|Olympique|Hertha|Werder|Bayer|Inter|Dynamo|Dinamo|Spartak|Galaxy|Sounders|Timbers|Union|"
    r"Red Bulls?)\b"
)


#: What the name of an agency must hold; the list of agencies has states and programmes, too.
AGENCY_WORD = re.compile(
    r"\b(?:Agency|Administration|Authority|Bank|Board|Bureau|Cent(?:er|re)s?|Commission|Committee|Conservation|Corporation|"
    r"Corps|Council|Court|Department|Division|Foundation|Institutes?|Laboratory|Library|Museum|Office|Service|Survey|"
    r"System|Trust|University)\b"
)

#: Armed forces stand in another facet's care.
MILITARY = re.compile(
    r"\b(?:Command|Army|Navy|Naval|Air Force|Marines?|Coast Guard|National Guard|Joint Chiefs|Joint Forces)\b"
)

#: Words of parties' names that any country's party may bear.
PARTY_WORDS = set(
    "party union alliance movement front coalition league list bloc congress national people's peoples' "
    "people  christian social democratic democrats democrat democracy liberal liberals socialist "
    "socialists communist labour  labor workers' workers republican republicans green greens conservative "
    "conservatives new united unified  progressive progress popular of for and the freedom justice "
    "development unity independent independents centre  center reform solidarity citizens citizens' "
    "citizen's left right patriotic radical agrarian action future hope  change force movement rally "
    "forum nationalist federal renewal reconstruction revolutionary independence".split()
)

#: One of these a party's English name must hold to be one wherever it stands.
PARTY_KIND = re.compile(
    r"\b(?:Party|Parties|Union|Alliance|Front|Movement|Coalition|Bloc|List|League|Congress|Rally)\b"
)

#: What marks a party's name in its own language, as against an English word.
NATIVE = re.compile(
    r"[^\x00-\x7f]|[A-Z].*[A-Z]|\b(?:Parti|Partido|Partij|Partei|Union|Liga|Movimento|Movimiento)\b| "
)

#: What the short name of an armed group must hold to be one and nothing else.
GROUP_WORD = re.compile(
    r"\b(?:Army|Armies|Fronts?|Brigades?|Movements?|Organi[sz]ation|Jihad|Mujah\w+|Liberation|Militia|Guards?|Forces?|"
    r"Battalions?|Commandos?|Resistance|Tigers|Separatists|Rebels|Guerr?illas?|Insurgents|Jamaat|Lashkar\S*|Ansar)\b"
)


def unsuited(use: str = "drop") -> set[str]:
    """Return the names in sources to be dropped, or to be used in full (``use="full"``) only."""
    return {row["name"] for row in read_table(WRITTEN / "organizations_unsuited.tsv") if row["use"] == use}


def wikitrivia(sources: Path) -> Iterator[Draft]:
    """Yield the organizations that many Wikipedias describe."""
    refused = unsuited()
    seen: set[str] = set()
    for name, group, least in WIKITRIVIA:
        for item in json.loads((sources / "wikitrivia" / f"{name}.json").read_text(encoding="utf-8")):
            title, sitelinks, qid = item["itemLabel"], int(item["sitelinks"]), item["item"].rpartition("/")[2]
            unnamed = re.fullmatch(r"Q\d+", title) or title.endswith(" Wikipedia")
            if sitelinks < least or title in refused or qid in seen or unnamed:
                continue
            seen.add(qid)
            yield draft(
                title, _club_names(title) if group.endswith("clubs") else [], [group], "wikitrivia",
                matches=[f"wikidata:{qid}"], start=item["year"].zfill(4),
                prior=max(0, round(math.log2(sitelinks)) - 3),
            )  # fmt: skip


def _club_names(title: str) -> list[str]:
    """Return a club's title without the letters of its legal form, if more than a place's name remains."""
    short = re.sub(r" (?:A\.?)?F\.?C\.?$| Football Club$", "", title)
    return [short] if short != title and " " in short else []


def s_and_p(sources: Path) -> Iterator[Draft]:
    """Yield the companies of the S&P 500."""
    refused, in_full = unsuited(), unsuited("full")
    for row in read_table(sources / "s-and-p-500" / "data" / "constituents.csv", delimiter=","):
        name = without_legal_form(row["Security"])
        full = re.sub(r"\s*\([^)]*\)", "", row["Security"])
        label = full if name in in_full else name
        if label in refused | in_full:
            continue
        group = SECTORS.get(row["GICS Sector"], "companies")
        year = re.match(r"\d{4}", row["Founded"])
        found = draft(label, [full], [group], "s-and-p-500", countries=["US"], prior=1,
                      matches=[f"cik:{row['CIK'].zfill(10)}"])  # fmt: skip
        found.start = year.group() if year else ""
        yield found


def us_agencies(sources: Path) -> Iterator[Draft]:
    """Yield the agencies of the United States."""
    refused = unsuited()
    for line in (sources / "us-agencies" / "gsa_srt_agencies.sql").read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        if len(cells) != 5 or cells[1] in refused or not cells[0].isdigit():
            continue
        name, short = re.sub(r"\s+", " ", cells[1]).strip(), cells[2].strip()
        if not AGENCY_WORD.search(name) or MILITARY.search(name):
            continue
        mark = "?" if len(name.split()) < 3 else ""
        names = [short + "?="] if len(short) >= 3 and short.isupper() else []
        yield draft(name + mark, names, ["us-agencies"], "us-agencies", countries=["US"], prior=0)


def parties(sources: Path, states: dict[str, str]) -> Iterator[Draft]:
    """Yield parties that won a share of a recent vote; ``states`` maps ISO 3166 alpha-3 to alpha-2 codes."""
    refused = unsuited()
    for row in read_table(sources / "partyfacts" / "partyfacts-core-parties.csv", delimiter=","):
        code = states.get(row["country"])
        recent = (row["share_year"] or "0") >= "2008" and float(row["share"] or 0) >= 2.5
        if code is None or not recent or row["year_last"] or row["name_english"] in refused:
            continue
        english, own = (re.split(r" / |/", row[name])[0].strip() for name in ("name_english", "name"))
        if len(english) < 4 or "[" in english + own:
            continue
        short = row["name_short"]
        if own in refused:
            continue
        if not PARTY_KIND.search(english) and len(english.split()) < 3 and own:
            english = own
        if " " not in english and not NATIVE.search(english):
            continue
        names = [own if " " in own else own + "?"] if own != english and NATIVE.search(own) else []
        if 3 <= len(short) <= 6 and short.isupper():
            names.append(short + "?=")
        words = english.lower().split()
        plain = len(words) < 3 or PARTY_WORDS.issuperset(words) or not PARTY_KIND.search(english)
        mark = "?" if plain else ""
        yield draft(
            english + mark, names, ["political-parties"], "partyfacts", countries=[code],
            start=row["year_first"], prior=prior_of_count(float(row["share"]) / 10),
            matches=[f"partyfacts:{row['partyfacts_id']}"],
        )  # fmt: skip


def armed_groups(sources: Path) -> Iterator[Draft]:
    """Yield the armed groups of the list of non-state actors whose names no other thing bears."""
    refused = unsuited()
    names: list[str] = []
    text = (sources / "openeventdata" / "Phoenix.MilNonState.actors.txt").read_text(
        encoding="utf-8", errors="replace"
    )
    for line in text.splitlines():
        line = re.sub(r"#.*", "", line).strip()
        if line.startswith("["):
            kept = [name for name in names if _names_a_group(name) and name not in refused]
            if kept and "REB" in line and names[0] == kept[0]:
                yield draft(kept[0], kept[1:], ["armed-groups"], "openeventdata")
            names = []
        elif line:
            names.append(_from_capitals(line))


def _names_a_group(name: str) -> bool:
    if len(name) < 9 or re.search(r"\b(?:Linked|Operatives|Affiliated|Committee|Congress)\b", name):
        return False
    return len(name.split()) >= 2 and GROUP_WORD.search(name) is not None


def _from_capitals(entry: str) -> str:
    """Return an entry of the actor list in the case of text.

    >>> _from_capitals("+ISLAMIC_ARMY_OF_ADEN_(IAA)_")
    'Islamic Army of Aden'
    """
    words = re.sub(r"\([^)]*\)", " ", entry.lstrip("+")).replace("_", " ").split()
    small = {"of", "the", "and", "in", "for", "de", "al", "la", "del", "to"}
    cased = [w.lower() if i and w.lower() in small else "-".join(p[:1] + p[1:].lower() for p in w.split("-"))
             for i, w in enumerate(words)]  # fmt: skip
    return " ".join(cased)


def football(sources: Path) -> Iterator[Draft]:
    """Yield football clubs whose full names cannot be mistaken for their towns."""
    refused = unsuited()
    for folder, code in FOOTBALL.items():
        for path in sorted((sources / "openfootball-clubs" / folder).glob("??*.clubs.txt")):
            for names, year in _club_blocks(path.read_text(encoding="utf-8")):
                kept = [
                    n for n in names if " " in n and CLUB_WORD.search(n) and n not in refused and "." not in n
                ]
                if kept and kept[0] == names[0]:
                    yield draft(kept[0], kept[1:], ["football-clubs"], "openfootball-clubs", countries=[code],
                                start=year)  # fmt: skip


def _club_blocks(text: str) -> Iterator[tuple[list[str], str]]:
    """Yield the names and founding year of each club of a file, without names of the past."""
    names: list[str] = []
    year = ""
    for raw in text.splitlines():
        line = raw.partition("#")[0].rstrip()
        if line.startswith(("=", " ", "\t")) and "|" not in line:
            continue
        if line.lstrip().startswith("|"):
            if "old name" not in raw:
                names += [re.sub(r"\s*\[\w\w\]$", "", name) for name in split(line)]
        elif line:
            if names:
                yield names, year
            cells = [cell.strip() for cell in line.split(",")]
            reserves = re.search(r"\(|\)|\bJong\b| (?:II|B|C|U\d\d)$", cells[0])
            names = [] if reserves else [cells[0]]
            year = next((cell for cell in cells[1:] if re.fullmatch(r"\d{4}", cell)), "")
    if names:
        yield names, year
