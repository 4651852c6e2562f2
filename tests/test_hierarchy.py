"""Consistency along broader, against raising scores until nothing changes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tagonomy.concepts import ConceptIndex
from tagonomy.hierarchy import close_upwards
from tagonomy.taxonomy import Concept, Taxonomy

SCORES = st.floats(0, 1)


@st.composite
def indexes(draw: st.DrawFn) -> ConceptIndex:
    """Return a taxonomy in which each concept has up to three parents."""
    order = draw(st.permutations(range(draw(st.integers(1, 12)))))
    concepts = [
        Concept(
            id=f"topics:t{name:02}",
            label=str(name),
            broader=tuple(
                f"topics:t{above:02}" for above in draw(st.sets(st.sampled_from(order[:at]), max_size=3))
            )
            if at
            else (),
        )
        for at, name in enumerate(order)
    ]
    return ConceptIndex.of(Taxonomy.of(concepts))


def by_fixpoint(scores: dict[int, float], index: ConceptIndex) -> dict[int, float]:
    closed = dict(scores)
    while True:
        before = dict(closed)
        for concept, score in before.items():
            for above in index.broader[concept]:
                closed[above] = max(closed.get(above, 0.0), score)
        if closed == before:
            return closed


@given(st.data(), indexes())
def test_closing_is_raising_until_nothing_changes(data: st.DataObject, index: ConceptIndex) -> None:
    scores = data.draw(st.dictionaries(st.integers(0, len(index) - 1), SCORES))
    closed = close_upwards(scores, index)
    assert closed == by_fixpoint(scores, index)


@given(st.data(), indexes())
def test_a_concept_is_never_less_probable_than_what_lies_under_it(
    data: st.DataObject, index: ConceptIndex
) -> None:
    scores = data.draw(st.dictionaries(st.integers(0, len(index) - 1), SCORES))
    given = dict(scores)
    closed = close_upwards(scores, index)
    assert scores == given
    assert all(closed[above] >= closed[concept] for concept in closed for above in index.broader[concept])
    assert all(closed[concept] >= score for concept, score in scores.items())
    assert close_upwards(closed, index) == closed


def test_a_long_chain_with_rising_scores() -> None:
    concepts = [Concept(id="topics:t00", label="0")] + [
        Concept(id=f"topics:t{i:02}", label=str(i), broader=(f"topics:t{i - 1:02}",)) for i in range(1, 60)
    ]
    index = ConceptIndex.of(Taxonomy.of(concepts))
    assert close_upwards({i: i / 100 for i in range(60)}, index) == dict.fromkeys(range(60), 0.59)
    assert close_upwards({}, index) == {}


@given(indexes())
def test_ancestors_are_what_closing_reaches(index: ConceptIndex) -> None:
    for concept in range(len(index)):
        assert index.ancestors(concept) == close_upwards({concept: 1.0}, index).keys() - {concept}
