"""A trained tagger on another taxonomy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from tagonomy import Concept, Taxonomy
from tagonomy.errors import TaxonomyMismatchError
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
