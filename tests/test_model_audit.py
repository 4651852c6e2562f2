"""A model that someone else sealed: it is refused, or it works; it never hangs or crashes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tagonomy import Concept, Tagger, Taxonomy
from tagonomy.concepts import ConceptIndex, name_of
from tagonomy.errors import ModelFormatError, RuleError
from tagonomy.model_audit import _check_ids, audit_tensors
from tagonomy.pipeline import kernel, make_pipeline
from tagonomy.registry import data_folder
from tagonomy.rules import RuleSet
from tagonomy.rules.parser import MAX_DEPTH, parse_rule
from tagonomy.rules.program import AND, COUNT, NEAR, NOT, OPERATORS, OR, PHRASE, SENTENCE, TITLE, Programs
from tagonomy.rules.syntax import Word
from tagonomy.storage import load_tensors, save_tensors
from tagonomy.strings import StringTable

Tensors = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def tensors(tiny_model: Path) -> Tensors:
    return load_tensors(tiny_model)[0]


@pytest.fixture(scope="module")
def manifest(tiny_model: Path) -> dict[str, Any]:
    return {key: value for key, value in load_tensors(tiny_model)[1].items() if key != "format"}


def swapped(tensors: Tensors) -> Iterator[tuple[str, Tensors]]:
    for one, other in itertools.combinations(tensors, 2):
        yield f"{one} and {other}", {**tensors, one: tensors[other], other: tensors[one]}


def spoiled(tensors: Tensors) -> Iterator[tuple[str, Tensors]]:
    """Yield the tensors with one of them wrong in each of several ways."""
    for name, array in tensors.items():
        yield f"{name} is missing", {key: value for key, value in tensors.items() if key != name}
        whole = array.dtype.kind in "iu"
        large = [np.iinfo(array.dtype).max, np.iinfo(array.dtype).min] if whole else [np.nan, np.inf]
        values = large if whole else [*large, np.finfo(array.dtype).max, -50]
        wrong = [
            array[:0],
            array[:-1],
            array.reshape(-1, 1),
            array.astype(np.float64),
            np.repeat(array, 2, axis=0),
        ]
        wrong += [np.full_like(array, value) for value in values]
        wrong.append(array[::-1])
        for number, each in enumerate(wrong):
            if not np.array_equal(each, array):
                yield f"{name} is spoiled in way {number}", {**tensors, name: each}


def test_what_is_known_of_sorts_of_concepts_must_be_whole(tensors: Tensors) -> None:
    n = len(tensors["concepts.facet"])
    kinds, kind_of = np.zeros((2, 2), dtype=np.float32), np.ones(n, dtype=np.uint16)
    audit_tensors({**tensors, "ranker.kinds": kinds, "ranker.kind_of": kind_of})
    for wrong in (
        {"ranker.kinds": kinds},
        {"ranker.kind_of": kind_of},
        {"ranker.kinds": kinds[:1], "ranker.kind_of": kind_of},
        {"ranker.kinds": kinds[:, :1], "ranker.kind_of": kind_of},
        {"ranker.kinds": kinds, "ranker.kind_of": kind_of[:-1]},
        {"ranker.kinds": kinds, "ranker.kind_of": kind_of, "ranker.concepts": np.zeros((n, 2), np.float32)},
    ):
        with pytest.raises(ValueError, match=r"ranker\.kind"):
            audit_tensors({**tensors, **wrong})


def test_the_tensors_of_a_tagger_pass(tensors: Tensors) -> None:
    audit_tensors(tensors)


def test_those_of_an_empty_taxonomy_pass(tiny_tagger: Tagger) -> None:
    from tagonomy.linear import LinearModel
    from tagonomy.mentions.lexicon_builder import build_lexicon
    from tagonomy.ranking import FEATURES

    empty = Taxonomy.of([])
    parts = {**ConceptIndex.of(empty).tensors(), **build_lexicon(empty).tensors()}
    parts |= {**LinearModel.empty(0).tensors(), "tfidf.idf": np.zeros((3, 0), dtype=np.float32)}
    parts |= {"ranker.weights": np.zeros((0, len(FEATURES)), dtype=np.float32)}
    parts |= RuleSet([]).tensors([], [])
    audit_tensors(parts)


@pytest.mark.parametrize("change", [swapped, spoiled])
def test_a_forged_model_is_refused_or_works(
    tensors: Tensors, manifest: dict[str, Any], tmp_path: Path, tiny_news: str, change: Any
) -> None:
    accepted = 0
    for what, forged in change(tensors):
        try:
            audit_tensors(forged)
        except ValueError as error:
            assert str(error), what
            continue
        accepted += 1
        save_tensors(tmp_path / "forged", forged, manifest)
        try:  # rules are read when they are first needed, or all by the kernel
            tagging = Tagger.load(tmp_path / "forged").classify(tiny_news, threshold=0)
        except ModelFormatError:
            continue
        assert all(0 <= tag.score <= 1 for tag in tagging.with_broader()), what
    assert accepted  # the audit judges structure: a changed weight is for the seal to find


def test_loading_audits(tensors: Tensors, manifest: dict[str, Any], tmp_path: Path) -> None:
    stops = tensors["concepts.broader.stops"]
    own = np.repeat(np.arange(len(stops), dtype=np.int32), np.diff(stops, prepend=0))
    save_tensors(tmp_path / "forged", {**tensors, "concepts.broader.values": own}, manifest)
    with pytest.raises(ModelFormatError, match=r"forged: .* concepts\.broader\.values runs in a circle"):
        Tagger.load(tmp_path / "forged")


def test_a_circle_of_any_length_is_found(tensors: Tensors) -> None:
    unseeded = {name: array for name, array in tensors.items() if not name.startswith("seeds.")}
    for length in (1, 2, 40):
        ring = [Concept(id=f"topics:t{i:02}", label=str(i)) for i in range(length + 1)]
        index = ConceptIndex.of(Taxonomy.of(ring))
        links = {
            "concepts.broader.values": np.array(
                [*((i + 1) % length for i in range(length)), 0], dtype=np.int32
            ),
            "concepts.broader.stops": np.arange(1, length + 2, dtype=np.int32),
        }
        with pytest.raises(ValueError, match="circle"):
            audit_tensors(rebuilt(unseeded, {**index.tensors(), **links}))


alike = st.text(st.sampled_from("a\x00\u00e9\ud800\U0001f600"), max_size=20)
labels = st.text(st.sampled_from("aA -\u00e9"), max_size=12)
# A name, or that of a label.
kept = st.tuples(alike.filter(bool), st.just("")) | st.tuples(st.just(""), labels)


def whole(each: tuple[str, tuple[str, str]]) -> str:
    facet, (name, label) = each
    return f"{facet}:{name or name_of(label)}"


@given(st.lists(st.tuples(st.sampled_from(["a", "a2", "b"]), kept), max_size=5), st.booleans())
@example([("a", ("economy-of-japan", "")), ("a", ("economy", ""))], False)
@example([("a", ("economy", "")), ("a", ("", "Economy"))], False)
@example([("a", ("economy", "")), ("b", ("arts", "")), ("a", ("economy", ""))], False)
@example([("a", ("", "")), ("a2", ("", ""))], False)
@example([("a", ("economy", "The first")), ("a", ("", "Economy of Japan"))], True)
def test_ids_ascend_as_their_characters_do(rows: list[tuple[str, tuple[str, str]]], in_order: bool) -> None:
    rows = sorted(rows, key=whole) if in_order else rows
    facets, ids = ["b", "a", "a2"], list(map(whole, rows))
    parts = {
        **StringTable.of(facets).tensors("concepts.facets"),
        **StringTable.of(name for _, (name, _) in rows).tensors("concepts.names"),
        **StringTable.of(label for _, (_, label) in rows).tensors("concepts.labels"),
        "concepts.facet": np.array([facets.index(facet) for facet, _ in rows], dtype=np.uint8),
    }
    if all(one < other for one, other in itertools.pairwise(ids)):
        _check_ids(parts)
    else:
        with pytest.raises(ValueError, match=r"concepts\.(facet|names) do(es)? not ascend"):
            _check_ids(parts)


def test_no_facet_holds_a_colon(tensors: Tensors) -> None:
    facets = StringTable.of(f"{name}:" for name in StringTable.from_tensors(tensors, "concepts.facets"))
    with pytest.raises(ValueError, match="hold a colon"):
        audit_tensors({**tensors, **facets.tensors("concepts.facets")})


TWO_TERMS = OPERATORS, OPERATORS + 1
A_SET = OPERATORS + 2  # of two, the first


@pytest.mark.parametrize(
    ("sets", "rule"),
    [
        ([[A_SET], [9]], [A_SET]),  # a set of itself
        ([[A_SET + 1, A_SET + 1], [A_SET, A_SET]], [A_SET]),  # sets of each other: 2^n nodes, n without end
        ([[9], [A_SET]], [9]),  # which no rule names
        ([[9], []], [9]),
        ([[9], [AND, 4, *TWO_TERMS]], [A_SET + 1]),
        ([[9], [PHRASE, 4, 9, A_SET]], [A_SET + 1]),
        ([[9], [PHRASE, 5, *TWO_TERMS]], [A_SET + 1]),
        ([[9], [PHRASE, 2]], [A_SET + 1]),
        ([[9], [PHRASE, 0, *TWO_TERMS]], [A_SET + 1]),
        ([[9], [10]], [A_SET + 2]),  # a set that isn't there
        ([[9], [10]], []),
        ([[9], [10]], [9, 10]),
        ([[9], [10]], [AND]),
        ([[9], [10]], [AND, 2]),
        ([[9], [10]], [AND, 0, 9, 10]),
        ([[9], [10]], [AND, 5, 9, 10]),
        ([[9], [10]], [AND, 3, 9, 10]),
        ([[9], [10]], [OR, 6, 9, NOT, 3, 10]),  # true without any of its words
        ([[9], [10]], [NOT, 3, 9]),
        ([[9], [10]], [SENTENCE, 5, NOT, 3, 9]),
        ([[9], [10]], [SENTENCE, 4, 9, 10]),
        ([[9], [10]], [NEAR, 4, 3, 9]),
        ([[9], [10]], [NEAR, 6, 3, 9, 10, 10]),
        ([[9], [10]], [COUNT, 3, 9]),
        ([[9], [10]], [COUNT, 4, 0, 9]),
        ([[9], [10]], [*(step for left in range(999, 0, -1) for step in (TITLE, 2 * left + 1)), 9]),
    ],
)
def test_numbers_that_are_no_rules_are_refused(
    tiny_tagger: Tagger, sets: list[list[int]], rule: list[int]
) -> None:
    """By both pipelines; the Python one reads a rule when it wakes, and a set with it."""
    parts = tiny_tagger.parts
    words, ids = list(parts.lexicon.words), list(parts.index.ids)
    forged = Programs([Word(words[0]), Word(words[1])], sets, [rule]).tensors(words, ids)
    forged["rules.concepts"] = np.zeros(1, dtype=np.int32)
    if kernel() is not None:
        with pytest.raises(ValueError, match="rule"):
            make_pipeline(parts, parts.tensors() | forged)
    if rule != [9]:
        with pytest.raises(ModelFormatError, match="rule"):
            RuleSet.from_tensors(forged, words, ids).node(0)


def test_a_rule_may_be_as_deep_as_it_can_be_written(tiny_tagger: Tagger) -> None:
    text = f"{'SENTENCE(moscow OR kyiv AND ' * MAX_DEPTH}(kyiv OR moscow){')' * MAX_DEPTH}"
    with pytest.raises(RuleError, match="levels"):
        parse_rule(text)
    rules = RuleSet([(0, text.replace("(kyiv OR moscow)", '"nato kyiv" NEAR/9 kyiv AND nato'))])
    make_pipeline(tiny_tagger.parts.replace(rules=rules))


def rebuilt(tensors: Tensors, concepts: Tensors) -> Tensors:
    """Return the tensors with other concepts, which nothing else points to."""
    pointing = (
        "lexicon.concept",
        "linear.concepts",
        "rules.concepts",
        "rules.terms",
        "lexicon.implied.values",
    )
    cut = {"ranker.weights": tensors["ranker.weights"][:1]}
    cut["mentions.concepts"] = np.full_like(tensors["mentions.concepts"], -1)
    return {**tensors, **concepts, **cut, **{name: np.zeros_like(tensors[name]) for name in pointing}}


def test_prefixes_have_as_many_letters_as_the_parser_demands(tensors: Tensors) -> None:
    from tagonomy.rules.parser import MIN_PREFIX

    for prefix, fits in (("a" * MIN_PREFIX, True), ("a" * (MIN_PREFIX - 1), False), ("", False)):
        forged = {**tensors, **StringTable.of([prefix]).tensors("rules.prefixes")}
        forged["rules.terms"] = np.array([1], dtype=np.int32)
        if fits:
            audit_tensors(forged)
        else:
            with pytest.raises(ValueError, match=r"rules\.prefixes"):
                audit_tensors(forged)


def test_of_a_trusted_file_the_form_is_checked(
    tensors: dict[str, Any], manifest: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "m.safetensors"
    save_tensors(path, {**tensors, "concepts.prior": tensors["concepts.prior"][:-1]}, manifest)
    with pytest.raises(ModelFormatError, match=r"concepts\.prior has"):
        Tagger.load(path, trusted=True)
    unordered = tensors["linear.weights"].copy()
    unordered[:1] = np.inf
    save_tensors(path, {**tensors, "linear.weights": unordered}, manifest)
    with pytest.raises(ModelFormatError, match="not finite"):
        Tagger.load(path)
    assert Tagger.load(path, trusted=True)


def test_the_shipped_model_passes_as_a_whole() -> None:
    audit_tensors(load_tensors(data_folder("trained_models") / "news-en.safetensors")[0])
