"""The facet ``topics``: IPTC's Media Topics, and below them the phrases that newsrooms tag with.

Ids, labels, hierarchy and Wikidata matches of the Media Topics come from IPTC; what
each is called in running text, and every phrase and rule, is written by hand in the
tables ``written/topics_*.tsv``.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from common import WRITTEN, Row, concept, plain, read_table, rules_of_concepts, split

#: British words of IPTC's labels and how American newsrooms spell them.
AMERICAN = {
    "anti-trust": "antitrust",
    "artefact": "artifact",
    "behaviour": "behavior",
    "canonisation": "canonization",
    "centre": "center",
    "defence": "defense",
    "globalisation": "globalization",
    "honour": "honor",
    "jewellery": "jewelry",
    "labour": "labor",
    "nationalisation": "nationalization",
    "organisation": "organization",
    "organised": "organized",
    "paediatrics": "pediatrics",
    "palaeontology": "paleontology",
    "privatisation": "privatization",
    "specialisation": "specialization",
    "synchronised": "synchronized",
    "theatre": "theater",
}

#: What the column ``label_in_text`` may say.
LABEL_IN_TEXT = ("names", "context")

_PREFIX = "http://cv.iptc.org/newscodes/mediatopic/"
_WIKIDATA = re.compile(r"wikidata\.org/(?:entity|wiki)/(Q\d+)$")


class Names(NamedTuple):
    """The names of one concept, in the lists of the taxonomy's format."""

    alt_labels: list[str]
    case_sensitive: list[str]
    needs_context: list[str]


def american(name: str) -> str:
    """Return the name as American newsrooms spell it.

    >>> american("organised crime")
    'organized crime'
    """
    return re.sub(r"[A-Za-z-]+", lambda word: AMERICAN.get(word.group(), word.group()), name)


def names(label: str, label_in_text: str, aliases: Iterable[str], context_aliases: Iterable[str]) -> Names:
    """Sort written names into the lists of a concept.

    Parameters
    ----------
    label
        What readers see; its American spelling becomes a further name.
    label_in_text
        ``names`` when the label alone means the concept, ``context`` when it is too common a word.
    aliases, context_aliases
        Further names of either kind; one that starts with ``=`` matches only in exactly this case.
    """
    if label_in_text not in LABEL_IN_TEXT:
        raise ValueError(f"{label}: label_in_text is {label_in_text!r}, expected one of {LABEL_IN_TEXT}")
    spellings = [label, american(label)]
    certain, doubtful = list(aliases), list(context_aliases)
    (doubtful if label_in_text == "context" else certain).extend(spellings)
    written = [*spellings, *aliases, *context_aliases]
    return Names(
        alt_labels=[name.lstrip("=") for name in written],
        case_sensitive=[name[1:] for name in written if name.startswith("=")],
        needs_context=[name.lstrip("=") for name in doubtful if name not in certain],
    )


def compose(sources: Path, data: Path) -> list[Row]:
    """Return the concepts of the facet.

    Parameters
    ----------
    sources
        The unpacked folder of raw facts.
    data
        The folder of labelled corpora; topics need none of it.
    """
    rules = rules_of_concepts("topics_rules.tsv")
    rows = [*_media_topics(sources, rules), *_phrases(rules), _set_phrases()]
    ids = Counter(row["id"] for row in rows)
    problems = [
        *(f"rule for unknown concept {id}" for id in rules if id not in ids),
        *(f"{row['id']}: unknown parent {id}" for row in rows for id in row["broader"] if id not in ids),
        *(f"id {id} stands {count} times" for id, count in ids.items() if count > 1),
        *_shared_names(rows),
    ]
    if problems:
        raise ValueError("\n".join(problems))
    return rows


def _live(sources: Path) -> Iterator[Row]:
    path = sources / "iptc-mediatopics" / "cptall-en-GB.json"
    for item in json.loads(path.read_text(encoding="utf-8"))["conceptSet"]:
        if "retired" not in item:
            yield item


def _media_topics(sources: Path, rules: dict[str, list[str]]) -> Iterator[Row]:
    written = {line["medtop"]: line for line in read_table(WRITTEN / "topics_aliases.tsv")}
    live = {item["qcode"].removeprefix("medtop:"): item for item in _live(sources)}
    if odd := sorted(live.keys() ^ written.keys()):
        raise ValueError(f"topics_aliases.tsv and the live Media Topics differ: {odd}")
    for number, item in live.items():
        label, line = item["prefLabel"]["en-GB"], written[number]
        if line["label"] != label:
            raise ValueError(f"topics_aliases.tsv calls {number} {line['label']!r}, IPTC {label!r}")
        found = _written_names(label, line)
        id = f"topics:medtop-{number}"
        yield concept(
            id,
            label,
            broader=[f"topics:medtop-{uri.removeprefix(_PREFIX)}" for uri in item.get("broader", ())],
            exact_match=[f"medtop:{number}", *_wikidata(item)],
            rules=rules.get(id, []),
            prior=int(line["prior"]),
            source=["iptc-mediatopics", "tagonomy"],
            **found._asdict(),
        )


def _written_names(label: str, line: dict[str, str]) -> Names:
    return names(label, line["label_in_text"], split(line["aliases"]), split(line["context_aliases"]))


def _wikidata(item: dict[str, Any]) -> list[str]:
    matches = (_WIKIDATA.search(uri) for uri in item.get("exactMatch", ()))
    return [f"wikidata:{match[1]}" for match in matches if match]


def _set_phrases() -> Row:
    """Return the abstract concept of phrases that hold a name and do not mean it.

    The longest label wins, so that "Russian roulette" is found where "Russian" would be.
    """
    phrases = [line["phrase"] for line in read_table(WRITTEN / "topics_set_phrases.tsv")]
    return concept(
        "topics:set-phrases", "Set phrases", abstract=True, evidence={"organ": phrases}, source=["tagonomy"]
    )


def _phrases(rules: dict[str, list[str]]) -> Iterator[Row]:
    for line in read_table(WRITTEN / "topics_phrases.tsv"):
        found = _written_names(line["label"], line)
        id = f"topics:{line['id']}"
        yield concept(
            id,
            line["label"],
            broader=[f"topics:{_parent(parent)}" for parent in split(line["broader"])],
            related=split(line["related"]),
            rules=rules.get(id, []),
            prior=int(line["prior"]),
            source=["tagonomy"],
            **found._asdict(),
        )


def _parent(written: str) -> str:
    """Return the local part of a parent's id: a Media Topic is written as its number."""
    return f"medtop-{written}" if written.isdigit() else written


def _shared_names(rows: Iterable[Row]) -> Iterator[str]:
    """Yield a complaint for each name that two topics claim without needing context."""
    owners: dict[str, str] = {}
    for row in rows:
        for name in dict.fromkeys(_folded(name) for name in _certain_names(row)):
            owner = owners.setdefault(name, row["id"])
            if owner != row["id"]:
                yield f"{name!r} names both {owner} and {row['id']}"


def _certain_names(row: Row) -> Iterator[str]:
    return (name for name in [row["label"], *row["alt_labels"]] if name not in row["needs_context"])


def _folded(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", plain(name).lower()))
