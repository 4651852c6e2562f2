"""SKOS both ways, files by others, and files that want to do more than state facts."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_taxonomy_formats import LABEL, taxonomies, unordered

from tagonomy import Article, Concept, TaggerConfig, Taxonomy, load_taxonomy, train
from tagonomy.config import Limits
from tagonomy.errors import LimitError, TaxonomyError
from tagonomy.taxonomy.formats import Reading, read_any, read_draft, write_any

pytest.importorskip("pyoxigraph")

PREFIXES = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix : <http://example.org/fisheries/> .
"""
#: As thesauri look: several languages, both directions of broader, links to elsewhere, notes.
THESAURUS = (
    PREFIXES
    + """
:scheme a skos:ConceptScheme ; dct:title "Fisheries"@en ; skos:hasTopConcept :c_1 .
:c_1 a skos:Concept ; skos:prefLabel "fisheries"@en, "Fischerei"@de ; skos:narrower :c_2 ;
  skos:inScheme :scheme ; skos:definition "Catching fish."@en ; skos:notation "1" .
:c_2 a skos:Concept ; skos:prefLabel "trawling"@en-GB, "Schleppnetz"@de ; skos:broader :c_1 ;
  skos:altLabel "bottom  trawling"@en-GB, "Grundschleppnetz"@de, "trawling"@en-GB ;
  skos:exactMatch <http://www.wikidata.org/entity/Q1234> ; skos:related :c_3, <http://example.org/other/9> .
:c_3 a skos:Concept ; skos:prefLabel "nets" ; skos:hiddenLabel "netts" ; skos:broader :c_1 .
:c_4 a skos:Concept ; skos:prefLabel "whaling"@en ; owl:deprecated true .
:c_5 a skos:Concept ; skos:prefLabel "draggers"@en ; owl:deprecated true ; dct:isReplacedBy :c_2 .
[] a skos:Collection ; skos:member :c_2 .
"""
)


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def problems_of(folder: Path, name: str, content: str | bytes, reading: Reading | None = None) -> list[str]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(TaxonomyError) as caught:
        read_any(path, reading)
    return list(caught.value.problems)


XML_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=8).filter(
    str.strip
)


class TestRoundTrips:
    @pytest.mark.parametrize("suffix", [".ttl", ".jsonld"])
    @given(taxonomy=taxonomies())
    @settings(max_examples=30, deadline=None)
    def test_everything_but_the_order_of_lists_comes_back(self, suffix: str, taxonomy: Taxonomy) -> None:
        self.check(suffix, taxonomy)

    @given(taxonomies(XML_TEXT))
    @settings(max_examples=30, deadline=None)
    def test_rdf_xml_too(self, taxonomy: Taxonomy) -> None:
        self.check(".rdf", taxonomy)

    def check(self, suffix: str, taxonomy: Taxonomy) -> None:
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"file{suffix}"
            write_any(taxonomy, path)
            again = read_any(path)
            first = path.read_bytes()
            write_any(again, path)
            second = path.read_bytes()
        assert list(map(unordered, again)) == list(map(unordered, taxonomy))
        assert again.name == taxonomy.name
        assert sorted(first) == sorted(second)

    @given(label=LABEL)
    @settings(deadline=None)
    def test_what_xml_cant_hold_is_said(self, label: str) -> None:
        taxonomy = Taxonomy.of([Concept(id="topics:a", label=label)])
        with TemporaryDirectory() as folder:
            try:
                write_any(taxonomy, Path(folder) / "a.rdf")
            except TaxonomyError as error:
                assert "XML can't hold the sign U+" in str(error)
                assume(False)
            assert read_any(Path(folder) / "a.rdf")["topics:a"].label == label


