"""The numeric half of the learned side as a scikit-learn classifier: matrix in, probabilities out."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from tagonomy.training.calibration import platt
from tagonomy.training.solver import fit_with_folds
from tagonomy.training.thresholds import Scored, tune_thresholds


class LinearHead(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Linear support vector machines, one a label, with calibrated probabilities and thresholds.

    What :class:`TagClassifier` does after it has read the texts, for whoever has features of their own.

    Parameters
    ----------
    C : float, default 1.0
        Inverse regularisation strength.
    positive_weight : float, default 1.0
        How much more a sample that has a label counts than one that lacks it.
    folds : int, default 5
        Folds from which probabilities and thresholds are learned.
    passes : int, default 100
        Most passes over the samples.
    tol : float, default 1e-2
        Largest violation of optimality.
    random_state : int, RandomState or None, default 0
        Decides the folds and the order of the samples.

    Attributes
    ----------
    classes_ : ndarray
        The labels: column numbers if ``y`` is a matrix of zeros and ones.
    coef_ : ndarray of float64, shape (n_labels, n_features)
        Weights.
    intercept_ : ndarray of float64, shape (n_labels,)
        Margin of a sample of zeros.
    thresholds_ : ndarray of float32, shape (n_labels,)
        Probability from which a label is given, where several may be.
    n_features_in_ : int
        Number of features.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9]] * 5)
    >>> LinearHead().fit(X, ["left", "left", "right", "right"] * 5).predict([[1.0, 0.2]]).tolist()
    ['left']
    """

    def __init__(
        self,
        *,
        C: float = 1.0,
        positive_weight: float = 1.0,
        folds: int = 5,
        passes: int = 100,
        tol: float = 1e-2,
        random_state: Any = 0,
    ) -> None:
        self.C = C
        self.positive_weight = positive_weight
        self.folds = folds
        self.passes = passes
        self.tol = tol
        self.random_state = random_state

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.classifier_tags.multi_label = True
        return tags

    def fit(self, X: Any, y: Any) -> LinearHead:
        """Fit every label on all samples, and calibrate it on what folds predict for the others.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)
            Features, best of rows of length 1.
        y : array of shape (n_samples,) or (n_samples, n_labels)
            A label for each sample, or zeros and ones for each label.
        """
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=np.float32, multi_output=True)
        check_classification_targets(y)
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        self._binarizer = LabelBinarizer().fit(y)
        self.classes_ = self._binarizer.classes_
        self._several = type_of_target(y) == "multilabel-indicator"
        if len(self.classes_) < 2 and not self._several:
            raise ValueError(f"all samples are of one class, {self.classes_[0]!r}: at least two are needed")
        gold = np.asarray(self._binarizer.transform(y)).reshape(len(y), -1) > 0
        random = check_random_state(self.random_state)
        n_folds = max(1, min(self.folds, len(gold)))
        folds = random.permutation(len(gold)) % n_folds
        X = csr_array(X)
        fitted = fit_with_folds(
            X,
            gold,
            folds,
            C=self.C,
            positive_weight=self.positive_weight,
            seed=int(random.randint(2**31)),
            passes=self.passes,
            tolerance=self.tol,
        )
        margins = fitted.margins(X)
        # In float64 the answer for a sample does not depend on how many are asked for at once.
        self.coef_ = np.ascontiguousarray(fitted.weights[:, :: fitted.step].T, dtype=np.float64)
        self.intercept_ = fitted.intercepts[:: fitted.step].astype(np.float64)
        self._slopes, self._offsets = platt(margins, gold)
        chances = _logistic(margins * self._slopes + self._offsets)
        samples, labels = np.indices(gold.shape).reshape(2, -1)
        scored = Scored(samples, labels, chances.ravel(), gold.ravel(), gold.sum(axis=0))
        self.thresholds_ = tune_thresholds(scored, np.zeros(gold.shape[1], dtype=np.uint8))
        return self

    def decision_function(self, X: Any) -> NDArray[np.float64]:
        """Return calibrated log-odds, shape (n_samples, n_labels), or (n_samples,) of two classes."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64, reset=False)
        margins = np.asarray(X @ self.coef_.T) + self.intercept_
        logits: NDArray[np.float64] = margins * self._slopes + self._offsets
        return logits.ravel() if logits.shape[1] == 1 and not self._several else logits

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return probabilities: of each label by itself where there may be several, else adding up to 1."""
        chances: NDArray[np.float64] = _logistic(self.decision_function(X))
        if self._several:
            return chances
        if chances.ndim == 1:
            return np.column_stack([1 - chances, chances])
        chances /= np.maximum(chances.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)
        return chances

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the label of each sample, or zeros and ones for each label."""
        check_is_fitted(self)
        if self._several:
            given: NDArray[Any] = (self.predict_proba(X) >= self.thresholds_).astype(np.int64)
            return given
        logits = self.decision_function(X)
        best = (logits > 0).astype(np.int64) if logits.ndim == 1 else logits.argmax(axis=1)
        labels: NDArray[Any] = self.classes_[best]
        return labels


def _logistic(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    chances: NDArray[np.float64] = 0.5 * (1 + np.tanh(0.5 * logits))
    return chances
