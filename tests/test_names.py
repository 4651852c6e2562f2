"""Names that training learns from the articles of a tag."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tagonomy import Article, Concept, Tagger, TaggerConfig, Taxonomy, load_tagger, train
from tagonomy.training import extend
from tagonomy.training.folds import folds_of
from tagonomy.training.names import LearnedNames, still_names

VOLCKER, BAKER = "people:volcker", "people:james-baker"
TAXONOMY = Taxonomy.of(
    [
        Concept(id=VOLCKER, label="Volcker"),
        Concept(id=BAKER, label="James Baker"),
        Concept(id="topics:rates", label="interest rates"),
    ]
)
CONFIG = TaggerConfig(folds=2, min_articles=100, learn_names=True)
NAMED = [
    Article(
        "The chairman, Paul Volcker, left interest rates alone. Volcker gave no reason.", tags=(VOLCKER,)
    ),
    Article("A tax plan was sent to the House by James Baker.", tags=(BAKER,)),
    Article("A tax plan is what Baker wants most.", tags=(BAKER,)),
    Article("Nobody was named in this report on wheat."),
]


def learned(*articles: Article, taxonomy: Taxonomy = TAXONOMY) -> dict[str, tuple[str, ...]]:
    return LearnedNames(articles, taxonomy, CONFIG).found


class TestWhatIsLearned:
    def test_given_names_before_a_label(self) -> None:
        assert learned(*NAMED)[VOLCKER] == ("Paul Volcker",)

    def test_the_surname_of_a_label(self) -> None:
        assert learned(*NAMED)[BAKER] == ("Baker",)

    def test_no_other_bearer_of_the_surname(self) -> None:
        others = [Article(f"In {year}, the actor Joe Volcker sang.") for year in range(1980, 1984)]
        assert learned(*NAMED, *others)[VOLCKER] == ("Paul Volcker",)

    def test_a_leader_who_is_mostly_named_in_passing(self) -> None:
        passing = [Article(f"Paul Volcker was in town on day {day}.") for day in range(9)]
        assert learned(*NAMED, *passing)[VOLCKER] == ("Paul Volcker",)

    def test_the_shortest_full_name(self) -> None:
        titled = Article("It was Chairman Paul Volcker who spoke.", tags=(VOLCKER,))
        assert learned(*NAMED, titled)[VOLCKER] == ("Paul Volcker",)

    def test_nothing_that_a_headline_shouts_or_a_sentence_opens_with(self) -> None:
        shouted = Article("PAUL VOLCKER SPEAKS. After Volcker spoke, Mr. Volcker left.", tags=(VOLCKER,))
        assert learned(shouted) == {}

    def test_no_name_that_the_taxonomy_has(self) -> None:
        other = Concept(id="people:cousin", label="Paul Volcker")
        assert VOLCKER not in learned(*NAMED, taxonomy=Taxonomy.of([*TAXONOMY, other]))

    def test_only_people(self) -> None:
        rates = Article("The great Interest Rates fell.", tags=("topics:rates",))
        assert learned(rates) == {}

    def test_no_name_longer_than_a_label_may_be(self) -> None:
        endless = Article(f"So said P{'a' * 300} Volcker.", tags=(VOLCKER,))
        assert learned(endless) == {}

    def test_a_line_break_is_a_space(self) -> None:
        assert learned(Article("So said Paul\nVolcker.", tags=(VOLCKER,)))[VOLCKER] == ("Paul Volcker",)

    def test_a_fold_does_not_teach_its_own_articles(self) -> None:
        names = LearnedNames(NAMED, TAXONOMY, CONFIG)
        fold = folds_of(NAMED, CONFIG)[0]
        assert "Paul Volcker" in names.taxonomy[VOLCKER].labels
        assert "Paul Volcker" not in names.outside[fold][VOLCKER].labels
        assert "Paul Volcker" in names.outside[1 - fold][VOLCKER].labels


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return train(NAMED * 5, TAXONOMY, CONFIG)


class TestTraining:
    def test_learned_names_find_the_tag(self, tagger: Tagger) -> None:
        assert VOLCKER in tagger.classify("Later, Paul Volcker agreed.").ids
        assert tagger.resolve("Paul Volcker") == VOLCKER
        assert (
            train(NAMED * 5, TAXONOMY, TaggerConfig(folds=2, min_articles=100)).resolve("Paul Volcker")
            is None
        )

    def test_the_manifest_tells_them(self, tagger: Tagger) -> None:
        assert tagger.manifest["learned_names"] == {BAKER: ("Baker",), VOLCKER: ("Paul Volcker",)}
        assert tagger.manifest["config"]["learn_names"] is True
        assert tagger.manifest["taxonomy_sha256"] == TAXONOMY.sha256()

    def test_the_same_bytes_on_any_number_of_jobs(self, tagger: Tagger, tmp_path: Path) -> None:
        other = train(NAMED * 5, TAXONOMY, replace(CONFIG, n_jobs=2))
        assert tagger.save(tmp_path / "one") == other.save(tmp_path / "two")

    def test_a_checkpoint_gives_the_same_bytes(self, tagger: Tagger, tmp_path: Path) -> None:
        for _ in range(2):
            resumed = train(NAMED * 5, TAXONOMY, CONFIG, checkpoint=tmp_path / "kept")
            assert resumed.save(tmp_path / "resumed") == tagger.save(tmp_path / "whole")

    def test_they_stay_when_the_taxonomy_grows(self, tagger: Tagger, tmp_path: Path) -> None:
        tagger.save(tmp_path / "model.safetensors")
        grown = Taxonomy.of([*TAXONOMY, Concept(id="people:baker", label="Baker")])
        moved = extend(load_tagger(str(tmp_path / "model.safetensors")), grown)
        assert moved.resolve("Paul Volcker") == VOLCKER
        assert moved.resolve("Baker") == "people:baker"

    def test_a_taxonomy_without_the_person_drops_them(self) -> None:
        assert still_names({VOLCKER: ["Paul Volcker"], "people:gone": ["Jo Gone"]}, TAXONOMY) == {
            VOLCKER: ("Paul Volcker",)
        }
