"""What a model is to the accuracy benchmark, and the checks that it keeps to it.

A model is what a callable without arguments returns (one that has a parameter ``seed`` is given
the run's seed)::

    class Mine:
        def fit(self, articles, tags): ...
        def scores(self, articles): ...

    def make():
        return Mine()

``fit`` gets the training articles (:class:`tagonomy.Article`, gold tags in ``article.tags``) and the
sorted list of the tags in question. ``scores`` returns a matrix of shape ``(n_articles, n_tags)``, a
column for each tag in the order of that list: a numpy array, or a scipy sparse matrix where what is
not stored is no answer. Higher is more certain; scores from 0 to 1 count as probabilities.

After ``fit`` a model may have an attribute ``threshold``, a number or one a tag: tags with at least
this score are given. For a model without one, the threshold that gives the best micro-F1 on 20 % of
the training split is taken, predicted by a second model that learned from the other 80 %.

A model with a threshold whose decision is more than that has a method ``given``, which returns such a
matrix as ``scores`` does, with what is not 0 where a tag is given.

A module may name in ``REQUIRES`` the packages whose versions a result should tell.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from scipy import sparse

from benchmarks.datasets import Unavailable
from tagonomy.articles.article import Article


class ProtocolError(Exception):
    """A model does not keep to the protocol; the message says how, and what is expected."""


class Model(Protocol):
    """Learns tags from articles, then scores every tag of other articles."""

    def fit(self, articles: Sequence[Article], tags: Sequence[str]) -> object:
        """Learn; what is returned is ignored."""
        ...

    def scores(self, articles: Sequence[Article]) -> Any:
        """Return scores, shape (n_articles, n_tags)."""
        ...


def find_factory(spec: str) -> tuple[Callable[..., Any], tuple[str, ...]]:
    """Return what makes a model, and the packages whose versions matter.

    Parameters
    ----------
    spec : str
        A peer's name, ``path/to/file.py:make``, ``package.module:make``, or the name or path of a
        saved Tagonomy model.

    Raises
    ------
    Unavailable
        If the module, or a package that it needs, is not installed.
    ProtocolError
        If the spec names nothing that can be called.
    """
    from benchmarks.peers import PEERS

    target = PEERS.get(spec, spec)
    place, colon, name = target.rpartition(":")
    if not colon:
        return _saved(spec)
    module = _module(place, spec)
    factory = getattr(module, name, None)
    if not callable(factory):
        raise ProtocolError(f"model {spec}: {place} has no callable {name!r}")
    return factory, tuple(getattr(module, "REQUIRES", ()))


def _saved(spec: str) -> tuple[Callable[..., Any], tuple[str, ...]]:
    from benchmarks.peers import PEERS
    from benchmarks.peers.saved import Saved
    from tagonomy.registry import list_models

    if not Path(spec).is_file() and spec not in list_models():
        raise ProtocolError(
            f"no model {spec!r}: expected one of {', '.join(PEERS)}, an installed Tagonomy model "
            f"({', '.join(list_models()) or 'none'}), the path of one, "
            "path/to/mine.py:make, or package.module:make"
        )
    return lambda: Saved(spec), ()


def _module(place: str, spec: str) -> Any:
    try:
        if not place.endswith(".py"):
            return importlib.import_module(place)
        path = Path(place)
        if not path.is_file():
            raise ProtocolError(f"model {spec}: no file {place}")
        loader = importlib.util.spec_from_file_location(f"_model_{path.stem}", path)
        if loader is None or loader.loader is None:
            raise ProtocolError(f"model {spec}: {place} is no Python file")
        module = importlib.util.module_from_spec(loader)
        sys.modules[loader.name] = module  # dataclasses and pickles look their module up
        loader.loader.exec_module(module)
        return module
    except ImportError as error:
        raise Unavailable(f"{error}; install what it needs: pip install 'tagonomy[bench]'") from error


def make_model(factory: Callable[..., Any], seed: int) -> Model:
    """Make a model, with the seed if it takes one, and check that it has both methods."""
    try:
        takes_seed = "seed" in inspect.signature(factory).parameters
    except ValueError:  # a callable from C code that tells no signature
        takes_seed = False
    try:
        model = factory(seed=seed) if takes_seed else factory()
    except ImportError as error:
        raise Unavailable(f"{error}; install what it needs: pip install 'tagonomy[bench]'") from error
    for method in ("fit", "scores"):
        if not callable(getattr(model, method, None)):
            raise ProtocolError(f"the model, a {type(model).__name__}, has no method {method}()")
    return model  # type: ignore[no-any-return]


def checked_scores(scores: Any, n_articles: int, n_tags: int) -> Any:
    """Return scores as a float32 array, or as a CSR matrix if they are sparse.

    Raises
    ------
    ProtocolError
        If they are no matrix of numbers, have another shape, or hold NaN or infinities.
    """
    if sparse.issparse(scores):
        matrix = sparse.csr_array(scores)
        values = matrix.data
    else:
        try:
            matrix = np.asarray(scores)
        except ValueError as error:  # rows of different lengths
            raise ProtocolError(f"scores() returned no matrix: {error}") from error
        values = matrix
    if values.dtype.kind not in "fiub":
        raise ProtocolError(
            f"scores() returned {type(scores).__name__} of {values.dtype}: expected an array of numbers"
        )
    if matrix.shape != (n_articles, n_tags):
        raise ProtocolError(
            f"scores() returned shape {matrix.shape}: expected {(n_articles, n_tags)}, "
            "a row for each article and a column for each of the tags given to fit()"
        )
    bad = ~np.isfinite(values)
    if bad.any():
        raise ProtocolError(
            f"scores() returned {int(bad.sum()):,} values that are NaN or infinite: all must be finite"
        )
    if sparse.issparse(matrix):
        matrix.sum_duplicates()
    return matrix.astype(np.float32)


def given_by(model: Any, articles: Sequence[Article], n_tags: int) -> sparse.csr_array | None:
    """Return which tags a model gives, or None where its scores and threshold tell."""
    if not callable(getattr(model, "given", None)):
        return None
    return sparse.csr_array(checked_scores(model.given(articles), len(articles), n_tags) != 0).astype(np.int8)


def threshold_of(model: Any, n_tags: int) -> np.ndarray[Any, Any] | None:
    """Return the model's own threshold for each tag, or None if it has none.

    Raises
    ------
    ProtocolError
        If it is neither one number nor one a tag.
    """
    given = getattr(model, "threshold", None)
    if given is None:
        return None
    try:
        values = np.asarray(given, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise ProtocolError(f"threshold is no number: {error}") from error
    if values.shape not in ((), (n_tags,)) or np.isnan(values).any():
        raise ProtocolError(
            f"threshold has shape {values.shape}: expected one number, or {n_tags}, one a tag"
        )
    return np.broadcast_to(values, (n_tags,))
