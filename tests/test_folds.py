"""Folds: what is alike is left out together."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tagonomy import Article
from tagonomy.config import TaggerConfig
from tagonomy.text import tokenize
from tagonomy.training.folds import copies, folds_of

TEXTS = st.lists(st.lists(st.sampled_from("abcdefghij"), max_size=6).map(" ".join), max_size=12)


def story(seed: int, length: int = 60) -> list[str]:
    return [f"w{random.Random(seed * 1000 + place).randrange(10**6)}" for place in range(length)]


def groups_of(texts: list[str]) -> list[int]:
    return copies([tokenize(text) for text in texts]).tolist()


@given(TEXTS)
def test_the_same_words_are_copies_and_different_ones_are_not(texts: list[str]) -> None:
    groups = groups_of(texts)
    for one, words in enumerate(map(frozenset, map(str.split, texts))):
        for other, others in enumerate(map(frozenset, map(str.split, texts))):
            if words == others and words:
                assert groups[one] == groups[other]
            if one != other and not words:
                assert groups[one] != groups[other]


def test_a_few_words_more_or_less_are_still_a_copy() -> None:
    stories = [story(seed) for seed in range(40)]
    changed = [[*words[3:], f"x{number}"] for number, words in enumerate(stories)]
    groups = groups_of([" ".join(words) for words in [*stories, *changed]])
    assert groups[:40] == groups[40:]
    assert len(set(groups)) == 40


def test_articles_that_share_a_third_of_their_words_are_none() -> None:
    common = story(0, 20)
    groups = groups_of([" ".join([*common, *story(seed, 40)]) for seed in range(1, 30)])
    assert len(set(groups)) >= 28


def test_copies_share_a_fold_and_folds_are_as_large_as_each_other() -> None:
    articles = [Article(" ".join(story(number // 4))) for number in range(100)]
    folds = folds_of(articles, TaggerConfig())
    assert all(len(set(folds[start : start + 4].tolist())) == 1 for start in range(0, 100, 4))
    assert np.bincount(folds).tolist() == [20] * 5
    apart = folds_of(articles, TaggerConfig(copies_together=False))
    assert any(len(set(apart[start : start + 4].tolist())) > 1 for start in range(0, 100, 4))


def test_a_pattern_that_takes_more_than_a_fold_is_split() -> None:
    articles = [Article("one and the same text")] * 30 + [Article(" ".join(story(n))) for n in range(30)]
    folds = folds_of(articles, TaggerConfig())
    assert set(folds[:30].tolist()) == set(range(5))
    assert np.bincount(folds).tolist() == [12] * 5


def test_doubles_within_a_pattern_stay_together() -> None:
    pattern = " ".join(story(0))
    articles = [Article(f"{pattern} {number // 2}") for number in range(100)]
    folds = folds_of(articles, TaggerConfig())
    assert all(folds[place] == folds[place + 1] for place in range(0, 100, 2))
    assert np.bincount(folds).tolist() == [20] * 5


def test_the_same_seed_gives_the_same_folds() -> None:
    articles = [Article(" ".join(story(number))) for number in range(50)]
    one, other = TaggerConfig(seed=1), TaggerConfig(seed=2)
    assert folds_of(articles, one).tolist() == folds_of(articles, one).tolist()
    assert folds_of(articles, one).tolist() != folds_of(articles, other).tolist()


class TestFoldsByDay:
    ARTICLES = tuple(Article("text", date=f"1987-03-{1 + i % 7:02}T0{i % 5}:00") for i in range(70))

    def test_articles_of_a_day_share_a_fold(self) -> None:
        folds = folds_of(self.ARTICLES, TaggerConfig(folds_by_day=True))
        for day in range(7):
            assert len(set(folds[day::7].tolist())) == 1
        assert set(folds.tolist()) == set(range(5))

    def test_articles_without_a_date_are_days_of_their_own(self) -> None:
        folds = folds_of([Article("text")] * 50, TaggerConfig(folds_by_day=True))
        assert np.bincount(folds).tolist() == [10] * 5

    def test_one_day_alone_is_split_by_chance(self) -> None:
        articles = [Article("text", date="1987-03-01")] * 50
        assert np.bincount(folds_of(articles, TaggerConfig(folds_by_day=True))).tolist() == [10] * 5
