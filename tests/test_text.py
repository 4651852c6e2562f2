"""Words and offsets: ``text[start:stop]`` is what stands there, whatever Unicode brings."""

from __future__ import annotations

import re
import sys
import unicodedata
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tagonomy.config import Limits
from tagonomy.errors import LimitError
from tagonomy.text import _TYPOGRAPHY, ABBREVIATIONS, Tokens, _word_with_marks, fold, tokenize, words_of

ANY_TEXT = st.text(st.characters())  # all of Unicode, lone surrogates too
# Long enough for every label, and far from where folding stops to look.
SHORT_TEXT = st.text(st.characters(), max_size=40)
INVISIBLE = ("Mn", "Mc", "Me", "Cf")


def every_character() -> list[str]:
    return [chr(code) for code in range(sys.maxunicode + 1)]


class TestOffsets:
    @given(ANY_TEXT)
    @example("İstanbul'da Straße ﬃ")
    @example("a\ud800b \udfff")
    @example("\x00Kyiv\x00\x00Lviv\x00")
    @example("cafe\u0301 e\u0301")
    def test_a_word_is_folded_from_what_stands_at_its_offsets(self, text: str) -> None:
        tokens = tokenize(text)
        assert len(tokens) == len(tokens.words) == len(tokens.starts) == len(tokens.stops)
        for i, word in enumerate(tokens.words):
            surface = text[tokens.starts[i] : tokens.stops[i]]
            assert surface == tokens.surface(i, i + 1)
            assert word == fold(surface)

    @given(st.text(st.sampled_from([*_TYPOGRAPHY, *"aZ9_.\n\x1f", "\u0301", "\u00e9"])))
    def test_what_is_no_letter_beyond_ascii_parts_words(self, text: str) -> None:
        tokens = tokenize(text)
        spans = [match.span() for match in _word_with_marks().finditer(text)]
        assert list(zip(tokens.starts, tokens.stops, strict=True)) == spans
        assert words_of(text) == tokens.words == [fold(text[start:stop]) for start, stop in spans]

    @given(ANY_TEXT)
    @example("\u017fafe K\u0130l \u03a3\u03c2")
    def test_words_are_the_same_without_their_places(self, text: str) -> None:
        assert words_of(text) == tokenize(text).words

    @given(st.text(st.characters(max_codepoint=127)))
    @example("".join(map(chr, range(128))))
    @example("".join(f"{chr(code)}B" for code in range(128)))
    def test_words_of_ascii_are_runs_of_letters_digits_and_underscores(self, text: str) -> None:
        assert words_of(text) == [word.lower() for word in re.findall(r"\w+", text)]

    @given(ANY_TEXT)
    def test_words_are_in_order_and_apart(self, text: str) -> None:
        tokens = tokenize(text)
        edges = [edge for pair in zip(tokens.starts, tokens.stops, strict=True) for edge in pair]
        assert edges == sorted(set(edges))
        assert all(0 <= edge <= len(text) for edge in edges)

    @given(ANY_TEXT)
    def test_no_letter_or_digit_is_left_out(self, text: str) -> None:
        tokens = tokenize(text)
        covered = {i for a, b in zip(tokens.starts, tokens.stops, strict=True) for i in range(a, b)}
        assert {i for i, c in enumerate(text) if re.match(r"\w", c)} <= covered

    @given(ANY_TEXT, ANY_TEXT)
    def test_words_do_not_depend_on_what_stands_beyond_a_blank_line(self, left: str, right: str) -> None:
        assert tokenize(f"{left}\n\n{right}").words == tokenize(left).words + tokenize(right).words

    def test_every_character_keeps_the_offsets(self) -> None:
        text = " ".join(every_character())
        tokens = tokenize(text, limits=Limits(text_characters=len(text)))
        for i, word in enumerate(tokens.words):
            assert word == fold(text[tokens.starts[i] : tokens.stops[i]])

    def test_every_character_folds_the_same_alone_as_in_a_mixed_text(self) -> None:
        # The fast path lowers the whole text first; that may not change a word.
        odd = [c for c in every_character() if re.match(r"\w", c) and tokenize(c).words != [fold(c)]]
        assert odd == []

    @pytest.mark.parametrize(
        ("text", "surfaces"),
        [
            ("İstanbul is", ["İstanbul", "is"]),
            ("Die Straße", ["Die", "Straße"]),
            ("eﬃcient", ["eﬃcient"]),
            ("300\u00a0K and 300 \u212a", ["300", "K", "and", "300", "\u212a"]),
            ("👩\u200d🚀 flies", ["flies"]),
            ("\ufeffKyiv", ["Kyiv"]),
            ("co\u00adoperate", ["co\u00adoperate"]),
            ("Ky\u200biv", ["Ky\u200biv"]),
            ("\u202eKyiv\u202c", ["Kyiv\u202c"]),
            ("كييف عاصمة", ["كييف", "عاصمة"]),
            ("one\u2028two\u0085three\r\nfour", ["one", "two", "three", "four"]),
            ("a\x07b\x7fc\x9bd", ["a", "b", "c", "d"]),
            ("Pаris", ["Pаris"]),
        ],
    )
    def test_surfaces_of_awkward_texts(self, text: str, surfaces: list[str]) -> None:
        tokens = tokenize(text)
        assert [tokens.surface(i, i + 1) for i in range(len(tokens))] == surfaces


