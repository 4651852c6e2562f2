"""The ablation's data and variants, and the names that Reuters' tags get."""

from __future__ import annotations

from typing import Any

import pytest
from benchmarks.ablation import VARIANTS, held_out, main
from benchmarks.datasets.base import make_dataset
from benchmarks.peers.reuters_names import are_reuters, reuters_taxonomy
from benchmarks.peers.tagonomy import NEWSWIRE, Trained, concept_id

from tagonomy import Article, TaggerConfig
from tagonomy.taxonomy import Concept

ARTICLES = tuple(Article(f"text {i}", tags=("a",)) for i in range(10))


def test_the_test_split_is_not_read() -> None:
    data = make_dataset("made", ARTICLES, [Article("never", tags=("a",))])
    part = held_out(data)
    assert [len(part.train), len(part.test)] == [8, 2]
    assert (*part.train, *part.test) == data.train
    assert part.name == "made-held-out"


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_is_one_change_that_training_knows(name: str) -> None:
    settings: dict[str, Any] = {key: value for key, value in VARIANTS[name].items() if key != "names"}
    changed = TaggerConfig(**{**NEWSWIRE, **settings})
    assert (changed == TaggerConfig(**NEWSWIRE)) == (not settings)


def test_without_names_words_alone_speak() -> None:
    articles = [Article("rates rise", tags=("economy",)), Article("late goal", tags=("sport",))] * 10
    tags = ["economy", "sport"]
    model = Trained(0, names=False)
    model.fit(articles, tags)
    assert model.scores([Article("economy economy")]).toarray().max() < 0.5
    assert model.scores([Article("rates rise")]).toarray()[0, 0] > 0.5


def test_data_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Any) -> None:
    assert main(["--data-dir", str(tmp_path)]) == 2
    assert "reuters21578.tar.gz" in capsys.readouterr().err


class TestReutersNames:
    TAGS = ("topics:sun-oil", "places:usa", "places:costa-rica", "people:de-kock", "orgs:ec", "people:young")

    @pytest.fixture
    def concepts(self) -> dict[str, Concept]:
        ids = {tag: concept_id(tag, number) for number, tag in enumerate(self.TAGS)}
        taxonomy = reuters_taxonomy(ids)
        return {tag: taxonomy[id] for tag, id in ids.items()}

    def test_codes_are_spelt_out(self, concepts: dict[str, Concept]) -> None:
        assert "sunflower oil" in concepts["topics:sun-oil"].labels
        assert {"EC", "European Community"} <= set(concepts["orgs:ec"].labels)

    def test_places_are_the_shipped_countries(self, concepts: dict[str, Concept]) -> None:
        usa, costa_rica = concepts["places:usa"], concepts["places:costa-rica"]
        assert "U.S." in usa.labels and "American" in usa.evidence["demonym"]
        assert {"Texas", "Houston"} <= set(usa.evidence["division"])
        assert costa_rica.label == "Costa Rica" and "San Jose, Costa Rica" not in costa_rica.labels

    def test_people_have_the_words_of_the_tag(self, concepts: dict[str, Concept]) -> None:
        assert concepts["people:de-kock"].labels == ("de Kock",)
        assert concepts["people:young"].labels == ("Young",)

    def test_only_reuters_tags_are_taken_for_such(self) -> None:
        assert are_reuters(["topics:earn", "topics:acq"])
        assert not are_reuters(["people:Ronald Reagan", "topics:Politics", "sport"])
