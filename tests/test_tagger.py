"""The pipeline as callers see it: examples, and laws that hold for any text."""

from __future__ import annotations

import copy
import pickle
import threading
import unicodedata
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tagonomy import Article, Concept, Source, Tagger, TaggerConfig, Tagging, Taxonomy
from tagonomy.config import Limits
from tagonomy.errors import ConfigError, LimitError
from tagonomy.ranking import Ranker, log_odds
from tagonomy.training import assemble, default_weights, fit_linear

ANY_TEXT = st.text(st.characters())
# Texts that have something to find, with anything in between.
PIECES = st.sampled_from(
    [
        *(
            "Vladimir Putin",
            "Putin",
            "Antony Blinken",
            "Blinken",
            "Russian",
            "Moscow",
            "Ukraine",
            "NATO",
            "US",
        ),
        *(
            "the U.S.",
            "annexed Crimea",
            "annexation of Crimea",
            "interest rates",
            "the bank fights inflation",
        ),
        *("a late penalty in the derby", " said. ", "\n\n", ", ", "é", "E\u0301"),
    ]
)
TEXTS = st.lists(PIECES | ANY_TEXT, max_size=12).map(" ".join)
FACETS = {"people", "countries", "organizations", "events", "topics"}


def outcome(tagging: Tagging) -> list[tuple[str, float]]:
    return [(tag.id, tag.score) for tag in tagging]


def whole(tagging: Tagging) -> tuple[object, ...]:
    """Return all that a tagging says."""
    return (tagging.to_dict(), tagging.text, tagging.with_broader().to_dict())


def test_ids_and_labels_are_those_of_the_tags(tiny_tagger: Tagger, tiny_news: str) -> None:
    """They are known before any tag is made."""
    early, late = tiny_tagger.classify(tiny_news), tiny_tagger.classify(tiny_news)
    tags = list(late)
    assert tags and len(early) == len(tags)
    assert early.ids == late.ids == tuple(tag.id for tag in tags)
    assert early.labels == late.labels == tuple(tag.label for tag in tags)
    assert early == late and early[0] is early[0]


class TestExamples:
    def test_an_article_has_a_tag_of_every_facet(self, tiny_tagger: Tagger, tiny_news: str) -> None:
        tagging = tiny_tagger.classify(tiny_news)
        assert {tag.facet for tag in tagging} == FACETS
        assert {"people:antony-blinken", "people:vladimir-putin", "events:annexation-of-crimea"} <= set(
            tagging.ids
        )
        assert tagging[0].label == "Antony Blinken"

    def test_a_tag_knows_its_path(self, tiny_tagger: Tagger, tiny_news: str, tiny_taxonomy: Taxonomy) -> None:
        for tag in tiny_tagger.classify(tiny_news, threshold=0).with_broader():
            assert tag.path == tiny_taxonomy.path(tag.id)
            assert (tag.label, tag.facet) == (tiny_taxonomy[tag.id].label, tag.path[0].partition(":")[0])

    def test_a_rule_finds_what_no_label_names(self, tiny_tagger: Tagger) -> None:
        text = "Moscow annexed the peninsula of Crimea in 2014."
        tagging = tiny_tagger.classify(text, threshold=0)
        (tag,) = tagging.facet("events")
        rules = [each.surface for each in tag.evidence if each.source is Source.RULE]
        assert rules == ["annexed", "Crimea"]

    def test_a_name_in_the_headline_counts_more_than_one_in_passing(self, tiny_tagger: Tagger) -> None:
        passing = "Nothing happened at all. " * 40 + "A reader asked about NATO. " + "Nothing more. " * 40
        title, body = Article(passing, title="NATO meets"), Article(passing, title="Weather")
        scores = [
            tiny_tagger.classify(each, threshold=0).facet("organizations")[0].score for each in (title, body)
        ]
        assert scores[0] > scores[1] + 0.2

    def test_classes_and_retired_concepts_are_no_tags_of_their_own(self, tiny_tagger: Tagger) -> None:
        tagging = tiny_tagger.classify("Politicians watch soccer. Politicians!", threshold=0)
        assert not {"people:politicians", "topics:soccer"} & set(tagging.ids)

    def test_title_and_text_are_read_as_one(self, tiny_tagger: Tagger) -> None:
        article = Article("Nobody came.", title="Putin waits", id="a7")
        tagging = tiny_tagger.classify(article)
        assert (tagging.id, tagging.text) == ("a7", "Putin waits\n\nNobody came.")
        plain = tiny_tagger.classify("Putin waits\n\nNobody came.")
        assert outcome(plain) == outcome(tagging) != []


