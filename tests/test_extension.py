"""A trained tagger on another taxonomy."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import Result
from msgspec.structs import replace

from tagonomy import Article, Concept, TaggerConfig, Taxonomy, train
from tagonomy.errors import CorpusError, TaxonomyMismatchError
from tagonomy.tagger import Tagger
from tagonomy.training import extend


def changed(taxonomy: Taxonomy, *concepts: Concept) -> Taxonomy:
    """Return the taxonomy with some concepts replaced or added."""
    return Taxonomy.of([*{**taxonomy.concepts, **{each.id: each for each in concepts}}.values()])


def learned(tagger: Tagger) -> list[str]:
    return [tagger.index.ids[concept] for concept in tagger.parts.linear.concepts.tolist()]


def test_the_same_taxonomy_gives_the_same_tags(
    tiny_tagger: Tagger, tiny_taxonomy: Taxonomy, tiny_news: str
) -> None:
    again = extend(tiny_tagger, tiny_taxonomy)
    assert again.classify(tiny_news, threshold=0) == tiny_tagger.classify(tiny_news, threshold=0)
    assert again.manifest == tiny_tagger.manifest


def test_a_new_concept_is_found_and_the_others_keep_their_scores(
    tiny_tagger: Tagger, tiny_taxonomy: Taxonomy, tiny_news: str
) -> None:
    more = extend(tiny_tagger, changed(tiny_taxonomy, Concept(id="people:aa-new", label="Zoltan Newman")))
    assert "people:aa-new" in more.classify(f"Zoltan Newman spoke. {tiny_news}", threshold=0).ids
    old = {tag.id: tag.score for tag in tiny_tagger.classify(tiny_news, threshold=0)}
    assert {tag.id: tag.score for tag in more.classify(tiny_news, threshold=0)} == old
    assert more.manifest["taxonomy_sha256"] != tiny_tagger.manifest["taxonomy_sha256"]


def test_what_was_learned_of_a_merged_concept_goes_to_its_successor(
    tiny_tagger: Tagger, tiny_taxonomy: Taxonomy, tiny_news: str
) -> None:
    old = learned(tiny_tagger)[0]
    heir = Concept(id=old + "-new", label="Heir")
    merged = extend(
        tiny_tagger,
        changed(tiny_taxonomy, heir, replace(tiny_taxonomy[old], replaced_by=heir.id, broader=())),
    )
    assert learned(merged) == [heir.id, *learned(tiny_tagger)[1:]]
    assert old not in merged.classify(tiny_news, threshold=0).ids


def test_two_columns_of_one_concept_become_one(tiny_tagger: Tagger, tiny_taxonomy: Taxonomy) -> None:
    first, second, *others = learned(tiny_tagger)
    merged = extend(
        tiny_tagger,
        changed(tiny_taxonomy, replace(tiny_taxonomy[second], replaced_by=first, broader=())),
    )
    assert learned(merged) == [first, *others]
    linear = tiny_tagger.parts.linear
    features = np.arange(len(linear.stops))
    values = np.linspace(0, 1, len(features), dtype=np.float32)
    kept = np.delete(linear.margins(features, values), 1)
    np.testing.assert_array_equal(merged.parts.linear.margins(features, values), kept)


def test_what_the_taxonomy_lacks_is_told_or_left_out(
    tiny_tagger: Tagger, tiny_taxonomy: Taxonomy, tiny_news: str, tmp_path: Path
) -> None:
    gone = learned(tiny_tagger)[-1]
    less = Taxonomy.of(
        [
            replace(
                each, broader=tuple(id for id in each.broader if id != gone), related=(), part_of=(), rules=()
            )
            for each in tiny_taxonomy
            if each.id != gone
        ]
    )
    with pytest.raises(TaxonomyMismatchError) as caught:
        extend(tiny_tagger, less)
    assert caught.value.removed == (gone,)
    smaller = extend(tiny_tagger, less, drop=True)
    assert smaller.manifest["unmapped"] == [gone]
    smaller.save(tmp_path / "smaller")
    assert gone not in Tagger.load(tmp_path / "smaller").classify(tiny_news, threshold=0).ids
    with pytest.raises(TaxonomyMismatchError):
        extend(tiny_tagger, Taxonomy.of([Concept(id="topics:other", label="other")]))


def test_thresholds_of_concepts_move_with_them(tiny_tagger: Tagger, tiny_taxonomy: Taxonomy) -> None:
    cuts = np.linspace(0.1, 0.9, len(tiny_tagger.index), dtype=np.float32)
    own = Tagger(tiny_tagger.parts, tiny_tagger.manifest, thresholds=cuts)
    more = extend(own, changed(tiny_taxonomy, Concept(id="countries:00", label="Nowhere")))
    for id, cut in zip(own.concept_ids, cuts.tolist(), strict=True):
        if not tiny_taxonomy.concepts[id].replaced_by:  # of a retired one nobody asks
            assert more.cuts[more.index.number(id)] == pytest.approx(cut)
    assert more.cuts[more.index.number("countries:00")] == pytest.approx(own.thresholds["countries"])


NEWS = [
    Article(f"{words} on day{day}", tags=(tag,))
    for day in range(12)
    for words, tag in (("The bank raised rates", "economy"), ("The striker scored twice", "sport"))
]
MORE = [
    Article(f"{words} on day{day}", tags=tags)
    for day in range(12)
    for words, tags in (
        ("The striker raised prices", ("transfers", "sport")),
        ("The bank scored", ("economy",)),
        ("The striker scored twice", ("sport",)),
    )
]


@pytest.fixture(scope="module")
def plain() -> Tagger:
    """Trained without a taxonomy."""
    return train(NEWS)


def weights_of(tagger: Tagger, id: str) -> list[tuple[int, float]]:
    linear = tagger.parts.linear
    column = learned(tagger).index(id)
    owner = np.repeat(np.arange(len(linear.stops)), np.diff(linear.stops, prepend=0))
    mine = linear.columns == column
    return list(zip(owner[mine].tolist(), linear.weights[mine].tolist(), strict=True))


class TestMoreTags:
    def test_a_new_tag_is_learned(self, plain: Tagger, tmp_path: Path) -> None:
        more = extend(plain, articles=MORE)
        more.save(tmp_path / "more")
        loaded = Tagger.load(tmp_path / "more")
        for tagger in (more, loaded):
            assert learned(tagger) == ["topics:economy", "topics:sport", "topics:transfers"]
            assert "transfers" in tagger.classify("The striker raised much").labels
            assert "transfers" not in tagger.classify("The bank scored").labels
        assert more.manifest["added"][0]["tags"] == ["topics:transfers"]
        assert more.manifest["added"][0]["articles"] == len(MORE)

    def test_what_was_learned_stays_to_the_bit(self, plain: Tagger) -> None:
        more = extend(plain, articles=MORE)
        old, new = plain.parts, more.parts
        assert new.tfidf.tensors()["tfidf.idf"].tobytes() == old.tfidf.tensors()["tfidf.idf"].tobytes()
        assert new.ranker.weights.tobytes() == old.ranker.weights.tobytes()
        for id in plain.concept_ids:
            assert weights_of(more, id) == weights_of(plain, id)
            before, after = plain.index.number(id), more.index.number(id)
            assert more.cuts[after] == plain.cuts[before]
            assert new.ranker.concepts is not None and old.ranker.concepts is not None
            assert new.ranker.concepts[after].tolist() == old.ranker.concepts[before].tolist()
        for name in ("intercepts", "slopes", "offsets"):
            assert getattr(new.linear, name)[:2].tobytes() == getattr(old.linear, name).tobytes()

    def test_it_is_learned_as_training_would_have(self, plain: Tagger) -> None:
        """With the same articles, words and settings, the model of a tag is the same."""
        without = train(
            [Article(a.text, tags=[t for t in a.tags if t != "transfers"]) for a in MORE],
        )
        more, whole = extend(without, articles=MORE), train(MORE)
        for id in whole.concept_ids:
            found, wanted = weights_of(more, id), weights_of(whole, id)
            assert [feature for feature, _ in found] == [feature for feature, _ in wanted]
            np.testing.assert_allclose([w for _, w in found], [w for _, w in wanted], rtol=2e-3)

    def test_twice_gives_the_same_bytes(self, plain: Tagger, tmp_path: Path) -> None:
        one, two = (extend(plain, articles=iter(MORE)).save(tmp_path / name) for name in "ab")
        assert one == two

    def test_a_tag_can_be_learned_anew(self, plain: Tagger) -> None:
        swapped = [Article(a.text, tags=("economy" if "sport" in a.tags else "sport",)) for a in NEWS]
        anew = extend(plain, articles=swapped, tags=["topics:sport"])
        assert learned(anew) == ["topics:economy", "topics:sport"]
        assert weights_of(anew, "topics:economy") == weights_of(plain, "topics:economy")
        assert "sport" in anew.classify("The bank raised rates on day1").labels

    def test_with_a_taxonomy_its_names_and_ancestors_join_in(
        self, tiny_tagger: Tagger, tiny_taxonomy: Taxonomy
    ) -> None:
        rugby = Concept(id="topics:rugby", label="rugby", broader=("topics:sport",))
        articles = [
            Article(f"The bank raised a try on {day}", tags=("rugby",) if day % 2 else ())
            for day in range(30)
        ]
        articles = [
            Article("The keeper saved it" if day % 2 else "Inflation slowed", tags=article.tags)
            for day, article in enumerate(articles)
        ]
        more = extend(
            tiny_tagger,
            changed(tiny_taxonomy, rugby),
            articles,
            config=TaggerConfig(min_articles=8),
        )
        assert set(learned(more)) == {*learned(tiny_tagger), "topics:rugby"}
        assert "topics:rugby" in more.classify("The keeper saved it").ids

    def test_a_tag_that_nobody_knows_needs_a_taxonomy(self, tiny_tagger: Tagger) -> None:
        with pytest.raises(CorpusError, match="rugby"):
            extend(tiny_tagger, articles=[Article("a", tags=("rugby",)), Article("b")])

    @pytest.mark.parametrize(
        ("articles", "tags", "match"),
        [
            ([Article("x", tags=("new",))] * 5 + NEWS, None, r"topics:new \(5\): at least 10"),
            (
                [Article("The bank", tags=("new",))] * 20,
                None,
                r"20 articles too few, or all, have topics:new",
            ),
            (NEWS, None, "a tag that is not learned"),
            (MORE, ["topics:transfers", "topics:economy", "topics:sport"], None),
            (MORE[1::3], ["topics:sport"], r"topics:sport \(0\)"),
        ],
    )
    def test_too_few_articles(
        self, plain: Tagger, articles: list[Article], tags: list[str] | None, match: str | None
    ) -> None:
        if match is None:
            assert len(learned(extend(plain, articles=articles, tags=tags))) == 3
            return
        with pytest.raises(CorpusError, match=match):
            extend(plain, articles=articles, tags=tags)

    def test_command(self, run: Callable[..., Result], plain: Tagger, tmp_path: Path) -> None:
        corpus, model, out = tmp_path / "more.jsonl", tmp_path / "model", tmp_path / "bigger"
        rows = [{"text": article.text, "tags": article.tags} for article in MORE]
        corpus.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        plain.save(model)
        result = run("extend", model, "--articles", corpus, "--out", out)
        assert result.code == 0 and "learned: topics:transfers" in result.err
        assert learned(Tagger.load(out))[-1] == "topics:transfers"
        assert run("extend", model, "--out", out).code == 2
        assert run("extend", model, "--out", out, "--taxonomy", corpus, "--tag", "topics:sport").code == 2
        assert run("extend", out, "--articles", corpus, "--out", out).code == 3
