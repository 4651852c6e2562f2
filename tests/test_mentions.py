"""Longest matches in running text, against a matcher that tries every place."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagonomy.mentions.lexicon import KINDS, Lexicon
from tagonomy.mentions.lexicon_builder import build_lexicon
from tagonomy.mentions.matcher import Matcher
from tagonomy.taxonomy import Concept, Taxonomy
from tagonomy.text import Tokens, tokenize

Found = list[tuple[str, list[str]]]


def matcher_of(*concepts: Concept) -> Matcher:
    return Matcher(build_lexicon(Taxonomy.of(concepts)))


def find(matcher: Matcher, text: str, title: int = 0) -> list[str]:
    """Return the words of each match as they stand."""
    tokens = tokenize(text, title)
    return [tokens.surface(m.start, m.stop) for m in matcher.find(tokens, matcher.numbers(tokens))]


def topics(*labels: str, **fields: tuple[str, ...]) -> Matcher:
    """Return a matcher with one concept for each label; ``fields`` go to those that have such a label."""
    return matcher_of(
        *(
            Concept(
                id=f"topics:t{i}",
                label=label,
                **{name: tuple(x for x in values if x == label) for name, values in fields.items()},  # type: ignore[arg-type]
            )
            for i, label in enumerate(labels)
        )
    )


# The oracle: labels as plain lists of words, every place and every length tried.


def fits(concept: Concept, label: str, tokens: Tokens, start: int, stop: int) -> bool:
    """Tell whether the words from start to stop are a label in a spelling that it allows."""
    words = tokenize(label)
    if tokens.words[start:stop] != words.words or not words.words:
        return False
    if label in concept.case_sensitive:
        neighbours = [i for i in (start - 1, stop) if 0 <= i < len(tokens)]
        shouting = bool(neighbours) and all(tokens.shouted(i) for i in neighbours)
        return tokens.surface(start, stop) == label and not shouting
    if not any(c.isupper() for c in tokens.text) and stop - start > 1:
        return True
    return all(
        tokens.capitalised(start + i) for i in range(len(words)) if words.surface(i, i + 1)[0].isupper()
    )


def oracle(taxonomy: Taxonomy, tokens: Tokens) -> list[tuple[int, int, set[int]]]:
    labels = [label for concept in taxonomy for label in concept.labels]
    after_comma = {tokenize(part).words[0] for label in labels for part in label.split(",")[1:]}
    found, start = [], 0
    while start < len(tokens):
        for stop in range(len(tokens), start, -1):
            inside = range(start + 1, stop)
            if tokens.title_stop in inside:
                continue
            if not all(tokens.joined(i, comma=tokens.words[i] in after_comma) for i in inside):
                continue
            meant = {
                number
                for number, concept in enumerate(taxonomy)
                if any(fits(concept, label, tokens, start, stop) for label in concept.labels)
            }
            if meant:
                found.append((start, stop, meant))
                start = stop - 1
                break
        start += 1
    return found


WORDS = ["new", "york", "times", "New", "York", "Times", "US", "us", "é", "É", "of"]
LABEL = st.lists(st.sampled_from([*WORDS, "york, times"]), min_size=1, max_size=4).map(" ".join)
GAPS = st.sampled_from([" "] * 6 + ["-", ". ", ", ", "\n", "\n\n", "'", "", " & "])


@st.composite
def taxonomies(draw: st.DrawFn) -> Taxonomy:
    concepts = []
    for i in range(draw(st.integers(1, 5))):
        # One spelling of a label a concept: two of them make one sense, which the oracle does not know.
        labels = draw(
            st.lists(LABEL, min_size=1, max_size=3, unique_by=lambda label: tokenize(label).words[0])
        )
        exact = tuple(draw(st.sets(st.sampled_from(labels)))) if draw(st.booleans()) else ()
        concepts.append(
            Concept(id=f"topics:t{i}", label=labels[0], alt_labels=tuple(labels[1:]), case_sensitive=exact)
        )
    return Taxonomy.of(concepts)


@st.composite
def texts(draw: st.DrawFn) -> str:
    words = draw(st.lists(st.sampled_from([*WORDS, "the", "NOW", "He"]), max_size=14))
    return "".join(word + draw(GAPS) for word in words)


@settings(max_examples=300)
@given(taxonomies(), texts(), st.integers(0, 20))
def test_matches_are_those_of_trying_every_place(taxonomy: Taxonomy, text: str, title: int) -> None:
    matcher, tokens = Matcher(build_lexicon(taxonomy)), tokenize(text, title)
    found = matcher.find(tokens, matcher.numbers(tokens))
    assert [(m.start, m.stop, {matcher.concept[s] for s in m.senses}) for m in found] == oracle(
        taxonomy, tokens
    )


@given(st.text(st.characters()))
def test_matches_in_any_unicode_are_in_order_and_apart(text: str) -> None:
    matcher = topics("a", "A b", "é", "0 1", "ß")
    tokens = tokenize(text)
    found = matcher.find(tokens, matcher.numbers(tokens))
    edges = [edge for match in found for edge in (match.start, match.stop)]
    assert edges == sorted(edges)
    assert all(match.start < match.stop and match.senses for match in found)


@given(texts())
def test_composed_and_decomposed_text_match_alike(text: str) -> None:
    matcher = topics("é new", "É", "New York")
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert find(matcher, composed) == [
        unicodedata.normalize("NFC", surface) for surface in find(matcher, decomposed)
    ]


@given(texts())
def test_unknown_words_around_a_text_change_no_match(text: str) -> None:
    matcher = topics("new york", "New York Times", "of")
    assert find(matcher, f"Qqq qq.\n\n{text}\n\nqq qqq.") == find(matcher, f"Qqq.\n\n{text}")


class TestLongestWins:
    def test_longer_labels_hide_those_inside(self) -> None:
        matcher = topics("York", "New York", "New York Times", "Times")
        assert find(matcher, "The New York Times of New York and York Times") == [
            *("New York Times", "New York", "York", "Times")
        ]

    def test_a_longer_label_that_breaks_off_leaves_the_shorter(self) -> None:
        assert find(topics("New York", "New York Stock Exchange"), "New York Stock falls") == ["New York"]

    def test_the_longest_that_fits_wins_even_if_a_longer_one_is_misspelt(self) -> None:
        assert find(topics("New York", "New York Times"), "In New York times change") == ["New York"]

    def test_an_article_hides_no_longer_label(self) -> None:
        matcher = topics("the West", "West Virginia", "the", "Guard", "The Guard Council of")
        assert find(matcher, "the West Virginia of the West") == ["West Virginia", "the West"]
        assert find(matcher, "The Guard Council of the West") == ["The Guard Council of", "the West"]
        assert find(matcher, "The Guard the West") == ["The", "Guard", "the West"]

    def test_a_label_ends_where_the_title_does(self) -> None:
        assert find(topics("New York", "York"), "Rain in New York storms", len("Rain in New")) == ["York"]


class TestPlaces:
    @pytest.mark.parametrize(
        "text",
        [
            "Kyiv",
            "Kyiv fell",
            "to Kyiv",
            "(Kyiv)",
            "Kyiv's mayor",
            "Kyiv’s mayor",
            "pro-Kyiv forces",
            "Kyiv-based",
            "'Kyiv'",
            "“Kyiv”",
            "\x00Kyiv\x00",
            "\ufeffKyiv",
            "\ud800Kyiv\udfff",
            "Kyiv\u0085",
            "\u202eKyiv\u202c",
            "Ky\u00adiv",
            "KYIV",
            "https://example.org/Kyiv?a=b",
        ],
    )
    def test_a_name_is_found_wherever_it_stands(self, text: str) -> None:
        assert len(find(topics("Kyiv"), text)) == 1

    @pytest.mark.parametrize(
        "text", ["Kyivan", "kyiv", "XKyiv", "Ky iv", "К\u0443iv", "Kyi", "ivKy", "Kyiv2", "_Kyiv"]
    )
    def test_a_piece_of_a_word_is_no_name(self, text: str) -> None:
        assert find(topics("Kyiv"), text) == []

    @pytest.mark.parametrize("gap", [" ", "\n", "\r\n", "\u00a0", "  ", "-", "\u2011", "\u2028"])
    def test_a_name_may_be_broken(self, gap: str) -> None:
        assert len(find(topics("New York"), f"in New{gap}York")) == 1

    @pytest.mark.parametrize("gap", [", ", ". ", "\n\n", "; ", " (", " | "])
    def test_punctuation_parts(self, gap: str) -> None:
        assert find(topics("New York"), f"in New{gap}York") == []

    def test_a_comma_joins_only_words_that_follow_one_in_a_label(self) -> None:
        matcher = topics("Springfield, Ohio", "Springfield", "Ohio", "New York")
        assert find(matcher, "Springfield, Ohio, New, York") == ["Springfield, Ohio"]

    def test_right_to_left_names(self) -> None:
        assert find(topics("القاهرة", "תל אביב"), "من القاهرة إلى תל אביב") == ["القاهرة", "תל אביב"]

    def test_names_with_stops_and_initials(self) -> None:
        matcher = topics("U.S.", "J.D. Vance", "Washington, D.C.", "Martin Luther King, Jr.")
        assert find(
            matcher, "U.S. aides, J. D. Vance, went to Washington, D.C., for Martin Luther King, Jr. day"
        ) == [*("U.S", "J. D. Vance", "Washington, D.C", "Martin Luther King, Jr")]


class TestCase:
    def test_capitals_are_needed_where_the_label_has_them(self) -> None:
        matcher = topics("Turkey", "interest rates", "annexation of Crimea")
        text = "A turkey for Turkey. Interest rates. The ANNEXATION OF CRIMEA and annexation of crimea"
        assert find(matcher, text) == ["Turkey", "Interest rates", "ANNEXATION OF CRIMEA"]

    def test_a_shouted_headline_matches(self) -> None:
        assert find(topics("Vladimir Putin", "Turkey"), "VLADIMIR PUTIN VISITS TURKEY") == [
            "VLADIMIR PUTIN",
            "TURKEY",
        ]

    def test_without_any_capital_only_labels_of_several_words_match(self) -> None:
        assert find(topics("Vladimir Putin", "Turkey"), "vladimir putin eats turkey") == ["vladimir putin"]
        long = "vladimir putin eats turkey " * 200
        assert find(topics("Vladimir Putin", "Turkey"), long) == ["vladimir putin"] * 200
        assert find(topics("Vladimir Putin"), "vladimir putin eats. Then sleeps") == []

    def test_an_exact_label_needs_its_case_and_calm_surroundings(self) -> None:
        matcher = topics("US", case_sensitive=("US",))
        assert find(matcher, "The US told us") == ["US"]
        assert find(matcher, "TELL US NOW") == []
        assert find(matcher, "US") == ["US"]


class TestScale:
    def test_one_name_said_a_hundred_thousand_times_ends(self) -> None:
        assert len(find(topics("Kyiv", "Kyiv Kyiv Oblast"), "Kyiv " * 100_000)) == 100_000

    def test_words_that_no_label_has_match_nothing(self) -> None:
        assert find(topics("Kyiv"), " ".join(f"Qx{i}" for i in range(100_000))) == []

    def test_cost_does_not_explode_on_almost_matches(self) -> None:
        begun = time.monotonic()
        assert find(topics("a " * 60 + "b"), "a " * 50_000) == []
        assert time.monotonic() - begun < 20  # a hang guard, no benchmark


def test_senses_of_a_label_are_those_of_its_words(tiny_taxonomy: Taxonomy) -> None:
    matcher = Matcher(build_lexicon(tiny_taxonomy))
    (sense,) = matcher.senses_of(["annexation", "of", "crimea"])
    assert list(tiny_taxonomy)[matcher.concept[sense]].id == "events:annexation-of-crimea"
    for nothing in ([], ["annexation"], ["annexation", "of"], ["qqq"], ["crimea", "qqq"], ["qqq", "crimea"]):
        assert matcher.senses_of(nothing) == ()


def test_a_matcher_of_saved_arrays_finds_the_same(tiny_taxonomy: Taxonomy, tiny_news: str) -> None:
    lexicon = build_lexicon(tiny_taxonomy)
    again = Matcher(Lexicon.from_tensors(lexicon.tensors()))
    assert find(again, tiny_news) == find(Matcher(lexicon), tiny_news) != []
    assert [KINDS[kind] for kind in again.kind] == [KINDS[kind] for kind in Matcher(lexicon).kind]
