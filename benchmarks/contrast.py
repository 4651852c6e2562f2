"""Measures who tells names apart: ``python benchmarks/contrast.py``.

The passages of ``tests/data/contrast*.jsonl`` come in pairs that differ in what one name means: Georgia the
state and the country, turkey on a plate and on the map. One counts as understood if all concepts that it
expects are tags and none that it rejects is. The first file was studied while the resolution of names was
made, the second was not.

The peers that look for names get all labels of the taxonomy that need no context: a plain gazetteer
(ahocorasick-rs, longest match) and spaCy's PhraseMatcher, both minding case. scikit-learn learns what the
first file expects and is asked about the second alone. A peer that is not installed is left out.

A table goes to stdout. Exit codes: 0 ok, 1 below the floor, 2 usage.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # As a script, the folder of this file must not be searched: statistics.py would shadow the module.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from tagonomy import load_tagger, load_taxonomy

DATA = Path(__file__).resolve().parents[1] / "tests" / "data"
FILES = ("contrast.jsonl", "contrast_held_out.jsonl")
FLOOR = 0.95

#: Tells the ids of a text's tags.
Tell = Callable[[str], set[str]]


def passages(file: str) -> list[dict[str, Any]]:
    """Read one file of the set."""
    return [json.loads(line) for line in (DATA / file).read_text(encoding="utf-8").splitlines()]


def accuracy(tell: Tell, rows: Sequence[dict[str, Any]]) -> float:
    """Return the share of passages with every expected tag and no rejected one."""
    right = 0
    for row in rows:
        tags = tell(row["text"])
        right += tags.issuperset(row["expect"]) and tags.isdisjoint(row["reject"])
    return right / len(rows)


def names() -> Iterator[tuple[str, str]]:
    """Yield the labels of the taxonomy that need no context, each with its concept."""
    for concept in load_taxonomy():
        if not (concept.abstract or concept.replaced_by):
            yield from ((label, concept.id) for label in concept.labels if label not in concept.needs_context)


def by_name() -> dict[str, set[str]]:
    """Return the concepts of each label."""
    found: dict[str, set[str]] = {}
    for label, id in names():
        found.setdefault(label, set()).add(id)
    return found


def gazetteer() -> Tell:
    """Return a plain search for the longest names."""
    from ahocorasick_rs import AhoCorasick, MatchKind

    known = by_name()
    labels = list(known)
    search = AhoCorasick(labels, matchkind=MatchKind.LeftmostLongest)

    def tell(text: str) -> set[str]:
        whole = [
            labels[number]
            for number, start, stop in search.find_matches_as_indexes(text)
            if not (text[:start][-1:].isalnum() or text[stop : stop + 1].isalnum())
        ]
        return {id for label in whole for id in known[label]}

    return tell


def spacy_phrases() -> Tell:
    """Return spaCy's PhraseMatcher."""
    import spacy
    from spacy.matcher import PhraseMatcher

    known = by_name()
    tokenizer = spacy.blank("en").tokenizer
    matcher = PhraseMatcher(tokenizer.vocab, attr="ORTH")
    for label in known:
        matcher.add(label, [tokenizer(label)])
    strings = tokenizer.vocab.strings
    return lambda text: {id for match, _, _ in matcher(tokenizer(text)) for id in known[strings[match]]}


def sklearn_svc() -> Tell:
    """Return a linear model of words that learned what the first file expects."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MultiLabelBinarizer
    from sklearn.svm import LinearSVC

    rows = passages(FILES[0])
    tags = MultiLabelBinarizer()
    model = make_pipeline(TfidfVectorizer(sublinear_tf=True), OneVsRestClassifier(LinearSVC(random_state=0)))
    model.fit([row["text"] for row in rows], tags.fit_transform([row["expect"] for row in rows]))
    return lambda text: set(tags.inverse_transform(model.predict([text]))[0])


def tagonomy_shipped() -> Tell:
    """Return the shipped model."""
    tagger = load_tagger()
    return lambda text: set(tagger.classify(text).ids)


#: Name, what must be installed, how to make it, and whether it may be asked about the first file.
SYSTEMS: tuple[tuple[str, str, Callable[[], Tell], bool], ...] = (
    ("tagonomy", "tagonomy", tagonomy_shipped, True),
    ("gazetteer", "ahocorasick_rs", gazetteer, True),
    ("spaCy PhraseMatcher", "spacy", spacy_phrases, True),
    ("scikit-learn LinearSVC", "sklearn", sklearn_svc, False),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the share of passages that each system understands, in either file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", choices=[name for name, *_ in SYSTEMS], help="one system")
    options = parser.parse_args(arguments)
    sets = [passages(file) for file in FILES]
    print(f"{'system':<24}{'studied':>10}{'held out':>10}")
    least = 1.0
    for name, module, make, studied in SYSTEMS:
        if options.only not in (None, name):
            continue
        if find_spec(module) is None:
            print(f"{name}: {module} is not installed", file=sys.stderr)
            continue
        tell = make()
        figures = [accuracy(tell, rows) if studied or rows is not sets[0] else None for rows in sets]
        print(f"{name:<24}" + "".join("         -" if f is None else f"{f:>10.3f}" for f in figures))
        if name == "tagonomy":
            least = min(figure for figure in figures if figure is not None)
    return 0 if least >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
