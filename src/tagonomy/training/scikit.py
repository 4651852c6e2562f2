"""A fitted pipeline of scikit-learn as a tagger: the same scores, without scikit-learn and faster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from tagonomy.concepts import ConceptIndex
from tagonomy.config import TaggerConfig
from tagonomy.errors import ConfigError
from tagonomy.features import Tfidf
from tagonomy.mentions.lexicon_builder import build_lexicon
from tagonomy.pipeline import Parts
from tagonomy.ranking import FEATURES, Ranker
from tagonomy.rules import RuleSet
from tagonomy.tagger import Tagger
from tagonomy.taxonomy import Taxonomy
from tagonomy.text import tokenize
from tagonomy.training.labels import concepts_of
from tagonomy.training.one_vs_rest import model_of

# What a vectorizer must be set to so that its rows are ours.
_EXPECTED = {
    "analyzer": "word",
    "lowercase": True,
    "ngram_range": (1, 1),
    "norm": "l2",
    "sublinear_tf": True,
    "binary": False,
}


def from_sklearn(pipeline: Any, tags: Sequence[str], *, dtype: str = "float32") -> Tagger:
    """Make a tagger of a fitted scikit-learn pipeline of ``TfidfVectorizer`` and linear classifiers.

    The tagger gives a tag where the pipeline's decision function is above 0, with the logistic function of
    it as probability. It looks for no names.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Two fitted steps: a ``TfidfVectorizer(sublinear_tf=True)`` over single words, and a classifier with
        ``coef_`` and ``intercept_``, or ``OneVsRestClassifier`` over such ones.
    tags : sequence of str
        The tag of each column of the decision function.
    dtype : {"float32", "float16"}, default "float32"
        Precision of the weights.

    Returns
    -------
    Tagger
        Fitted and frozen, as any other; it can be saved.

    Raises
    ------
    ConfigError
        If the vectorizer is set to something else, or knows words that no text can give here, such as
        words with diacritics (fit it with ``strip_accents="unicode"``).

    Notes
    -----
    Words are runs of two letters or digits and more, as by scikit-learn's default. Scores below a
    probability of 0.05 are no candidates, those beyond log-odds of 8 count as 8, and a text without any
    known word gets no tag.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import TfidfVectorizer
    >>> from sklearn.multiclass import OneVsRestClassifier
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.svm import LinearSVC
    >>> texts = ["Rates rise as the bank fights inflation", "The striker scored in the final"] * 5
    >>> pipeline = make_pipeline(TfidfVectorizer(sublinear_tf=True), OneVsRestClassifier(LinearSVC()))
    >>> pipeline = pipeline.fit(texts, [[1, 0], [0, 1]] * 5)
    >>> from_sklearn(pipeline, ["economy", "sport"]).classify("The bank left rates unchanged").labels
    ('economy',)
    """
    vectorizer, classifier = (step for _, step in pipeline.steps)
    words = _words_of(vectorizer)
    coefficients, intercepts = _planes_of(classifier)
    if len(tags) != len(intercepts) or len(set(tags)) != len(tags):
        raise ConfigError("tags", list(tags)[:5], f"{len(intercepts)} different tags, one a column")
    if dtype not in ("float32", "float16"):
        raise ConfigError("dtype", dtype, "'float32' or 'float16'")
    concepts = concepts_of(tags)
    taxonomy = Taxonomy.of(concepts.values(), "scikit-learn")
    index = ConceptIndex.of(taxonomy)
    numbers = np.array([index.number(concepts[tag].id) for tag in tags], dtype=np.int32)
    order = np.argsort(numbers)  # candidates come in order of their numbers
    weights = coefficients[order].T
    # A row that has every column is added as it lies, eight columns at once: three zeros beside each weight
    # cost less than to skip them.
    written = (weights != 0) | (np.count_nonzero(weights, axis=1) * 4 >= len(tags))[:, None]
    ones = np.ones(len(tags), dtype=np.float32)
    stops = np.append(0, np.count_nonzero(written, axis=1).cumsum())
    by_feature = csr_array((weights[written], np.nonzero(written)[1], stops), weights.shape)
    linear = model_of(by_feature, numbers[order], intercepts[order].astype(np.float32), ones, 0 * ones, dtype)
    config = TaggerConfig(thresholds=dict.fromkeys(index.facet_names, 0.5))
    believed = np.array([name == "linear" for name in FEATURES], dtype=np.float32)
    idf = vectorizer.idf_ if vectorizer.use_idf else np.ones(len(words))
    parts = Parts(
        index,
        build_lexicon(Taxonomy.of([], "names"), words, config.limits),
        RuleSet([]),
        Tfidf(idf.astype(np.float32)[None]),
        linear,
        Ranker(np.tile(believed, (len(index.facet_names), 1))),
    )
    manifest = {
        "name": "scikit-learn",
        "taxonomy": taxonomy.name,
        "taxonomy_sha256": taxonomy.sha256(),
        "thresholds": dict(config.thresholds),
    }
    return Tagger(parts, manifest, limits=config.limits)


def _words_of(vectorizer: Any) -> list[str]:
    """Return the vocabulary in the order of its columns."""
    for name, expected in _EXPECTED.items():
        found = getattr(vectorizer, name, None)
        if found != expected:
            raise ConfigError(f"TfidfVectorizer.{name}", found, repr(expected))
    words = sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__)
    strange = [word for word in words if tokenize(word).words != [word]]
    if strange:
        raise ConfigError(
            "TfidfVectorizer.vocabulary_",
            strange[:5],
            "single words without diacritics: fit it with strip_accents='unicode'",
        )
    return words


def _planes_of(classifier: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return weights, shape (n_tags, n_words), and intercepts."""
    planes = getattr(classifier, "estimators_", [classifier])
    if not all(hasattr(plane, "coef_") for plane in planes):
        raise ConfigError(
            "classifier", type(classifier).__name__, "a linear one: coef_ and intercept_ for every tag"
        )
    weights = [np.atleast_2d(plane.coef_) for plane in planes]
    intercepts = [np.atleast_1d(plane.intercept_) for plane in planes]
    return np.concatenate(weights), np.concatenate(intercepts)
