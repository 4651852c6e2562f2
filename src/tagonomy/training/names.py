"""Names that articles teach: how they write the people of their tags."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from tagonomy.articles.article import Article, tokens_of
from tagonomy.config import TaggerConfig
from tagonomy.mentions.cue_words import OPENERS
from tagonomy.mentions.lexicon_builder import build_lexicon
from tagonomy.tagger import Tagger
from tagonomy.taxonomy import Taxonomy
from tagonomy.text import Tokens, tokenize
from tagonomy.training.folds import folds_of

#: Folded words.
Path = tuple[str, ...]

#: At most so many words of a full name stand before the surname.
_GIVEN_NAMES = 2
#: Share of the articles with a name that must have the tag ...
_PRECISION = 0.3
#: ... or this part of the share of those with the label: a leader is named in many articles and is the
#: subject of few, but articles on another bearer of the surname have the tag still less often.
_OF_LABEL = 0.5
#: Most names that a person learns.
_MOST = 8


class _Pair(NamedTuple):
    """A label that stands in an article, and a name that the article has for who may be the same."""

    label: Path
    name: Path


class LearnedNames:
    """What articles teach, and what they teach without those of each fold.

    Parameters
    ----------
    articles : sequence of Article
        With concept ids as tags.
    taxonomy : Taxonomy
        What the tags are called already.
    config : TaggerConfig
        Of the training, for its folds.
    read : sequence of Tokens, optional
        The words of the articles, if they are at hand.

    Attributes
    ----------
    found : dict of str to tuple of str
        Names by concept id.
    taxonomy : Taxonomy
        The one given, with these as hidden labels.
    outside : list of Taxonomy
        For each fold, with what the other folds teach: an article must not be found by a name that was
        learned from it, or the ranker would believe names more than they deserve.

    Notes
    -----
    A person's label that stands at the end of a longer name, and the surname of one in several words, is a
    name of the person if articles with it have the tag about as often as those with the label.

    Examples
    --------
    >>> from tagonomy import Concept
    >>> taxonomy = Taxonomy.of([Concept(id="people:volcker", label="Volcker")])
    >>> article = Article("The chairman, Paul Volcker, spoke.", tags=("people:volcker",))
    >>> LearnedNames([article] * 2, taxonomy, TaggerConfig(folds=2)).found
    {'people:volcker': ('Paul Volcker',)}
    """

    def __init__(
        self,
        articles: Sequence[Article],
        taxonomy: Taxonomy,
        config: TaggerConfig,
        read: Sequence[Tokens] | None = None,
    ) -> None:
        read = list(map(tokens_of, articles)) if read is None else read
        pairs = _Pairs(articles, read, taxonomy, config.limits.label_characters)
        folds = folds_of(articles, config, read)
        self.found = pairs.learned(np.arange(len(articles)))
        self.taxonomy = with_names(taxonomy, self.found)
        self.outside = [
            with_names(taxonomy, pairs.learned(np.flatnonzero(folds != fold))) for fold in range(config.folds)
        ]


def with_names(taxonomy: Taxonomy, names: Mapping[str, Iterable[str]]) -> Taxonomy:
    """Return the taxonomy with more hidden labels, by concept id."""
    more = (
        msgspec.structs.replace(each, hidden_labels=(*each.hidden_labels, *names.get(each.id, ())))
        for each in taxonomy
    )
    return Taxonomy.of(more, taxonomy.name) if names else taxonomy


def still_names(learned: Mapping[str, Iterable[str]], taxonomy: Taxonomy) -> dict[str, tuple[str, ...]]:
    """Return learned names as another taxonomy needs them: of its concepts, and not among its own."""
    taken = _taken(taxonomy)
    found: dict[str, tuple[str, ...]] = {}
    for id, names in learned.items():
        if id in taxonomy:
            concept = taxonomy[id].id  # what it was merged into
            new = (name for name in names if _path(name) not in taken)
            found[concept] = tuple(dict.fromkeys((*found.get(concept, ()), *new)))
    return found


def with_lexicon(tagger: Tagger, taxonomy: Taxonomy) -> Tagger:
    """Return a tagger that finds the names of another taxonomy of the same concepts and rules."""
    old = tagger.parts
    lexicon = build_lexicon(taxonomy, list(old.lexicon.words)[: old.tfidf.n_words], tagger.limits)
    return Tagger(
        old.replace(lexicon=lexicon), tagger.manifest, thresholds=tagger.own_thresholds, limits=tagger.limits
    )


class _Pairs:
    """Which articles have which labels of people, alone or in longer names, counted."""

    def __init__(
        self, articles: Sequence[Article], read: Sequence[Tokens], taxonomy: Taxonomy, longest: int
    ) -> None:
        ids = sorted({id for article in articles for id in article.tags if id.startswith("people:")})
        self._people = [id for id in ids if not taxonomy[id].abstract]
        self._labels = [{path for path in map(_path, taxonomy[id].labels) if path} for id in self._people]
        self._taken = _taken(taxonomy)
        ending: dict[str, set[Path]] = defaultdict(set)
        for label in chain.from_iterable(self._labels):
            ending[label[-1]].add(label)
        number: dict[_Pair, int] = {}
        self._spelt: list[Counter[str]] = []
        rows: list[list[int]] = []
        for tokens in read:
            found = {pair: name for pair, name in _found(tokens, ending) if len(name) <= longest}
            for pair, name in found.items():
                if number.setdefault(pair, len(number)) == len(self._spelt):
                    self._spelt.append(Counter())
                self._spelt[number[pair]][name] += 1
            rows.append([number[pair] for pair in found])
        self._pairs = list(number)
        self._X = _ones(rows, len(number))
        column = {id: i for i, id in enumerate(self._people)}
        gold = [[column[id] for id in article.tags if id in column] for article in articles]
        self._Y = _ones(gold, len(column))

    def learned(self, rows: NDArray[np.int64]) -> dict[str, tuple[str, ...]]:
        """Return the names that some of the articles teach, by concept id."""
        X = self._X[rows]
        times: list[int] = X.sum(axis=0).tolist()
        hits = csr_array(self._Y[rows].T @ X)
        found = {}
        for person, id in enumerate(self._people):
            mine = slice(hits.indptr[person], hits.indptr[person + 1])
            right = dict(zip(hits.indices[mine].tolist(), hits.data[mine].tolist(), strict=True))
            names = self._names(self._labels[person], right, times)
            if names:
                found[id] = names
        return found

    def _names(self, labels: set[Path], right: Mapping[int, int], times: Sequence[int]) -> tuple[str, ...]:
        """Return a person's names, given how many articles with each pair have the tag, the most first."""
        share = {self._pairs[pair]: hits / times[pair] for pair, hits in right.items()}
        counts: Counter[Path] = Counter()
        spelt: dict[Path, Counter[str]] = defaultdict(Counter)
        for pair, hits in right.items():
            label, name = self._pairs[pair]
            least = min(_PRECISION, _OF_LABEL * share.get(_Pair(label, label), 1.0))
            if label in labels and name not in self._taken and share[self._pairs[pair]] >= least:
                counts[name] = max(counts[name], hits)
                spelt[name] += self._spelt[pair]
        # Nothing is gained by "Minister Onno Ruding" beside "Onno Ruding".
        kept = [
            name for name in counts if not any(name[start:] in counts for start in range(1, len(name) - 1))
        ]
        chosen = sorted(kept, key=lambda name: (-counts[name], name))[:_MOST]
        return tuple(min(spelt[name].items(), key=lambda each: (-each[1], each[0]))[0] for name in chosen)


