"""The whole tagger as a scikit-learn estimator over texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.metrics import f1_score
from sklearn.utils.validation import check_is_fitted

from tagonomy.articles.article import Article, as_article
from tagonomy.config import TaggerConfig
from tagonomy.errors import CorpusError
from tagonomy.results import TaggingBatch
from tagonomy.taxonomy import Taxonomy
from tagonomy.training.labels import taxonomy_of
from tagonomy.training.pipeline import train


class TagClassifier(TransformerMixin, ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A multi-label classifier of texts, for pipelines and searches of scikit-learn.

    It trains what :func:`tagonomy.train` trains; the fitted :class:`tagonomy.Tagger`, which also explains
    and can be saved, is ``tagger_``.

    Parameters
    ----------
    taxonomy : Taxonomy, optional
        Concepts with their names and rules; by default the tags themselves.
    classes : sequence of str, optional
        The tag of each column, where ``y`` is a matrix; by default its column names, or numbers.
    C, positive_weight, min_df, max_features, min_articles, folds, title_and_lead, word_ratios, mentions, \
    copies_together, seed_words
        As in :class:`tagonomy.TaggerConfig`.
    random_state : int, default 0
        Seed of the folds and of the solver.
    n_jobs : int, default 1
        Labels that are trained, and texts that are classified, side by side.

    Attributes
    ----------
    classes_ : ndarray of str, shape (n_tags,)
        The tags, sorted, or as in ``classes``.
    tagger_ : Tagger
        The fitted tagger.

    Notes
    -----
    ``y`` may be a sequence of sequences of tags, or a matrix of zeros and ones. Searches over settings
    split ``y`` themselves, and scikit-learn wants it as a matrix then.

    Examples
    --------
    >>> texts = ["Rates rise as the bank fights inflation", "The striker scored in the final"] * 10
    >>> classifier = TagClassifier().fit(texts, [["economy"], ["sport"]] * 10)
    >>> classifier.predict(["The bank left rates unchanged"]).tolist()
    [[1, 0]]
    >>> classifier.predict_tags(["A late goal by the striker"])
    [('sport',)]
    """

    def __init__(
        self,
        *,
        taxonomy: Taxonomy | None = None,
        classes: Sequence[str] | None = None,
        C: float = 1.0,
        positive_weight: float = 1.0,
        min_df: int = 2,
        max_features: int = 100_000,
        min_articles: int = 10,
        folds: int = 5,
        title_and_lead: bool = True,
        word_ratios: bool = True,
        mentions: bool = False,
        copies_together: bool = True,
        seed_words: bool = True,
        random_state: int = 0,
        n_jobs: int = 1,
    ) -> None:
        self.taxonomy = taxonomy
        self.classes = classes
        self.C = C
        self.positive_weight = positive_weight
        self.min_df = min_df
        self.max_features = max_features
        self.min_articles = min_articles
        self.folds = folds
        self.title_and_lead = title_and_lead
        self.word_ratios = word_ratios
        self.mentions = mentions
        self.copies_together = copies_together
        self.seed_words = seed_words
        self.random_state = random_state
        self.n_jobs = n_jobs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.classifier_tags.multi_label = True
        return tags

    def fit(self, X: Iterable[str | Article], y: Any) -> TagClassifier:
        """Train on texts and their tags.

        Parameters
        ----------
        X : iterable of str or Article, length n_texts
            Texts; the tags of articles are not looked at.
        y : sequence of sequences of str, or matrix of shape (n_texts, n_tags)
            Tags of each text.

        Raises
        ------
        CorpusError
            If there is nothing to learn, or texts and tags are not equally many.
        """
        texts = [as_article(text) for text in X]
        names, rows = _tags_of(y, self.classes)
        if len(rows) != len(texts):
            raise CorpusError(f"{len(texts)} texts but tags of {len(rows)}: expected as many of both")
        articles = [replace(text, tags=tuple(tags)) for text, tags in zip(texts, rows, strict=True)]
        taxonomy = self.taxonomy or taxonomy_of(articles)
        config = TaggerConfig(
            C=self.C,
            positive_weight=self.positive_weight,
            min_df=self.min_df,
            max_features=self.max_features,
            min_articles=self.min_articles,
            folds=self.folds,
            title_and_lead=self.title_and_lead,
            word_ratios=self.word_ratios,
            mentions=self.mentions,
            copies_together=self.copies_together,
            seed_words=self.seed_words,
            seed=self.random_state,
            n_jobs=self.n_jobs,
        )
        self.tagger_ = train(articles, taxonomy, config)
        self.classes_ = np.array(names, dtype=object)
        ids = [taxonomy.resolve(name) for name in names]
        # A column of zeros only has no concept: it is never given.
        self._columns = np.array([-1 if id is None else self.tagger_.index.number(id) for id in ids])
        return self

    def predict_proba(self, X: Iterable[str | Article]) -> NDArray[np.float64]:
        """Return the probability of each tag, shape (n_texts, n_tags); 0 where nothing speaks for it."""
        return self._chances(self._found(X))

    def _found(self, X: Iterable[str | Article]) -> TaggingBatch:
        check_is_fitted(self)
        articles = [replace(as_article(text), tags=()) for text in X]
        return self.tagger_.classify_batch(articles, n_jobs=self.n_jobs)

    def _chances(self, found: TaggingBatch) -> NDArray[np.float64]:
        scores = found.scores.tocsc()
        chances = np.zeros((scores.shape[0], len(self._columns)))
        known = self._columns >= 0
        chances[:, known] = scores[:, self._columns[known]].toarray()
        return chances

    def predict(self, X: Iterable[str | Article]) -> NDArray[np.int64]:
        """Return ones for the tags whose probability reaches their threshold, shape (n_texts, n_tags).

        Where every text of the training has a tag of a facet, the likeliest one is given to those in which
        none does.
        """
        found = self._found(X)
        chances = self._chances(found)
        cuts = np.where(self._columns >= 0, self.tagger_.cuts[self._columns], np.inf)
        given = (chances >= cuts) & (chances > 0)
        if self.tagger_.manifest.get("always"):
            ids = self.tagger_.concept_ids
            column = {ids[concept]: i for i, concept in enumerate(self._columns.tolist()) if concept >= 0}
            for row, tagging in enumerate(found):
                given[row, [column[id] for id in tagging.ids if id in column]] = True
        return given.astype(np.int64)

    def predict_tags(self, X: Iterable[str | Article]) -> list[tuple[str, ...]]:
        """Return the tags of each text, in the order of ``classes_``."""
        return [tuple(self.classes_[row > 0].tolist()) for row in self.predict(X)]

    def transform(self, X: Iterable[str | Article]) -> NDArray[np.float64]:
        """Return :meth:`predict_proba`, as features for what follows; knows ``set_output``."""
        return self.predict_proba(X)

    def get_feature_names_out(self, input_features: object = None) -> NDArray[Any]:
        """Return the tags: names of the columns of :meth:`transform`."""
        check_is_fitted(self)
        return self.classes_

    def score(self, X: Iterable[str | Article], y: Any, sample_weight: Any = None) -> float:
        """Return micro-F1 over all pairs of text and tag."""
        _, rows = _tags_of(y, None if hasattr(y, "columns") else self.classes_.tolist())
        wanted = [set(tags) for tags in rows]
        gold = np.array([[name in tags for name in self.classes_] for tags in wanted], dtype=np.int64)
        return float(
            f1_score(gold, self.predict(X), average="micro", zero_division=0, sample_weight=sample_weight)
        )


def _tags_of(y: Any, classes: Sequence[str] | None) -> tuple[list[str], list[list[str]]]:
    """Return the tags in order of their columns, and those of each text."""
    named = getattr(y, "columns", None)
    matrix = y.toarray() if hasattr(y, "toarray") else y
    if named is not None or getattr(matrix, "ndim", 1) == 2:
        values = np.asarray(matrix)
        columns = range(values.shape[1]) if named is None else named
        names = [str(each) for each in (columns if classes is None else classes)]
        if len(names) != values.shape[1]:
            raise CorpusError(f"{values.shape[1]} columns of tags, but {len(names)} names for them")
        return names, [[names[column] for column in np.flatnonzero(row)] for row in values]
    rows: list[list[str]] = []
    for number, tags in enumerate(y):
        if isinstance(tags, str) or not isinstance(tags, Iterable):
            raise CorpusError(f"tags of text {number} are {tags!r}: expected a sequence of tags")
        rows.append([str(tag) for tag in tags])
    return list(classes or sorted({tag for tags in rows for tag in tags})), rows
