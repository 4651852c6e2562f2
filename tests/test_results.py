"""Taggings: values that narrow to values, in a fixed order."""

from __future__ import annotations

import copy
import json
import math
import pickle
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagonomy import Evidence, Source, Tag, Tagger, Tagging, TaggingBatch
from tagonomy.results import Rows

SCORES = st.floats(0, 1)
TAGS = st.lists(
    st.builds(
        lambda facet, name, score: Tag(f"{facet}:{name}", name.upper(), facet, score, (f"{facet}:{name}",)),
        st.sampled_from(["people", "topics"]),
        st.sampled_from("abcdefgh"),
        SCORES,
    ),
    unique_by=lambda tag: tag.id,
    max_size=8,
)


def tag(id: str, score: float, *evidence: Evidence) -> Tag:
    return Tag(id, id.partition(":")[2].title(), id.partition(":")[0], score, (id,), evidence)


PUTIN = tag("people:putin", 0.9, Evidence(Source.MENTION, 2.0, "Putin", 0, 5), Evidence(Source.LINEAR, 0.25))
RUSSIA = tag("countries:russia", 0.7)
TAGGING = Tagging([RUSSIA, PUTIN], text="Putin spoke.", id="a1")


class TestOrder:
    @given(TAGS, st.randoms())
    def test_best_first_ties_by_id_whatever_the_order_given(
        self, tags: list[Tag], random: st.DataObject
    ) -> None:
        tagging = Tagging(tags)
        keys = [(-each.score, each.id) for each in tagging]
        assert keys == sorted(keys)
        shuffled = list(tags)
        random.shuffle(shuffled)  # type: ignore[attr-defined]
        assert Tagging(shuffled) == tagging and hash(Tagging(shuffled)) == hash(tagging)

    def test_it_is_a_sequence(self) -> None:
        assert isinstance(TAGGING, Sequence)
        assert (len(TAGGING), TAGGING[0], TAGGING[-1], list(TAGGING)) == (2, PUTIN, RUSSIA, [PUTIN, RUSSIA])
        assert isinstance(TAGGING[:1], Tagging) and TAGGING[:1].ids == ("people:putin",)
        assert PUTIN in TAGGING and "people:putin" in TAGGING and "people:xi" not in TAGGING
        assert (TAGGING.ids, TAGGING.labels) == (("people:putin", "countries:russia"), ("Putin", "Russia"))
        with pytest.raises(IndexError):
            TAGGING[2]

    def test_an_empty_one_is_falsy_and_whole(self) -> None:
        empty = Tagging([])
        assert not empty and len(empty) == 0 and empty.ids == ()
        assert empty.to_dict() == {"tags": []}
        assert (repr(empty), len(empty.top(3)), len(empty.with_broader())) == ("Tagging({})", 0, 0)

    def test_it_equals_only_taggings(self) -> None:
        assert Tagging([PUTIN]) == Tagging([PUTIN], text="other")
        assert Tagging([PUTIN]) != Tagging([]) and Tagging([PUTIN]) != [PUTIN]


class TestNarrowing:
    @given(TAGS, SCORES, st.integers(-2, 10))
    def test_narrowing_keeps_the_order_and_the_original(self, tags: list[Tag], score: float, k: int) -> None:
        tagging = Tagging(tags, text="t", id="i")
        whole = list(tagging)
        assert list(tagging.at_least(score)) == [each for each in whole if each.score >= score]
        assert list(tagging.top(k)) == whole[: max(k, 0)]
        assert list(tagging.facet("people")) == [each for each in whole if each.facet == "people"]
        assert tagging.facet("people", "topics") == tagging
        assert tagging.without_evidence().ids == tagging.ids
        assert list(tagging) == whole
        for narrow in (tagging.at_least(score), tagging.top(k), tagging.facet("topics"), tagging[:2]):
            assert (narrow.text, narrow.id) == ("t", "i")

    def test_without_evidence(self) -> None:
        assert all(each.evidence == () for each in TAGGING.without_evidence())
        assert TAGGING[0].evidence

    def test_with_broader_asks_for_what_lies_above_and_adds_it_once(self) -> None:
        above = tag("people:politicians", 0.95)
        tagging = Tagging([PUTIN], broader=lambda tags: [above, PUTIN] if tags else [])
        wide = tagging.with_broader()
        assert wide.ids == ("people:politicians", "people:putin")
        assert tagging.ids == ("people:putin",)
        assert wide.with_broader() == wide
        assert tagging.top(0).with_broader().ids == ()

    def test_with_broader_without_a_hierarchy_changes_nothing(self) -> None:
        assert TAGGING.with_broader() == TAGGING


