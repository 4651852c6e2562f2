"""Splits: every tag in every part, equal texts together, the same seed the same parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagonomy.corpora.splitting import _greedy, checked_parts, linked, moment, split_by_date, split_stratified
from tagonomy.errors import ConfigError, CorpusError

SHARES = st.sampled_from([(0.5, 0.5), (0.8, 0.2), (0.7, 0.2, 0.1), (0.25, 0.25, 0.25, 0.25)])
TAGS = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=4), max_size=60)


def one_by_one(tags: Sequence[Sequence[str]], shares: Sequence[float], seed: int) -> list[int]:
    """The slow oracle: iterative stratification as its paper writes it, an article at a time."""
    random = np.random.default_rng(seed)
    counts = Counter(tag for own in tags for tag in set(own))
    wanted = {tag: [share * count for share in shares] for tag, count in counts.items()}
    wanted_articles = [share * len(tags) for share in shares]
    parts = [-1] * len(tags)

    def give(article: int, part: int) -> None:
        parts[article] = part
        wanted_articles[part] -= 1
        for tag in set(tags[article]):
            wanted[tag][part] -= 1
            counts[tag] -= 1

    while left := {tag: count for tag, count in counts.items() if count > 0}:
        rarest = min(left, key=lambda tag: (left[tag], tag))
        having = [i for i, own in enumerate(tags) if parts[i] < 0 and rarest in own]
        for article in random.permutation(having).tolist():
            best = max(range(len(shares)), key=lambda part: (wanted[rarest][part], wanted_articles[part]))
            give(article, best)
    for article in range(len(tags)):
        if parts[article] < 0:
            give(article, max(range(len(shares)), key=wanted_articles.__getitem__))
    return parts


def deviation(tags: Sequence[Sequence[str]], parts: Sequence[int], shares: Sequence[float]) -> float:
    """Return by how many articles a tag misses its share of a part, on average."""
    total = Counter(tag for own in tags for tag in set(own))
    had = Counter((part, tag) for part, own in zip(parts, tags, strict=True) for tag in set(own))
    misses = [
        abs(had[part, tag] - share * n) for tag, n in total.items() for part, share in enumerate(shares)
    ]
    return float(np.mean(misses)) if misses else 0.0


class TestStratified:
    @given(TAGS, SHARES, st.integers(0, 5))
    def test_every_article_has_a_part_and_the_seed_decides(
        self, tags: list[list[str]], shares: tuple[float, ...], seed: int
    ) -> None:
        parts = split_stratified(tags, range(len(tags)), shares, seed=seed).tolist()
        assert len(parts) == len(tags)
        assert set(parts) <= set(range(len(shares)))
        assert split_stratified(tags, range(len(tags)), shares, seed=seed).tolist() == parts

    @given(st.lists(st.sampled_from("abc"), max_size=60), SHARES)
    def test_one_tag_each_is_shared_out_to_the_article(
        self, tags: list[str], shares: tuple[float, ...]
    ) -> None:
        parts = split_stratified([[tag] for tag in tags], range(len(tags)), shares).tolist()
        for tag, count in Counter(tags).items():
            had = Counter(part for part, own in zip(parts, tags, strict=True) if own == tag)
            assert all(abs(had[part] - share * count) < 1 for part, share in enumerate(shares))

    @pytest.mark.parametrize("shares", [(0.5, 0.5), (0.8, 0.1, 0.1)])
    def test_as_good_as_one_article_at_a_time(self, shares: tuple[float, ...]) -> None:
        random = np.random.default_rng(7)
        names = np.array([f"t{i}" for i in range(60)])
        odds = 1 / np.arange(1, 61)
        tags = [names[random.random(60) < odds * 0.7].tolist() for _ in range(800)]
        ours = np.mean(
            [
                deviation(tags, split_stratified(tags, range(800), shares, seed=s).tolist(), shares)
                for s in range(5)
            ]
        )
        slow = np.mean([deviation(tags, one_by_one(tags, shares, s), shares) for s in range(5)])
        drawn = np.mean(
            [
                deviation(tags, np.random.default_rng(s).choice(len(shares), 800, p=shares).tolist(), shares)
                for s in range(5)
            ]
        )
        assert ours <= 1.1 * slow
        assert ours < drawn / 2

    @given(TAGS, SHARES, st.data())
    def test_units_stay_together(
        self, tags: list[list[str]], shares: tuple[float, ...], data: st.DataObject
    ) -> None:
        units = data.draw(st.lists(st.integers(0, 9), min_size=len(tags), max_size=len(tags)))
        parts = split_stratified(tags, units, shares).tolist()
        assert len(set(zip(units, parts, strict=True))) == len(set(units))

    def test_rare_tags_reach_every_part(self) -> None:
        tags = [["common"]] * 96 + [["common", "rare"]] * 4
        parts = split_stratified(tags, range(100), (0.5, 0.5)).tolist()
        assert Counter(parts[96:]) == {0: 2, 1: 2}
        assert Counter(parts) == {0: 50, 1: 50}

    def test_nothing_to_divide(self) -> None:
        assert split_stratified([], [], (0.5, 0.5)).tolist() == []
        assert Counter(split_stratified([[]] * 10, range(10), (0.5, 0.5)).tolist()) == {0: 5, 1: 5}


@given(
    st.lists(st.floats(-5, 20), min_size=2, max_size=5),
    st.integers(0, 40),
)
def test_things_go_one_by_one_to_whoever_wants_most(wanted: list[float], count: int) -> None:
    left = list(wanted)
    expected: Counter[int] = Counter()
    for _ in range(count):
        best = max(range(len(left)), key=left.__getitem__)
        expected[best] += 1
        left[best] -= 1
    got = Counter(_greedy(np.array(wanted), np.zeros(len(wanted)), count).tolist())
    # Those who want equally much may be served in any order.
    assert sorted(w - got[i] for i, w in enumerate(wanted)) == pytest.approx(sorted(left))


class TestByDate:
    def test_the_oldest_come_first(self) -> None:
        dates = [
            "2024-01-05",
            "2024-01-01T12:00:00Z",
            "2024-01-03T00:00:00+02:00",
            "Tue, 02 Jan 2024 10:00:00 GMT",
        ]
        assert split_by_date(dates, (0.5, 0.5)).tolist() == [1, 0, 1, 0]

    @given(st.lists(st.dates(), max_size=40), SHARES)
    def test_no_part_reaches_back_into_the_one_before(
        self, dates: list[object], shares: tuple[float, ...]
    ) -> None:
        parts = split_by_date([str(each) for each in dates], shares).tolist()
        ordered = sorted(zip(map(str, dates), parts, strict=True))
        assert [part for _, part in ordered] == sorted(parts)
        assert len(set(ordered)) == len(set(dates))

    @pytest.mark.parametrize("bad", [None, "", "soon", "31/12/2024", "2024-13-01"])
    def test_a_date_that_can_not_be_read_is_named(self, bad: str | None) -> None:
        with pytest.raises(CorpusError, match=r"1 of 2 articles have no date .* article 2"):
            split_by_date(["2024-01-01", bad], (0.5, 0.5))

    @given(st.text())
    def test_any_text_is_a_moment_or_none(self, text: str) -> None:
        assert moment(text) is None or isinstance(moment(text), float)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=20))
def test_linked_is_the_finest_partition_that_keeps_both(pairs: list[tuple[int, int]]) -> None:
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    units = linked(first, second)
    for labels in (first, second):
        assert len(set(zip(labels, units, strict=True))) == len(set(labels))
    # Finest: walking along shared labels reaches all of a unit.
    for start in range(len(pairs)):
        reached, edge = {start}, [start]
        while edge:
            at = edge.pop()
            near = {
                i for i in range(len(pairs)) if first[i] == first[at] or second[i] == second[at]
            } - reached
            reached |= near
            edge += near
        assert {i for i in range(len(pairs)) if units[i] == units[start]} == reached


@pytest.mark.parametrize(
    "parts", [{}, {"a": 1.0}, {"a": 1.0, "b": 0.0}, {"a": 1.0, "b": -1.0}, {"a": 1.0, "b": float("nan")}]
)
def test_parts_are_two_or_more_with_shares(parts: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="parts"):
        checked_parts(parts)
