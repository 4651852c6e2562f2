"""Taxonomies in other formats: what a format can hold comes back, and a bad file says where it is bad."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagonomy.errors import TaxonomyError
from tagonomy.registry import load_taxonomy
from tagonomy.taxonomy import Concept, Taxonomy
from tagonomy.taxonomy.formats import SUFFIXES, Reading, read_any, read_draft, read_overlay, write_any

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
LABEL = TEXT.filter(str.strip)


@st.composite
def taxonomies(draw: st.DrawFn, text: st.SearchStrategy[str] = LABEL) -> Taxonomy:
    """Return taxonomies that use every field, with texts from all of Unicode."""
    ids = [f"topics:t{i}" for i in range(draw(st.integers(0, 5)))]
    texts = st.lists(text, max_size=3, unique=True).map(tuple)
    concepts = []
    for i, id in enumerate(ids):
        labels = draw(st.lists(text, min_size=1, max_size=5, unique=True))
        cut = draw(st.integers(1, len(labels)))
        linked = st.lists(st.sampled_from(ids[:i]), max_size=3, unique=True).map(tuple) if i else st.just(())
        some = st.lists(st.sampled_from(labels), max_size=3, unique=True).map(tuple)
        concepts.append(
            Concept(
                id=id,
                label=labels[0],
                alt_labels=tuple(labels[1:cut]),
                hidden_labels=tuple(labels[cut:]),
                case_sensitive=draw(some),
                needs_context=draw(some),
                abstract=draw(st.booleans()),
                broader=draw(linked),
                related=draw(linked),
                part_of=draw(linked),
                exact_match=draw(st.lists(text | MATCHES, max_size=3, unique=True).map(tuple)),
                evidence=draw(st.dictionaries(text, texts.filter(bool), max_size=2)),
                rules=draw(texts),
                start=draw(st.sampled_from(["", "2014", "-0044-03-15"])),
                active_start=draw(st.sampled_from(["", "1971", "1989-11"])),
                active_end=draw(st.sampled_from(["", "1993", "2009-01-20"])),
                prior=draw(st.integers(0, 9)),
                replaced_by=draw(st.sampled_from(["", *ids[:i]])),
                source=draw(texts),
            )
        )
    return Taxonomy.of(concepts, draw(text))


MATCHES = st.sampled_from(
    "wikidata:Q212 medtop:01000000 iso:UA http://example.org/a?b=c#d http://www.wikidata.org/entity/Q212".split()
)


def through(taxonomy: Taxonomy, suffix: str) -> Taxonomy:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"file{suffix}"
        write_any(taxonomy, path)
        return read_any(path)


def unordered(concept: Concept) -> object:
    """Return a concept without the order of its lists; the first parent stays first."""
    fields = {
        name: sorted(value) if isinstance(value, tuple) else value
        for name, value in msgspec.structs.asdict(concept).items()
    }
    evidence = {kind: sorted(terms) for kind, terms in concept.evidence.items()}
    return fields | {"evidence": evidence, "main": concept.broader[:1]}


def test_what_lies_under_a_retired_concept_is_not_below_the_line_before() -> None:
    concepts = [
        Concept(id="topics:a", label="A"),
        Concept(id="topics:old", label="Old", replaced_by="topics:a"),
        Concept(id="topics:b", label="B", broader=("topics:a", "topics:old")),
        Concept(id="topics:c", label="C", broader=("topics:old",)),
    ]
    again = {concept.id: concept.broader for concept in through(Taxonomy.of(concepts), ".txt")}
    assert again == {"topics:a": (), "topics:b": ("topics:a",), "topics:c": ()}


class TestRoundTrips:
    @pytest.mark.parametrize("suffix", [".jsonl", ".csv", ""])
    @given(taxonomy=taxonomies())
    @settings(max_examples=30, deadline=None)
    def test_lines_and_csv_hold_everything(self, suffix: str, taxonomy: Taxonomy) -> None:
        if suffix or len(taxonomy):
            assert list(through(taxonomy, suffix)) == list(taxonomy)

    @given(taxonomies())
    @settings(max_examples=30, deadline=None)
    def test_text_holds_ids_labels_and_parents(self, taxonomy: Taxonomy) -> None:
        live = [concept for concept in taxonomy if not concept.replaced_by]
        retired = {concept.id for concept in taxonomy} - {concept.id for concept in live}
        again = {concept.id: concept for concept in through(taxonomy, ".txt")}
        assert set(again) == {concept.id for concept in live}
        for concept in live:
            assert again[concept.id].label == " ".join(concept.label.split())
            if retired.isdisjoint(taxonomy.ancestors(concept.id)):
                assert set(again[concept.id].broader) == set(concept.broader)
                assert again[concept.id].broader[:1] == concept.broader[:1]

    @given(taxonomies())
    @settings(max_examples=30, deadline=None)
    def test_annif_holds_ids_and_labels_of_what_can_be_a_tag(self, taxonomy: Taxonomy) -> None:
        live = [concept for concept in taxonomy if not (concept.replaced_by or concept.abstract)]
        again = through(taxonomy, ".tsv")
        assert [(each.id, each.label) for each in again] == [
            (each.id, " ".join(each.label.split())) for each in live
        ]

    def test_every_format_is_loaded_by_its_suffix(self, tiny_taxonomy: Taxonomy, tmp_path: Path) -> None:
        for suffix in {*SUFFIXES} - {".ttl", ".rdf", ".xml", ".jsonld"}:
            write_any(tiny_taxonomy, tmp_path / f"file{suffix.upper()}")
            assert "events:annexation-of-crimea" in load_taxonomy(tmp_path / f"file{suffix.upper()}")
        write_any(tiny_taxonomy, tmp_path / "folder")
        assert load_taxonomy(tmp_path / "folder").name == "tiny"

    def test_nothing_is_left_beside_the_file(self, tiny_taxonomy: Taxonomy, tmp_path: Path) -> None:
        for _ in range(2):
            write_any(tiny_taxonomy, tmp_path / "file.csv")
        assert [path.name for path in tmp_path.iterdir()] == ["file.csv"]


class TestCsv:
    def test_a_spreadsheet_finds_no_formula(self, tmp_path: Path) -> None:
        labels = ("=cmd|' /C calc'!A0", "+1", "-1", "@a", "'=x", "'Ndrangheta")
        taxonomy = Taxonomy.of([Concept(id=f"topics:t{i}", label=each) for i, each in enumerate(labels)])
        write_any(taxonomy, tmp_path / "a.csv")
        rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8"))))
        assert not any(cell.startswith(tuple("=+-@")) for row in rows for cell in row.values())
        assert [concept.label for concept in read_any(tmp_path / "a.csv")] == list(labels)

    def test_a_table_by_hand(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_text(
            "label,alt_labels,evidence:city\nHarbour news,port|docks,Rotterdam\nharbour News,,\n",
            encoding="utf-8-sig",
        )
        first, second = read_draft(path, Reading(facet="events")).taxonomy()
        assert (first.id, first.alt_labels, first.evidence) == (
            "events:harbour-news",
            ("port", "docks"),
            {"city": ("Rotterdam",)},
        )
        assert second.id == "events:harbour-news-2"

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("", "a.csv:1: columns: found no label"),
            ("id,label,colour\n", "a.csv:1: columns: found colour"),
            ("label,label\n", "a.csv:1: columns: found label"),
            ("label\na,b\n", "a.csv:2: the row has more or fewer cells"),
            ("label,prior\na,many\n", "a.csv:2: Expected `int`, got `str`"),
            ("label,abstract\na,maybe\n", "a.csv:2: abstract 'maybe': expected True, False or nothing"),
            ('label,rules\na,"[1"\n', "a.csv:2: Expected `str`, got `int`"),
            ('label\n"open\n', "a.csv:2: no CSV"),
            ("id,label\ntopics:a,a\ntopics:a,b\n", "a.csv:3: topics:a: the id stands twice"),
            ("label,broader\na,topics:none\n", "a.csv:2: topics:a: broader points to topics:none"),
        ],
    )
    def test_bad_tables(self, tmp_path: Path, text: str, problem: str) -> None:
        (tmp_path / "a.csv").write_text(text, encoding="utf-8")
        with pytest.raises(TaxonomyError) as caught:
            read_any(tmp_path / "a.csv")
        assert [each for each in caught.value.problems if each.startswith(problem)]


class TestText:
    def test_an_outline_by_hand(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        path.write_text(
            "sport\n\tfootball\n\t\tcup final [topics:final]\n\n\ttennis\nevents\n    [topics:final]\n",
            encoding="utf-8",
        )
        taxonomy = load_taxonomy(path)
        assert taxonomy.path("topics:final") == ("topics:sport", "topics:football", "topics:final")
        assert taxonomy["topics:final"].broader == ("topics:football", "topics:events")

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("  a\n", "a.txt:1: the first line is indented"),
            ("a [topics:a]\nb [topics:a]\n", "a.txt:2: topics:a: the id stands twice"),
            ("a\n  [topics:b]\n", "a.txt:2: topics:b: has no line with its label"),
            ("a\n  b\n    [topics:a]\n", "broader runs in a circle: topics:a -> topics:b -> topics:a"),
            ("a\n  [topics:a]\n", "a.txt:1: topics:a: broader points to itself"),
        ],
    )
    def test_bad_outlines(self, tmp_path: Path, text: str, problem: str) -> None:
        (tmp_path / "a.txt").write_text(text, encoding="utf-8")
        with pytest.raises(TaxonomyError) as caught:
            read_any(tmp_path / "a.txt")
        assert len([each for each in caught.value.problems if problem in each]) == 1

    @given(st.text())
    @settings(max_examples=30, deadline=None)
    def test_any_text_is_an_outline_or_has_problems(self, text: str) -> None:
        with TemporaryDirectory() as folder:
            for suffix in (".txt", ".tsv", ".csv"):
                path = Path(folder) / f"a{suffix}"
                path.write_bytes(text.encode("utf-8", "surrogatepass"))
                try:
                    read_any(path)
                except TaxonomyError as error:
                    assert error.problems


class TestAnnif:
    def test_somebody_elses_vocabulary(self, tmp_path: Path) -> None:
        path = tmp_path / "a.tsv"
        path.write_text("<http://example.org/1>\tpeace talks\t327.1\r\n<http://example.org/2>\tPeace Talks\n")
        first, second = read_any(path)
        assert (first.id, first.exact_match) == ("topics:peace-talks", ("http://example.org/1",))
        assert second.id == "topics:peace-talks-2"

    def test_a_bad_line(self, tmp_path: Path) -> None:
        (tmp_path / "a.tsv").write_text("<http://example.org/1>\tpeace\nno uri\tpeace\n")
        with pytest.raises(TaxonomyError, match=r"a\.tsv:2: expected <URI>, a tab and a label"):
            read_any(tmp_path / "a.tsv")


class TestFiles:
    def test_an_unknown_suffix_names_the_known_ones(self, tiny_taxonomy: Taxonomy, tmp_path: Path) -> None:
        (tmp_path / "a.docx").write_text("x")
        with pytest.raises(TaxonomyError, match=r"expected one of \.jsonl, \.csv"):
            read_any(tmp_path / "a.docx")
        with pytest.raises(TaxonomyError, match=r"expected one of \.jsonl, \.csv"):
            write_any(tiny_taxonomy, tmp_path / "b.docx")

    @pytest.mark.parametrize("suffix", [".csv", ".txt", ".tsv"])
    def test_no_utf8(self, tmp_path: Path, suffix: str) -> None:
        (tmp_path / f"a{suffix}").write_bytes("label\nÄ".encode("utf-16"))
        with pytest.raises(TaxonomyError, match="no UTF-8"):
            read_any(tmp_path / f"a{suffix}")

    @pytest.mark.parametrize("suffix", SUFFIXES)
    def test_a_missing_file(self, tmp_path: Path, suffix: str) -> None:
        with pytest.raises(TaxonomyError, match="no such file or folder"):
            read_any(tmp_path / f"none{suffix}")

    @pytest.mark.parametrize(
        "line",
        [
            '{"id": "topics:a", "label": "a", "label": "b"}',
            '{"id": "topics:a", "label" : "a", "label": "b"}',
            '{"id": "topics:a", "label": "a", "evidence": {"city": ["x"], "city": ["y"]}}',
        ],
    )
    def test_a_key_given_twice_is_a_problem(self, tmp_path: Path, line: str) -> None:
        (tmp_path / "a.jsonl").write_text(f'{{"id": "topics:b", "label": "a\\": \\": b"}}\n{line}\n')
        with pytest.raises(TaxonomyError, match=r"a\.jsonl:2: the key '(label|city)' stands twice"):
            read_any(tmp_path / "a.jsonl")


class TestOverlay:
    def test_a_file_needs_only_what_changes(self, tiny_taxonomy: Taxonomy, tmp_path: Path) -> None:
        path = tmp_path / "mine.jsonl"
        path.write_text(
            '{"id": "countries:ua", "alt_labels": ["Ukrayina"]}\n'
            '{"id": "topics:economy", "hidden": true}\n\n'
            '{"id": "topics:tariffs", "label": "tariffs", "broader": ["topics:economy"]}\n'
        )
        laid = tiny_taxonomy.overlay(read_overlay(path))
        assert laid["countries:ua"].alt_labels == ("Ukrayina",)
        assert laid["countries:ua"].evidence == tiny_taxonomy["countries:ua"].evidence
        assert laid.resolve("economy") is None and laid["topics:economy"].abstract
        assert laid.path("topics:tariffs") == ("topics:economy", "topics:tariffs")

    def test_another_taxonomy_stands_whole(self, tiny_taxonomy: Taxonomy, tmp_path: Path) -> None:
        (tmp_path / "mine.csv").write_text("id,label\ncountries:ua,Ukrayina\n")
        laid = tiny_taxonomy.overlay(read_overlay(tmp_path / "mine.csv"))
        assert laid["countries:ua"] == Concept(id="countries:ua", label="Ukrayina")
        assert list(tiny_taxonomy.overlay(tiny_taxonomy)) == list(tiny_taxonomy)

    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            ('{"label": "a"}', r"mine\.jsonl:1: a line of an overlay needs an id"),
            ("[1]", r"mine\.jsonl:1: Expected `object`"),
            ('{"id": "topics:new"}', "topics:new: Object missing required field `label`"),
            ('{"id": "topics:new", "hidden": true}', "topics:new: no concept 'topics:new'"),
            ('{"id": "topics:sport", "hidden": 1}', "topics:sport: Expected `bool`"),
            ('{"id": "topics:sport", "colour": "red"}', "topics:sport: Object contains unknown field"),
            ('{"id": "topics:sport", "broader": ["topics:none"]}', "which does not exist"),
        ],
    )
    def test_bad_overlays(self, tiny_taxonomy: Taxonomy, tmp_path: Path, line: str, problem: str) -> None:
        (tmp_path / "mine.jsonl").write_text(line)
        with pytest.raises(TaxonomyError, match=problem):
            tiny_taxonomy.overlay(read_overlay(tmp_path / "mine.jsonl"))
