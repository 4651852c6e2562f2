"""From a text to scored concepts: what goes in and comes out, and who does it.

Two do the same with the same bits, and the tests hold one against the other: the compiled kernel, which is
fast, and :mod:`tagonomy.python_pipeline`, which is the one to read and takes over where no kernel was built.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tagonomy.concepts import ConceptIndex
from tagonomy.features import MentionFeatures, Tfidf
from tagonomy.hierarchy import close_upwards
from tagonomy.linear import LinearModel
from tagonomy.mentions.cue_words import (
    ACROSS,
    AIRPORTS,
    ARENAS,
    INTERVIEW,
    JUNIOR,
    LOCATIVE,
    MONUMENTS,
    OPENERS,
    PARTICLES,
    PARTISANS,
    POLITE,
    REPORTED,
    SAYING,
    SHIPS,
    SPOKEN,
    STAFF,
    STRUCK,
    TOLD,
    VESSELS,
    WATERS,
    WRITTEN,
)
from tagonomy.mentions.lexicon import Lexicon
from tagonomy.ranking import Ranker
from tagonomy.results import Rows
from tagonomy.seeds import SeedWords
from tagonomy.strings import StringTable
from tagonomy.text import ABBREVIATIONS

if TYPE_CHECKING:
    from tagonomy.articles.article import Article
    from tagonomy.rules import RuleSet

#: For each concept whether it may be given; None for all.
Allowed: TypeAlias = NDArray[np.uint8] | None

#: Set to ``python`` to do without the compiled kernel.
KERNEL_VARIABLE = "TAGONOMY_KERNEL"

#: Words that the stages ask for; the kernel knows each set by its place here.
WORD_CLASSES = (
    *(ABBREVIATIONS, OPENERS, LOCATIVE, POLITE, STRUCK, JUNIOR, TOLD, REPORTED, INTERVIEW),
    *(frozenset([word]) for word in ("the", "to", "according", "by", "on", "with")),
    *(SPOKEN, WRITTEN, STAFF, MONUMENTS, ARENAS, VESSELS, WATERS, ACROSS),
    *(frozenset(words) for words in (["of"], ["in"], ["and", "or"])),
    *(SAYING, PARTISANS, AIRPORTS, SHIPS, PARTICLES),
)


class Given(NamedTuple):
    """A text, how many of its characters are the title, and the year of the article if it is known."""

    text: str
    title_characters: int = 0
    year: int | None = None


class Scored(NamedTuple):
    """What a pipeline finds in one text.

    Attributes
    ----------
    concepts, scores : list of int and list of float
        The tags, best first; ties in order of numbers.
    considered : bytes or memoryview
        Numbers of every concept that was considered, and of all above them, as int32.
    closed : bytes or memoryview
        Their probabilities as float64, none below that of a concept under it.
    """

    concepts: list[int]
    scores: list[float]
    considered: bytes | memoryview
    closed: bytes | memoryview

    def one(self, number: int) -> Scored:
        """Return this: a text by itself is the only one of its batch."""
        return self

    def concepts_of(self, number: int) -> list[int]:
        """Return the tags of the only text."""
        return self.concepts

    def inside(self, allowed: Allowed) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Return the numbers and probabilities of everything that was considered and may be given."""
        concepts = np.frombuffer(self.considered, dtype=np.int32)
        scores = np.frombuffer(self.closed, dtype=np.float64)
        if allowed is None:
            return concepts, scores
        inside = allowed[concepts] != 0
        return concepts[inside], scores[inside]


