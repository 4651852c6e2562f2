"""From a taxonomy to its lexicon: labels, evidence terms and the words of rules, compiled to arrays."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tagonomy.config import Limits
from tagonomy.mentions.cue_words import AGREEMENTS, WATERS
from tagonomy.mentions.lexicon import (
    AFTER_COMMA,
    CAPITAL,
    CAPITALS,
    CONTEXT,
    EXACT,
    FOLLOWING,
    GIVEN_NAME,
    KINDS,
    NAME,
    OPENING,
    ORGAN,
    SURNAME,
    TITLE,
    Lexicon,
    numbers_among,
)
from tagonomy.strings import Lists, StringTable
from tagonomy.taxonomy import Concept, Taxonomy
from tagonomy.text import tokenize

_CONCEPT_REFERENCE = re.compile(r"@\S+")


class Sense(NamedTuple):
    """One thing that some words may mean."""

    concept: int
    kind: int
    flags: int
    capitals: int
    label: str


def build_lexicon(
    taxonomy: Taxonomy, feature_words: Sequence[str] = (), limits: Limits | None = None
) -> Lexicon:
    """Compile the labels and evidence terms of a taxonomy.

    Parameters
    ----------
    taxonomy : Taxonomy
        Concepts; their order of ids is their numbering.
    feature_words : sequence of str
        Words with a linear weight: they get the first numbers, so that one look-up serves both.
    limits : Limits, optional
        ``senses_per_label`` bounds the senses of one label.

    Returns
    -------
    Lexicon
        Cost of a look-up does not depend on the number of concepts.
    """
    limits = limits or Limits()
    paths: dict[tuple[str, ...], list[Sense]] = defaultdict(list)
    for number, concept in enumerate(taxonomy):
        for path, sense in _senses_of(number, concept):
            paths[path].append(sense)
    concepts = list(taxonomy)
    topics = _topics_of_classes(concepts)
    for path, found in paths.items():
        paths[path] = _keep(found, concepts, limits.senses_per_label)

    words = dict.fromkeys(feature_words)
    words.update(dict.fromkeys(sorted({word for path in paths for word in path} | _rule_words(concepts))))
    word_number = {word: i for i, word in enumerate(words)}
    numbered = {tuple(word_number[word] for word in path): path for path in paths}
    trie = _Trie(numbered)
    senses: list[Sense] = []
    implied: list[list[int]] = []
    sense_stops = []
    for node in trie.nodes:
        for sense in paths[numbered[node]] if node in numbered else ():
            senses.append(sense)
            inside = _implied(numbered[node], sense, paths, concepts, taxonomy)
            kin = topics[sense.concept] if sense.kind == NAME else []
            # The name of a footballer speaks for football, if nothing more.
            told = inside | {topic: inside.get(topic, ORGAN) for topic in kin}
            implied.append([number * len(KINDS) + kind for number, kind in told.items()])
        sense_stops.append(len(senses))
    word_flags = _word_flags(taxonomy, word_number)
    word_flags[[node[0] for node in trie.nodes[: trie.n_roots]]] |= OPENING
    word_flags[[node[-1] for node in trie.nodes[trie.n_roots :]]] |= FOLLOWING
    return Lexicon(
        words=StringTable.of(word_number),
        word_flags=word_flags,
        node_words=_node_words(trie, numbers_among(word_flags, FOLLOWING)),
        child_stops=np.array(trie.child_stops, dtype=np.int32),
        sense_stops=np.array(sense_stops, dtype=np.int32),
        concept=np.array([sense.concept for sense in senses], dtype=np.int32),
        kind=np.array([sense.kind for sense in senses], dtype=np.uint8),
        flags=np.array([sense.flags for sense in senses], dtype=np.uint8),
        capitals=np.array([sense.capitals for sense in senses], dtype=np.uint8),
        exact_senses=np.flatnonzero([sense.flags & EXACT for sense in senses]).astype(np.int32),
        spellings=StringTable.of(_written(sense.label) for sense in senses if sense.flags & EXACT),
        implied=Lists.of(implied),
    )


class _Trie:
    """Paths of word numbers, numbered breadth first: the children of a node stand side by side."""

    def __init__(self, paths: Iterable[tuple[int, ...]]) -> None:
        prefixes = {path[:length] for path in paths for length in range(1, len(path) + 1)}
        self.nodes = sorted(prefixes, key=lambda node: (len(node), node))
        self.n_roots = sum(len(node) == 1 for node in self.nodes)
        children = Counter(node[:-1] for node in self.nodes if len(node) > 1)
        self.child_stops = [self.n_roots + stop for stop in accumulate(children[node] for node in self.nodes)]


def _node_words(trie: _Trie, following: NDArray[np.int32]) -> NDArray[Any]:
    """Return the last word of each node that is no root, as narrow as all of them allow."""
    words = np.zeros(len(trie.nodes), dtype=np.int32)
    words[trie.n_roots :] = following[[node[-1] for node in trie.nodes[trie.n_roots :]]]
    return words.astype(np.uint16) if words.max(initial=0) < 1 << 16 else words


def _rule_words(concepts: Iterable[Concept]) -> set[str]:
    """Return every word that a rule may look for, so that rules are written in word numbers, too."""
    texts = (_CONCEPT_REFERENCE.sub(" ", rule) for concept in concepts for rule in concept.rules)
    return {word for text in texts for word in tokenize(text).words}


def _senses_of(number: int, concept: Concept) -> Iterable[tuple[tuple[str, ...], Sense]]:
    """Yield the path of folded words and the sense of each label and evidence term."""
    if concept.replaced_by:
        return
    terms: list[tuple[str, int]] = []
    if not concept.abstract:
        terms += [(label, NAME) for label in dict.fromkeys(concept.labels)]
    for name, labels in concept.evidence.items():
        number_of_kind = KINDS.index(name if name in KINDS else "organ")
        terms += [(label, number_of_kind) for label in labels]
    for label, kind in terms:
        tokens = tokenize(label)
        if not tokens.words:
            continue
        flags = CONTEXT * (label in concept.needs_context) | EXACT * (label in concept.case_sensitive)
        capitals = sum(
            1 << i for i in range(min(len(tokens), CAPITALS)) if _asks_for_capital(tokens.surface(i, i + 1))
        )
        yield tuple(tokens.words), Sense(number, kind, flags, capitals, label)


def _written(label: str) -> str:
    """Return a label from its first word to its last, as a text is compared: "W.H.O" of "W.H.O."."""
    tokens = tokenize(label)
    return tokens.surface(0, len(tokens))


def _asks_for_capital(word: str) -> bool:
    return word[0].isupper()


def _keep(senses: list[Sense], concepts: Sequence[Concept], most: int) -> list[Sense]:
    """Return each concept's most permissive sense, the concepts with the highest prior first."""
    best: dict[tuple[int, bool], Sense] = {}
    for sense in senses:
        key = (sense.concept, sense.kind == NAME)
        if key not in best or (sense.flags, sense.capitals) < (best[key].flags, best[key].capitals):
            best[key] = sense
    ordered = sorted(best.values(), key=lambda s: (-concepts[s.concept].prior, s.concept, s.kind))
    return ordered[:most]