class TestEvidence:
    @given(TEXTS)
    @example("İstanbul: Antony Blinken, e\u0301 US\u200d, Stra\u00dfe NATO\ud800 \x00Putin\x00 Putin")
    @example("Europe. Europe. Europe. Russia Ukraine")
    def test_offsets_point_at_the_words_and_weights_add_up(self, tiny_tagger: Tagger, text: str) -> None:
        tagging = tiny_tagger.classify(text, threshold=0)
        assert tagging.text == text
        for tag in tagging.with_broader():
            assert tag.evidence
            for each in tag.evidence:
                if each.start == -1:
                    assert (each.surface, each.stop) == ("", -1)
                else:
                    assert each.surface and text[each.start : each.stop] == each.surface
            assert sum(each.weight for each in tag.evidence) == pytest.approx(log_odds(tag.score), abs=1e-3)
            assert [each.weight for each in tag.evidence if each.source is not Source.BROADER] == sorted(
                (each.weight for each in tag.evidence if each.source is not Source.BROADER), reverse=True
            )

    def test_a_score_raised_from_below_says_so(self, tiny_tagger: Tagger) -> None:
        text = "Ukraine mourns Ukraine\n\nUkraine mourned. Ukraine. Far away lay Europe."
        raised = next(tag for tag in tiny_tagger.classify(text, threshold=0) if tag.id == "countries:europe")
        ukraine = next(tag for tag in tiny_tagger.classify(text, threshold=0) if tag.id == "countries:ua")
        assert raised.score == ukraine.score
        assert raised.evidence[-1].source is Source.BROADER and raised.evidence[-1].weight > 0

    def test_the_linear_model_shows_its_words(self, tiny_tagger: Tagger) -> None:
        tagging = tiny_tagger.classify("The keeper saved a late penalty in the derby.", threshold=0)
        tag = next(tag for tag in tagging if tag.id == "topics:football")
        assert {each.source for each in tag.evidence} == {Source.LINEAR}
        assert {"keeper", "penalty", "derby"} & {each.surface for each in tag.evidence}


