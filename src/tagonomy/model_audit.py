"""What the arrays of a model must be like before they are used.

The seal says that a file is whole, not that it is honest: whoever makes a file can seal it.
Numbers that point outside their array, or a hierarchy that runs in a circle, would otherwise
show as an endless loop or a wrong answer long after loading.  Of a file that comes with the
package, whose maker could as well have changed the code, the form is enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import lt
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tagonomy.concepts import ID_BYTES
from tagonomy.features import BLOCKS
from tagonomy.mentions.lexicon import EXACT, FOLLOWING, KINDS, OPENING
from tagonomy.ranking import FEATURES
from tagonomy.storage import Form
from tagonomy.strings import StringTable

Tensors: TypeAlias = Mapping[str, NDArray[Any]]

# What keeps the first bytes of eight, and how many.
_FIRST_BYTES = np.array([(1 << 64) - (1 << 64 - 8 * n) for n in range(9)], dtype=np.uint64)

# Letters of a prefix, as the parser of rules has it; to classify, that need not be imported.
_LEAST_LETTERS = 3
# Words beside mentions that can be told apart.
_MOST_BESIDE = (1 << 16) - 2
# ... and how much one may say: the sum over all mentions stays a number.
_LARGEST_BESIDE = 1000.0
# No word is so rare: values of a row stay numbers.
_LARGEST_IDF = 1000.0
# Blocks of UTF-8 (.blob, .stops) and packed lists (.values, .stops).
_STRINGS = (
    *("concepts.names", "concepts.labels", "concepts.facets"),
    *("lexicon.words", "lexicon.spellings", "rules.prefixes", "beside.words"),
)
_LISTS = ("concepts.broader", "concepts.related", "lexicon.implied")
_DTYPES: dict[str, tuple[str, ...]] = {
    **{f"{name}.stops": ("int32",) for name in (*_STRINGS, *_LISTS)},
    **{f"{name}.blob": ("uint8",) for name in _STRINGS},
    **{f"{name}.values": ("int32",) for name in _LISTS},
    **{f"concepts.{name}": ("uint8",) for name in ("facet", "prior", "abstract")},
    "concepts.years": ("int16",),
    **{f"lexicon.{name}": ("uint8",) for name in ("kind", "flags", "capitals", "word_flags")},
    **{f"lexicon.{name}": ("int32",) for name in ("concept", "child_stops", "sense_stops", "exact_senses")},
    "lexicon.node_words": ("uint16", "int32"),
    "linear.stops": ("int32", "int64"),
    "linear.concepts": ("int32",),
    "linear.columns": ("uint16", "int32"),
    "linear.weights": ("float16", "float32"),
    **{f"linear.{name}": ("float32",) for name in ("intercepts", "slopes", "offsets")},
    **{f"rules.{name}": ("uint16", "int32") for name in ("programs", "sets")},
    **{f"rules.{name}": ("int32",) for name in ("concepts", "terms", "set_stops", "stops")},
    "tfidf.idf": ("float32",),
    "ranker.weights": ("float32",),
    "thresholds": ("float32",),
    "ranker.concepts": ("float32",),
    "ranker.kinds": ("float32",),
    "ranker.kind_of": ("uint16",),
    "beside.weights": ("float32",),
    "mentions.concepts": ("int32",),
    "mentions.idf": ("float32",),
    "seeds.words": ("uint16", "int32"),
    "seeds.stops": ("int32",),
}
_TWO_DIMENSIONAL = (
    *("concepts.years", "ranker.weights", "ranker.concepts", "ranker.kinds"),
    "beside.weights",
)
# Later additions to the format: a file may lack them.
_OPTIONAL = (
    *("thresholds", "ranker.concepts", "ranker.kinds", "ranker.kind_of"),
    *("beside.words.blob", "beside.words.stops", "beside.weights"),
    *("mentions.concepts", "mentions.idf"),
    *("seeds.words", "seeds.stops"),
)
# Arrays that speak of the same things, one entry each.
_EQUALLY_LONG = (
    *(
        ("concepts.facet", f"concepts.{name}")
        for name in ("names.stops", "labels.stops", "prior", "abstract")
    ),
    *(("concepts.facet", f"concepts.{name}") for name in ("broader.stops", "related.stops", "years")),
    ("lexicon.words.stops", "lexicon.word_flags"),
    *(("lexicon.concept", f"lexicon.{name}") for name in ("kind", "flags", "capitals")),
    *(("lexicon.node_words", f"lexicon.{name}") for name in ("child_stops", "sense_stops")),
    ("lexicon.concept", "lexicon.implied.stops"),
    ("lexicon.exact_senses", "lexicon.spellings.stops"),
    *(("linear.concepts", f"linear.{name}") for name in ("intercepts", "slopes", "offsets")),
    ("linear.columns", "linear.weights"),
    ("rules.stops", "rules.concepts"),
    ("concepts.facets.stops", "ranker.weights"),
)
# Where the parts of an array end that belong together.
_STOPS = (
    ("linear.stops", "linear.columns"),
    ("lexicon.sense_stops", "lexicon.concept"),
    ("rules.set_stops", "rules.sets"),
    ("rules.stops", "rules.programs"),
)
# Numbers that point into other arrays, which are named by one with an entry for each of their things.
_POINTERS = (
    ("concepts.facet", "concepts.facets.stops"),
    ("concepts.broader.values", "concepts.facet"),
    ("concepts.related.values", "concepts.facet"),
    ("lexicon.concept", "concepts.facet"),
    ("linear.concepts", "concepts.facet"),
    ("linear.columns", "linear.concepts"),
    ("rules.concepts", "concepts.facet"),
)


def audit_form(forms: Mapping[str, Form]) -> None:
    """Check that all arrays of a model are there, of their types and as long as one another.

    Parameters
    ----------
    forms : mapping of str to pair of dtype and tuple of int
        What all arrays of a model file are like.

    Raises
    ------
    ValueError
        That names the array and what is wrong with it.

    Notes
    -----
    Of the arrays themselves nothing is read.
    """
    for name, dtypes in _DTYPES.items():
        if name not in forms:
            _demand(name in _OPTIONAL, name, "is missing")
            continue
        dtype, shape = forms[name]
        _demand(dtype.name in dtypes, name, f"holds {dtype}, not {' or '.join(dtypes)}")
        if name != "tfidf.idf":
            _demand(len(shape) == 1 + (name in _TWO_DIMENSIONAL), name, f"has {len(shape)} dimensions")
    for one, other in _EQUALLY_LONG:
        lengths = forms[one][1][0], forms[other][1][0]
        _demand(lengths[0] == lengths[1], other, f"has {lengths[1]} entries for the {lengths[0]} of {one}")


def audit_tensors(tensors: Tensors) -> None:
    """Check that the arrays of a model fit together.

    Parameters
    ----------
    tensors : mapping of str to ndarray
        All arrays of a model file.

    Raises
    ------
    ValueError
        That names the array and what is wrong with it.

    Notes
    -----
    A few passes over each array.
    """
    tensors = dict(tensors)  # what a file has in two parts is joined once for all that is asked of it
    audit_form({name: (array.dtype, array.shape) for name, array in tensors.items()})
    for name, array in tensors.items():
        if array.dtype.kind == "f":
            _demand(bool(np.isfinite(array).all()), name, "holds a number that is not finite")
    for name in _STRINGS:
        if f"{name}.stops" not in _OPTIONAL:
            _check_strings(tensors, name)
    for name in _LISTS:
        _check_stops(tensors[f"{name}.stops"], len(tensors[f"{name}.values"]), f"{name}.stops")
    for name, target in _STOPS:
        _check_stops(tensors[name], len(tensors[target]), name)
    for name, target in _POINTERS:
        _check_range(tensors[name], 0, len(tensors[target]), name)
    n_concepts = len(tensors["concepts.facet"])
    cuts = len(tensors.get("thresholds", tensors["concepts.facet"]))
    _demand(cuts == n_concepts, "thresholds", f"has {cuts} entries for {n_concepts} concepts")
    _check_ids(tensors)
    _check_beside(tensors)
    _check_mentions(tensors)
    _check_lexicon(tensors)
    _check_seeds(tensors)
    _check_rules(tensors)
    features = tensors["ranker.weights"].shape[1]
    _demand(features <= len(FEATURES), "ranker.weights", f"has {features} columns, not {len(FEATURES)}")
    learned = tensors.get("ranker.concepts", np.zeros((n_concepts, 2))).shape
    _demand(learned == (n_concepts, 2), "ranker.concepts", f"has shape {learned}, not {(n_concepts, 2)}")
    _check_kinds(tensors, n_concepts)
    _demand(tensors["concepts.years"].shape[1] == 2, "concepts.years", "has not two columns")
    _check_hierarchy(tensors)


def _check_ids(tensors: Tensors) -> None:
    """Check that the ids ascend, since they are looked up by halving."""
    facets, facet = StringTable.from_tensors(tensors, "concepts.facets"), tensors["concepts.facet"]
    turns = facet[np.flatnonzero(np.diff(facet.astype(np.int16), prepend=-1))].tolist()
    heads = [f"{facets[each]}:" for each in turns]
    # Names stand under one facet after the other, and no facet's ids lie among those of another.
    _demand(all(map(lt, heads, heads[1:])), "concepts.facet", "does not ascend")
    _demand(not any(":" in name for name in facets), "concepts.facets", "hold a colon")
    names, stops = tensors["concepts.names.blob"], tensors["concepts.names.stops"]
    lengths = np.diff(stops, prepend=0)
    of_label, label_stops = lengths == 0, tensors["concepts.labels.stops"]
    label_lengths = np.diff(label_stops, prepend=0)
    starts = np.where(of_label, len(names) + label_stops - label_lengths, stops - lengths)
    written = np.frombuffer(bytes(tensors["concepts.labels.blob"].data).translate(ID_BYTES), np.uint8)
    blob, lengths = np.concatenate((names, written)), np.where(of_label, label_lengths, lengths)
    alike = np.flatnonzero(facet[1:] == facet[:-1])
    _demand(_ascend(blob, starts, lengths, alike), "concepts.names", "do not ascend")


def _all_there(tensors: Tensors, names: Sequence[str]) -> bool:
    """Tell whether a file has arrays that it may lack, but for none without the others."""
    missing = [name for name in names if name not in tensors]
    _demand(len(missing) in (0, len(names)), " and ".join(names), "need each other")
    return not missing


def _check_beside(tensors: Tensors) -> None:
    """Check the weights of the words beside mentions."""
    if not _all_there(tensors, ("beside.words.blob", "beside.words.stops", "beside.weights")):
        return
    _check_strings(tensors, "beside.words")
    words, facets = len(tensors["beside.words.stops"]), len(tensors["concepts.facets.stops"])
    _demand(words <= _MOST_BESIDE, "beside.words", f"are {words}, more than {_MOST_BESIDE}")
    shape, wanted = tensors["beside.weights"].shape, (words, 2 * facets)
    _demand(shape == wanted, "beside.weights", f"has shape {shape}, not {wanted}")
    most = float(np.abs(tensors["beside.weights"]).max(initial=0))
    _demand(most <= _LARGEST_BESIDE, "beside.weights", f"has a weight of {most:g}")


def _check_kinds(tensors: Mapping[str, NDArray[Any]], n_concepts: int) -> None:
    """Check what the ranker learned of sorts of concepts, which stands in for that of each concept."""
    kinds, kind_of = (tensors.get(name) for name in ("ranker.kinds", "ranker.kind_of"))
    _demand((kinds is None) == (kind_of is None), "ranker.kinds", "and ranker.kind_of need each other")
    if kinds is None or kind_of is None:
        return
    _demand("ranker.concepts" not in tensors, "ranker.kinds", "stands beside ranker.concepts")
    _demand(kinds.shape[1] == 2, "ranker.kinds", "has not two columns")
    entries = len(kind_of)
    _demand(entries == n_concepts, "ranker.kind_of", f"has {entries} entries for {n_concepts} concepts")
    _check_range(kind_of, 0, len(kinds), "ranker.kind_of")


def _demand(true: bool, name: str, problem: str) -> None:
    if not true:
        raise ValueError(f"tensor {name} {problem}")


def _check_range(array: NDArray[Any], low: int, stop: int, name: str) -> None:
    inside = not len(array) or (low <= int(array.min()) and int(array.max()) < stop)
    _demand(inside, name, f"points outside {low}-{stop - 1}")


def _check_stops(stops: NDArray[Any], length: int, name: str) -> None:
    last = int(stops[-1]) if len(stops) else 0
    _demand(last == length, name, f"ends at {last}, not at {length}")
    ascending = not len(stops) or (int(stops[0]) >= 0 and bool((stops[1:] >= stops[:-1]).all()))
    _demand(ascending, name, "does not ascend")


def _check_strings(tensors: Tensors, name: str) -> None:
    blob, stops = tensors[f"{name}.blob"], tensors[f"{name}.stops"]
    _check_stops(stops, len(blob), f"{name}.stops")
    bytes(blob.data).decode("utf-8", "surrogatepass")  # UnicodeDecodeError is a ValueError, too
    firsts = blob[stops[stops < len(blob)]]
    _demand(not bool(((firsts & 0xC0) == 0x80).any()), f"{name}.stops", "cuts a character")


def _check_mentions(tensors: Tensors) -> None:
    concepts, idf = (
        tensors.get(f"mentions.{name}", np.zeros(0, dtype=np.int32)) for name in ("concepts", "idf")
    )
    _demand(len(concepts) == len(idf), "mentions.idf", f"has {len(idf)} entries for {len(concepts)} concepts")
    _check_range(concepts, -1, len(tensors["concepts.facet"]), "mentions.concepts")
    counts = np.bincount(concepts[concepts >= 0])
    _demand(int(counts.max(initial=0)) <= 1, "mentions.concepts", "has a concept twice")


def _check_seeds(tensors: Tensors) -> None:
    """Check the seed words of concepts."""
    names = ("seeds.words", "seeds.stops")
    if not _all_there(tensors, names):
        return
    words, stops = (tensors[name] for name in names)
    concepts = len(tensors["concepts.facet"])
    _demand(len(stops) == concepts, "seeds.stops", f"has {len(stops)} entries for {concepts} concepts")
    _check_stops(stops, len(words), "seeds.stops")
    idf = np.atleast_2d(tensors["tfidf.idf"])[0]
    _check_range(words, 0, len(idf), "seeds.words")
    _demand(not len(words) or float(idf[words].min()) > 0, "seeds.words", "has a word without weight")


def _ascend(blob: NDArray[Any], starts: NDArray[Any], lengths: NDArray[Any], left: NDArray[Any]) -> bool:
    """Tell whether these strings are less than the next ones, neighbours compared eight bytes at a time.

    Bytes of UTF-8 have the order of the characters.
    """
    padded = np.concatenate((blob, np.zeros(8, np.uint8)))
    windows = np.ndarray((len(blob) + 1,), ">u8", padded, strides=(1,))  # eight bytes from each on
    at, longest = 0, int(lengths.max(initial=0))
    while len(left) and at < longest:  # pairs that are alike so far
        one, other = (
            windows[np.minimum(starts[each] + at, len(blob))]
            & _FIRST_BYTES[np.clip(lengths[each] - at, 0, 8)]
            for each in (left, left + 1)
        )
        if (one > other).any():
            return False
        left, at = left[one == other], at + 8
    return bool((lengths[left] < lengths[left + 1]).all())


def _check_lexicon(tensors: Tensors) -> None:
    words, nodes = len(tensors["lexicon.words.stops"]), len(tensors["lexicon.node_words"])
    mentions = len(tensors.get("mentions.concepts", ()))
    _check_idf(tensors["tfidf.idf"], words, len(tensors["linear.stops"]) - mentions)
    flags = tensors["lexicon.word_flags"]
    roots, following = (int((flags & flag != 0).sum()) for flag in (OPENING, FOLLOWING))
    # Those of one word have none.
    _check_range(tensors["lexicon.node_words"], 0, max(following, 1), "lexicon.node_words")
    # As narrow as they are: nothing else takes as much memory while a model is loaded.
    children = np.concatenate((np.array([roots], dtype=np.int32), tensors["lexicon.child_stops"]))
    _check_stops(children, nodes, "lexicon.child_stops")
    # A trie that runs in a circle never ends.
    downwards = bool((children[:-1] > np.arange(nodes, dtype=np.int32)).all())
    _demand(downwards or not nodes, "lexicon.child_stops", "has children before their parents")
    _check_range(tensors["lexicon.kind"], 0, len(KINDS), "lexicon.kind")
    exact = np.flatnonzero(tensors["lexicon.flags"] & EXACT)
    same = np.array_equal(exact, tensors["lexicon.exact_senses"])
    _demand(same, "lexicon.exact_senses", "are not those that lexicon.flags marks")
    codes = len(tensors["concepts.facet"]) * len(KINDS)
    _check_range(tensors["lexicon.implied.values"], 0, codes, "lexicon.implied.values")


def _check_rules(tensors: Tensors) -> None:
    """Check what rules name; whether their numbers are rules, those find who read them."""
    terms = tensors["rules.terms"]
    targets = (len(tensors["lexicon.words.stops"]), len(tensors["rules.prefixes.stops"]))
    for kind, stop in enumerate((*targets, len(tensors["concepts.facet"]) + 1)):
        _check_range(terms[terms & 3 == kind] >> 2, 0, stop, "rules.terms")
    _check_range(terms & 3, 0, 3, "rules.terms")
    shortest = min(map(len, StringTable.from_tensors(tensors, "rules.prefixes")), default=_LEAST_LETTERS)
    _demand(shortest >= _LEAST_LETTERS, "rules.prefixes", f"has one of {shortest} letters")
    dtypes = tensors["rules.programs"].dtype, tensors["rules.sets"].dtype
    _demand(dtypes[0] == dtypes[1], "rules.sets", f"holds {dtypes[1]}, and rules.programs {dtypes[0]}")


def _check_idf(idf: NDArray[Any], words: int, features: int) -> None:
    inside = not idf.size or (float(idf.min()) >= 0 and float(idf.max()) <= _LARGEST_IDF)
    _demand(inside, "tfidf.idf", f"holds a number that is not from 0 to {_LARGEST_IDF:g}")
    _demand(1 <= idf.ndim <= 2, "tfidf.idf", f"has {idf.ndim} dimensions")
    blocks, n_words = np.atleast_2d(idf).shape
    _demand(1 <= blocks <= len(BLOCKS), "tfidf.idf", f"has {blocks} blocks")
    _demand(n_words <= words, "tfidf.idf", f"has more entries than the {words} words")
    _demand(features == idf.size, "linear.stops", f"has {features} entries for {idf.size} features of words")


def _check_hierarchy(tensors: Tensors) -> None:
    """Take away concepts whose parents are all gone, level by level; what stays runs in a circle."""
    parents, stops = tensors["concepts.broader.values"], tensors["concepts.broader.stops"]
    children = np.repeat(np.arange(len(stops)), np.diff(stops, prepend=0))
    while len(children):
        waiting = np.zeros(len(stops), dtype=bool)
        waiting[children] = True
        open_links = waiting[parents]
        _demand(not bool(open_links.all()), "concepts.broader.values", "runs in a circle")
        children, parents = children[open_links], parents[open_links]
