"""Which event is meant by what is known of time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagonomy.articles.article import Article
from tagonomy.concepts import ConceptIndex
from tagonomy.config import TaggerConfig
from tagonomy.mentions.candidate import Candidate
from tagonomy.python_pipeline import PythonPipeline
from tagonomy.tagger import Tagger
from tagonomy.taxonomy import Concept, Taxonomy
from tagonomy.text import tokenize
from tagonomy.training import train


def event(id: str, label: str, start: str = "", end: str = "", **fields: object) -> Concept:
    return Concept(id=f"events:{id}", label=label, start=start, end=end, **fields)  # type: ignore[arg-type]


TAXONOMY = Taxonomy.of(
    [
        event("contests", "contests", abstract=True),
        event("cup", "Harbour Cup", broader=("events:contests",)),
        *(
            event(f"{year}-cup", f"{year} Harbour Cup", str(year), broader=("events:cup",))
            for year in (2012, 2016, 2020)
        ),
        event("vote", "Harbour election", broader=("events:contests",)),
        event("2016-vote", "2016 Harbour election", "2016", broader=("events:vote",), prior=5),
        event("2016-recount", "2016 Harbour recount", "2016", broader=("events:vote",), prior=2),
        event("fair", "Harbour Fair", broader=("events:contests",)),
        event("2016-fair", "2016 spring fair", "2016", broader=("events:fair",)),
        event("2016-late-fair", "2016 autumn fair", "2016", broader=("events:fair",)),
        event("late-war", "Late War", "2022", prior=5),
        event("old-war", "Old War", "2018", "2019", rules=("skirmishes",)),
        event("2022-vote", "2022 vote", "2022", alt_labels=("Great Vote",), prior=5),
    ]
)


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    corpus = [
        Article(text="The Harbour Cup was won.", tags=("events:cup",)),
        Article(text="Nothing happened.", tags=()),
    ]
    return train(corpus * 2, TAXONOMY, TaggerConfig(min_df=1))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Harbour Cup in 2012 was wet.", "cup"),
        ("The Harbour Cup of August 2012 was wet.", "cup"),
        ("The Harbour Cup in \uff12\uff10\uff11\uff12 was wet.", "cup"),
        ("The Harbour Cup in 2016 was wet.", "2016-cup"),
        ("The Harbour Cup was wet in 2012.", "2016-cup"),
        ("They lost the Harbour Cup. In 2012 it was wet.", "2016-cup"),
        ("The Harbour Cup, unlike the Harbour Cup in 2012, was wet.", "2016-cup"),
    ],
)
def test_a_year_right_behind_a_name_tells_of_which_occasion_it_is(
    tagger: Tagger, text: str, found: str
) -> None:
    given = named(tagger, text, "2016-07-01")
    assert [id for id in given if id.endswith("cup")] == [found]
    python = PythonPipeline(tagger.parts)
    concepts, features = python.describe(text, 0, 2016)
    same, rows = tagger.pipeline.describe(text, 0, 2016)
    assert (concepts, features.tolist()) == (list(same), rows.tolist())


def named(tagger: Tagger, text: str, date: str | None = None) -> dict[str, float]:
    """Return the events that have words of the text to speak for them, and their scores."""
    tagging = tagger.classify(Article(text=text, date=date), threshold=0.0)
    chosen = (tag for tag in tagging if any(each.start >= 0 for each in tag.evidence))
    return {tag.id.partition(":")[2]: tag.score for tag in chosen}


@pytest.mark.parametrize(
    ("date", "occasion"),
    [
        ("2016-07-01", "2016-cup"),
        ("2015-12-01", "2016-cup"),  # ahead
        ("2017-01-10", "2016-cup"),  # just over
        ("2012", "2012-cup"),
        ("2014-07-01", "cup"),  # far from any
        (None, "cup"),
    ],
)
def test_series_means_its_occasion_of_the_year(tagger: Tagger, date: str | None, occasion: str) -> None:
    assert set(named(tagger, "They won the Harbour Cup.", date)) == {occasion}


def test_a_year_away_is_less_sure(tagger: Tagger) -> None:
    text = "They won the Harbour Cup."
    assert named(tagger, text, "2015-07-01")["2016-cup"] < named(tagger, text, "2016-07-01")["2016-cup"]


def test_year_in_the_text_decides_without_a_date(tagger: Tagger) -> None:
    text = "The 2016 Harbour Cup was rough. No Harbour Cup was like it."
    assert set(named(tagger, text)) == {"2016-cup"}


def test_two_years_in_the_text_leave_it_open(tagger: Tagger) -> None:
    text = "After the 2012 Harbour Cup and the 2016 Harbour Cup, the Harbour Cup is loved."
    assert {"cup", "2012-cup", "2016-cup"} <= set(named(tagger, text))


def test_another_year_in_the_text_may_be_a_comparison(tagger: Tagger) -> None:
    text = "The Harbour Cup has a favourite, unlike in {}. Who wins the Harbour Cup?"
    found = named(tagger, text.format("the 2012 Harbour Cup"), "2020-01-01")
    alone = named(tagger, text.format("spring"), "2020-01-01")
    assert {"2012-cup", "2020-cup"} <= set(found) and "cup" not in found
    assert found["2020-cup"] < alone["2020-cup"]


def test_an_occasion_named_by_its_year_does_not_stand_for_another_one(tagger: Tagger) -> None:
    assert "2020-cup" not in named(tagger, "The 2012 Harbour Cup is remembered.", "2020-01-01")


def test_of_two_in_a_year_the_greater_is_meant_and_of_equals_none(tagger: Tagger) -> None:
    assert set(named(tagger, "The Harbour election is near.", "2016-03-01")) == {"2016-vote"}
    assert set(named(tagger, "The Harbour Fair is near.", "2016-03-01")) == {"fair"}


def test_the_series_is_not_repeated_beside_its_occasion(tagger: Tagger) -> None:
    tags = tagger.classify(Article(text="They won the Harbour Cup.", date="2016-07-01"), threshold=0.01)
    assert "events:2016-cup" in tags.ids and "events:cup" not in tags.ids


def test_the_evidence_is_what_named_the_series(tagger: Tagger) -> None:
    text = "They won the Harbour Cup."
    tag = tagger.classify(Article(text=text, date="2016-07-01"), threshold=0.0)[0]
    assert (tag.id, [each.surface for each in tag.evidence if each.start >= 0]) == (
        "events:2016-cup",
        ["Harbour Cup"],
    )


def test_event_after_the_article_is_doubted_where_the_linear_model_sees_it(tagger: Tagger) -> None:
    number = tagger.index.number("events:late-war")
    candidates: dict[int, Candidate] = {}
    calendar = PythonPipeline(tagger.parts).calendar
    calendar.settle(candidates, [number], tokenize("Some text."), 2015)
    assert candidates[number].doubt > 0
    candidates = {}
    calendar.settle(candidates, [number], tokenize("Some text."), 2023)
    assert candidates == {}


def test_event_that_was_over_long_before_the_article_is_doubted_unless_named(tagger: Tagger) -> None:
    number = tagger.index.number("events:old-war")
    calendar = PythonPipeline(tagger.parts).calendar
    for year, doubted in ((2019, False), (2020, False), (2021, True), (None, False)):
        candidates: dict[int, Candidate] = {}
        calendar.settle(candidates, [number], tokenize("Some text."), year)
        assert bool(candidates) == doubted, year
    by_rule, by_name = "There were skirmishes at the border.", "The skirmishes were part of the Old War."
    same_year, later = "2019-05-01", "2023-05-01"
    assert named(tagger, by_rule, later)["old-war"] < named(tagger, by_rule, same_year)["old-war"] - 0.1
    assert named(tagger, by_name, later)["old-war"] == named(tagger, by_name, same_year)["old-war"]


def test_event_to_come_is_foretold_where_the_text_tells_its_year(tagger: Tagger) -> None:
    plain = named(tagger, "The Great Vote is far off.", "2018-05-01")["2022-vote"]
    assert named(tagger, "The 2022 vote is far off.", "2018-05-01")["2022-vote"] > plain + 0.1


@given(
    st.lists(
        st.tuples(st.booleans(), st.booleans(), st.sampled_from(["", "1999", "2016"]), st.integers(0, 5)),
        min_size=1,
        max_size=12,
    )
)
def test_occasions_are_the_dated_events_right_under_a_tag(
    rows: list[tuple[bool, bool, str, int]],
) -> None:
    facet = {True: "events", False: "topics"}
    concepts = []
    for number, (is_event, abstract, start, above) in enumerate(rows):
        parent = above % number if number else None
        same = parent is not None and rows[parent][0] == is_event
        concepts.append(
            Concept(
                id=f"{facet[is_event]}:c{number:02}",
                label=f"c{number}",
                abstract=abstract,
                start=start if is_event else "",
                broader=(f"{facet[is_event]}:c{parent:02}",) if same else (),
            )
        )
    taxonomy = Taxonomy.of(concepts)
    index = ConceptIndex.of(taxonomy)
    for series, found in enumerate(index.occasions()[each] for each in range(len(index))):
        above = taxonomy[index.ids[series]]
        expected = {
            each.id
            for each in taxonomy
            if above.id in each.broader and each.start and above.facet == "events" and not above.abstract
        }
        assert {index.ids[each] for each in found} == expected