class TestLaws:
    @given(TEXTS)
    def test_any_text_has_probabilities_best_first(self, tiny_tagger: Tagger, text: str) -> None:
        tagging = tiny_tagger.classify(text)
        keys = [(-tag.score, tag.id) for tag in tagging]
        assert keys == sorted(keys) and len(set(tagging.ids)) == len(tagging)
        assert all(0.5 <= tag.score <= 1 for tag in tagging)

    @given(TEXTS, st.floats(0, 1))
    def test_a_threshold_only_cuts(self, tiny_tagger: Tagger, text: str, threshold: float) -> None:
        everything = outcome(tiny_tagger.classify(text, threshold=0))
        kept = outcome(tiny_tagger.classify(text, threshold=threshold))
        # What a narrower tag said may have to say itself where that one is cut.
        said = {
            above
            for id, _ in everything
            for above in tiny_tagger.index.ancestors(tiny_tagger.index.number(id))
        }
        assert all(each in everything or tiny_tagger.index.number(each[0]) in said for each in kept)
        assert [each for each in everything if each in kept] == [each for each in kept if each in everything]
        assert all(score >= threshold for _, score in kept)

    @given(st.lists(TEXTS, max_size=5))
    @settings(max_examples=30)
    def test_a_batch_is_each_by_itself_with_any_number_of_threads(
        self, tiny_tagger: Tagger, texts: list[str]
    ) -> None:
        alone = [whole(tiny_tagger.classify(text)) for text in texts]
        one, two = (tiny_tagger.classify_batch(texts, n_jobs=jobs) for jobs in (1, 2))
        assert [whole(tagging) for tagging in one] == [whole(tagging) for tagging in two] == alone
        assert (one.scores != two.scores).nnz == 0
        assert [whole(tagging) for tagging in tiny_tagger.classify_stream(texts)] == alone

    @given(st.lists(TEXTS, max_size=5), st.randoms())
    def test_the_order_of_a_batch_does_not_matter(
        self, tiny_tagger: Tagger, texts: list[str], random: st.DataObject
    ) -> None:
        order = list(range(len(texts)))
        random.shuffle(order)  # type: ignore[attr-defined]
        straight = tiny_tagger.classify_batch(texts)
        mixed = tiny_tagger.classify_batch([texts[i] for i in order])
        assert [outcome(tagging) for tagging in mixed] == [outcome(straight[i]) for i in order]

    @given(st.lists(TEXTS, min_size=1, max_size=3))
    def test_no_concept_is_less_probable_than_what_lies_under_it(
        self, tiny_tagger: Tagger, tiny_taxonomy: Taxonomy, texts: list[str]
    ) -> None:
        batch = tiny_tagger.classify_batch(texts, threshold=0)
        scores = batch.scores.toarray()
        column = {id: i for i, id in enumerate(batch.concept_ids)}
        for concept in tiny_taxonomy:
            for above in tiny_taxonomy.ancestors(concept.id):
                assert (scores[:, column[above]] >= scores[:, column[concept.id]]).all()
        for row, tagging in enumerate(batch):
            for tag in tagging:
                assert scores[row, column[tag.id]] == np.float32(tag.score)

    def test_a_tag_above_another_needs_no_more_than_its_own_threshold(self, tiny_tagger: Tagger) -> None:
        text = "Crimea votes\n\nCrimea voted on Sunday. " + "There was much to tell of the day. " * 20
        text += "The queue for Ukraine was long. " + "Nobody else had anything to add. " * 20
        own = tiny_tagger.rank(text, ["countries:ua"])[0].score
        assert 0.1 < own < 0.5
        for factor, expected in ((0.9, True), (1.1, False)):
            found = tiny_tagger.classify(text, threshold=own * factor).ids
            assert "countries:ua-crimea" in found
            assert ("countries:ua" in found) == expected

    def test_a_region_above_another_tag_needs_more(self, tiny_tagger: Tagger) -> None:
        text = "Ukraine votes\n\nUkraine voted on Sunday. " + "There was much to tell of the day. " * 20
        text += "The queue in Europe was long. " + "Nobody else had anything to add. " * 20
        own = tiny_tagger.rank(text, ["countries:europe"])[0].score
        for factor, kept in ((0.5, True), (0.7, False), (0.9, False)):
            found = tiny_tagger.classify(text, threshold=own * factor).ids
            assert "countries:ua" in found
            assert ("countries:europe" in found) == kept

    @given(TEXTS)
    def test_with_broader_is_closed_and_consistent(
        self, tiny_tagger: Tagger, tiny_taxonomy: Taxonomy, text: str
    ) -> None:
        tagging = tiny_tagger.classify(text)
        wide = {tag.id: tag.score for tag in tagging.with_broader()}
        assert set(wide) == {up for tag in tagging for up in (tag.id, *tiny_taxonomy.ancestors(tag.id))}
        assert all(
            wide[above] >= score for id, score in wide.items() for above in tiny_taxonomy.ancestors(id)
        )

    @given(TEXTS)
    def test_composed_and_decomposed_text_have_the_same_tags(self, tiny_tagger: Tagger, text: str) -> None:
        # A first line of just under the greatest length of a headline may pass it when decomposed.
        text = "Some long and wordy sentence that is not a headline. " * 4 + text
        composed, decomposed = (
            outcome(tiny_tagger.classify(unicodedata.normalize(form, text))) for form in ("NFC", "NFD")
        )
        assert composed == decomposed

    @given(TEXTS, st.lists(st.sampled_from(["qqxz", "Zzyq", "Wwvx"]), max_size=8))
    def test_unknown_words_add_no_tag(self, tiny_tagger: Tagger, text: str, unknown: list[str]) -> None:
        # One more word behind a shouted "US" may show that it is a country; what follows it adds nothing.
        before = tiny_tagger.classify(f"{text}\n\nqqxz", threshold=0)
        after = tiny_tagger.classify(f"{text}\n\nqqxz {' '.join(unknown)}", threshold=0)
        assert set(after.ids) <= set(before.ids)

    @given(ANY_TEXT)
    def test_classifying_twice_is_the_same(self, tiny_tagger: Tagger, text: str) -> None:
        assert whole(tiny_tagger.classify(text)) == whole(tiny_tagger.classify(text))

    def test_an_alias_listed_twice_changes_nothing(
        self,
        tiny_tagger: Tagger,
        tiny_concepts: tuple[Concept, ...],
        tiny_corpus: tuple[Article, ...],
        tiny_news: str,
    ) -> None:
        twice = Taxonomy.of(
            msgspec.structs.replace(each, alt_labels=(*each.alt_labels * 2, each.label))
            for each in tiny_concepts
        )
        config = TaggerConfig(min_articles=8, mentions=True, copies_together=False)
        linear = fit_linear(tiny_corpus, twice, config)
        tagger = assemble(linear, twice, config, Ranker(default_weights(linear.index)))
        assert whole(tagger.classify(tiny_news)) == whole(tiny_tagger.classify(tiny_news))