class TestMarksAndInvisibleCharacters:
    def test_each_one_inside_a_word_belongs_to_it(self) -> None:
        inside = [c for c in every_character() if unicodedata.category(c) in INVISIBLE]
        assert len(inside) > 2000
        parting = [f"U+{ord(c):04X}" for c in inside if len(tokenize(f"a{c}b")) != 1]
        assert parting == []

    def test_each_one_is_folded_away(self) -> None:
        kept = [
            f"U+{ord(c):04X}"
            for c in every_character()
            if unicodedata.category(c) in INVISIBLE and c != "\u0345" and fold(f"a{c}b") != "ab"
        ]
        assert kept == []  # U+0345 is a small iota, which case folding spells out

    @pytest.mark.parametrize(
        "text", ["", " ", "\n\t\r\n", "\u200b\u200d\ufeff", "\u202e\u2066", "\x00", "\u0301" * 9]
    )
    def test_texts_without_a_word_have_none(self, text: str) -> None:
        assert tokenize(text).words == []


class TestFolding:
    @given(SHORT_TEXT)
    @example("Erdoğan")
    @example("ΐ ᾴ ﷺ 가")
    def test_composed_and_decomposed_text_have_the_same_words(self, text: str) -> None:
        composed, decomposed = (tokenize(unicodedata.normalize(form, text)).words for form in ("NFC", "NFD"))
        assert composed == decomposed

    @given(st.from_regex(r"\w{1,30}", fullmatch=True))
    def test_folding_twice_is_folding_once(self, word: str) -> None:
        assert fold(fold(word)) == fold(word)

    @given(st.text(st.characters(categories=["Ll"], max_codepoint=0x24F)))
    def test_case_does_not_matter(self, word: str) -> None:
        assert fold(word.upper()) == fold(word) == fold(word.lower())

    @pytest.mark.parametrize(
        ("word", "folded"),
        [
            ("Łódź", "lodz"),
            ("Ærø", "aero"),
            ("Þór", "thor"),
            ("ﬁnance", "finance"),
            ("\uff35\uff33", "us"),
            ("\u212a", "k"),
            ("Dağlıq", "dagliq"),
            ("Ə", "e"),
            ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
            ("ΟΔΟΣ", "οδοσ"),
            ("οδος", "οδοσ"),
            ("co\u00adoperate", "cooperate"),
        ],
    )
    def test_letters_that_news_writes_in_two_ways(self, word: str, folded: str) -> None:
        assert fold(word) == folded

    def test_a_look_alike_of_another_script_is_another_word(self) -> None:
        assert fold("P\u0430ris") != fold("Paris")


class TestGaps:
    @pytest.mark.parametrize(
        "text",
        [
            "New York",
            "New\u00a0York",
            "New\nYork",
            "New  York",
            "Jean-Claude",
            "O'Neill",
            "O’Neill",
            "J. Biden",
            "St. Louis",
            "AT&T",
            "Johnson & Johnson",
            "AC/DC",
            "Bosnia–Herzegovina",
            "Workers' Party",
            "Veterans’ Affairs",
            "Rev.\nKing",
        ],
    )
    def test_a_name_goes_on(self, text: str) -> None:
        assert tokenize(text).joined(1)

    @pytest.mark.parametrize(
        "text",
        [
            "York. New",
            "York, New",
            "York; New",
            "York\n\nNew",
            "(York) New",
            "York: New",
            "York' New",
            "Workers', Party",
            "J.\n\nBiden",
            "a | b",
        ],
    )
    def test_a_name_ends(self, text: str) -> None:
        assert not tokenize(text).joined(1)

    def test_a_comma_joins_only_where_it_may(self) -> None:
        tokens = tokenize("Springfield, Ohio; Ohio")
        assert [tokens.joined(i, comma=True) for i in (1, 2)] == [True, False]
        assert not tokens.joined(1)

    @given(ANY_TEXT)
    def test_every_gap_can_be_judged(self, text: str) -> None:
        tokens = tokenize(text)
        for i in range(1, len(tokens)):
            assert tokens.joined(i) in (True, False)
            assert not tokens.spaced(i) or tokens.joined(i)

    def test_nothing_parts_the_first_word_from_the_void(self) -> None:
        assert not tokenize("one").spaced(0)


