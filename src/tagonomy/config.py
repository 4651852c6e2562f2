"""Settings: small frozen values with units, checked when they are made."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

from tagonomy.errors import ConfigError

FACETS = ("people", "countries", "organizations", "events", "topics")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds that keep hostile or broken input from exhausting the machine.

    Parameters
    ----------
    text_characters : int, default 2,000,000
        Longest text of one article, in code points.
    json_line_bytes : int, default 16 MiB
        Longest line of a JSON Lines file.
    html_bytes : int, default 10,000,000
        Longest HTML document, in UTF-8 bytes.
    html_depth : int, default 512
        Deepest nesting of HTML elements.
    label_characters : int, default 200
        Longest label of a concept.
    concepts : int, default 1,000,000
        Most concepts of one taxonomy.
    taxonomy_depth : int, default 64
        Longest chain of broader concepts.
    senses_per_label : int, default 96
        Most concepts that one label may stand for when it is matched; those with the highest prior stay.
    rdf_bytes : int, default 512 MiB
        Largest RDF file.
    rdf_expansion : int, default 10,000,000
        Most characters that the terms of an RDF file take beyond 16 times its size.
    model_bytes : int, default 8 GiB
        Largest model file.
    unpacked_bytes : int, default 64 GiB
        Most bytes that a compressed corpus may unpack to.
    unpack_ratio : int, default 200
        Most bytes that a compressed corpus may unpack to for each of its own, beyond the first 16 MiB.

    Examples
    --------
    >>> Limits(text_characters=1000).text_characters
    1000
    """

    text_characters: int = 2_000_000
    json_line_bytes: int = 16 * 2**20
    html_bytes: int = 10_000_000
    html_depth: int = 512
    label_characters: int = 200
    concepts: int = 1_000_000
    taxonomy_depth: int = 64
    senses_per_label: int = 96
    rdf_bytes: int = 512 * 2**20
    rdf_expansion: int = 10_000_000
    model_bytes: int = 8 * 2**30
    unpacked_bytes: int = 64 * 2**30
    unpack_ratio: int = 200

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if not isinstance(value, int) or value < 1:
                raise ConfigError(f"Limits.{each.name}", value, "a whole number of at least 1")


#: Probability from which a tag is kept, by facet.  Set on development data so that most kept
#: tags are ones an editor would leave standing; ``benchmarks/`` reports what they give.
DEFAULT_THRESHOLDS: Mapping[str, float] = MappingProxyType(dict.fromkeys(FACETS, 0.5))