class ScoredBatch:
    """What a pipeline finds in several texts, text after text.

    Parameters
    ----------
    concepts, scores : buffer of int32 and buffer of float64
        The tags of each, as in :class:`Scored`.
    stops : buffer of int64, shape (n_texts + 1,)
        Where those of each begin, and where the last one's end.
    considered, closed, closed_stops : buffers
        The same of everything that was considered.

    Attributes
    ----------
    concepts, scores, stops : list
        As given.
    rows : Rows
        What was considered.
    """

    __slots__ = ("_closed", "_closed_stops", "_considered", "concepts", "rows", "scores", "stops")

    def __init__(
        self, concepts: Any, scores: Any, stops: Any, considered: Any, closed: Any, closed_stops: Any
    ) -> None:
        self.rows = Rows(*map(np.frombuffer, (considered, closed, closed_stops), _TYPES))
        # Lists and plain views: to take a piece of an array costs more than most tags do.
        self.concepts, self.scores, self.stops = (
            np.frombuffer(part, dtype).tolist()
            for part, dtype in zip((concepts, scores, stops), _TYPES, strict=True)
        )
        self._considered, self._closed = (np.frombuffer(part, np.uint8).data for part in (considered, closed))
        self._closed_stops = self.rows.stops.tolist()

    def concepts_of(self, number: int) -> list[int]:
        """Return the tags of one text, in the half of the time that all of it takes."""
        found: list[int] = self.concepts[self.stops[number] : self.stops[number + 1]]
        return found

    def one(self, number: int) -> Scored:
        """Return what was found in one text."""
        start, stop = self.stops[number], self.stops[number + 1]
        first, last = self._closed_stops[number], self._closed_stops[number + 1]
        return Scored(
            self.concepts[start:stop],
            self.scores[start:stop],
            self._considered[4 * first : 4 * last],
            self._closed[8 * first : 8 * last],
        )


_TYPES = (np.int32, np.float64, np.int64)


class Reasons(NamedTuple):
    """What speaks for one concept.

    Attributes
    ----------
    features : ndarray of float32, shape (n_features,)
        Columns as in :data:`tagonomy.ranking.FEATURES`.
    places, fired : list of (int, int)
        Where its names and evidence, and what made its rules true, stand in the text; sorted.
    words : list of (int, int, float)
        Where each word, and each mention of a concept, stands first that has a weight for it in the linear
        model, with its share of the margin, largest first.
    """

    features: NDArray[np.float32]
    places: list[tuple[int, int]]
    fired: list[tuple[int, int]]
    words: list[tuple[int, int, float]]


class Pipeline(Protocol):
    """What the Python pipeline and the compiled kernel both do."""

    def classify(
        self,
        text: str,
        title_characters: int,
        year: int | None,
        cuts: NDArray[np.float64],
        allowed: Allowed,
    ) -> tuple[list[int], list[float], bytes | memoryview, bytes | memoryview]:
        """Return the parts of :class:`Scored`, given each concept's threshold and whether it may be given."""

    def classify_batch(
        self, articles: Sequence[Given | str | Article], cuts: NDArray[np.float64], allowed: Allowed
    ) -> tuple[Any, Any, Any, Any, Any, Any]:
        """Return the same for many, as the buffers that :class:`ScoredBatch` takes.

        A plain text, or an article, stands for what :func:`~tagonomy.articles.article.title_of` makes of it.
        """

    def describe(
        self,
        text: str,
        title_characters: int,
        year: int | None,
        linear_logits: Mapping[int, float] | None = None,
    ) -> tuple[list[int], NDArray[np.float32]]:
        """Return the candidates and their features, with other log-odds of the linear model if given."""

    def mentioned(self, text: str, title_characters: int) -> list[int]:
        """Return the concepts that names, evidence or rules speak for, ascending."""

    def explain(
        self, text: str, title_characters: int, year: int | None, concepts: list[int]
    ) -> Sequence[tuple[Any, ...] | None]:
        """Return the parts of :class:`Reasons` for some concepts, None for one that was not considered."""