def _taken(taxonomy: Taxonomy) -> set[Path]:
    """Return the words of every label and evidence term."""
    return {
        _path(term)
        for concept in taxonomy
        for term in chain(concept.labels, chain.from_iterable(concept.evidence.values()))
    }


def _path(label: str) -> Path:
    return tuple(tokenize(label).words)


def _ones(rows: Sequence[Sequence[int]], width: int) -> csr_array:
    """Return a matrix with ones in these columns of each row."""
    stops = np.cumsum([0, *map(len, rows)])
    columns = np.array(list(chain.from_iterable(rows)), dtype=np.int32)
    return csr_array((np.ones(len(columns), dtype=np.int64), columns, stops), (len(rows), width))


def _found(tokens: Tokens, ending: Mapping[str, set[Path]]) -> Iterator[tuple[_Pair, str]]:
    """Yield what stands in a text, and how: labels, the last words of labels, labels with words before.

    ``ending`` has the labels by their last word.
    """
    words = tokens.words
    for last, word in enumerate(words):
        if word not in ending or not _is_name_word(tokens, last):
            continue
        for label in sorted(ending[word]):
            first = last + 1 - len(label)
            if first < 0 or tuple(words[first : last + 1]) != label:
                yield _Pair(label, (word,)), tokens.surface(last, last + 1)
                continue
            yield _Pair(label, label), tokens.surface(first, last + 1)
            for start in range(first - 1, max(-1, first - 1 - _GIVEN_NAMES), -1):
                if not tokens.joined(start + 1) or not _is_name_word(tokens, start):
                    break
                if words[start] in OPENERS:
                    break
                name = " ".join(tokens.surface(start, last + 1).split())
                yield _Pair(label, tuple(words[start : last + 1])), name


def _is_name_word(tokens: Tokens, index: int) -> bool:
    """Tell whether a word has a capital, but not all of them: a headline may have nothing else."""
    return tokens.text[tokens.starts[index]].isupper() and not tokens.shouted(index)
