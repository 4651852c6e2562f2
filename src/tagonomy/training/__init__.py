"""Corpus and taxonomy to tagger; the only part that imports scikit-learn.

The linear side learns from the articles; the ranker then learns, from margins that were
predicted out of fold, how much to believe each stage.
"""

from tagonomy.training.estimator import TagClassifier
from tagonomy.training.extension import extend
from tagonomy.training.head import LinearHead
from tagonomy.training.labels import resolve_tags, taxonomy_of
from tagonomy.training.one_vs_rest import LinearFit, fit_linear
from tagonomy.training.pipeline import assemble, train
from tagonomy.training.ranker_fit import RankingSet, default_weights, fit_ranker
from tagonomy.training.scikit import from_sklearn
from tagonomy.training.search import Trial, search
from tagonomy.training.tuning import tune

__all__ = [
    "LinearFit",
    "LinearHead",
    "RankingSet",
    "TagClassifier",
    "Trial",
    "assemble",
    "default_weights",
    "extend",
    "fit_linear",
    "fit_ranker",
    "from_sklearn",
    "resolve_tags",
    "search",
    "taxonomy_of",
    "train",
    "tune",
]
