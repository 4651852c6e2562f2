"""Tagonomy and the systems that it is measured against, each in its own file, each made by ``make``."""

from __future__ import annotations

from collections.abc import Mapping

#: Every peer by its name on the command line.
PEERS: Mapping[str, str] = {
    "tagonomy": "benchmarks.peers.tagonomy:make",
    "sklearn": "benchmarks.peers.sklearn_svc:make",
    "sklearn_logreg": "benchmarks.peers.sklearn_logreg:make",
    "omikuji": "benchmarks.peers.omikuji:make",
    "napkinxc": "benchmarks.peers.napkinxc:make",
    "napkinxc_br": "benchmarks.peers.napkinxc:make_br",
    "fasttext": "benchmarks.peers.fasttext:make",
    "annif_tfidf": "benchmarks.peers.annif:make_tfidf",
    "annif_omikuji": "benchmarks.peers.annif:make_omikuji",
    "annif_mllm": "benchmarks.peers.annif:make_mllm",
    "annif_ensemble": "benchmarks.peers.annif:make_ensemble",
    "gazetteer": "benchmarks.peers.gazetteer:make",
    "spacy_phrases": "benchmarks.peers.spacy_phrases:make",
}
#: Other names for some of them.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "sklearn_svc": ("sklearn",),
    "annif": tuple(name for name in PEERS if name.startswith("annif_")),
    "all": tuple(PEERS),
}