def _implied(
    path: tuple[str, ...],
    sense: Sense,
    paths: dict[tuple[str, ...], list[Sense]],
    concepts: Sequence[Concept],
    taxonomy: Taxonomy,
) -> dict[int, int]:
    """Return the concepts inside a label, and what kind of evidence it is for each."""
    if len(path) < 2 or sense.kind not in (NAME, TITLE):
        return {}
    concept = concepts[sense.concept]
    if sense.kind == TITLE:
        return _told_by_title(path, paths, concepts)
    related = {*concept.related, *concept.part_of, *concept.broader}
    # "annexation of Crimea" describes, and so names Crimea too; "Vietnam War" is a name of its own.
    small = max((len(word) for word in sense.label.split() if word.islower()), default=0)
    event = concept.facet == "events" and small > 3
    # A topic of everybody's list is general: "American football" tells no country.
    general = any(match.startswith("medtop:") for match in concept.exact_match)
    topic = concept.facet == "topics" and small > 2 and not general
    found: dict[int, int] = {}
    longest = _longest_places(path, paths, concepts) if event or topic else ()
    for start, stop in _parts(path):
        # The Democratic Republic of the Congo is not the Republic of the Congo.
        nested = any(a <= start and stop <= b and stop - start < b - a for a, b in longest)
        # The Gulf of Oman lies beside Oman.
        beside = start > 1 and path[start - 1] == "of" and path[start - 2] in WATERS
        # The Paris climate deal was signed there; the Iran deal is about a state, with a capital.
        signed = start == 0 and path[-1] in AGREEMENTS
        senses = () if beside else paths.get(path[start:stop], ())
        for inner in senses:
            facet = concepts[inner.concept].facet
            town = facet == "countries" and "capital" not in concepts[inner.concept].evidence
            apart = nested or (signed and town)
            # One capitalised word of many may mean anything: "fires in the Amazon"; and "Russian
            # election meddling" is no election.
            whole = facet != "events" or stop == len(path)
            telling = facet == "countries" or (stop - start > 1 and whole)
            named = inner.kind == NAME and not inner.flags & CONTEXT and inner.capitals and telling
            # "Sanctions on Russian oligarchs", but not "Native American schools".
            longer = start > 0 and sense.capitals >> (start - 1) & 1
            state = facet == "countries" and inner.kind <= CAPITAL and not inner.flags & CONTEXT
            if (
                concepts[inner.concept].id in related
                or ((event or (topic and stop - start > 1)) and named and not apart)
                or (topic and state and inner.capitals and not (longer or apart))
                or _lends(concept.facet, sense, facet, inner, senses)
            ):
                kind = inner.kind
                # "The Obama administration" hardly names the man, nor "Bank of America" the
                # country; "annexation of Crimea" does name the place.
                person = facet == "people" and stop - start == 1
                if kind == NAME and (person or concept.facet == "organizations"):
                    kind = ORGAN
                found[inner.concept] = min(kind, found.get(inner.concept, kind))
    return found