class TestSentences:
    @given(ANY_TEXT, st.integers(0, 20))
    def test_numbers_start_at_zero_and_never_jump(self, text: str, title: int) -> None:
        numbers = tokenize(text, title).sentences
        assert len(numbers) == len(tokenize(text))
        assert numbers[:1] in ([], [0])
        assert all(b - a in (0, 1) for a, b in pairwise(numbers))

    @pytest.mark.parametrize(
        ("text", "numbers"),
        [
            ("He left. She stayed.", [0, 0, 1, 1]),
            ("He left! “She” stayed", [0, 0, 1, 1]),
            ("Gen. Mark Milley spoke", [0, 0, 0, 0]),
            ("J. Biden spoke", [0, 0, 0]),
            ("prices rose 3. percent", [0, 0, 0, 0]),
            ("Above\n\nbelow", [0, 1]),
        ],
    )
    def test_examples(self, text: str, numbers: list[int]) -> None:
        assert tokenize(text).sentences == numbers

    def test_a_title_is_a_sentence_of_its_own(self) -> None:
        assert tokenize("Hope for peace talks go on", len("Hope for peace")).sentences == [0, 0, 0, 1, 1, 1]

    def test_abbreviations_are_folded_words(self) -> None:
        assert all(fold(each) == each for each in ABBREVIATIONS)


class TestTitle:
    @given(ANY_TEXT, ANY_TEXT)
    def test_title_words_are_those_that_begin_in_it(self, title: str, body: str) -> None:
        tokens = tokenize(f"{title}\n\n{body}", len(title))
        assert tokens.title_stop == len(tokenize(title))

    def test_capitals(self) -> None:
        assert not tokenize("E\u0301").shouted(0)  # one letter, however it is composed
        tokens = tokenize("NATO meets U 3rd")
        assert [tokens.shouted(i) for i in range(4)] == [True, False, False, False]
        assert [tokens.capitalised(i) for i in range(4)] == [True, False, True, True]


class TestWrongTypesAndLimits:
    @pytest.mark.parametrize(
        ("value", "hint"),
        [
            (b"Kyiv", "decode"),
            (bytearray(b"Kyiv"), "decode"),
            (memoryview(b"Kyiv"), "decode"),
            (None, "''"),
            (["Kyiv"], "classify_batch"),
            (("Kyiv",), "classify_batch"),
            ({"text": "Kyiv"}, "classify_batch"),
            (float("nan"), "found float"),
            (7, "found int"),
            (Path("a.txt"), "Path"),
        ],
    )
    def test_a_wrong_type_is_named_with_the_way_out(self, value: object, hint: str) -> None:
        with pytest.raises(TypeError, match=hint):
            tokenize(value)  # type: ignore[arg-type]

    def test_subclasses_of_str_are_text(self) -> None:
        assert tokenize(np.str_("Kyiv fell")).words == ["kyiv", "fell"]

    def test_the_longest_allowed_text_passes_and_one_more_does_not(self) -> None:
        limits = Limits(text_characters=10)
        assert tokenize("a" * 10, limits=limits).words == ["a" * 10]
        with pytest.raises(LimitError, match="text_characters: found 11, the limit is 10"):
            tokenize("a" * 11, limits=limits)

    @pytest.mark.parametrize(
        "text",
        [
            "a" + "\u0301\u0327" * 32_768,
            ("a" + "\u0301\u0327" * 50) * 10_000,
            "a" * 1_000_000,
            "é" * 1_000_000,
            "<" * 200_000,
            ". " * 500_000,
            "A. " * 300_000,
            "\u200b" * 1_000_000,
        ],
        ids=["marks", "zalgo", "one-word", "one-wide-word", "angles", "stops", "initials", "zero-width"],
    )
    def test_hostile_texts_end(self, text: str) -> None:
        tokens = Tokens(text)
        assert len(tokens.sentences) == len(tokens)