_SWITCHES = (
    *("title_and_lead", "word_ratios", "ancestors", "stacked", "tuned_thresholds"),
    *("learn_names", "folds_by_day", "mentions", "seed_words", "copies_together"),
)
#: Settings that came later, and what a manifest that does not name them was trained with.
LATER: Mapping[str, bool] = MappingProxyType(
    dict.fromkeys(("learn_names", "folds_by_day", "mentions", "seed_words", "copies_together"), False)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggerConfig:
    """How a tagger is trained.

    Parameters
    ----------
    min_df : int, default 2
        Words in fewer training articles than this get no weight; seed words count all the same.
    max_features : int, default 100,000
        Most words that get a weight, seed words apart; the most frequent stay.
    C : float, default 1.0
        Inverse regularisation strength of the linear model.
    positive_weight : float, default 1.0
        How much more an article that has a tag counts in its linear model than one that lacks it.
    title_and_lead : bool, default True
        Whether the words of the title and of the lead are features of their own.
    word_ratios : bool, default True
        Whether a tag gives the more weight to a word, the more its frequency depends on the tag.
    ancestors : bool, default True
        Whether an article of a tag is one of all tags above, too.
    min_articles : int, default 10
        A tag with fewer training articles gets no linear model; names and rules speak for it.
    prune : float, default 0.05
        Linear weights with a smaller absolute value are dropped.
    folds : int, default 5
        Folds for out-of-fold margins, from which calibration, ranker and thresholds are learned.
    stacked : bool, default True
        Whether the weights of the ranker are learned; otherwise it keeps plain ones.
    tuned_thresholds : bool, default True
        Whether each tag gets a threshold of its own, except where ``thresholds`` says it. And where every
        training article (99 of 100) has a tag of a facet, so has any other: the likeliest, if none
        reaches its threshold.
    learn_names : bool, default False
        Whether people get, beside the names that the taxonomy has, those that the articles tagged with them
        give them: "Paul Volcker" where it has *Volcker*, *Volcker* where it has "Paul Volcker".
    folds_by_day : bool, default False
        Whether articles of the same date share a fold. Where news repeats itself within the day, this makes
        probabilities and thresholds truer for the news of other days.
    copies_together : bool, default True
        Whether articles that have nearly the same words share a fold, unless those of a date do. Where texts
        come back or follow a pattern, this makes probabilities and thresholds truer for new ones.
    mentions : bool, default False
        Whether the concepts that an article mentions, and those above them, are features beside its words.
        This pays where the taxonomy knows more than the tags: that a name is a minister's or a club's.
    seed_words : bool, default True
        Whether the seed words of the taxonomy's concepts count.
    seed : int, default 0
        Seed of the solver and of the folds.
    n_jobs : int, default 1
        Labels that are trained side by side; -1 takes all cores. The result does not depend on it.
    thresholds : mapping of str to float, optional
        Probability from which a tag is kept, by facet, or by id of a class for what lies under it;
        facets left out use the default.
    limits : Limits, optional
        Bounds on the input.

    Examples
    --------
    >>> TaggerConfig(C=0.5).C
    0.5
    >>> TaggerConfig(C=-1)
    Traceback (most recent call last):
        ...
    tagonomy.errors.ConfigError: C=-1 is not allowed: expected a number above 0
    """

    min_df: int = 2
    max_features: int = 100_000
    C: float = 1.0
    positive_weight: float = 1.0
    title_and_lead: bool = True
    word_ratios: bool = True
    ancestors: bool = True
    min_articles: int = 10
    prune: float = 0.05
    folds: int = 5
    stacked: bool = True
    tuned_thresholds: bool = True
    learn_names: bool = False
    folds_by_day: bool = False
    copies_together: bool = True
    mentions: bool = False
    seed_words: bool = True
    seed: int = 0
    n_jobs: int = 1
    thresholds: Mapping[str, float] = field(default_factory=lambda: DEFAULT_THRESHOLDS)
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        for name, least in (("min_df", 1), ("max_features", 1), ("min_articles", 1), ("folds", 2)):
            value = getattr(self, name)
            if not isinstance(value, int) or value < least:
                raise ConfigError(name, value, f"a whole number of at least {least}")
        for name in ("C", "positive_weight"):
            if not 0 < getattr(self, name) < math.inf:
                raise ConfigError(name, getattr(self, name), "a number above 0")
        for name in _SWITCHES:
            if not isinstance(getattr(self, name), bool):
                raise ConfigError(name, getattr(self, name), "True or False")
        if not self.prune >= 0:
            raise ConfigError("prune", self.prune, "a number of at least 0")
        if self.n_jobs == 0:
            raise ConfigError("n_jobs", 0, "a number of workers, or -1 for all cores")
        for facet, value in self.thresholds.items():
            if not 0 <= value <= 1:
                raise ConfigError(f"thresholds[{facet!r}]", value, "a probability from 0 to 1")

    def to_dict(self) -> dict[str, Any]:
        """Return the settings that shape a model."""
        kept = {
            each.name: getattr(self, each.name)
            for each in fields(self)
            if each.name not in ("limits", "n_jobs")
        }
        return {**kept, "thresholds": dict(self.thresholds)}

    def for_manifest(self) -> dict[str, Any]:
        """Return the settings that a model's manifest records: those that came later, where they are used.

        So a training that does not use them gives the same bytes as before there were any.

        >>> "learn_names" in TaggerConfig().for_manifest(), TaggerConfig(C=2).for_manifest()["C"]
        (False, 2)
        """
        return {
            name: value for name, value in self.to_dict().items() if name not in LATER or value != LATER[name]
        }
