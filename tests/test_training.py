"""Training: what is learned, that it does not depend on chance, and what a corpus must have."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from joblib import parallel_config
from scipy.optimize import minimize
from scipy.sparse import csr_array

from tagonomy import Article, Concept, Source, Tagger, TaggerConfig, Taxonomy, train
from tagonomy.config import FACETS, Limits
from tagonomy.errors import ConfigError, CorpusError, TagonomyError
from tagonomy.ranking import FEATURES, Ranker
from tagonomy.training import (
    RankingSet,
    assemble,
    default_weights,
    fit_linear,
    fit_ranker,
    resolve_tags,
    taxonomy_of,
)
from tagonomy.training.ranker_fit import ranking_rows
from tagonomy.training.shared_logistic import fit_shared

SRC = Path(__file__).resolve().parent.parent / "src"
CORPUS = [
    Article("Rates rise as the bank fights inflation", tags=("economy",)),
    Article("The striker scored twice in the final", tags=("sport",)),
] * 10


def saved(tagger: Tagger, path: Path) -> bytes:
    tagger.save(path)
    return path.read_bytes()


class TestTaggerFromACorpus:
    def test_it_tells_the_corpus_tags_apart(self) -> None:
        tagger = train(CORPUS)
        assert tagger.classify("The bank left rates unchanged").labels == ("economy",)
        assert tagger.classify("The striker scored in the final").labels == ("sport",)
        assert tagger.classify("").labels == ()

    def test_it_names_what_it_was_made_of(
        self, tiny_corpus: tuple[Article, ...], tiny_taxonomy: Taxonomy
    ) -> None:
        tagger = train(iter(tiny_corpus), tiny_taxonomy, TaggerConfig(seed=7, thresholds={"people": 0.25}))
        manifest = tagger.manifest
        assert manifest["articles"] == len(tiny_corpus)
        assert manifest["config"]["seed"] == 7
        assert manifest["taxonomy"] == "tiny" and len(manifest["taxonomy_sha256"]) == 64
        assert tagger.thresholds == dict.fromkeys(FACETS, 0.5) | {"people": 0.25}

    def test_an_article_of_a_concept_is_one_of_all_above_it(
        self, tiny_corpus: tuple[Article, ...], tiny_taxonomy: Taxonomy
    ) -> None:
        fit = fit_linear(tiny_corpus, tiny_taxonomy, TaggerConfig(min_articles=8))
        learned = {fit.index.ids[concept] for concept in fit.model.concepts.tolist()}
        assert {"topics:interest-rates", "topics:economy", "topics:football", "topics:sport"} <= learned
        assert "topics:soccer" not in learned

    def test_tags_with_few_articles_get_no_linear_model_but_their_names(
        self, tiny_taxonomy: Taxonomy
    ) -> None:
        tagger = train(
            [
                *(replace(article, tags=(f"topics:{article.tags[0]}",)) for article in CORPUS),
                Article("NATO met. NATO!", tags=("organizations:nato",)),
            ],
            tiny_taxonomy,
        )
        learned = {tagger.index.ids[concept] for concept in tagger.parts.linear.concepts.tolist()}
        assert learned == {"topics:economy", "topics:sport"}
        tagging = tagger.classify("NATO met NATO.", threshold=0)
        assert {each.source for tag in tagging.facet("organizations") for each in tag.evidence} == {
            Source.MENTION
        }

    def test_the_most_frequent_words_get_the_weights(self, tiny_taxonomy: Taxonomy) -> None:
        articles = [Article("x apple banana", tags=("sport",)), Article("apple cherry", tags=("economy",))]
        fit = fit_linear(
            resolve_tags(articles * 2, tiny_taxonomy),
            tiny_taxonomy,
            TaggerConfig(max_features=2, seed_words=False),
        )
        assert list(fit.lexicon.words)[:2] == ["apple", "banana"]
        idf = [1, np.log(5 / 3) + 1]
        np.testing.assert_allclose(fit.tfidf.idf, [idf, [0, 0], idf], rtol=1e-6)

    def test_out_of_fold_margins_are_not_those_of_the_final_model(
        self, tiny_corpus: tuple[Article, ...], tiny_taxonomy: Taxonomy
    ) -> None:
        fit = fit_linear(tiny_corpus, tiny_taxonomy, TaggerConfig(min_articles=8))
        assert len(fit.out_of_fold) == len(tiny_corpus)
        number = fit.index.number("topics:football")
        right = ["topics:football" in article.tags for article in tiny_corpus]
        margins = np.array([logits.get(number, -4.0) for logits in fit.out_of_fold])
        assert margins[right].min() > np.median(margins[np.invert(right)])

    def test_a_tag_is_learned_from_the_articles_that_judge_it(self, tiny_taxonomy: Taxonomy) -> None:
        config = TaggerConfig(min_articles=2, folds=2)
        sport = [Article(text="goal cup match", tags=("topics:sport",))] * 6
        economy = [Article(text="rates bank goal", tags=("topics:economy",))] * 6
        # Whoever wrote these knew no sport: they lack the tag and speak of nothing else.
        silent = [Article(text="goal cup match", tags=("topics:economy",))] * 12
        articles = resolve_tags([*sport, *economy, *silent], tiny_taxonomy)

        def judges(id: str) -> range:
            return range(12) if id == "topics:sport" else range(len(articles))

        fit = fit_linear(articles, tiny_taxonomy, config, judges=judges)
        number = fit.index.number("topics:sport")
        predicted = {row for row, found in enumerate(fit.out_of_fold) if number in found}
        assert set(range(6)) <= predicted <= set(range(12))
        features, values = fit.tfidf.row([list(fit.lexicon.words).index(word) for word in ("cup", "match")])
        column = fit.model.concepts.tolist().index(number)
        assert fit.model.logits(fit.model.margins(features, values))[column] > 0
        deaf = fit_linear(articles, tiny_taxonomy, config)
        column = deaf.model.concepts.tolist().index(number)
        assert deaf.model.logits(deaf.model.margins(features, values))[column] < 0

    def test_limits_of_the_config_are_those_of_the_tagger(self) -> None:
        tagger = train(CORPUS, config=TaggerConfig(limits=Limits(text_characters=100)))
        with pytest.raises(TagonomyError, match="text_characters"):
            tagger.classify("a" * 101)


class TestNothingDependsOnChance:
    def test_training_twice_gives_the_same_bytes(
        self, tiny_corpus: tuple[Article, ...], tiny_taxonomy: Taxonomy, tmp_path: Path
    ) -> None:
        one, two = (saved(train(tiny_corpus, tiny_taxonomy), tmp_path / name) for name in ("one", "two"))
        assert one == two

    @pytest.mark.parametrize("backend", ["loky", "threading"])
    def test_nor_on_the_number_of_workers(
        self, tiny_corpus: tuple[Article, ...], tiny_taxonomy: Taxonomy, tmp_path: Path, backend: str
    ) -> None:
        alone = saved(train(tiny_corpus, tiny_taxonomy), tmp_path / "alone")
        # Threads that share a random generator differ in one run of four.
        for _ in range(10 if backend == "threading" else 1):
            with parallel_config(backend):
                tagger = train(tiny_corpus, tiny_taxonomy, TaggerConfig(n_jobs=2))
            assert saved(tagger, tmp_path / "several") == alone

    def test_nor_on_the_seed_of_hashes(self, tmp_path: Path) -> None:
        program = (
            "import sys\n"
            "from tagonomy import Article, train\n"
            "texts = {'economy': 'Rates rise as the bank fights', 'sport': 'The striker scored twice'}\n"
            "corpus = [Article(text, tags=(tag,)) for tag, text in texts.items()] * 10\n"
            "print(train(corpus).save(sys.argv[1]))\n"
        )
        seals = set()
        for seed in ("0", "1"):
            environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(SRC)}
            run = subprocess.run(
                [sys.executable, "-c", program, tmp_path / seed],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            )
            seals.add(run.stdout)
        assert len(seals) == 1
        assert len({(tmp_path / seed).read_bytes() for seed in ("0", "1")}) == 1


class TestTaxonomyOfACorpus:
    def test_a_topic_for_each_tag_and_ids_as_they_are(self) -> None:
        taxonomy = taxonomy_of([Article("", tags=("World News", "people:mark-milley", "world news", "日本"))])
        assert {concept.label for concept in taxonomy} == {"World News", "mark milley", "world news", "日本"}
        ids = list(taxonomy.concepts)
        assert "people:mark-milley" in ids
        assert len([id for id in ids if id.startswith("topics:world-news")]) == 2
        assert all(id.isascii() for id in ids)

    @given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=30), min_size=1, max_size=8))
    @settings(max_examples=200)
    def test_any_tags_make_one_or_say_why_not(self, tags: list[str]) -> None:
        try:
            taxonomy = taxonomy_of([Article("", tags=tags)])
        except TagonomyError:
            assert any(not tag.strip() for tag in tags)
        else:
            assert len(taxonomy) == len(set(tags))

    @given(st.text(st.characters(), min_size=1, max_size=10))
    @example("\ud800")
    @settings(max_examples=25, deadline=None)
    def test_any_tag_can_be_learned_or_is_refused_by_an_error_of_ours(self, tag: str) -> None:
        articles = [Article("one two", tags=(tag,)), Article("three four", tags=("other",))] * 2
        try:
            tagger = train(articles, config=TaggerConfig(min_articles=2))
        except TagonomyError:
            return
        assert len(tagger.index) == len({tag, "other"})


class TestResolvingTags:
    def test_labels_become_ids_once(self, tiny_taxonomy: Taxonomy) -> None:
        (article,) = resolve_tags(
            [Article("t", tags=("Russian Federation", "countries:ru", "soccer", "topics:soccer"), id="a")],
            Taxonomy.of([*tiny_taxonomy, Concept(id="topics:s", label="soccer")]),
        )
        assert article.tags == ("countries:ru", "topics:s", "topics:football")
        assert article.id == "a"

    def test_an_unknown_tag_names_the_close_ones(self, tiny_taxonomy: Taxonomy) -> None:
        with pytest.raises(CorpusError, match="did you mean 'economy'"):
            train([Article("a b", tags=("econmy",)), Article("a b")], tiny_taxonomy)


class TestBadCorpora:
    @pytest.mark.parametrize("count", [0, 1])
    def test_fewer_than_two_articles(self, count: int) -> None:
        with pytest.raises(CorpusError, match=f"{count} articles: at least two"):
            train(CORPUS[:count])

    def test_no_tags(self) -> None:
        with pytest.raises(CorpusError, match="no article has a tag"):
            train([Article("one two"), Article("one two")])

    @pytest.mark.parametrize("text", ["", " \n", "a b c", "\x00"])
    def test_no_words(self, text: str) -> None:
        with pytest.raises(CorpusError, match="lower min_df"):
            train([Article(text, tags=("economy",)), Article(text, tags=("sport",))])

    def test_a_tag_that_every_article_has_can_still_be_named(self) -> None:
        tagger = train(
            [Article(f"{word} and the economy", tags=("economy", word)) for word in ("rates", "oil")] * 12
        )
        learned = {tagger.index.ids[concept] for concept in tagger.parts.linear.concepts.tolist()}
        assert learned == {"topics:rates", "topics:oil"}
        assert "topics:economy" in tagger.classify("The economy. The economy!", threshold=0)

    def test_one_tag_that_every_article_has(self, tiny_taxonomy: Taxonomy) -> None:
        articles = [Article("rates and the economy", tags=("economy",))] * 12
        with pytest.raises(CorpusError, match="one tag 'economy': there is nothing to tell it from"):
            train(articles)
        assert len(train(articles, tiny_taxonomy).parts.linear.concepts) == 0  # names and rules remain
        assert len(train([*articles, Article("goals")]).parts.linear.concepts) == 1

    def test_a_tag_that_is_no_tag(self) -> None:
        articles = [Article("rates rise", tags=("x" * 10_000,)), Article("goals fall", tags=("sport",))] * 10
        with pytest.raises(CorpusError, match=r"10,000 characters, 'xxx.*is what was read as tags something"):
            train(articles)

    def test_a_concept_without_articles_is_given_only_where_it_is_named(
        self, tiny_taxonomy: Taxonomy
    ) -> None:
        tagger = train(
            [
                Article(f"{words} {day}", tags=(tag,))
                for day in range(12)
                for words, tag in (("the bank raised rates", "economy"), ("the striker scored", "sport"))
            ],
            tiny_taxonomy,
        )
        nato = tagger.index.number("organizations:nato")
        assert (
            nato not in tagger.parts.linear.concepts
            and "organizations:nato" not in tagger.manifest["out_of_fold"]
        )
        assert tagger.classify("The bank raised rates", threshold=0).facet("organizations").ids == ()
        assert "organizations:nato" in tagger.classify("NATO meets\n\nNATO met.", threshold=0).ids

    def test_conflicting_tags_of_one_text_are_no_obstacle(self) -> None:
        tagger = train([Article("rates rise", tags=(tag,)) for tag in ("economy", "sport")] * 10)
        assert len(tagger.index) == 2

    def test_a_text_that_is_no_article_is_refused(self) -> None:
        for corpus in (["text", "text"], [None, None]):
            with pytest.raises(TypeError, match="Article"):
                train(corpus)  # type: ignore[arg-type]


#: What makes a text long enough to name something in passing.
LONG = " It rained, and then it rained again." * 100


class TestRanker:
    def test_without_candidates_the_plain_weights_stay(self, tiny_tagger: Tagger) -> None:
        nothing = fit_ranker(tiny_tagger, [RankingSet([Article("")], frozenset(FACETS))])
        assert nothing.weights.shape == (len(tiny_tagger.index.facet_names), len(FEATURES))
        assert nothing.weights.tolist() == fit_ranker(tiny_tagger, []).weights.tolist()

    def test_it_learns_that_headlines_count(self, tiny_tagger: Tagger, tiny_taxonomy: Taxonomy) -> None:
        passing = "Nothing happened. " * 30 + "Someone named {} once. " + "Nothing more. " * 30
        names = {"Vladimir Putin": "people:vladimir-putin", "Antony Blinken": "people:antony-blinken"}
        articles = [
            Article(passing.format(other), title=f"{name} speaks", tags=(id,))
            for name, id in names.items()
            for other in names
            if other != name
        ] * 200
        ranker = fit_ranker(tiny_tagger, [RankingSet(articles, frozenset({"people"}))])
        assert isinstance(ranker, Ranker) and np.isfinite(ranker.weights).all()
        concepts, features = tiny_tagger.describe(articles[0])
        people = tiny_tagger.index.facet[concepts]
        logits = dict(zip(concepts, ranker.logits(features, people), strict=True))
        putin, blinken = (tiny_tagger.index.number(id) for id in names.values())
        assert logits[putin] > 0 > logits[blinken]

    def test_what_is_named_but_not_tagged_can_count_less(self, tiny_tagger: Tagger) -> None:
        articles = [
            Article("Antony Blinken spoke.", tags=("people:antony-blinken",)),
            Article("Antony Blinken."),
        ]
        judged = RankingSet(articles * 20, frozenset({"people"}))
        strict, lenient = (
            fit_ranker(tiny_tagger, [replace(judged, untagged=weight)]) for weight in (1.0, 0.5)
        )
        concepts, features = tiny_tagger.describe(articles[0])
        facets = tiny_tagger.index.facet[concepts]
        assert (lenient.logits(features, facets) > strict.logits(features, facets)).all()

    def test_a_later_set_may_share_the_level_of_the_first(self, tiny_tagger: Tagger) -> None:
        text, tag = "Antony Blinken spoke.", ("people:antony-blinken",)
        first = RankingSet([Article(text, tags=tag), Article(text)] * 20, frozenset({"people"}))
        stingy = RankingSet([Article(text)] * 40, frozenset({"people"}))
        concepts, features = tiny_tagger.describe(Article(text))
        facets = tiny_tagger.index.facet[concepts]
        own, shared = (
            fit_ranker(tiny_tagger, [first, replace(stingy, own_level=own)]).logits(features, facets)
            for own in (True, False)
        )
        assert (shared < own).all()

    def test_what_lies_above_a_tag_is_right_unless_it_was_refused(self, tiny_tagger: Tagger) -> None:
        articles = [Article("Crimea is in Ukraine.", tags=("countries:ua-crimea",))]
        judged = RankingSet(articles, frozenset({"countries"}))
        above, tag = (tiny_tagger.index.number(id) for id in ("countries:ua", "countries:ua-crimea"))
        for refused, expected in (
            (None, {above: True, tag: True}),
            ([frozenset({"countries:ua"})], {above: False, tag: True}),
            ([frozenset[str]()], {above: None, tag: True}),  # nobody considered Ukraine
        ):
            rows = ranking_rows(tiny_tagger, replace(judged, refused=refused))
            found = dict(zip(rows.concepts.tolist(), rows.right.tolist(), strict=True))
            assert {concept: found.get(concept) for concept in expected} == expected

    def test_only_known_concepts_teach(self, tiny_tagger: Tagger) -> None:
        article = Article("NATO meets\n\nNATO met.", tags=())
        judged = RankingSet([article] * 5, frozenset(FACETS), known=frozenset({"people:antony-blinken"}))
        plain = fit_ranker(tiny_tagger, [])
        assert fit_ranker(tiny_tagger, [judged]).weights.tolist() == plain.weights.tolist()

    def test_it_learns_how_often_a_concept_is_a_tag_and_its_name_can_be_trusted(
        self, tiny_tagger: Tagger
    ) -> None:
        putin, nato = "people:vladimir-putin", "organizations:nato"
        text = "Vladimir Putin spoke of NATO."
        articles = [Article(text, tags=(putin,)) for _ in range(30)] + [Article(text, tags=(nato,))] * 3
        folds = np.arange(len(articles)) % 3
        judged = RankingSet(articles, frozenset({"people", "organizations"}), folds=folds)
        ranker = fit_ranker(tiny_tagger, [judged])
        assert ranker.concepts is not None
        often, rarely = (tiny_tagger.index.number(id) for id in (putin, nato))
        assert ranker.concepts[[often, rarely], 0] == pytest.approx(np.log1p([30, 3]))
        unseen = tiny_tagger.index.number("people:antony-blinken")
        assert ranker.concepts[unseen].tolist() == [0, 0]

    def test_it_learns_how_far_names_of_a_class_can_be_trusted(self) -> None:
        media, parties = "organizations:media", "organizations:parties"
        named = {"Gazette": media, "Herald": media, "Courier": media, "Greens": parties, "Whigs": parties}
        taxonomy = Taxonomy.of(
            [
                *(Concept(id=id, label=id.partition(":")[2], abstract=True) for id in (media, parties)),
                *(
                    Concept(id=f"organizations:{name.lower()}", label=name, broader=(above,))
                    for name, above in named.items()
                ),
            ]
        )
        articles = [
            Article(f"The {paper} wrote about the {party}." + LONG, tags=(f"organizations:{party.lower()}",))
            for paper in ("Gazette", "Herald")
            for party in ("Greens", "Whigs")
        ] * 5
        linear = fit_linear(articles, taxonomy, TaggerConfig(min_articles=50))
        draft = assemble(linear, taxonomy, TaggerConfig(), Ranker(default_weights(linear.index)))
        facets = frozenset({"organizations"})
        ranker = fit_ranker(draft, [RankingSet(articles, facets, classes=facets)])
        trust = dict(zip(linear.index.ids, ranker.concepts[:, 1].tolist(), strict=True))
        # No article names the Courier, but those that name its like are not about them.
        assert trust["organizations:gazette"] < trust["organizations:courier"] < 0
        assert trust["organizations:greens"] > 0
        assert fit_ranker(draft, [RankingSet(articles, facets)]).concepts is None
        # Where there is no room for names in passing, one takes away what the other gives.
        weights = dict(zip(FEATURES, ranker.weights[0].tolist(), strict=True))
        assert (weights["trust"], weights["brief_trust"]) == (1, -1)

    def test_a_topic_is_a_class_by_itself(self) -> None:
        concepts = [Concept(id="topics:votes", label="elections"), Concept(id="topics:tides", label="tides")]
        taxonomy = Taxonomy.of(concepts)
        text = "The elections came, and the tides rose." + LONG
        articles = [Article(text, tags=("topics:tides",)) for _ in range(40)]
        linear = fit_linear(articles, taxonomy, TaggerConfig(min_articles=50))
        draft = assemble(linear, taxonomy, TaggerConfig(), Ranker(default_weights(linear.index)))
        facets = frozenset({"topics"})
        ranker = fit_ranker(draft, [RankingSet(articles, facets, classes=facets)])
        trust = dict(zip(linear.index.ids, ranker.concepts[:, 1].tolist(), strict=True))
        assert trust["topics:votes"] < 0 < trust["topics:tides"]

    def test_trust_in_a_name_comes_from_other_folds(self, tiny_tagger: Tagger) -> None:
        articles = [
            Article("Vladimir Putin met Antony Blinken.", tags=("people:vladimir-putin",)) for _ in range(30)
        ]
        folds = np.arange(len(articles)) % 3
        rows = ranking_rows(tiny_tagger, RankingSet(articles, frozenset({"people"}), folds=folds))
        trust = rows.features[:, FEATURES.index("trust")]
        putin = tiny_tagger.index.number("people:vladimir-putin")
        # 20 of 20 in the other folds, 30 of 30 in all: the features know less than what is kept.
        assert 0 < trust[rows.concepts == putin].max() < rows.learned[putin, 1]


def test_the_ranker_minimises_its_loss() -> None:
    random = np.random.default_rng(0)
    X = random.normal(size=(600, 4))
    facet, weight = random.integers(0, 3, 600), random.random(600)
    y = random.random(600) < 1 / (1 + np.exp(facet - 2 * X[:, 0]))
    of_facet = [np.flatnonzero(facet == number) for number in range(3)]
    groups = np.array([(facet == 1) & (X[:, 1] > 0), (facet == 1) & (X[:, 2] > 0)], dtype=float).T
    plain = np.ones(4, dtype=np.float32)
    beliefs = np.array([2.0, 2.0, 7.0, 2.0])
    found, effects = fit_shared(
        X, y, weight, of_facet, csr_array(groups), plain, beliefs, np.array([2.0, 5.0])
    )
    behind = np.append(np.tile(beliefs, 4), [2.0, 5.0])
    design = np.zeros((600, 18))
    design[:, :4] = X
    for number, rows in enumerate(of_facet):
        design[rows, 4 * number + 4 : 4 * number + 8] = X[rows]
    design[:, 16:] = groups
    start = np.concatenate([plain, np.zeros(14)])

    def loss(w: np.ndarray) -> float:
        return float(
            weight @ np.logaddexp(0, np.where(y, -1, 1) * (design @ w))
            + np.sum(behind / 2 * (w - start) ** 2)
        )

    w = minimize(loss, start, options={"maxiter": 2000}).x
    np.testing.assert_allclose(found, w[:4] + w[4:16].reshape(3, 4), atol=1e-3)
    np.testing.assert_allclose(effects, w[16:], atol=1e-3)


class TestIngredients:
    """Each part of the learned side can be left out."""

    def test_title_and_lead(self, tiny_corpus: tuple[Article, ...], tiny_taxonomy: Taxonomy) -> None:
        fit = fit_linear(tiny_corpus, tiny_taxonomy, TaggerConfig(title_and_lead=False))
        assert fit.tfidf.idf.shape[0] == 1
        assert len(fit.model.stops) == fit.tfidf.n_words

    def test_ancestors(self, tiny_corpus: tuple[Article, ...], tiny_taxonomy: Taxonomy) -> None:
        fit = fit_linear(tiny_corpus, tiny_taxonomy, TaggerConfig(min_articles=1, ancestors=False))
        learned = {fit.index.ids[concept] for concept in fit.model.concepts.tolist()}
        assert learned == {tag for article in tiny_corpus for tag in article.tags}

    def test_positive_weight(self, tiny_corpus: tuple[Article, ...], tiny_taxonomy: Taxonomy) -> None:
        one, many = (
            fit_linear(tiny_corpus, tiny_taxonomy, TaggerConfig(positive_weight=weight)).model.intercepts
            for weight in (1.0, 8.0)
        )
        assert (many > one).all()

    def test_stacking(self, tiny_corpus: tuple[Article, ...], tiny_taxonomy: Taxonomy) -> None:
        tagger = train(tiny_corpus, tiny_taxonomy, TaggerConfig(stacked=False))
        assert tagger.parts.ranker.weights.tolist() == default_weights(tagger.index).tolist()

    def test_thresholds(self, tiny_corpus: tuple[Article, ...], tiny_taxonomy: Taxonomy) -> None:
        plain = train(tiny_corpus, tiny_taxonomy, TaggerConfig(tuned_thresholds=False))
        assert set(plain.cuts.tolist()) == {0.5}
        tuned = train(tiny_corpus, tiny_taxonomy)
        assert len(set(tuned.cuts.tolist())) > 1
        topics = np.array([tuned.index.facet_of(c) == "topics" for c in range(len(tuned.index))])
        set_by_hand = train(tiny_corpus, tiny_taxonomy, TaggerConfig(thresholds={"topics": 0.25}))
        assert set(set_by_hand.cuts[topics].tolist()) == {0.25}


class TestConfig:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"min_df": 0},
            {"min_df": 1.5},
            {"max_features": 0},
            {"min_articles": 0},
            {"folds": 1},
            {"C": 0},
            {"C": float("nan")},
            {"positive_weight": 0},
            {"positive_weight": float("inf")},
            {"title_and_lead": 1},
            {"stacked": None},
            {"prune": -1},
            {"n_jobs": 0},
            {"thresholds": {"people": 1.5}},
            {"thresholds": {"people": float("nan")}},
        ],
    )
    def test_a_value_that_is_not_allowed_is_named(self, wrong: dict[str, object]) -> None:
        with pytest.raises(ConfigError, match=next(iter(wrong))):
            TaggerConfig(**wrong)  # type: ignore[arg-type]

    @pytest.mark.parametrize("value", [0, -1, 1.5, "10", None])
    def test_limits_are_whole_numbers(self, value: object) -> None:
        with pytest.raises(ConfigError, match=r"Limits\.text_characters"):
            Limits(text_characters=value)  # type: ignore[arg-type]

    def test_workers_and_limits_do_not_shape_a_model(self) -> None:
        assert TaggerConfig(n_jobs=2, limits=Limits(concepts=5)).to_dict() == TaggerConfig().to_dict()

    def test_settings_that_came_later_leave_old_manifests_as_they_were(self) -> None:
        assert "folds_by_day" not in TaggerConfig().for_manifest()
        assert TaggerConfig(folds_by_day=True).for_manifest()["folds_by_day"] is True