class TestSaving:
    @pytest.mark.parametrize("mmap", [True, False])
    def test_a_loaded_tagger_is_the_same(
        self, tiny_tagger: Tagger, tiny_model: Path, tiny_news: str, mmap: bool
    ) -> None:
        loaded = Tagger.load(tiny_model, mmap=mmap)
        assert (loaded.manifest, loaded.concept_ids) == (tiny_tagger.manifest, tiny_tagger.concept_ids)
        for text in (
            tiny_news,
            "",
            "Moscow annexed Crimea.",
            "The keeper saved a late penalty in the derby.",
        ):
            assert whole(loaded.classify(text, threshold=0)) == whole(tiny_tagger.classify(text, threshold=0))

    def test_saving_again_gives_the_same_bytes(
        self, tiny_tagger: Tagger, tiny_model: Path, tmp_path: Path
    ) -> None:
        again, twice = tmp_path / "again", tmp_path / "twice"
        assert tiny_tagger.save(again) == Tagger.load(tiny_model).save(twice)
        assert again.read_bytes() == twice.read_bytes() == tiny_model.read_bytes()

    def test_a_loaded_tagger_can_be_saved_onto_its_own_file(
        self, tiny_model: Path, tmp_path: Path, tiny_news: str
    ) -> None:
        path = tmp_path / "own"
        path.write_bytes(tiny_model.read_bytes())
        tagger = Tagger.load(path)
        before = whole(tagger.classify(tiny_news))
        tagger.save(str(path))
        assert (
            whole(tagger.classify(tiny_news)) == whole(Tagger.load(str(path)).classify(tiny_news)) == before
        )

    def test_limits_can_be_given_when_loading(self, tiny_model: Path) -> None:
        with pytest.raises(LimitError, match="limit is 10"):
            Tagger.load(tiny_model, limits=Limits(text_characters=10)).classify("a" * 11)

    @pytest.mark.parametrize("copied", [lambda t: pickle.loads(pickle.dumps(t)), copy.copy, copy.deepcopy])
    def test_it_pickles_and_copies(self, tiny_tagger: Tagger, tiny_news: str, copied: object) -> None:
        same = copied(tiny_tagger)  # type: ignore[operator]
        assert whole(same.classify(tiny_news)) == whole(tiny_tagger.classify(tiny_news))
        assert repr(same) == repr(tiny_tagger) == "Tagger('tiny', 15 concepts)"

    def test_a_mapped_tagger_pickles(self, tiny_model: Path, tiny_news: str) -> None:
        mapped = Tagger.load(tiny_model)
        same = pickle.loads(pickle.dumps(mapped))
        assert whole(same.classify(tiny_news)) == whole(mapped.classify(tiny_news))


