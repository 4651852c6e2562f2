"""Settings by cross-validation."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Result

from tagonomy import Article, Tagger, TaggerConfig
from tagonomy.errors import ConfigError
from tagonomy.training import search
from tagonomy.training.search import SPACE, Trial

NEWS = [
    Article(f"The {word} of day{day}", tags=(tag,))
    for day in range(9)
    for word, tag in (("rates", "economy"), ("inflation", "economy"), ("striker", "sport"))
]
#: With words of at least 100 articles nothing is learned; that loses, wherever it stands.
SPACE_OF_TWO = {"min_articles": [100, 2], "C": [1.0, 2.0]}


def test_the_best_comes_first_and_the_config_takes_part() -> None:
    seen: list[Trial] = []
    config = TaggerConfig(min_articles=100)
    found = search(NEWS, config=config, space=SPACE_OF_TWO, sampler="grid", progress=seen.append)
    assert found[0].settings["min_articles"] == 2 and found[0].score == 1 and found[0].error == 0
    assert found[-1].score < 1
    assert len(found) == len(seen) == 5 and seen[0].settings == {}
    assert [trial.score for trial in found] == sorted((trial.score for trial in found), reverse=True)


def test_a_trial_tells_how_far_its_score_can_be_trusted() -> None:
    trial = Trial({}, (0.5, 0.7, 0.9))
    assert trial.score == pytest.approx(0.7)
    assert trial.error == pytest.approx(0.2 / 3**0.5)


def test_random_settings_depend_on_the_seed_alone_and_none_comes_twice() -> None:
    def settings(seed: int) -> list[Any]:
        found = search(NEWS, config=TaggerConfig(seed=seed), space=SPACE_OF_TWO, trials=9)
        return sorted(sorted(trial.settings.items()) for trial in found)

    assert settings(3) == settings(3)
    assert len(settings(3)) == 5  # four combinations, and the config
    assert len({str(each) for each in settings(3)}) == 5


def test_equal_texts_are_never_learned_and_tested() -> None:
    # Of each pair of equal texts one would tell what the other is about.
    articles = [Article(f"word{n} word{n}", tags=("a" if n % 2 else "b",)) for n in range(12)] * 2
    (only,) = search(articles, config=TaggerConfig(min_df=1, min_articles=2), trials=0)
    assert only.score < 0.8


def test_optuna_chooses_by_its_seed() -> None:
    pytest.importorskip("optuna")
    one, two = (
        [dict(trial.settings) for trial in search(NEWS, space=SPACE_OF_TWO, trials=3, sampler="optuna")]
        for _ in range(2)
    )
    assert one == two and len(one) == 4


def test_without_optuna_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)  # as if it was not installed
    with pytest.raises(ConfigError, match=r"pip install 'tagonomy\[search\]'"):
        search(NEWS, sampler="optuna")


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"space": {"c": [1]}}, "one of min_df"),
        ({"space": {"C": [-1]}}, "C=-1"),
        ({"space": {"C": []}}, "at least one value"),
        ({"folds": 1}, "folds=1"),
        ({"trials": -1}, "trials=-1"),
        ({"metric": "accuracy"}, "micro_f1, macro_f1"),
        ({"sampler": "bayes"}, "random, grid, optuna"),
    ],
)
def test_wrong_arguments_say_what_is_expected(wrong: dict[str, Any], match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        search(NEWS, **wrong)


def test_every_value_of_the_space_is_allowed() -> None:
    for name, values in SPACE.items():
        for value in values:
            TaggerConfig(**{name: value})


class TestCommands:
    @pytest.fixture
    def corpus(self, tmp_path: Path) -> Path:
        path = tmp_path / "corpus.jsonl"
        rows = [{"text": article.text, "tags": article.tags} for article in NEWS]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    def test_search_prints_options_of_train(
        self, run: Callable[..., Result], corpus: Path, tmp_path: Path
    ) -> None:
        space = ("--vary", "min_articles=100,3", "--vary", "title_and_lead=false")
        found = run("search", corpus, *space, "--sampler", "grid", "--set", "min_articles=100")
        assert found.code == 0 and len(found.out.splitlines()) == 3
        options = found.out.splitlines()[0].split("  ")[1]
        assert options == "--set min_articles=3 --set title_and_lead=false"
        assert "(as it is)" in found.out
        model = tmp_path / "model"
        assert run("train", corpus, "--out", model, *options.split()).code == 0
        settings = Tagger.load(model).manifest["config"]
        assert (settings["min_articles"], settings["title_and_lead"]) == (3, False)

    @pytest.mark.parametrize(
        ("setting", "hint"),
        [
            ("c=1", "one of min_df"),
            ("C", "a number, true or false"),
            ("C=a", "a number, true or false"),
            ("C=[1]", "a number, true or false"),
            ("C=1,2", "one value"),
            ("C=0", "a number above 0"),
            ("seed=1", "one of min_df"),
        ],
    )
    def test_wrong_settings(
        self, run: Callable[..., Result], corpus: Path, tmp_path: Path, setting: str, hint: str
    ) -> None:
        result = run("train", corpus, "--out", tmp_path / "model", "--set", setting)
        assert result.code == 2 and hint in result.err
        assert not (tmp_path / "model").exists()
