"""scikit-learn: TF-IDF and one-vs-rest LinearSVC, cut at 0."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.svm import LinearSVC

from benchmarks.peers.tfidf import OneVsRest

REQUIRES = ("scikit-learn", "scipy")


class Svc(OneVsRest):
    """Margins of a LinearSVC a tag; its own decision is at 0."""

    threshold = 0.0
    never = -1.0

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def classifier(self) -> Any:
        """Return a LinearSVC with its defaults."""
        return LinearSVC(random_state=self._seed)

    def score(self, classifier: Any, X: Any) -> np.ndarray[Any, Any]:
        """Return the margins."""
        margins: np.ndarray[Any, Any] = classifier.decision_function(X)
        return margins


def make(seed: int = 0) -> Svc:
    """Make an unfitted model."""
    return Svc(seed)