class Parts:
    """What a pipeline is made of.

    Parameters
    ----------
    index : ConceptIndex
        The taxonomy, compiled.
    lexicon : Lexicon or callable
        Labels and evidence terms, compiled, or what reads them: the kernel has its own way.
    rules : RuleSet or callable
        Rules of the concepts, or what reads them.
    tfidf, linear, ranker : Tfidf, LinearModel, Ranker
        The learned parts.
    mentions : MentionFeatures, optional
        Features of the linear model beside words.
    seeds : SeedWords, optional
        What articles on a concept say.
    """

    def __init__(
        self,
        index: ConceptIndex,
        lexicon: Lexicon | Callable[[], Lexicon],
        rules: RuleSet | Callable[[], RuleSet],
        tfidf: Tfidf,
        linear: LinearModel,
        ranker: Ranker,
        mentions: MentionFeatures | None = None,
        seeds: SeedWords | None = None,
    ) -> None:
        self.index, self._lexicon, self._rules = index, lexicon, rules
        self.tfidf, self.linear, self.ranker = tfidf, linear, ranker
        self.mentions = MentionFeatures.none() if mentions is None else mentions
        self.seeds = SeedWords.none() if seeds is None else seeds

    @cached_property
    def lexicon(self) -> Lexicon:
        """Labels and evidence terms."""
        return self._lexicon() if callable(self._lexicon) else self._lexicon

    @cached_property
    def rules(self) -> RuleSet:
        """Rules of the concepts."""
        return self._rules() if callable(self._rules) else self._rules

    def __reduce__(self) -> tuple[Any, ...]:
        return Parts, tuple(getattr(self, name) for name in _PARTS)

    def replace(self, **changed: Any) -> Parts:
        """Return the same parts but for some, by name."""
        return Parts(**{name: getattr(self, name) for name in _PARTS if name not in changed} | changed)

    def row(
        self, numbers: list[int], title_stop: int, mentioned: Iterable[int]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return what the linear model sees of an article: features and values of words, then of mentions."""
        features, values = self.tfidf.row(numbers, title_stop)
        if not len(self.mentions):
            return features, values
        named, said = self.mentions.row(close_upwards(dict.fromkeys(mentioned, 1.0), self.index))
        return np.concatenate([features, named + self.tfidf.n_features]), np.concatenate([values, said])

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return the arrays under which the parts are saved."""
        return {
            **self.index.tensors(),
            **self.lexicon.tensors(),
            **self.linear.tensors(),
            **self.rules.tensors(list(self.lexicon.words), list(self.index.ids)),
            **self.tfidf.tensors(),
            **self.ranker.tensors(),
            **self.mentions.tensors(),
            **self.seeds.tensors(),
        }

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, NDArray[Any]]) -> Parts:
        """Return the parts saved in these arrays."""
        index = ConceptIndex.from_tensors(tensors)

        def rules() -> RuleSet:
            from tagonomy.rules import RuleSet  # the kernel needs neither them nor the module

            words = StringTable.from_tensors(tensors, "lexicon.words")
            return RuleSet.from_tensors(tensors, words, index.ids)

        return cls(
            index=index,
            lexicon=partial(Lexicon.from_tensors, tensors),
            rules=rules,
            tfidf=Tfidf.from_tensors(tensors),
            linear=LinearModel.from_tensors(tensors),
            ranker=Ranker.from_tensors(tensors),
            mentions=MentionFeatures.from_tensors(tensors),
            seeds=SeedWords.from_tensors(tensors),
        )


_PARTS = ("index", "lexicon", "rules", "tfidf", "linear", "ranker", "mentions", "seeds")


def kernel() -> ModuleType | None:
    """Return the compiled kernel, or None where the package was built without one or it is switched off."""
    if os.environ.get(KERNEL_VARIABLE) == "python":
        return None
    try:
        return import_module("tagonomy._kernel")
    except ImportError:  # no compiler was there when the package was installed
        return None


def environment() -> dict[str, str]:
    """Return the versions of what classifies, and which pipeline does it: ``compiled`` or ``python``.

    Examples
    --------
    >>> sorted(environment())
    ['machine', 'numpy', 'pipeline', 'python', 'tagonomy']
    """
    import platform

    from tagonomy import __version__

    return {
        "tagonomy": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": f"{platform.system()} {platform.machine()}",
        "pipeline": "python" if kernel() is None else "compiled",
    }


def make_pipeline(parts: Parts, tensors: Mapping[str, NDArray[Any]] | None = None) -> Pipeline:
    """Return the fastest pipeline that there is.

    Parameters
    ----------
    parts : Parts
        The model.
    tensors : mapping of str to ndarray, optional
        Its arrays, if they are at hand.
    """
    compiled = kernel()
    if compiled is None:
        # The kernel needs none of their modules.
        from tagonomy.linear_pipeline import LinearPipeline
        from tagonomy.python_pipeline import PythonPipeline

        return LinearPipeline(parts) if LinearPipeline.suffices(parts) else PythonPipeline(parts)
    index = parts.index
    made: Pipeline = compiled.Kernel(
        tensors or parts.tensors(),
        index.telling(),
        index.occasions(),
        index.breadth,
        WORD_CLASSES,
        index.facet_names,
        parts.ranker.beside.words,
    )
    return made