class TestFilesByOthers:
    def test_a_thesaurus_imports_trains_and_exports(self, tmp_path: Path) -> None:
        (tmp_path / "fish.ttl").write_text(THESAURUS, encoding="utf-8")
        taxonomy = load_taxonomy(tmp_path / "fish.ttl")
        assert taxonomy.name == "Fisheries"
        assert [concept.label for concept in taxonomy] == ["fisheries", "trawling", "nets", "draggers"]
        trawling = taxonomy["topics:c-2"]
        assert trawling.alt_labels == ("bottom trawling",)
        assert (trawling.broader, trawling.related) == (("topics:c-1",), ("topics:c-3",))
        assert trawling.exact_match == ("http://example.org/fisheries/c_2", "wikidata:Q1234")
        assert taxonomy["topics:c-5"] is trawling
        articles = [
            Article(f"The minister spoke of {word} on day {day}. Nothing else was said.", tags=(tag,))
            for day in range(12)
            for word, tag in (("bottom trawling", "topics:c-2"), ("new nets", "topics:c-3"))
        ]
        tagger = train(articles, taxonomy, TaggerConfig(min_articles=5))
        assert "topics:c-2" in tagger.classify("Bottom trawling harms the sea bed. Trawling goes on.").ids
        write_any(taxonomy, tmp_path / "out.rdf")
        assert list(map(unordered, read_any(tmp_path / "out.rdf"))) == list(map(unordered, taxonomy))

    def test_the_notes_say_what_was_left_out(self, tmp_path: Path) -> None:
        (tmp_path / "fish.ttl").write_text(THESAURUS, encoding="utf-8")
        assert read_draft(tmp_path / "fish.ttl").notes == [
            "2 concepts also have labels in other languages, which were left out",
            "1 deprecated concepts that nothing replaces were left out",
            "1 labels that stand both as preferred and as others (S13) were taken once",
            "1 links to concepts that the file does not have were left out",
        ]

    def test_another_language_and_facet(self, tmp_path: Path) -> None:
        (tmp_path / "fish.ttl").write_text(THESAURUS, encoding="utf-8")
        taxonomy = read_any(tmp_path / "fish.ttl", Reading(facet="events", language="de"))
        assert [each.label for each in taxonomy] == ["Fischerei", "Schleppnetz", "nets", "draggers"]
        assert taxonomy["events:c-2"].alt_labels == ("Grundschleppnetz",)

    def test_addresses_that_end_alike_get_different_ids(self, tmp_path: Path) -> None:
        (tmp_path / "a.ttl").write_text(
            PREFIXES + '<http://a.org/x> skos:prefLabel "a" . <http://b.org/x#> skos:prefLabel "b" .'
        )
        assert [(each.id, each.label) for each in read_any(tmp_path / "a.ttl")] == [
            ("topics:x", "a"),
            ("topics:x-2", "b"),
        ]


class TestIntegrity:
    @pytest.mark.parametrize(
        ("facts", "problem"),
        [
            (
                ':a a skos:Concept ; skos:prefLabel "a"@en, "b"@en .',
                "two preferred labels in 'en' (S14): 'a' and 'b'",
            ),
            (':a a skos:Concept ; skos:prefLabel "a", "b" .', "two preferred labels (S14)"),
            (":a a skos:Concept .", "topics:a: has no preferred label"),
            (
                ':a a skos:Concept, skos:ConceptScheme ; skos:prefLabel "a" .',
                "both a concept and a concept scheme (S9)",
            ),
            (
                ':a skos:prefLabel "a" ; skos:exactMatch <urn:x> ; skos:broadMatch <urn:x> .',
                "topics:a: urn:x is both exactMatch and broadMatch (S46)",
            ),
            (':a skos:prefLabel "a" ; skos:broader :a .', "topics:a: broader points to itself"),
            (
                ':a skos:prefLabel "a" ; skos:broader :b . :b skos:prefLabel "b" ; skos:broader :a .',
                "broader runs in a circle: topics:a -> topics:b -> topics:a",
            ),
            (
                '<urn:tagonomy:topics:a> skos:prefLabel "a" ; skos:broader <urn:tagonomy:topics:none> .',
                "topics:a: broader points to topics:none, which does not exist",
            ),
            ("<> owl:imports <http://example.org/more.ttl> .", "wants to import http://example.org/more.ttl"),
            (':a skos:prefLabel "a" ; skos:broader', "no turtle"),
        ],
    )
    def test_each_is_one_problem(self, tmp_path: Path, facts: str, problem: str) -> None:
        found = problems_of(tmp_path, "a.ttl", PREFIXES + facts)
        assert len(found) == 1 and problem in found[0] and found[0].startswith("a.ttl:")


RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="urn:s:">{}</rdf:RDF>'
LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))


class TestHostileFiles:
    @pytest.mark.parametrize(
        "declaration",
        [
            f'<!DOCTYPE r [<!ENTITY l0 "lol">{LAUGHS}]>',
            '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE r SYSTEM "http://example.org/evil.dtd">',
            '<!DOCTYPE r PUBLIC "-//X//Y" "http://example.org/evil.dtd" [<!ENTITY % p "x"> %p;]>',
        ],
    )
    @pytest.mark.parametrize("suffix", [".rdf", ".xml"])
    def test_a_document_type_is_refused(self, tmp_path: Path, suffix: str, declaration: str) -> None:
        text = '<?xml version="1.0"?>\n' + declaration + RDF.format("<s:a>&l9;</s:a>")
        start = time.perf_counter()
        found = problems_of(tmp_path, f"a{suffix}", text)
        assert len(found) == 1 and found[0].startswith(f"a{suffix}:2: has a document type")
        assert time.perf_counter() - start < 60  # a hang guard, not a timing

    def test_no_encoding_hides_one(self, tmp_path: Path) -> None:
        text = '<?xml version="1.0" encoding="{}"?><!DOCTYPE r [<!ENTITY x "y">]><r/>'
        assert "no UTF-8" in problems_of(tmp_path, "a.rdf", text.format("UTF-16").encode("utf-16"))[0]
        hidden = text.format("UTF-7").replace("<!DOC", "+ADw-!DOC").encode()
        assert "no XML" in problems_of(tmp_path, "b.rdf", hidden)[0]

    @pytest.mark.parametrize(
        "context",
        [
            '"http://example.org/c.jsonld"',
            '[{"a": "urn:a"}, "http://example.org/c.jsonld"]',
            '{"@import": "http://example.org/c.jsonld"}',
            '{"a": {"@id": "urn:a", "@context": "http://example.org/c.jsonld"}}',
        ],
    )
    def test_a_remote_context_is_refused(self, tmp_path: Path, context: str) -> None:
        found = problems_of(tmp_path, "a.jsonld", f'{{"@context": {context}, "@id": "urn:x", "a": "b"}}')
        assert (
            len(found) == 1 and "'http://example.org/c.jsonld' lies elsewhere: nothing is fetched" in found[0]
        )

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("a.rdf", RDF.format("<s:a><s:b>" * 50_000 + "</s:b></s:a>" * 50_000)),
            ("a.jsonld", '{"a":' * 100_000 + "1" + "}" * 100_000),
            ("a.jsonld", "[" * 1_000_000),
            ("a.ttl", "<urn:a> <urn:b> " + "[<urn:b> " * 100_000),
        ],
        ids=["xml", "json", "open", "turtle"],
    )
    def test_endless_nesting_is_a_problem_and_no_crash(self, tmp_path: Path, name: str, text: str) -> None:
        assert len(problems_of(tmp_path, name, text)) == 1

    def test_a_short_prefix_for_a_long_name_does_not_fill_the_memory(self, tmp_path: Path) -> None:
        path = tmp_path / "a.ttl"
        path.write_text(f"@prefix p: <http://{'x' * 500_000}/> .\n" + "p:a p:b p:c .\n" * 10_000)
        with pytest.raises(LimitError, match="rdf_expansion"):
            read_any(path)

    def test_a_file_beyond_the_limit(self, tmp_path: Path) -> None:
        (tmp_path / "a.ttl").write_text(THESAURUS, encoding="utf-8")
        with pytest.raises(LimitError, match="rdf_bytes: found 1,"):
            read_any(tmp_path / "a.ttl", Reading(limits=Limits(rdf_bytes=1000)))

    @given(st.binary() | st.text().map(str.encode))
    @settings(max_examples=30, deadline=None)
    def test_any_bytes_are_refused_with_a_problem(self, content: bytes) -> None:
        with TemporaryDirectory() as folder:
            for suffix in (".ttl", ".rdf", ".jsonld"):
                path = Path(folder) / f"a{suffix}"
                path.write_bytes(content)
                try:
                    assert len(read_any(path)) == 0
                except TaxonomyError as error:
                    assert error.problems
