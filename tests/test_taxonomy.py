"""Concepts and their taxonomy: links, look-ups, files, and every problem of a bad one at once."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagonomy.concepts import ConceptIndex
from tagonomy.config import Limits
from tagonomy.errors import TaxonomyError, UnknownConceptError
from tagonomy.taxonomy import Concept, Taxonomy, check, label_key, read_taxonomy, write_taxonomy

ANY_TEXT = st.text(st.characters())  # all of Unicode, lone surrogates too


def topic(slug: str, *broader: str, **fields: object) -> Concept:
    given = {"label": slug, "broader": tuple(f"topics:{each}" for each in broader), **fields}
    return Concept(id=f"topics:{slug}", **given)  # type: ignore[arg-type]


def chain(length: int) -> list[Concept]:
    return [topic("t0"), *(topic(f"t{i}", f"t{i - 1}") for i in range(1, length))]


@st.composite
def trees(draw: st.DrawFn) -> list[Concept]:
    """Return concepts that each have up to three parents among those before."""
    count = draw(st.integers(0, 12))
    parents = [draw(st.sets(st.integers(0, i - 1), max_size=3)) if i else set() for i in range(count)]
    return [topic(f"t{i}", *(f"t{above}" for above in sorted(found))) for i, found in enumerate(parents)]


def ancestors_by_closure(concepts: list[Concept], id: str) -> set[str]:
    broader = {concept.id: set(concept.broader) for concept in concepts}
    found = set(broader[id])
    while more := set().union(*(broader[above] for above in found)) - found:
        found |= more
    return found


class TestLinks:
    @given(trees())
    def test_ancestors_are_the_closure_of_broader_each_once(self, concepts: list[Concept]) -> None:
        taxonomy = Taxonomy.of(concepts)
        for concept in taxonomy:
            ancestors = taxonomy.ancestors(concept.id)
            assert len(ancestors) == len(set(ancestors))
            assert set(ancestors) == ancestors_by_closure(concepts, concept.id)

    @given(trees())
    def test_a_path_goes_down_from_a_root(self, concepts: list[Concept]) -> None:
        taxonomy = Taxonomy.of(concepts)
        for concept in taxonomy:
            path = taxonomy.path(concept.id)
            assert path[-1] == concept.id and not taxonomy[path[0]].broader
            for above, below in pairwise(path):
                assert taxonomy[below].broader[0] == above
                assert below in taxonomy.narrower[above]

    @given(trees())
    def test_the_compiled_index_has_the_same_links(self, concepts: list[Concept]) -> None:
        taxonomy = Taxonomy.of(concepts)
        index = ConceptIndex.of(taxonomy)
        assert list(index.ids) == list(taxonomy.concepts)
        for number, concept in enumerate(taxonomy):
            assert index.number(concept.id) == number
            assert tuple(index.ids[above] for above in index.broader[number]) == concept.broader
            assert index.path(number) == taxonomy.path(concept.id)
            assert index.facet_of(number) == "topics"

    def test_the_nearest_ancestor_comes_first(self, tiny_taxonomy: Taxonomy) -> None:
        assert tiny_taxonomy.ancestors("countries:ua-crimea") == ("countries:ua", "countries:europe")

    def test_a_concept_may_have_two_parents(self) -> None:
        taxonomy = Taxonomy.of([topic("a"), topic("b"), topic("c", "b", "a")])
        assert taxonomy.path("topics:c") == ("topics:b", "topics:c")
        assert taxonomy.ancestors("topics:c") == ("topics:b", "topics:a")

    def test_narrower_turns_broader_round(self, tiny_taxonomy: Taxonomy) -> None:
        assert tiny_taxonomy.narrower["countries:europe"] == ("countries:ru", "countries:ua")
        assert "topics:football" not in tiny_taxonomy.narrower

    def test_a_retired_id_points_on(self, tiny_taxonomy: Taxonomy) -> None:
        assert tiny_taxonomy["topics:soccer"].id == "topics:football"
        assert "topics:soccer" in tiny_taxonomy

    def test_an_unknown_id_names_the_close_ones(self, tiny_taxonomy: Taxonomy) -> None:
        with pytest.raises(UnknownConceptError, match="did you mean 'topics:football'"):
            tiny_taxonomy["topics:footbal"]
        with pytest.raises(UnknownConceptError, match="did you mean 'topics:football'"):
            ConceptIndex.of(tiny_taxonomy).number("topics:footbal")

    def test_an_empty_taxonomy_is_one(self) -> None:
        taxonomy = Taxonomy.of([])
        assert (len(taxonomy), list(taxonomy), taxonomy.facets, taxonomy.find("x")) == (0, [], (), [])
        assert len(ConceptIndex.of(taxonomy)) == 0

    def test_a_taxonomy_does_not_depend_on_the_order_given(self, tiny_concepts: tuple[Concept, ...]) -> None:
        assert list(Taxonomy.of(tiny_concepts)) == list(Taxonomy.of(reversed(tiny_concepts)))


class TestIndex:
    @pytest.mark.parametrize(
        ("date", "year"), [("", 0), ("2014", 2014), ("2014-02", 2014), ("2014-02-27", 2014), ("-0044", -44)]
    )
    def test_years(self, date: str, year: int) -> None:
        index = ConceptIndex.of(Taxonomy.of([topic("a", start=date)]))
        assert index.years.tolist() == [[year, 0]]

    def test_it_is_the_same_after_saving(self, tiny_taxonomy: Taxonomy) -> None:
        index = ConceptIndex.of(tiny_taxonomy)
        again = ConceptIndex.from_tensors(index.tensors())
        for name, tensor in index.tensors().items():
            assert tensor.tolist() == again.tensors()[name].tolist()
            assert tensor.dtype == again.tensors()[name].dtype

    def test_part_of_supports_like_related_and_counts_once(self) -> None:
        concepts = [topic("a"), topic("b", related=("topics:a",), part_of=("topics:a",))]
        assert ConceptIndex.of(Taxonomy.of(concepts)).related[1] == [0]


class TestLabels:
    def test_case_marks_and_punctuation_do_not_matter(self, tiny_taxonomy: Taxonomy) -> None:
        for label in (
            "Annexation of Crimea",
            "ANNEXATION  of crimea",
            "annexation-of-Crimea",
            "annexátion of Crimea",
        ):
            assert tiny_taxonomy.resolve(label) == "events:annexation-of-crimea"

    def test_an_id_resolves_to_itself_and_a_retired_one_points_on(self, tiny_taxonomy: Taxonomy) -> None:
        assert tiny_taxonomy.resolve("topics:sport") == "topics:sport"
        assert tiny_taxonomy.resolve("topics:soccer") == "topics:football"

    @pytest.mark.parametrize(
        "label", ["", " ", "no such thing", "politicians", "soccer", "Blinken", "\ud800"]
    )
    def test_what_names_nothing_resolves_to_none(self, tiny_taxonomy: Taxonomy, label: str) -> None:
        # A class, a retired concept and a bare surname that needs context name nobody by themselves.
        assert tiny_taxonomy.resolve(label) is None

    def test_a_preferred_label_beats_a_hidden_one_and_then_the_prior_decides(self) -> None:
        hidden = topic("a", label="first", hidden_labels=("Jordan",), prior=9)
        shown = topic("b", label="second", alt_labels=("Jordan",))
        famous = topic("c", label="third", alt_labels=("Jordan",), prior=5)
        assert Taxonomy.of([hidden, shown]).resolve("jordan") == "topics:b"
        assert Taxonomy.of([hidden, shown, famous]).resolve("jordan") == "topics:c"

    @given(ANY_TEXT)
    def test_any_text_can_be_looked_for(self, text: str) -> None:
        taxonomy = Taxonomy.of([topic("economy"), topic("sport")])
        assert taxonomy.resolve(text) in (None, "topics:economy", "topics:sport")
        assert all(concept.id in taxonomy for concept in taxonomy.find(text))

    def test_find_gives_the_exact_label_then_those_with_its_words_then_similar_ones(self) -> None:
        taxonomy = Taxonomy.of(
            [topic("trade"), topic("a", label="free trade", prior=3), topic("b", label="trades")]
        )
        assert [concept.label for concept in taxonomy.find("Trade")] == ["trade", "free trade", "trades"]
        assert [concept.label for concept in taxonomy.find("trade", limit=1)] == ["trade"]

    def test_find_survives_a_slip_of_the_pen(self, tiny_taxonomy: Taxonomy) -> None:
        assert tiny_taxonomy.find("Vladmir Putin")[0].id == "people:vladimir-putin"

    def test_label_key_is_the_folded_words(self) -> None:
        assert label_key(" Côte d’Ivoire! ") == "cote d ivoire"


class TestProblems:
    @pytest.mark.parametrize(
        ("concepts", "problem"),
        [
            ([topic("a"), topic("a")], "topics:a: the id stands twice"),
            ([topic("a", "a")], "topics:a: broader points to itself"),
            ([topic("a", "b")], "topics:a: broader points to topics:b, which does not exist"),
            (
                [topic("a", related=("topics:b",))],
                "topics:a: related points to topics:b, which does not exist",
            ),
            ([topic("a", part_of=("topics:a",))], "topics:a: part_of points to itself"),
            (
                [topic("a", replaced_by="topics:b")],
                "topics:a: replaced_by points to topics:b, which does not",
            ),
            ([topic("a", replaced_by="topics:a")], "topics:a: replaced_by runs in a circle"),
            (
                [topic("a", replaced_by="topics:b"), topic("b", replaced_by="topics:a")],
                "topics:a: replaced_by runs in a circle",
            ),
            ([topic("a", "b"), topic("b", "a")], "circle: topics:a -> topics:b -> topics:a"),
            ([topic("a", label=" ")], "topics:a: the label is empty"),
            ([topic("a", alt_labels=("x" * 201,))], "has more than 200 characters"),
            ([topic("a", alt_labels=("\ud800x",))], "the label '\\ud800x' has half a character"),
            ([topic("a", needs_context=("b",))], "needs_context names 'b', which is no label of the concept"),
            (
                [topic("a", case_sensitive=("b",))],
                "case_sensitive names 'b', which is no label of the concept",
            ),
            ([topic("a", prior=10)], "prior 10 is not between 0 and 9"),
            ([topic("a", start="99999")], "start '99999' is no date"),
            ([topic("a", end="spring 2014")], "end 'spring 2014' is no date"),
            ([Concept(id="people:b", label="b"), topic("a", broader=("people:b",))], "lies in another facet"),
            ([Concept(id="Topics:A", label="a")], "an id is <facet>:<slug>"),
            ([Concept(id="topics:café", label="a")], "an id is <facet>:<slug>"),
            ([Concept(id="topics:a-", label="a")], "an id is <facet>:<slug>"),
            ([Concept(id="topics:a\n", label="a")], "an id is <facet>:<slug>"),
            ([Concept(id="", label="a")], "an id is <facet>:<slug>"),
        ],
    )
    def test_each_is_found_once(self, concepts: list[Concept], problem: str) -> None:
        found = [each for each in check(concepts) if problem in each]
        assert len(found) == 1
        with pytest.raises(TaxonomyError) as caught:
            Taxonomy.of(concepts)
        assert found[0] in caught.value.problems

    def test_all_are_reported_at_once(self) -> None:
        concepts = [
            topic("a", "missing", prior=12),
            topic("b", "b"),
            topic("c", "d"),
            topic("d", "c"),
            topic("d"),
        ]
        assert len(check(concepts)) >= 4

    @given(trees(), st.data())
    def test_a_tree_has_no_problem_and_a_link_back_to_a_descendant_is_one_circle(
        self, concepts: list[Concept], data: st.DataObject
    ) -> None:
        assert check(concepts) == []
        taxonomy = Taxonomy.of(concepts)
        pairs = [(above, concept.id) for concept in concepts for above in taxonomy.ancestors(concept.id)]
        if pairs:
            above, below = data.draw(st.sampled_from(pairs))
            bent = [
                msgspec.structs.replace(each, broader=(*each.broader, below)) if each.id == above else each
                for each in concepts
            ]
            circles = [problem for problem in check(bent) if "circle" in problem]
            assert circles
            for circle in circles:
                ring = circle.partition("circle: ")[2].split(" -> ")
                assert ring[0] == ring[-1]
                by_id = {concept.id: concept for concept in bent}
                assert all(b in by_id[a].broader for a, b in pairwise(ring))

    @pytest.mark.parametrize("order", [1, -1])
    def test_a_chain_that_is_too_deep_is_a_problem_and_no_recursion(self, order: int) -> None:
        deep = chain(20_000)[::order]
        found = [problem for problem in check(deep) if "deeper than 64 levels" in problem]
        assert found == ["topics:t64: lies deeper than 64 levels"]
        assert check(chain(64)) == []

    def test_more_concepts_than_the_limit_are_a_problem(self) -> None:
        assert check(chain(3), Limits(concepts=3)) == []
        assert "4 concepts, the limit is 3" in check(chain(4), Limits(concepts=3))[0]


class TestFiles:
    def test_written_and_read_is_the_same(self, tiny_taxonomy: Taxonomy, tmp_path: Path) -> None:
        write_taxonomy(tiny_taxonomy, tmp_path / "new" / "folder")
        assert list(read_taxonomy(tmp_path / "new" / "folder")) == list(tiny_taxonomy)
        names = {path.name for path in (tmp_path / "new" / "folder").iterdir()}
        assert names == {f"{facet}.jsonl" for facet in tiny_taxonomy.facets}

    def test_scheme_toml_names_it_and_the_folder_otherwise(self, tmp_path: Path) -> None:
        write_taxonomy(Taxonomy.of([topic("a")]), tmp_path)
        assert read_taxonomy(tmp_path).name == tmp_path.stem
        (tmp_path / "scheme.toml").write_text('name = "mine"', encoding="utf-8")
        assert read_taxonomy(tmp_path).name == "mine"

    def test_one_file_is_enough_and_blank_lines_are_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "topics.jsonl"
        path.write_text('\n{"id": "topics:a", "label": "Łódź\\u2028"}\r\n\n', encoding="utf-8")
        assert [concept.label for concept in read_taxonomy(path)] == ["Łódź\u2028"]

    def test_every_problem_of_every_file_has_its_file_and_line(self, tmp_path: Path) -> None:
        (tmp_path / "people.jsonl").write_bytes(
            b'{"id": "people:a", "label": "A"}\n'
            b'{"id": "people:b", "label": \n'
            b'{"id": "people:c", "label": "C", "colour": "red"}\n'
            b'{"id": "people:d", "label": "\xff"}\n'
            b'{"id": "people:e", "label": 7}\n'
            b'["people:f"]\n'
        )
        (tmp_path / "topics.jsonl").write_text(
            '{"id": "topics:a", "label": "a", "broader": ["topics:zzz"]}\n'
            '{"id": "topics:b", "label": "b", "broader": ["topics:c"]}\n'
            '{"id": "topics:c", "label": "c", "broader": ["topics:b"]}\n'
            '{"id": "topics:a", "label": "again"}\n',
            encoding="utf-8",
        )
        with pytest.raises(TaxonomyError) as caught:
            read_taxonomy(tmp_path)
        problems = caught.value.problems
        assert [problem.partition(": ")[0] for problem in problems] == [
            *(f"people.jsonl:{line}" for line in (2, 3, 4, 5, 6)),
            *("topics.jsonl:4", "topics.jsonl:2"),
        ]
        assert "stands twice" in problems[5] and "circle" in problems[6]

    def test_a_byte_order_mark_or_a_lone_surrogate_is_a_problem_with_a_line(self, tmp_path: Path) -> None:
        path = tmp_path / "topics.jsonl"
        for line in (
            b'\xef\xbb\xbf{"id": "topics:a", "label": "a"}',
            b'{"id": "topics:a", "label": "\\ud800"}',
        ):
            path.write_bytes(line)
            with pytest.raises(TaxonomyError, match=r"topics\.jsonl:1"):
                read_taxonomy(path)

    def test_a_folder_without_concepts_and_a_missing_path_are_problems(self, tmp_path: Path) -> None:
        with pytest.raises(TaxonomyError, match=r"no \.jsonl file"):
            read_taxonomy(tmp_path)
        with pytest.raises(TaxonomyError, match="no such file or folder"):
            read_taxonomy(tmp_path / "nowhere")

    def test_a_broken_scheme_is_a_problem(self, tmp_path: Path) -> None:
        write_taxonomy(Taxonomy.of([topic("a")]), tmp_path)
        (tmp_path / "scheme.toml").write_text("name = ", encoding="utf-8")
        with pytest.raises(TaxonomyError, match=r"scheme\.toml"):
            read_taxonomy(tmp_path)

    def test_labels_of_many_languages_survive(self, tmp_path: Path) -> None:
        labels = "Україна Россия 中国 日本 대한민국 مصر ישראל भारत Ελλάδα Việt Nam Türkiye ไทย ኢትዮጵያ".split()
        write_taxonomy(Taxonomy.of([topic(f"t{i}", label=each) for i, each in enumerate(labels)]), tmp_path)
        taxonomy = read_taxonomy(tmp_path)
        for i, each in enumerate(labels):
            assert taxonomy[f"topics:t{i}"].label == each
            assert taxonomy.resolve(each) == f"topics:t{i}"