def test_threads_share_a_tagger(tiny_model: Path, tiny_news: str) -> None:
    tagger = Tagger.load(tiny_model)
    expected = whole(Tagger.load(tiny_model).classify(tiny_news))
    found: list[object] = []

    def work() -> None:
        found.extend(whole(tagger.classify(tiny_news)) for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 160 and all(each == expected for each in found)


def test_a_stream_reads_its_filter_once(tiny_tagger: Tagger) -> None:
    texts = ["Vladimir Putin spoke in Moscow."] * 3
    only = (facet for facet in ["people"])
    found = [tagging.ids for tagging in tiny_tagger.classify_stream(texts, facets=only, threshold=0.0)]
    assert found == [found[0]] * 3
    assert found[0]
    assert all(id.startswith("people:") for id in found[0])


def test_no_threads_at_all_is_refused(tiny_tagger: Tagger) -> None:
    with pytest.raises(ConfigError, match="n_jobs"):
        tiny_tagger.classify_batch(["Kyiv", "Moscow"], n_jobs=0)


class TestThresholdsOfConcepts:
    @pytest.fixture
    def strict(
        self, tiny_tagger: Tagger, tiny_taxonomy: Taxonomy, tiny_corpus: tuple[Article, ...]
    ) -> Tagger:
        config = TaggerConfig(min_articles=8, copies_together=False)
        linear = fit_linear(tiny_corpus, tiny_taxonomy, config)
        cuts = np.full(len(linear.index), 0.5, dtype=np.float32)
        cuts[linear.index.number("people:vladimir-putin")] = 1.0
        return assemble(linear, tiny_taxonomy, config, tiny_tagger.parts.ranker, {"name": "tiny"}, cuts)

    def test_each_concept_has_its_own(self, strict: Tagger, tiny_tagger: Tagger, tiny_news: str) -> None:
        ids = tiny_tagger.classify(tiny_news).ids
        assert "people:vladimir-putin" in ids
        assert strict.classify(tiny_news).ids == tuple(id for id in ids if id != "people:vladimir-putin")

    def test_one_that_is_given_goes_before(self, strict: Tagger, tiny_news: str) -> None:
        for threshold in (0.5, {"people": 0.5}):
            assert "people:vladimir-putin" in strict.classify(tiny_news, threshold=threshold)
        assert "people:vladimir-putin" not in strict.classify(tiny_news, threshold={"topics": 0.5})

    def test_they_are_saved_and_pickled(self, strict: Tagger, tiny_news: str, tmp_path: Path) -> None:
        strict.save(tmp_path / "model")
        for again in (Tagger.load(tmp_path / "model"), pickle.loads(pickle.dumps(strict))):
            assert again.cuts.tolist() == strict.cuts.tolist()
            assert again.classify(tiny_news).ids == strict.classify(tiny_news).ids


class TestRank:
    IDS = ("countries:ua", "countries:ua-crimea", "countries:ru")

    def test_what_lies_under_a_concept_does_not_speak_for_it(self, tiny_tagger: Tagger) -> None:
        text = "Crimea votes\n\nVoters in Crimea went to the polls. Crimea was quiet."
        narrow, *others = tiny_tagger.rank(text, self.IDS)
        assert narrow.id == "countries:ua-crimea"
        assert all(each.score < narrow.score for each in others)

    def test_gives_each_concept_once_and_no_other(self, tiny_tagger: Tagger) -> None:
        ranked = tiny_tagger.rank("Nothing of note.", [*self.IDS, "countries:ru"])
        assert sorted(ranked.ids) == sorted(self.IDS) and {tag.score for tag in ranked} == {0.0}
        assert len(tiny_tagger.rank("Russia", [])) == 0

    def test_alone_a_concept_scores_no_more_than_it_is_given_with(self, tiny_tagger: Tagger) -> None:
        for id in self.IDS:
            (alone,) = tiny_tagger.rank("Russia annexed Crimea, Ukraine said.", [id])
            given = tiny_tagger.classify("Russia annexed Crimea, Ukraine said.", threshold=0.0)
            assert alone.score <= max(tag.score for tag in given.with_broader() if tag.id == id)

    def test_one_id_is_not_taken_for_its_letters(self, tiny_tagger: Tagger) -> None:
        with pytest.raises(TypeError, match="several"):
            tiny_tagger.rank("Russia", "countries:ru")
