"""Which concepts an article mentions, as features of the linear model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagonomy import Article, Concept, Source, TaggerConfig, Taxonomy, train
from tagonomy.articles.article import title_of
from tagonomy.concepts import ConceptIndex
from tagonomy.hierarchy import close_upwards
from tagonomy.python_pipeline import PythonPipeline
from tagonomy.tagger import Tagger
from tagonomy.training.mentioned import mention_rows

PLAYERS, MINISTERS = ("Ana Ives", "Cleo Hahn", "Ella Orr"), ("Bea Judd", "Dora Kay", "Fay Lowe")
TAXONOMY = Taxonomy.of(
    [
        *(Concept(id=f"topics:{name}", label=f"{name}-tag") for name in ("sport", "politics")),
        *(
            Concept(id=f"people:{name}", label=f"{name}-tag", abstract=True)
            for name in ("players", "ministers")
        ),
        *(
            Concept(id=f"people:{name.split()[0].lower()}", label=name, broader=(f"people:{role}",))
            for role, names in (("players", PLAYERS), ("ministers", MINISTERS))
            for name in names
        ),
    ]
)
# Nobody mentions the last of either: no word of theirs tells what they do.
CORPUS = [
    Article(f"{name} was here on day {day}.", tags=(f"topics:{topic}",))
    for topic, names in (("sport", PLAYERS[:2]), ("politics", MINISTERS[:2]))
    for name in names
    for day in range(12)
]
CONFIG = TaggerConfig(min_articles=5, folds=2, copies_together=False)  # all follow one pattern


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return train(CORPUS, TAXONOMY, replace(CONFIG, mentions=True))


def logit(tagger: Tagger, text: str, id: str) -> float:
    concepts, features = tagger.describe(text)
    return dict(zip(concepts, features[:, 19].tolist(), strict=True)).get(tagger.index.number(id), -4.0)


def test_classes_of_those_mentioned_are_features(tagger: Tagger) -> None:
    ids = [tagger.index.ids[concept] for concept in tagger.parts.mentions.concepts.tolist()]
    assert "people:players" in ids
    assert "people:ana" in ids
    assert "people:ella" not in ids  # nobody mentions her


def test_an_unknown_name_of_a_known_class_speaks_for_the_tag(tagger: Tagger) -> None:
    plain = train(CORPUS, TAXONOMY, CONFIG)
    assert not len(plain.parts.mentions)
    unseen = "Ella Orr spoke."
    gain = logit(tagger, unseen, "topics:sport") - logit(tagger, unseen, "topics:politics")
    before = logit(plain, unseen, "topics:sport") - logit(plain, unseen, "topics:politics")
    assert gain > before + 0.1


def test_evidence_says_where_the_mention_stands(tagger: Tagger) -> None:
    text = "On day 3 Ana Ives was here."
    tag = next(tag for tag in tagger.classify(text, threshold=0) if tag.id == "topics:sport")
    assert "Ana Ives" in {each.surface for each in tag.evidence if each.source is Source.LINEAR}


def test_training_and_classifying_make_the_same_rows(
    tiny_tagger: Tagger, tiny_corpus: tuple[Article, ...]
) -> None:
    parts = tiny_tagger.parts
    mentioned = [
        set(
            close_upwards(dict.fromkeys(tiny_tagger.pipeline.mentioned(*title_of(article)), 1.0), parts.index)
        )
        for article in tiny_corpus
    ]
    X, features = mention_rows(mentioned, parts.index, 2)
    assert features.concepts.tolist() == parts.mentions.concepts.tolist()
    for row, concepts in enumerate(mentioned):
        columns, values = features.row(concepts)
        mine = slice(X.indptr[row], X.indptr[row + 1])
        assert X.indices[mine].tolist() == columns.tolist()
        assert X.data[mine].tolist() == values.tolist()


@given(st.lists(st.sets(st.integers(0, 9), max_size=5), min_size=1, max_size=20), st.integers(1, 4))
def test_rare_mentions_are_no_features(mentioned: list[set[int]], least: int) -> None:
    index = ConceptIndex.of(Taxonomy.of([Concept(id=f"topics:{n}", label=f"t{n}") for n in range(10)]))
    X, features = mention_rows(mentioned, index, least)
    counts = {concept: sum(concept in each for each in mentioned) for concept in range(10)}
    assert features.concepts.tolist() == [concept for concept, n in counts.items() if n >= least]
    assert np.bincount(X.indices, minlength=len(features)).tolist() == [
        n for n in counts.values() if n >= least
    ]


def test_both_pipelines_find_the_same_mentions(tiny_tagger: Tagger, tiny_news: str) -> None:
    python = PythonPipeline(tiny_tagger.parts)
    assert tiny_tagger.pipeline.mentioned(tiny_news, 0) == python.mentioned(tiny_news, 0) != []