def _topics_of_classes(concepts: Sequence[Concept]) -> list[list[int]]:
    """Return the topics that the classes of each concept are related to."""
    number = {concept.id: i for i, concept in enumerate(concepts)}
    of_class = {
        concept.id: [number[id] for id in concept.related if concepts[number[id]].facet == "topics"]
        for concept in concepts
        if concept.abstract
    }
    return [
        list(dict.fromkeys(topic for above in concept.broader for topic in of_class.get(above, ())))
        for concept in concepts
    ]


def _parts(path: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Yield where each part of a label begins and ends, but for the whole."""
    for start in range(len(path)):
        for stop in range(start + 1, len(path) + 1):
            if stop - start < len(path):
                yield start, stop


def _lends(phrase_facet: str, phrase: Sense, facet: str, inner: Sense, senses: Sequence[Sense]) -> bool:
    """Tell whether a phrase names a body or a topic by the name of it: "FBI investigation", "Medicaid cuts".

    The name must stand as it would by itself, and its words mean nothing else. No capital goes on beside
    it: "Bears Ears" are no Chicago Bears. A body in one word may be a word, as in "Amazon rainforest";
    letters that stand for words are none.
    """
    if phrase_facet not in ("events", "topics") or facet not in ("organizations", "topics"):
        return False
    certain = [each for each in senses if each.kind == NAME and not each.flags & CONTEXT]
    if certain != [inner] or inner.concept == phrase.concept or not inner.label[0].isupper():
        return False
    before, name, behind = phrase.label.partition(inner.label)
    around = (*before.split()[-1:], *behind.split()[:1])
    word = facet == "organizations" and " " not in name and name.istitle()
    sure = name.isupper() or (phrase_facet == "topics" and bool(name) and not word)
    return sure and not any(word[:1].isupper() for word in around)


def _longest_places(
    path: tuple[str, ...], paths: dict[tuple[str, ...], list[Sense]], concepts: Sequence[Concept]
) -> list[tuple[int, int]]:
    """Return where names of places of several words stand inside a label."""
    return [
        (start, stop)
        for start, stop in _parts(path)
        if stop - start > 1
        and any(
            each.kind == NAME and concepts[each.concept].facet == "countries"
            for each in paths.get(path[start:stop], ())
        )
    ]


def _told_by_title(
    path: tuple[str, ...], paths: dict[tuple[str, ...], list[Sense]], concepts: Sequence[Concept]
) -> dict[int, int]:
    """Return the country and the body that a title tells: "French president", "NATO Secretary General"."""
    found: dict[str, dict[int, int]] = {"countries": {}, "organizations": {}}
    for start, stop in _parts(path):
        for each in paths.get(path[start:stop], ()):
            facet = concepts[each.concept].facet
            # A body's name comes first: "Papua New Guinean president" holds another country's president.
            body = facet == "organizations" and each.kind == NAME and each.capitals and start == 0
            if (facet == "countries" or body) and not each.flags & CONTEXT:
                found[facet].setdefault(each.concept, each.kind)
    return {number: kind for each in found.values() if len(each) == 1 for number, kind in each.items()}


def _word_flags(taxonomy: Taxonomy, word_number: dict[str, int]) -> NDArray[np.uint8]:
    """Mark words that begin or end people's names: they tell "Paris Hilton" from "Paris"."""
    flags = np.zeros(len(word_number), dtype=np.uint8)
    given: Counter[str] = Counter()
    for concept in taxonomy:
        for label in (*concept.labels, *(term for terms in concept.evidence.values() for term in terms)):
            for part in label.split(",")[1:]:
                for word in tokenize(part).words[:1]:
                    if word in word_number:
                        flags[word_number[word]] |= AFTER_COMMA
        if concept.facet == "people" and not (concept.abstract or concept.replaced_by):
            words = tokenize(concept.label).words
            if len(words) > 1:
                given[words[0]] += 1
                flags[word_number[words[-1]]] |= SURNAME
    for word, count in given.items():
        if count > 1:  # once may be a nickname or a title
            flags[word_number[word]] |= GIVEN_NAME
    return flags
