"""From candidates to probabilities: what each feature says, and that shares add up."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagonomy import Concept, Tagger, Taxonomy
from tagonomy.concepts import ConceptIndex
from tagonomy.description import candidate_features
from tagonomy.features import LEAD_WORDS
from tagonomy.mentions.candidate import Candidate
from tagonomy.mentions.lexicon import KINDS, NAME
from tagonomy.mentions.matcher import Match
from tagonomy.ranking import (
    FEATURES,
    KNOWN,
    LINEAR_CANDIDATE,
    Ranker,
    log_odds,
    probabilities,
)
from tagonomy.text import Tokens, tokenize

LOGITS = st.floats(-1e6, 1e6)
DEMONYM, CAPITAL = KINDS.index("demonym"), KINDS.index("capital")


def at(*starts: int) -> list[Match]:
    return [Match(start, start + 1, (0,)) for start in starts]


def article(words: int, title: int = 0) -> Tokens:
    """Return an article of so many words, the first of them its title."""
    return tokenize("ab " * words, 3 * title)


def describe(
    candidate: Candidate,
    tokens: Tokens,
    taxonomy: Taxonomy,
    logit: float | None = None,
    id: str = "countries:ru",
) -> dict[str, float]:
    """Return the features of a candidate for a concept by name."""
    index = ConceptIndex.of(taxonomy)
    concept = index.number(id)
    logits = {} if logit is None else {concept: logit}
    concepts, rows = candidate_features({concept: candidate}, logits, frozenset(logits), tokens, index)
    assert concepts == [concept]
    return dict(zip(KNOWN, rows[0].tolist(), strict=True))


class TestFeatures:
    def test_a_name_in_the_headline_and_in_the_lead(self, tiny_taxonomy: Taxonomy) -> None:
        tokens = article(200, title=10)
        known = describe(Candidate(names=at(2, 20, 150)), tokens, tiny_taxonomy)
        assert (known["named"], known["title"], known["lead"]) == (1, 1, 1)
        assert known["names"] == pytest.approx(math.log1p(3))
        assert known["first"] == pytest.approx(1 - 2 / 200)
        assert known["spread"] == pytest.approx(148 / 200)
        assert known["density"] == pytest.approx(1.5)
        assert known["share"] == 1

    def test_a_name_in_passing(self, tiny_taxonomy: Taxonomy) -> None:
        known = describe(Candidate(names=at(LEAD_WORDS + 10)), article(200, title=10), tiny_taxonomy)
        assert (known["named"], known["title"], known["lead"]) == (1, 0, 0)
        known = describe(Candidate(names=at(LEAD_WORDS + 9)), article(200, title=10), tiny_taxonomy)
        assert known["lead"] == 1

    def test_evidence_counts_by_its_kind(self, tiny_taxonomy: Taxonomy) -> None:
        kinds = [DEMONYM, DEMONYM, CAPITAL, NAME]
        evidence = [(match, kind) for match, kind in zip(at(1, 2, 3, 4), kinds, strict=True)]
        known = describe(Candidate(evidence=evidence), article(100, title=2), tiny_taxonomy)
        assert (known["named"], known["title"], known["title_evidence"], known["lead_evidence"]) == (
            0,
            0,
            1,
            1,
        )
        for name, count in (("names", 0), ("demonyms", 2), ("places", 1), ("implied", 1)):
            assert known[name] == pytest.approx(math.log1p(count))

    def test_rules_alone(self, tiny_taxonomy: Taxonomy) -> None:
        known = describe(Candidate(rules=[((5, 6), (8, 9))]), article(10), tiny_taxonomy)
        assert (known["rule_only"], known["named"]) == (1, 0)
        assert known["rule"] == pytest.approx(math.log1p(1))
        assert known["spread"] == pytest.approx(0.3)
        named = describe(Candidate(names=at(1), rules=[((5, 6),)]), article(10), tiny_taxonomy)
        assert named["rule_only"] == 0

    def test_rules_in_the_headline_and_in_the_lead(self, tiny_taxonomy: Taxonomy) -> None:
        tokens = article(200, title=10)
        for spans, expected in (
            (((2, 3), (7, 8)), (1, 0, 2)),
            (((2, 4),), (1, 0, 1)),  # a phrase
            (((2, 3), (12, 13)), (0, 0, 2)),  # a word of it in each says little
            (((12, 13), (14, 15)), (0, 1, 2)),
            (((100, 101), (104, 105)), (0, 0, 2)),
        ):
            known = describe(Candidate(rules=[spans]), tokens, tiny_taxonomy)
            assert (known["rule_title"], known["rule_lead"]) == expected[:2]
            assert known["rule_places"] == pytest.approx(math.log1p(expected[2]))

    @pytest.mark.parametrize(
        ("text", "speaks"),
        [
            ("Wire said that it rained.", 1),
            ("It rained, said Wire.", 1),
            ("It rained, Wire and others said.", 0),
            ("Wire", 0),
        ],
    )
    def test_who_says_something(self, tiny_taxonomy: Taxonomy, text: str, speaks: float) -> None:
        tokens = tokenize(text, 0)
        known = describe(Candidate(names=at(tokens.words.index("wire"))), tokens, tiny_taxonomy)
        assert known["speaks"] == speaks

    def test_what_is_named_right_above_and_right_under(self, tiny_taxonomy: Taxonomy) -> None:
        index = ConceptIndex.of(tiny_taxonomy)
        ukraine, crimea = index.number("countries:ua"), index.number("countries:ua-crimea")
        for named, expected in ((True, {ukraine: (1, 0), crimea: (0, 1)}), (False, {ukraine: (0, 0)})):
            candidates = {ukraine: Candidate(names=at(1))}
            candidates[crimea] = (
                Candidate(names=at(3)) if named else Candidate(evidence=[(at(3)[0], CAPITAL)])
            )
            concepts, rows = candidate_features(candidates, {}, frozenset(), article(10), index)
            known = {
                concept: dict(zip(KNOWN, row, strict=True))
                for concept, row in zip(concepts, rows.tolist(), strict=True)
            }
            for concept, (under, above) in expected.items():
                assert known[concept]["narrower"] == pytest.approx(math.log1p(under))
                assert known[concept]["broader"] == above

    def test_the_linear_model_alone(self, tiny_taxonomy: Taxonomy) -> None:
        known = describe(Candidate(), article(10), tiny_taxonomy, logit=3.5)
        assert (known["linear"], known["has_linear"], known["linear_only"]) == (3.5, 1, 1)
        assert describe(Candidate(names=at(1)), article(10), tiny_taxonomy, logit=99.0)["linear"] == 8
        silent = describe(Candidate(names=at(1)), article(10), tiny_taxonomy)
        assert (silent["linear"], silent["has_linear"], silent["linear_only"]) == (0, 0, 0)

    def test_a_mention_says_less_in_a_long_text(self, tiny_taxonomy: Taxonomy) -> None:
        lengths = (10, 50, 100, 1000)
        brief = [describe(Candidate(names=at(1)), article(n), tiny_taxonomy)["brief"] for n in lengths]
        assert brief == pytest.approx([1, 1, 0.5, 0.05])

    def test_what_a_long_text_never_names_is_silent(self, tiny_taxonomy: Taxonomy) -> None:
        silent = [describe(Candidate(), article(n), tiny_taxonomy, logit=2.0)["silent"] for n in (20, 200)]
        assert silent == pytest.approx([0, 0.75])
        assert describe(Candidate(names=at(1)), article(200), tiny_taxonomy, logit=2.0)["silent"] == 0

    @pytest.mark.parametrize(
        ("text", "share"),
        [
            ("He told Wire that it rained.", 1),
            ("He told the Wire that it rained.", 1),
            ("It rained, according to Wire and others.", 1),
            ("Wire reported that it rained.", 1),
            ("It rained, as first reported by Wire.", 1),
            ("In an interview with Wire he wept.", 1),
            ("Wire grew. Wire reported a loss.", 0.5),
            ("(Wire) - It rained.", 1),
            ("(Wire) It rained.", 1),
            ("NEW HARBOUR, Calif., Nov. 2 (Wire) - It rained.", 1),
            ("It rained.\n\nWire\n\nIt stopped.", 1),
            ("He joined the union (Wire) for the rain.", 0),
            ("In a Wire poll most were for rain.", 1),
            ("A Wire reporter saw rain.", 1),
            ("WIRE/Ann Lee saw rain.", 1),
            ("He wrote on Wire that it rained.", 1),
            ("He spoke of a crackdown on Wire.", 0),
            ("In a column in the Wire, he wept.", 1),
            ("Image copyright Wire Image caption Rain fell.", 1),
            ("He found rain in Wire.", 0),
            ("He came to Wire by train with Ann.", 0),
            ("Wire", 0),
        ],
    )
    def test_a_body_that_only_tells_the_source(
        self, tiny_taxonomy: Taxonomy, text: str, share: float
    ) -> None:
        tokens = tokenize(text)
        candidate = Candidate(names=at(*(i for i, word in enumerate(tokens.words) if word == "wire")))
        body = describe(candidate, tokens, tiny_taxonomy, id="organizations:nato")
        assert body["cited"] == pytest.approx(share)
        assert describe(candidate, tokens, tiny_taxonomy)["cited"] == 0

    def test_share_is_of_the_most_frequent_of_the_facet(self, tiny_taxonomy: Taxonomy) -> None:
        index = ConceptIndex.of(tiny_taxonomy)
        ids = ["countries:ru", "countries:ua", "people:vladimir-putin"]
        counts = [4, 1, 2]
        given = {index.number(id): Candidate(names=at(*range(n))) for id, n in zip(ids, counts, strict=True)}
        concepts, rows = candidate_features(given, {}, frozenset(), article(10), index)
        share = dict(zip(concepts, rows[:, FEATURES.index("share")].tolist(), strict=True))
        assert [share[index.number(id)] for id in ids] == [1, 0.25, 1]

    @pytest.mark.parametrize(
        ("id", "below"), [("topics:economy", 1), ("topics:rates", 0), ("countries:europe", 0)]
    )
    def test_what_a_subject_spans_weighs_on_its_names(self, id: str, below: int) -> None:
        taxonomy = Taxonomy.of(
            [
                Concept(id="topics:economy", label="economy"),
                Concept(id="topics:rates", label="rates", broader=("topics:economy",)),
                Concept(id="countries:europe", label="Europe"),
                Concept(id="countries:fr", label="France", broader=("countries:europe",)),
            ],
            "tiny",
        )
        known = describe(Candidate(names=at(1, 2, 3)), article(200), taxonomy, id=id)
        assert known["wide"] == pytest.approx(math.log1p(below) * math.log1p(3))
        assert describe(Candidate(), article(200), taxonomy, id=id)["wide"] == 0

    @pytest.mark.parametrize(("year", "over"), [(2016, 5), (2011, 0), (2009, 0), (None, 0)])
    def test_how_long_an_event_is_over(self, year: int | None, over: int) -> None:
        war = Concept(id="events:war", label="war", start="2003-03-20", end="2011-12-18")
        index = ConceptIndex.of(Taxonomy.of([war], "tiny"))
        candidates = {0: Candidate(names=at(1))}
        _, rows = candidate_features(candidates, {}, frozenset(), article(200), index, year)
        assert rows[0, KNOWN.index("over")] == pytest.approx(math.log1p(over))

    @pytest.mark.parametrize("prior", [0, 4, 9])
    def test_how_often_news_is_about_it(self, prior: int) -> None:
        taxonomy = Taxonomy.of([Concept(id="topics:a", label="A", prior=prior)])
        assert describe(Candidate(), article(200), taxonomy, id="topics:a")["prior"] == prior / 8

    def test_what_goes_on_is_not_over(self) -> None:
        war = Concept(id="events:war", label="war", start="2014-02-20")
        index = ConceptIndex.of(Taxonomy.of([war], "tiny"))
        _, rows = candidate_features({0: Candidate()}, {}, frozenset(), article(200), index, 2026)
        assert rows[0, KNOWN.index("over")] == 0

    def test_no_candidate_gives_no_row(self, tiny_taxonomy: Taxonomy) -> None:
        concepts, rows = candidate_features({}, {}, frozenset(), tokenize(""), ConceptIndex.of(tiny_taxonomy))
        assert (concepts, rows.shape) == ([], (0, len(KNOWN)))

    @given(st.text(st.characters()))
    def test_features_are_finite_whatever_the_text(self, tiny_tagger: Tagger, text: str) -> None:
        concepts, features = tiny_tagger.describe(f"{text} Vladimir Putin {text} Russian rates")
        assert concepts == sorted(set(concepts))
        assert features.shape == (len(concepts), len(FEATURES)) and np.isfinite(features).all()


class TestProbabilities:
    @given(st.lists(LOGITS))
    def test_they_lie_between_0_and_1_and_keep_the_order(self, logits: list[float]) -> None:
        found = probabilities(np.array(sorted(logits), dtype=np.float64)).tolist()
        assert found == sorted(found)
        assert all(0 <= p <= 1 for p in found)

    @given(st.floats(-25, 25))
    def test_log_odds_turn_them_back(self, logit: float) -> None:
        probability = float(probabilities(np.array([logit]))[0])
        assert probability == pytest.approx(1 / (1 + math.exp(-logit)), abs=1e-12)
        assert log_odds(probability) == pytest.approx(logit, abs=1e-3)

    def test_log_odds_of_certainty_are_finite(self) -> None:
        assert -30 < log_odds(0.0) < -20 and 20 < log_odds(1.0) < 30
        assert log_odds(0.5) == 0


VALUES = st.lists(st.floats(-5, 5, width=32), min_size=len(FEATURES), max_size=len(FEATURES))


class TestRanker:
    @given(VALUES, VALUES)
    def test_shares_add_up_to_the_logit(self, weights: list[float], features: list[float]) -> None:
        ranker = Ranker(np.array([weights, weights[::-1]], dtype=np.float32))
        row = np.array(features, dtype=np.float32)
        for facet in (0, 1):
            (logit,) = ranker.logits(row[None, :], np.array([facet], dtype=np.uint8))
            assert sum(ranker.shares(row, facet).values()) == pytest.approx(logit, abs=1e-4)

    def test_each_facet_has_weights_of_its_own(self) -> None:
        weights = np.zeros((2, len(FEATURES)), dtype=np.float32)
        weights[1, 0] = 2
        features = np.ones((2, len(FEATURES)), dtype=np.float32)
        assert Ranker(weights).logits(features, np.array([0, 1], dtype=np.uint8)).tolist() == [0, 2]

    def test_what_training_learned_of_a_concept_is_added(self) -> None:
        learned = np.array([[0, 0], [2, -1], [3, 0.5]], dtype=np.float32)
        ranker = Ranker(np.zeros((1, len(FEATURES)), dtype=np.float32), learned)
        known = np.zeros((2, len(KNOWN)), dtype=np.float32)
        known[0, KNOWN.index("named")] = 1
        rows = ranker.complete([1, 2], known, np.zeros(2, dtype=np.uint8))
        assert rows[:, FEATURES.index("frequency")].tolist() == [2, 3]
        # Trust is in the name: where another word speaks for the concept, it says nothing.
        assert rows[:, FEATURES.index("trust")].tolist() == [-1, 0]

    def test_in_a_brief_text_trust_stands_once_more(self) -> None:
        learned = np.array([[0, -2]], dtype=np.float32)
        known = np.zeros((1, len(KNOWN)), dtype=np.float32)
        known[0, KNOWN.index("named")], known[0, KNOWN.index("brief")] = 1, 0.25
        ranker = Ranker(np.zeros((1, len(FEATURES)), dtype=np.float32), learned)
        rows = ranker.complete([0], known, np.zeros(1, dtype=np.uint8))
        assert rows[0, FEATURES.index("brief_trust")] == -0.5

    @given(
        st.lists(st.tuples(st.integers(0, 2), st.floats(-8, 8, width=32), st.booleans()), max_size=12),
    )
    def test_each_candidate_has_the_best_other_of_its_facet_for_rival(
        self, candidates: list[tuple[int, float, bool]]
    ) -> None:
        known = np.zeros((len(candidates), len(KNOWN)), dtype=np.float32)
        facets = np.array([facet for facet, _, _ in candidates], dtype=np.uint8)
        for row, (_, logit, modelled) in enumerate(candidates):
            known[row, KNOWN.index("linear")] = logit if modelled else 0
            known[row, KNOWN.index("has_linear")] = modelled
        ranker = Ranker(np.zeros((3, len(FEATURES)), dtype=np.float32))
        rows = ranker.complete(list(range(len(candidates))), known, facets)
        loud = [max(x, LINEAR_CANDIDATE) if modelled else LINEAR_CANDIDATE for _, x, modelled in candidates]
        for row in range(len(candidates)):
            others = [loud[i] for i in range(len(loud)) if i != row and facets[i] == facets[row]]
            rival, ahead, behind = rows[row, [FEATURES.index(n) for n in ("rival", "ahead", "behind")]]
            assert rival == max(others, default=LINEAR_CANDIDATE)
            assert ahead - behind == pytest.approx(loud[row] - rival, abs=1e-5)
            assert min(ahead, behind) == 0

    def test_weights_of_fewer_features_can_be_read(self) -> None:
        old = Ranker.from_tensors({"ranker.weights": np.ones((2, len(KNOWN)), dtype=np.float32)})
        assert old.weights.shape == (2, len(FEATURES))
        assert old.weights.sum() == 2 * len(KNOWN)
        again = Ranker.from_tensors(Ranker(old.weights, np.ones((5, 2), dtype=np.float32)).tensors())
        assert again.concepts is not None and again.concepts.sum() == 10

    def test_what_many_concepts_share_is_saved_once(self) -> None:
        weights = np.ones((2, len(FEATURES)), dtype=np.float32)
        few, many = np.tile(np.eye(2, dtype=np.float32), (300, 1)), np.arange(1200, dtype=np.float32)
        for learned, name in ((few, "ranker.kinds"), (many.reshape(-1, 2), "ranker.concepts")):
            tensors = Ranker(weights, learned).tensors()
            assert name in tensors
            again = Ranker.from_tensors(tensors).concepts
            assert again is not None and again.tolist() == learned.tolist()
        assert sum(each.nbytes for each in Ranker(weights, few).tensors().values()) < few.nbytes
