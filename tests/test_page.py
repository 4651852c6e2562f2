"""Scraped pages: what is article, what is furniture, and where the editors' tags stand."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagonomy.articles.furniture import is_caption, is_furniture, is_paragraph, without_agency
from tagonomy.articles.page import Role, TagSplit, parse_page, split_tags
from tagonomy.articles.tagline import is_bare_tag_line, is_marked_tag_line, lists_tags, resolve_tags
from tagonomy.config import Limits
from tagonomy.errors import LimitError

ARTICLE = [
    "The harbour of Odesa reopened on Tuesday after a week of repairs, its director said.",
    "Two ships with grain left before noon, and a third was being loaded in the afternoon.",
    "Insurers had asked for more patrols along the route before they lowered their premiums.",
]


def page(*lines: str) -> str:
    return "\n\n".join(lines)


class Labels(dict[str, str]):
    """A taxonomy of a handful of labels."""

    def resolve(self, label: str) -> str | None:
        return self.get(label.lower())


LABELS = Labels(
    {
        name.lower(): "x:" + name.lower().replace(" ", "-")
        for name in (
            "Ukraine",
            "Russia",
            "Odesa",
            "Siege of Mariupol",
            "grain trade",
            "trade",
            "Ann Smith",
            "U.S.",
            "Ukraine-Russia border",
            "New York",
            "York",
            "Washington, D.C.",
            "annexation",
        )
    }
)


class TestRoles:
    def test_a_whole_page(self) -> None:
        text = page(
            "Harbour of Odesa reopens | Example News",
            "By Ann Smith and Bo Lee",
            "03/14/22 10:02 AM ET",
            "A ship leaves the harbour of Odesa. (AP Photo/Bo Lee)",
            ARTICLE[0],
            "ADVERTISEMENT",
            ARTICLE[1],
            "READ MORE: What the harbour means for bread",
            ARTICLE[2],
            "Tags Odesa grain trade Ukraine U.S.",
            "Share",
            "See all World",
            "Most Popular",
            "Five things to know before the vote",
            "Load more",
            "Copyright 2022 Example Media Inc. All rights reserved. This material may not be published.",
        )
        found = parse_page(text)
        assert found.headline == "Harbour of Odesa reopens"
        assert found.body == page(*ARTICLE)
        assert found.caption == "A ship leaves the harbour of Odesa."
        assert found.tag_line == "Odesa grain trade Ukraine U.S."
        assert found.of(Role.BYLINE) == ("By Ann Smith and Bo Lee", "03/14/22 10:02 AM ET")
        assert len(found.furniture) == 8

    def test_a_text_without_headline_keeps_its_first_paragraph(self) -> None:
        found = parse_page(page(*ARTICLE))
        assert found.headline == ""
        assert found.body == page(*ARTICLE)

    @pytest.mark.parametrize("text", ["", " \n\t\n ", "\u200b"])
    def test_nothing_to_read(self, text: str) -> None:
        found = parse_page(text)
        assert (found.headline, found.body, found.tag_line) == ("", "", "")

    def test_one_line_is_text_and_no_headline(self) -> None:
        assert parse_page("Talks resumed").body == "Talks resumed"

    def test_subheadings_inside_the_article_stay(self) -> None:
        found = parse_page(page("Harbour reopens", ARTICLE[0], "Why grain matters", ARTICLE[1]))
        assert "Why grain matters" in found.body

    def test_short_lines_behind_the_article_go(self) -> None:
        found = parse_page(page("Harbour reopens", *ARTICLE, "Why Geneva waits", "Ten dogs of the year"))
        assert found.body == page(*ARTICLE)

    def test_a_list_that_ends_the_article_stays(self) -> None:
        found = parse_page(page("Harbours", *ARTICLE, "- Odesa: open", "- Mariupol: closed"))
        assert found.body.endswith("- Odesa: open\n\n- Mariupol: closed")

    def test_a_last_paragraph_that_lost_its_full_stop_stays(self) -> None:
        last = (
            "The harbour master of Chornomorsk said that he expected twenty more ships before the end of May"
        )
        assert last in parse_page(page("Harbour reopens", *ARTICLE, last)).body

    def test_teasers_below_most_popular_go_even_with_full_stops(self) -> None:
        teaser = "The mayor of Geneva opened a bridge for cyclists."
        long = [f"{sentence} {sentence}" for sentence in ARTICLE]
        found = parse_page(page("Harbour reopens", *long, *ARTICLE, "Most Popular", teaser))
        assert found.body.endswith(ARTICLE[-1])
        assert teaser in found.furniture

    def test_a_box_early_in_the_article_cuts_nothing(self) -> None:
        found = parse_page(page("Harbour reopens", ARTICLE[0], "Most Popular", ARTICLE[1], ARTICLE[2]))
        assert found.body == page(*ARTICLE)

    def test_the_agency_leaves_the_dateline_and_the_place_stays(self) -> None:
        found = parse_page(page("Harbour reopens", "ODESA, Ukraine (AP) — " + ARTICLE[0], ARTICLE[1]))
        assert found.body.startswith("ODESA, Ukraine — The harbour")

    def test_a_caption_amid_the_article_is_told_from_text(self) -> None:
        caption = "Image copyright Reuters Image caption Sailors wait in Odesa"
        found = parse_page(page("Harbour reopens", ARTICLE[0], caption, ARTICLE[1]))
        assert found.body == page(*ARTICLE[:2])


class TestTagLine:
    @pytest.mark.parametrize(
        ("line", "tags"),
        [
            ("Tags Odesa Ukraine U.S.", "Odesa Ukraine U.S."),
            ("Tags: Odesa, Ukraine", "Odesa, Ukraine"),
            ("TAGS ODESA UKRAINE", "ODESA UKRAINE"),
            ("Tag: Odesa", "Odesa"),
            ("Topics: Odesa | Ukraine", "Odesa | Ukraine"),
            ("Filed under: Odesa; Ukraine", "Odesa; Ukraine"),
            ("Filed Under Odesa Ukraine", "Odesa Ukraine"),
            ("Tags grain trade wool prices", "grain trade wool prices"),
            (
                "Tags annexation of Crimea Ann Smith grain trade Odesa",
                "annexation of Crimea Ann Smith grain trade Odesa",
            ),
            ("Tags: Odesa, Ukraine.", "Odesa, Ukraine."),
            ("Tags Will Smith May Bo Lee", "Will Smith May Bo Lee"),
            ("Tags " + "Odesa " * 120, ("Odesa " * 120).strip()),
        ],
    )
    def test_is_found_and_never_reaches_the_text(self, line: str, tags: str) -> None:
        found = parse_page(page("Harbour reopens", *ARTICLE, line, "See all World", "Why Geneva waits"))
        assert found.tag_line == tags
        assert found.body == page(*ARTICLE)

    @pytest.mark.parametrize(
        "line",
        [
            "Tags on the clothing showed that it had been sewn in Odesa, the police said.",
            "Tags on the crates",
            "Filed under the Freedom of Information Act, the request asks for all letters.",
            "Topics, a new part of the site, lists what readers follow.",
            "Topics: they were few, and both sides had been told which ones were open.",
            "Tagging of cattle began in May.",
            "Tags are sewn in by hand",
        ],
    )
    def test_a_sentence_is_not_one(self, line: str) -> None:
        found = parse_page(page("Harbour reopens", ARTICLE[0], line, *ARTICLE[1:]))
        assert found.tag_line == ""
        assert line in found.body

    def test_tags_on_lines_of_their_own(self) -> None:
        text = "\n".join(
            ["Harbour reopens", *ARTICLE, "", "Tags", "Odesa", "grain trade", "", "Why Geneva waits"]
        )
        assert parse_page(text).tag_line == "Odesa\ngrain trade"

    def test_tags_on_one_line_below_the_word(self) -> None:
        line = "annexation of Crimea Ann Smith grain trade Odesa Ukraine U.S. New York"
        assert parse_page(page("Harbour reopens", *ARTICLE, "TAGS:", line, "Most Popular")).tag_line == line

    def test_a_lone_word_without_tags_is_furniture_at_most(self) -> None:
        found = parse_page(page("Harbour reopens", *ARTICLE, "Tags"))
        assert found.tag_line == ""
        assert found.body == page(*ARTICLE)

    def test_tags_above_and_below_the_article(self) -> None:
        text = page("Harbour reopens", "Filed under: World", *ARTICLE, "Tags: Odesa")
        assert parse_page(text).tag_line == "World\nOdesa"
        assert parse_page(text).body == page(*ARTICLE)

    def test_long_teasers_behind_it_do_not_hide_it(self) -> None:
        found = parse_page(page("Harbour reopens", ARTICLE[0], "Tags Odesa Ann Smith", *ARTICLE, *ARTICLE))
        assert found.tag_line == "Odesa Ann Smith"
        assert "Tags" not in found.body

    def test_bare_lower_case_tags_need_a_late_place(self) -> None:
        assert is_bare_tag_line("Tags grain wool")
        found = parse_page(page("Harbour reopens", ARTICLE[0], "Tags grain wool", *ARTICLE, *ARTICLE))
        assert found.tag_line == ""

    def test_marks_and_words(self) -> None:
        assert is_marked_tag_line("TAGGED: Odesa, U.S.")
        assert not lists_tags("")
        assert not lists_tags("word " * 1000)


class TestSplit:
    @pytest.mark.parametrize(
        ("line", "tags", "unknown"),
        [
            ("Odesa grain trade Ukraine", ["odesa", "grain-trade", "ukraine"], []),
            ("New York Odesa", ["new-york", "odesa"], []),
            ("Siege of Mariupol Russia", ["siege-of-mariupol", "russia"], []),
            ("Bo Lee Odesa Geneva Motor Show", ["odesa"], ["Bo Lee", "Geneva Motor Show"]),
            ("battle of Odesa", [], ["battle of Odesa"]),
            ("annexation of Crimea Russia", ["russia"], ["annexation of Crimea"]),
            ("BATTLE OF ODESA", [], ["BATTLE OF ODESA"]),
            ("Ukraine-Russia border U.S.", ["ukraine-russia-border", "u.s."], []),
            ("Odesa, grain, trade", ["odesa", "trade"], ["grain"]),
            ("Odesa | battle of Odesa", ["odesa"], ["battle of Odesa"]),
            ("Washington, D.C., Russia", ["washington,-d.c.", "russia"], []),
            ("#Odesa #Ukraine", ["odesa", "ukraine"], []),
            ("Odesa\nUkraine\nOdesa", ["odesa", "ukraine"], []),
            ("", [], []),
        ],
    )
    def test_examples(self, line: str, tags: list[str], unknown: list[str]) -> None:
        assert split_tags(line, LABELS) == TagSplit(tuple(f"x:{tag}" for tag in tags), tuple(unknown))

    def test_without_taxonomy_only_delimiters_split(self) -> None:
        assert split_tags("Odesa, Ukraine") == TagSplit(tags=("Odesa", "Ukraine"))
        assert split_tags("Odesa Ukraine") == TagSplit(unknown=("Odesa Ukraine",))

    def test_names_that_are_apart_are_only_looked_up(self) -> None:
        assert resolve_tags(["Odesa", "battle of Odesa"], LABELS) == TagSplit(
            ("x:odesa",), ("battle of Odesa",)
        )

    @given(
        st.lists(st.sampled_from(["New York", "Ann Smith", "Russia", "grain trade", "Odesa"]), max_size=12)
    )
    def test_known_labels_in_a_row_come_back(self, names: list[str]) -> None:
        expected = tuple(dict.fromkeys("x:" + name.lower().replace(" ", "-") for name in names))
        assert split_tags(" ".join(names), LABELS) == TagSplit(expected)

    @given(
        st.permutations(["b", "c", "d", "e", "f", "g"]),
        st.sets(st.sampled_from(["b", "b c", "c d", "d e f", "g b", "e", "f g", "d c b"])),
    )
    def test_covers_as_many_words_as_trying_everything_does(self, words: list[str], known: set[str]) -> None:
        split = split_tags(" ".join(words), Labels({label: label for label in known}))
        uncovered = sum(len(name.split()) for name in split.unknown)
        assert (uncovered, len(split.tags)) == _best_cover(tuple(words), known)

    def test_a_long_line_takes_linear_time(self) -> None:
        started = time.perf_counter()
        split_tags("Bo Odesa " * 5000, LABELS)
        assert time.perf_counter() - started < 60  # a hang guard, not a timing


def _best_cover(words: tuple[str, ...], known: set[str]) -> tuple[int, int]:
    """Return words left uncovered and labels used, by trying every segmentation."""
    if not words:
        return 0, 0
    uncovered, labels = _best_cover(words[1:], known)
    choices = [(uncovered + 1, labels)]
    for stop in range(1, len(words) + 1):
        if " ".join(words[:stop]) in known:
            uncovered, labels = _best_cover(words[stop:], known)
            choices.append((uncovered, labels + 1))
    return min(choices)


class TestFurniture:
    @pytest.mark.parametrize(
        "line",
        [
            "Advertisement",
            "Story Continued Below",
            "Sign up for our newsletter",
            "Share this article",
            "Facebook Twitter Email",
            "Follow us on Twitter",
            "© 2021 Example Media",
            "We use cookies to improve your experience on this site.",
            "12 Comments",
            "View all comments",
            "See all Hill.TV See all Video",
            "Most Read",
            "Load more",
            "Related Articles",
            "READ MORE: Why Geneva waits",
            "Ann Smith and Bo Lee contributed to this report.",
            "(Reporting by Ann Smith; Editing by Bo Lee)",
            "* * *",
            "Image copyright Reuters Image caption Sailors wait in Odesa",
            "Skip to main content",
            "Privacy Policy",
            "Your browser does not support the audio element.",
        ],
    )
    def test_furniture(self, line: str) -> None:
        assert is_furniture(line)

    @pytest.mark.parametrize(
        "line",
        [
            "Advertisement spending rose by a third, the agency said.",
            "Share prices fell in Geneva on Monday.",
            "Subscribers left after the price rose.",
            "Comments by the minister angered farmers.",
            "Most people in Odesa speak two languages.",
            "Related charges were dropped in May.",
            "More people left than in any year since 1990.",
            "Follow the money, she said.",
            "Home prices rose again in the spring.",
            "The Copyright Office published new rules.",
            "By noon the square was full.",
            "Produced by hand in Geneva, the watches cost more than a house.",
            "Read my lips, he said.",
            "Video of the crash spread within minutes.",
            "Cookies were sold at the fair.",
        ],
    )
    def test_not_furniture(self, line: str) -> None:
        assert not is_furniture(line)

    def test_a_mention_of_an_agency_is_no_credit(self) -> None:
        assert not is_caption("The talks failed — a Reuters count showed that three states had left.")
        assert is_caption("Sailors wait in Odesa. Bo Lee/Reuters")

    def test_an_agency_in_the_text_stays(self) -> None:
        text = "She told the Associated Press (AP) that talks would resume."
        assert without_agency(text) == text


class TestLimits:
    def test_wrong_types_say_what_to_do(self) -> None:
        with pytest.raises(TypeError, match="decode"):
            parse_page(b"Talks")  # type: ignore[arg-type]

    def test_too_long(self) -> None:
        with pytest.raises(LimitError, match="text_characters"):
            parse_page("x" * 11, Limits(text_characters=10))

    @pytest.mark.parametrize(
        "text",
        [
            "x" * 500_000,
            "Tags " * 50_000,
            "a\n" * 100_000,
            "(" * 200_000,
            "share " * 40_000 + "x",
            " " * 300_000 + "x",
            "Tags\n" * 5_000,
            "Most Popular\n" * 5_000,
            "\n".join(["share " * 100 + "?"] * 300),
        ],
        ids=lambda text: repr(text[:8]),
    )
    def test_hostile_texts_take_linear_time(self, text: str) -> None:
        started = time.perf_counter()
        parse_page(text)
        assert time.perf_counter() - started < 60  # a hang guard, not a timing


LINES = st.one_of(
    st.sampled_from(
        [*ARTICLE, "Tags Odesa U.S.", "Tags", "Most Popular", "By Ann Smith", "Odesa", "ADVERTISEMENT", ""]
    ),
    st.text(st.characters(), max_size=30),
)


@given(st.lists(LINES, max_size=12), st.sampled_from(["\n", "\n\n", "\r\n", "\u2028"]))
def test_every_line_has_one_role_and_its_place(lines: list[str], ending: str) -> None:
    text = ending.join(lines)
    found = parse_page(text)
    assert all(text[line.start : line.stop] == line.text for line in found.lines)
    assert "".join(line.text for line in found.lines).split() == "".join(found_text(text)).split()
    assert [line.start for line in found.lines] == sorted({line.start for line in found.lines})
    for line in found.of(Role.BODY):
        assert not is_marked_tag_line(line)


def found_text(text: str) -> list[str]:
    """Return the stripped lines of a text."""
    return [line.strip() for line in text.splitlines()]


@given(st.text(st.characters(), max_size=200))
def test_line_tests_are_total(line: str) -> None:
    assert is_furniture(line) in (True, False)
    assert not (is_paragraph(line) and is_furniture(line))
