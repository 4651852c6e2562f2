"""Settings that train the better taggers, by cross-validation."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from statistics import fmean
from types import MappingProxyType, ModuleType
from typing import Any, Literal

import numpy as np

from tagonomy.articles.article import Article
from tagonomy.config import TaggerConfig
from tagonomy.corpora.corpus import digest
from tagonomy.corpora.splitting import split_stratified
from tagonomy.errors import ConfigError
from tagonomy.evaluation import evaluate
from tagonomy.taxonomy import Taxonomy
from tagonomy.training.labels import resolve_tags, taxonomy_of
from tagonomy.training.pipeline import train

#: Values that are tried of each setting.
SPACE: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "C": (0.25, 0.5, 1.0, 2.0, 4.0),
        "positive_weight": (1.0, 2.0, 4.0),
        "min_df": (1, 2, 3, 5),
        "prune": (0.0, 0.05, 0.1, 0.2),
        "min_articles": (3, 5, 10, 20),
    }
)
#: Figures that can be searched for.
METRICS = ("micro_f1", "macro_f1", "hierarchical_f1")

Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trial:
    """Settings that were tried.

    Attributes
    ----------
    settings : mapping of str to value
        What differs from the config that the search began with.
    scores : tuple of float
        The figure of each fold.
    """

    settings: Settings
    scores: tuple[float, ...]

    @property
    def score(self) -> float:
        """The mean over folds."""
        return fmean(self.scores)

    @property
    def error(self) -> float:
        """The standard error of this mean: a smaller lead is no lead."""
        spread = sum((score - self.score) ** 2 for score in self.scores) / (len(self.scores) - 1)
        return math.sqrt(spread / len(self.scores))


def search(
    corpus: Iterable[Article],
    taxonomy: Taxonomy | None = None,
    config: TaggerConfig | None = None,
    *,
    space: Mapping[str, Sequence[Any]] = SPACE,
    trials: int = 10,
    folds: int = 3,
    metric: str = "micro_f1",
    sampler: Literal["random", "grid", "optuna"] = "random",
    progress: Callable[[Trial], None] | None = None,
) -> list[Trial]:
    """Try settings by cross-validation, and return what was tried, the best first.

    The config as it is comes first, so that the others show what they gain over it.

    Parameters
    ----------
    corpus : iterable of Article
        Labelled articles. Keep those that you will judge the model by out of it.
    taxonomy, config
        As in :func:`tagonomy.train`; ``config.seed`` decides folds and samples.
    space : mapping of str to sequence
        Fields of :class:`tagonomy.TaggerConfig`, and the values to try of each.
    trials : int, default 10
        How many settings are tried beside the config; ``grid`` tries all there are.
    folds : int, default 3
        Each setting is trained as often, on all articles but those of one fold. Equal texts share a fold.
    metric : {"micro_f1", "macro_f1", "hierarchical_f1"}, default "micro_f1"
        What is best, over all facets.
    sampler : {"random", "grid", "optuna"}, default "random"
        Settings at random, none twice; all combinations; or those that Optuna's tree of Parzen estimators
        finds promising, with the extra ``search``.
    progress : callable, optional
        Called with each trial when it is done.

    Raises
    ------
    ConfigError
        If the space names no setting or a value that is not allowed.
    CorpusError
        If there is nothing to learn.

    Examples
    --------
    >>> news = [("rates", "economy"), ("inflation", "economy"), ("striker", "sport"), ("penalty", "sport")]
    >>> articles = [Article(f"The {word} of day {n}", tags=(tag,)) for word, tag in news for n in range(9)]
    >>> found = search(articles, space={"C": [0.5, 1.0, 2.0]}, trials=1)
    >>> len(found), len(found[0].scores), found[0].score
    (2, 3, 1.0)
    """
    config = config or TaggerConfig()
    _check(config, space, trials, folds, metric, sampler)
    optuna = _optuna() if sampler == "optuna" else None
    articles = list(corpus)
    taxonomy = taxonomy_of(articles) if taxonomy is None else taxonomy
    articles = resolve_tags(articles, taxonomy)
    shares = [1 / folds] * folds
    tags = [article.tags for article in articles]
    parts = split_stratified(tags, list(map(digest, articles)), shares, seed=config.seed)

    def tried(settings: Settings) -> Trial:
        scores = []
        for fold in range(folds):
            kept = [article for article, part in zip(articles, parts, strict=True) if part != fold]
            held_out = [article for article, part in zip(articles, parts, strict=True) if part == fold]
            tagger = train(kept, taxonomy, replace(config, **settings))
            scores.append(float(getattr(evaluate(tagger, held_out).facets[0], metric)))
        trial = Trial(settings, tuple(scores))
        if progress is not None:
            progress(trial)
        return trial

    done = [tried({})]
    if optuna is not None:
        done += _guided(optuna, tried, space, trials, config.seed)
    else:
        done += map(tried, _chosen(space, trials if sampler == "random" else None, config.seed))
    return sorted(done, key=lambda trial: -trial.score)  # stable: of equals, what was there before


def _check(
    config: TaggerConfig,
    space: Mapping[str, Sequence[Any]],
    trials: int,
    folds: int,
    metric: str,
    sampler: str,
) -> None:
    known = config.to_dict()
    for name, values in space.items():
        if name not in known:
            raise ConfigError("space", name, f"one of {', '.join(known)}")
        if not values:
            raise ConfigError("space", {name: []}, "at least one value of each setting")
        for value in values:
            replace(config, **{name: value})
    for name, found, least in (("trials", trials, 0), ("folds", folds, 2)):
        if found < least:
            raise ConfigError(name, found, f"a whole number of at least {least}")
    for name, choice, choices in (
        ("metric", metric, METRICS),
        ("sampler", sampler, ("random", "grid", "optuna")),
    ):
        if choice not in choices:
            raise ConfigError(name, choice, f"one of {', '.join(choices)}")


def _chosen(space: Mapping[str, Sequence[Any]], count: int | None, seed: int) -> Iterator[Settings]:
    """Yield combinations of values: all of them in order, or ``count`` different ones at random."""
    sizes = tuple(map(len, space.values()))
    total = math.prod(sizes)
    order = np.arange(total) if count is None else np.random.default_rng(seed).permutation(total)[:count]
    for number in order.tolist():
        places = np.unravel_index(number, sizes) if sizes else ()
        yield {name: values[int(place)] for (name, values), place in zip(space.items(), places, strict=True)}


def _optuna() -> ModuleType:
    try:
        return import_module("optuna")
    except ImportError as error:
        raise ConfigError(
            "sampler", "optuna", "random or grid, or the extra: pip install 'tagonomy[search]'"
        ) from error


def _guided(
    optuna: ModuleType,
    tried: Callable[[Settings], Trial],
    space: Mapping[str, Sequence[Any]],
    count: int,
    seed: int,
) -> list[Trial]:
    """Let Optuna choose the settings, one after the other."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
    found: list[Trial] = []

    def objective(trial: Any) -> float:
        found.append(tried({name: trial.suggest_categorical(name, values) for name, values in space.items()}))
        return found[-1].score

    study.optimize(objective, n_trials=count)
    return found
