"""The compiled kernel gives the same bits as the Python that explains it."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from tagonomy import load_tagger
from tagonomy.articles.article import Article, title_of
from tagonomy.pipeline import Given, Reasons, Scored, ScoredBatch, kernel
from tagonomy.pipeline import make_pipeline as make
from tagonomy.python_pipeline import PythonPipeline
from tagonomy.ranking import Ranker
from tagonomy.tagger import Tagger
from tagonomy.text import tokenize
from tagonomy.training import from_sklearn

pytestmark = pytest.mark.skipif(kernel() is None, reason="the package was built without its kernel")

NEWS = (
    "Gen. Mark Milley spoke with Gen. Valery Gerasimov on Tuesday, the U.S. said. Russian troops massed near "
    "the border with Ukraine in 2021; Moscow denied it. President Biden and President Putin met in Geneva. "
    "Secretary of State Antony Blinken flew to Brussels -- NATO's seat. In Paris, Texas, Mr. Johnson lost. "
    "Paris Hilton and Denzel Washington came; Georgia's Sen. Warnock did not. WHO? The WHO! TELL US NOW. "
    "Senate Republicans blocked the bill on abortion. Hurricane Ian hit Florida. Zelenskyy thanked Germany. "
    "Turkey struck the Kurdistan Workers' Party."
)
PIECES = re.findall(r"\S+\s*", NEWS)
GAPS = [
    "",
    " ",
    "\n",
    "\n\n",
    ". ",
    ", ",
    "-",
    "\u2019s ",
    " & ",
    "... ",
    '." ',
    "\u00a0",
    "\u200d",
    "!? (",
    "'",
    "' ",
]

pieces = st.lists(
    st.one_of(st.sampled_from(PIECES), st.sampled_from(GAPS), st.text(st.characters(), max_size=6)),
    max_size=40,
)
mixed = pieces.map("".join)
shaped = st.builds(lambda text, change: change(text), mixed, st.sampled_from([str, str.upper, str.lower]))
texts = st.one_of(shaped, st.text(st.characters(), max_size=60), st.lists(st.sampled_from(GAPS)).map("".join))
years = st.one_of(st.none(), st.integers(1900, 2100))


@pytest.fixture(scope="module")
def news() -> Tagger:
    return load_tagger("news-en")


@pytest.fixture(scope="module")
def python(news: Tagger) -> PythonPipeline:
    return PythonPipeline(news.parts)


@given(texts, st.integers(0, 80))
@example("\u1e9e\u0130\ufdfa \u212a\u00c5\u0344\u01c5 \u1c80\u16a0\ud800 \u3164 1\u00b2 \u2460", 3)
@example("\u0391\u03a3 \u03c2 K\u0308\u200d\u00adln " + "\u00e9" * 300, 0)
def test_words_and_sentences(news: Tagger, python: PythonPipeline, text: str, title: int) -> None:
    tokens = tokenize(text, title)
    numbers = python.matcher.numbers(tokens)
    found, title_stop = news.pipeline.words(text, title)  # type: ignore[attr-defined]
    assert title_stop == tokens.title_stop
    assert found == list(zip(tokens.starts, tokens.stops, numbers, tokens.sentences, strict=True))


@given(texts, st.integers(0, 80))
def test_matches(news: Tagger, python: PythonPipeline, text: str, title: int) -> None:
    tokens = tokenize(text, title)
    matches = python.matcher.find(tokens, python.matcher.numbers(tokens))
    expected = [(match.start, match.stop, match.senses) for match in matches]
    assert news.pipeline.matches(text, title) == expected  # type: ignore[attr-defined]


@given(texts, st.integers(0, 80), years)
@example(NEWS, 0, 2015)
@example(NEWS.lower(), 10, None)
@example("", 0, None)
def test_candidates_and_their_features(
    news: Tagger, python: PythonPipeline, text: str, title: int, year: int | None
) -> None:
    concepts, features = news.pipeline.describe(text, title, year)
    expected, rows = python.describe(text, title, year)
    assert list(concepts) == list(expected)
    np.testing.assert_array_equal(features, rows)


def test_a_long_text(news: Tagger, python: PythonPipeline) -> None:
    """Where there are many sentences, places of rules and words with their prefixes, other loops run."""
    more = "Russia annexed Crimea after the annexation; elections, an election, electoral votes followed.\n"
    text = "\n\n".join(f"{NEWS} {more * (number % 9)}" for number in range(80))
    concepts, features = news.pipeline.describe(text, 0, 2022)
    expected, rows = python.describe(text, 0, 2022)
    assert list(concepts) == list(expected)
    np.testing.assert_array_equal(features, rows)


@given(texts, years, st.floats(0, 1), st.booleans())
@example(NEWS, None, 0.5, False)
def test_tags_and_scores(
    news: Tagger, python: PythonPipeline, text: str, year: int | None, cut: float, some: bool
) -> None:
    cuts = np.full(len(news.index), cut)
    allowed = (np.arange(len(news.index)) % 2).astype(np.uint8) if some else None
    found = Scored(*news.pipeline.classify(text, 7, year, cuts, allowed))
    expected = python.classify(text, 7, year, cuts, allowed)
    assert (found.concepts, found.scores) == (expected.concepts, expected.scores)
    assert closed(found) == closed(expected)


@given(texts)
@example(NEWS)
def test_reasons(news: Tagger, python: PythonPipeline, text: str) -> None:
    concepts = [*python.describe(text, 0, None)[0], 0]
    for one, other in zip(
        news.pipeline.explain(text, 0, None, concepts), python.explain(text, 0, None, concepts), strict=True
    ):
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            found = Reasons(*one)
            np.testing.assert_array_equal(found.features, other.features)
            assert (found.places, found.fired) == (other.places, other.fired)
            assert [word[:2] for word in found.words] == [word[:2] for word in other.words]
            np.testing.assert_allclose([word[2] for word in found.words], [word[2] for word in other.words])


def test_a_small_model_too(tiny_tagger: Tagger, tiny_news: str) -> None:
    python = PythonPipeline(tiny_tagger.parts)
    cuts = np.zeros(len(tiny_tagger.index))
    expected = python.classify(tiny_news, 0, None, cuts, None)
    found = Scored(*tiny_tagger.pipeline.classify(tiny_news, 0, None, cuts, None))
    assert found[:2] == expected[:2]


def test_rules_with_large_numbers_are_read_alike(tiny_tagger: Tagger) -> None:
    """Programs have sixteen bits a number where that is enough, else thirty-two."""
    parts, text = tiny_tagger.parts, "Troops annexed Crimea. The annexation of Crimea was denied in Moscow."
    tensors = parts.tensors()
    wide = tensors | {name: tensors[name].astype(np.int32) for name in ("rules.programs", "rules.sets")}
    assert tensors["rules.programs"].dtype == np.uint16
    concepts = list(range(len(tiny_tagger.index)))
    found, expected = (make(parts, each).explain(text, 0, None, concepts) for each in (wide, tensors))
    assert any(one is not None and one[2] for one in found)  # a rule is true
    for one, other in zip(found, expected, strict=True):
        assert (one and (one[0].tobytes(), one[1:])) == (other and (other[0].tobytes(), other[1:]))


@given(st.integers(0, 2**32 - 1), texts)
@example(0, NEWS)
def test_features_without_weight_change_no_bit(tiny_tagger: Tagger, seed: int, text: str) -> None:
    draw, parts = np.random.default_rng(seed), tiny_tagger.parts
    weights = draw.normal(size=parts.ranker.weights.shape) * draw.integers(0, 2, parts.ranker.weights.shape)
    # What is known of each concept, of each sort of concepts, or of none.
    learned = draw.normal(size=(len(parts.index), 2)).astype(np.float32)
    if seed % 2:
        learned = learned[draw.integers(0, 2, len(learned))]
    ranker = Ranker(weights.astype(np.float32), learned if seed % 3 else None)
    changed = parts.replace(ranker=ranker)
    cuts = np.zeros(len(tiny_tagger.index))
    found = Scored(*Tagger(changed, tiny_tagger.manifest).pipeline.classify(text, 0, None, cuts, None))
    expected = PythonPipeline(changed).classify(text, 0, None, cuts, None)
    assert found[:2] == expected[:2]
    assert closed(found) == closed(expected)


def closed(scored: Scored) -> dict[int, float]:
    concepts = np.frombuffer(scored.considered, dtype=np.int32).tolist()
    return dict(zip(concepts, np.frombuffer(scored.closed).tolist(), strict=True))


def test_threads_share_a_kernel(news: Tagger) -> None:
    texts = [" ".join(PIECES[each % 7 :: 1 + each % 3]) for each in range(60)]
    cuts = news.cuts
    expected = [news.pipeline.classify(text, 0, None, cuts, None) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            found = list(pool.map(lambda text: news.pipeline.classify(text, 0, None, cuts, None), texts))
            assert found == expected
    batch = ScoredBatch(*news.pipeline.classify_batch([Given(text) for text in texts], cuts, None))
    assert [batch.one(each) for each in range(len(texts))] == expected


def test_text_that_fails_leaves_the_kernel_as_it_was(news: Tagger) -> None:
    expected = news.classify(NEWS)
    with pytest.raises(TypeError):
        news.pipeline.classify(b"bytes", 0, None, news.cuts, None)  # type: ignore[arg-type]
    assert news.classify(NEWS) == expected


def test_the_kernel_can_be_switched_off(monkeypatch: pytest.MonkeyPatch, tiny_tagger: Tagger) -> None:
    monkeypatch.setenv("TAGONOMY_KERNEL", "python")
    tagger = Tagger(tiny_tagger.parts, tiny_tagger.manifest)
    assert isinstance(tagger.pipeline, PythonPipeline)
    assert tagger.classify(NEWS) == tiny_tagger.classify(NEWS)


# Words that end at, begin at and lie across the borders of what is looked at together, in all three widths.
BORDERS = st.builds(
    lambda before, words, widest: "x" * before + " " + " ".join(words) + widest,
    st.integers(50, 140),
    st.lists(
        st.sampled_from(
            ["Paris", "UN", "2021", "a", "É", "MI6", "covid19", "R&D", "x" * 15, "Y" * 16, "z" * 17, "9" * 70]
        )
    ),
    st.sampled_from(["", "é", "\u2019", "\u0416", "\U0001f600", "\u200d", "\U00020000"]),
)


@given(BORDERS, st.integers(0, 300))
@example("A" * 64, 0)
@example("7" * 64 + " 1999", 64)
@example("x" * 63 + " " + "Q" * 128 + "\u2019", 3)
def test_words_across_the_borders_of_blocks(
    news: Tagger, python: PythonPipeline, text: str, title: int
) -> None:
    tokens = tokenize(text, title)
    numbers = python.matcher.numbers(tokens)
    found, title_stop = news.pipeline.words(text, title)  # type: ignore[attr-defined]
    assert title_stop == tokens.title_stop
    assert found == list(zip(tokens.starts, tokens.stops, numbers, tokens.sentences, strict=True))
    concepts, features = news.pipeline.describe(text, title, None)
    expected, rows = python.describe(text, title, None)
    assert list(concepts) == list(expected)
    np.testing.assert_array_equal(features, rows)


@pytest.fixture(scope="module", params=["float32", "float16"])
def linear(request: pytest.FixtureRequest) -> Tagger:
    """Return a tagger in which the linear model decides alone, with rows that have all columns and others."""
    draw = np.random.default_rng(5)
    words = sorted({word.lower() for word in re.findall(r"\w\w+", NEWS)})
    texts = [" ".join(draw.choice(words, 30)) for _ in range(80)]
    tags = draw.integers(0, 2, (80, 11))
    pipeline = make_pipeline(
        TfidfVectorizer(sublinear_tf=True, strip_accents="unicode"),
        OneVsRestClassifier(LinearSVC(random_state=0)),
    ).fit(texts, tags)
    for number, plane in enumerate(pipeline[-1].estimators_):
        plane.coef_[0, number % 3 :: 3] = 0
        plane.coef_[0, number::40] = 0
        plane.coef_[0, : 9 * number] = 0
    return from_sklearn(pipeline, [f"tag {each}" for each in range(11)], dtype=request.param)


@given(texts, years, st.floats(0, 1), st.booleans())
@example(NEWS, None, 0.5, False)
@example(NEWS.lower(), 1999, 0.1, True)
def test_the_linear_model_alone(linear: Tagger, text: str, year: int | None, cut: float, some: bool) -> None:
    python = PythonPipeline(linear.parts)
    cuts = np.full(len(linear.index), cut)
    allowed = (np.arange(len(linear.index)) % 2).astype(np.uint8) if some else None
    expected = python.classify(text, 7, year, cuts, allowed)
    found = Scored(*linear.pipeline.classify(text, 7, year, cuts, allowed))
    assert (found.concepts, found.scores) == (expected.concepts, expected.scores)
    assert closed(found) == closed(expected)
    assert linear.pipeline.explain(text, 0, None, found.concepts) is not None
    assert Scored(*linear.pipeline.classify(text, 7, year, cuts, allowed)) == found


@given(
    st.lists(
        st.one_of(
            texts, st.lists(st.sampled_from([*GAPS, "Head line", "x" * 159, "\x1c", "\u3000"])).map("".join)
        )
    )
)
@example(
    [
        "Title\n\nText",
        " Title \n Text",
        "Title\n \n",
        "No title.\nText",
        "\n\nTitle\n\x85Text",
        "",
        "x" * 160 + "\nT",
    ]
)
def test_plain_texts_have_the_titles_that_python_finds(news: Tagger, some: list[str]) -> None:
    found = ScoredBatch(*news.pipeline.classify_batch(some, news.cuts, None))
    given = [Given(*title_of(text)) for text in some]
    assert [found.one(each) for each in range(len(some))] == [
        Scored(*news.pipeline.classify(*each, news.cuts, None)) for each in given
    ]
    python = PythonPipeline(news.parts)
    expected = ScoredBatch(*python.classify_batch(some, news.cuts, None))
    np.testing.assert_array_equal(found.concepts, expected.concepts)
    np.testing.assert_array_equal(found.scores, expected.scores)
    np.testing.assert_array_equal(found.stops, expected.stops)
    assert [closed(found.one(each)) for each in range(len(some))] == [
        closed(expected.one(each)) for each in range(len(some))
    ]


@pytest.mark.parametrize("title", ["", "Kyiv in March", "Île-de-France", "“Kyiv”", "🚀 Kyiv"])
@pytest.mark.parametrize(
    "text", ["", "Russia attacked Kyiv.", "Zürich, Ukraine", "Kyiv – Ukraine", "Ukraine 🚀"]
)
def test_articles_are_what_their_full_texts_are(news: Tagger, title: str, text: str) -> None:
    articles = [Article(text, title), Article("Kyiv " * 400, title), Article(text, title)]
    found = ScoredBatch(*news.pipeline.classify_batch(articles, news.cuts, None))
    given = [Given(*title_of(article)) for article in articles]
    assert [found.one(each) for each in range(len(articles))] == [
        Scored(*news.pipeline.classify(*each, news.cuts, None)) for each in given
    ]
    expected = ScoredBatch(*PythonPipeline(news.parts).classify_batch(articles, news.cuts, None))
    assert (found.concepts, found.scores, found.stops) == (expected.concepts, expected.scores, expected.stops)