class TestOutput:
    def test_to_dict_is_json_and_has_every_field(self) -> None:
        assert json.loads(json.dumps(TAGGING.to_dict())) == {
            "id": "a1",
            "tags": [
                {
                    "id": "people:putin",
                    "label": "Putin",
                    "facet": "people",
                    "score": 0.9,
                    "path": ["people:putin"],
                    "evidence": [
                        {"source": "mention", "weight": 2.0, "surface": "Putin", "start": 0, "stop": 5},
                        {"source": "linear", "weight": 0.25, "surface": "", "start": -1, "stop": -1},
                    ],
                },
                {
                    "id": "countries:russia",
                    "label": "Russia",
                    "facet": "countries",
                    "score": 0.7,
                    "path": ["countries:russia"],
                    "evidence": [],
                },
            ],
        }

    def test_to_dict_has_neither_id_nor_truncated_where_there_is_none(self) -> None:
        assert set(Tagging([PUTIN]).to_dict()) == {"tags"}
        assert Tagging([PUTIN], truncated=True).to_dict()["truncated"] is True

    def test_repr_shows_labels_and_scores(self) -> None:
        assert repr(TAGGING) == "Tagging({'Putin': 0.90, 'Russia': 0.70})"
        many = Tagging(tag(f"topics:t{i}", 0.5) for i in range(9))
        assert repr(many).endswith(", ...})")

    @pytest.mark.parametrize("value", [PUTIN, PUTIN.evidence[0], TAGGING])
    def test_values_pickle_and_copy(self, value: object) -> None:
        assert pickle.loads(pickle.dumps(value)) == value
        assert copy.copy(value) == value
        assert copy.deepcopy(value) == value

    def test_values_are_frozen(self) -> None:
        with pytest.raises(AttributeError):
            PUTIN.score = 1.0  # type: ignore[misc]
        with pytest.raises(AttributeError):
            PUTIN.evidence[0].weight = 1.0  # type: ignore[misc]

    def test_sources_are_their_names(self) -> None:
        assert {str(source) for source in Source} == {"linear", "mention", "rule", "broader"}
        assert Source("rule") is Source.RULE


class TestBatch:
    ROWS = tuple(
        (np.array(columns, dtype=np.int32), np.array(scores))
        for columns, scores in (([2, 0], [0.5, 0.25]), ([], []), ([1], [1.0]))
    )
    IDS = ("topics:a", "topics:b", "topics:c", "topics:d")

    def batch(self) -> TaggingBatch:
        taggings = [Tagging([tag("topics:c", 0.5)]), Tagging([]), Tagging([tag("topics:b", 1.0)])]
        return TaggingBatch(taggings, [Rows.of(self.ROWS[:1]), Rows.of(self.ROWS[1:])], self.IDS)

    def test_it_is_a_sequence_of_taggings(self) -> None:
        batch = self.batch()
        assert isinstance(batch, Sequence) and len(batch) == 3
        assert [each.ids for each in batch] == [("topics:c",), (), ("topics:b",)]
        assert isinstance(batch[1:], TaggingBatch) and [each.ids for each in batch[1:]] == [(), ("topics:b",)]

    def test_scores_are_a_matrix_of_articles_and_concepts(self) -> None:
        scores = self.batch().scores
        assert (scores.shape, scores.dtype) == ((3, 4), np.float32)
        assert scores.toarray().tolist() == [[0.25, 0, 0.5, 0], [0, 0, 0, 0], [0, 1, 0, 0]]
        assert scores.has_canonical_format
        assert self.batch()[1:].scores.toarray().tolist() == [[0, 0, 0, 0], [0, 1, 0, 0]]

    def test_no_article_gives_a_matrix_without_rows(self) -> None:
        assert TaggingBatch([], [], self.IDS).scores.shape == (0, 4)
        assert math.prod(TaggingBatch([], [], ()).scores.shape) == 0

    @given(
        st.lists(st.dictionaries(st.integers(0, 3), SCORES)), st.lists(st.booleans(), min_size=4, max_size=4)
    )
    def test_scores_are_sorted_and_only_of_what_may_be_given(
        self, found: list[dict[int, float]], may: list[bool]
    ) -> None:
        rows = [(np.array(list(row), dtype=np.int32), np.array(list(row.values()))) for row in found]
        expected = np.zeros((len(found), 4), dtype=np.float32)
        for number, row in enumerate(found):
            for column, score in row.items():
                expected[number, column] = score if may[column] else 0
        allowed = np.array(may, dtype=np.uint8)
        scores = TaggingBatch([Tagging()] * len(found), [Rows.of(rows)], self.IDS, allowed).scores
        np.testing.assert_array_equal(scores.toarray(), expected)
        assert scores.has_canonical_format
        assert scores.nnz == sum(may[column] for row in found for column in row)


@pytest.mark.parametrize("copied", [lambda t: pickle.loads(pickle.dumps(t)), copy.deepcopy])
def test_taggings_and_batches_pickle_and_copy(
    tiny_tagger: Tagger, tiny_news: str, copied: Callable[[Any], Any]
) -> None:
    batch = tiny_tagger.classify_batch([tiny_news, "Nothing."])
    for tagging in (batch[0], tiny_tagger.classify(tiny_news), batch[0].at_least(0.5)):
        again = copied(tagging)
        assert (list(again), again.text, again.id) == (list(tagging), tagging.text, tagging.id)
        assert list(again.with_broader()) == list(tagging.with_broader())
        assert list(again.top(1).with_broader()) == list(tagging.top(1).with_broader())
    again = copied(batch)
    assert list(map(list, again)) == list(map(list, batch))
    assert (again.scores != batch.scores).nnz == 0
