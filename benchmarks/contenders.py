"""What the throughput benchmark runs: Tagonomy and its peers, each behind the same three calls.

``prepare`` makes the files that a user of this system would deploy, ``load`` reads them in a fresh
process, and the loaded thing answers a batch or one article with the number of its answers. A
:class:`Contender` imports its package only inside these calls: the process that only directs the
others stays small.
"""

from __future__ import annotations

import json
import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from benchmarks.workloads import Concept, Document, read_documents, write_documents


@dataclass(frozen=True, slots=True)
class Workload:
    """What a contender is prepared for.

    Attributes
    ----------
    documents : sequence of Document
        The articles that will be asked about.
    training : sequence of Document
        The articles to learn from.
    concepts : sequence of Concept or None
        A made taxonomy; None for the shipped one.
    model : str
        Name or path of the Tagonomy model, where the shipped taxonomy is used.
    """

    documents: Sequence[Document]
    training: Sequence[Document]
    concepts: Sequence[Concept] | None = None
    model: str = "news-en"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A system that is ready to answer: each call returns how many answers were given."""

    batch: Callable[[Sequence[Document]], int]
    one: Callable[[Document], int]


class Contender(Protocol):
    """One system under measurement."""

    needs: tuple[str, ...]
    packages: tuple[str, ...]

    def prepare(self, workload: Workload, folder: Path) -> None:
        """Write what :meth:`load` reads into ``folder``."""
        ...

    def load(self, folder: Path) -> Loaded:
        """Return the system, ready to answer."""
        ...


@runtime_checkable
class Learner(Protocol):
    """A contender that can learn tags from articles."""

    def train(self, documents: Sequence[Document]) -> Any:
        """Return what was learnt."""
        ...


class TagonomyContender:
    """A saved Tagonomy model; on a made taxonomy, one that is trained for it."""

    needs: tuple[str, ...] = ("tagonomy",)
    packages: tuple[str, ...] = ("tagonomy", "safetensors", "msgspec")

    def prepare(self, workload: Workload, folder: Path) -> None:
        """Train on a made taxonomy, or note which model to load."""
        model = workload.model
        if workload.concepts is not None:
            model = str(folder / "model.safetensors")
            _train_on_names(workload.training, workload.concepts).save(model)
        elif Path(model).is_file():
            model = str(Path(model).resolve())
        (folder / "model.json").write_text(json.dumps(model), encoding="utf-8")

    def load(self, folder: Path) -> Loaded:
        """Load the model by name or path."""
        from tagonomy import Article, load_tagger

        tagger = load_tagger(json.loads((folder / "model.json").read_text(encoding="utf-8")))

        def article(document: Document) -> Article:
            return Article(document.text, document.title)

        def batch(documents: Sequence[Document]) -> int:
            # The ids are read, and not only counted: tags are made when they are asked for.
            return sum(len(each.ids) for each in tagger.classify_batch(map(article, documents)))

        return Loaded(batch, lambda document: len(tagger.classify(article(document)).ids))

    def train(self, documents: Sequence[Document]) -> Any:
        """Train a tagger whose taxonomy is the articles' tags."""
        from tagonomy import Article, train

        return train([Article(each.text, each.title, tags=each.tags) for each in documents])


def _train_on_names(documents: Sequence[Document], concepts: Sequence[Concept]) -> Any:
    import tagonomy
    from tagonomy import Article, TaggerConfig, Taxonomy, train

    ids = {concept.label: f"people:{concept.label.lower().replace(' ', '-')}" for concept in concepts}
    taxonomy = Taxonomy.of(
        [tagonomy.Concept(id=ids[each.label], label=each.label, alt_labels=each.aliases) for each in concepts]
    )
    articles = [Article(each.text, tags=tuple(ids[tag] for tag in each.tags)) for each in documents]
    return train(articles, taxonomy, TaggerConfig(min_articles=2))


class SklearnContender:
    """scikit-learn's TfidfVectorizer: the features alone, no tag yet."""

    needs: tuple[str, ...] = ("sklearn", "joblib")
    packages: tuple[str, ...] = ("scikit-learn", "scipy", "joblib")

    def prepare(self, workload: Workload, folder: Path) -> None:
        """Fit the vectorizer."""
        from joblib import dump
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectorizer = TfidfVectorizer(sublinear_tf=True)
        vectorizer.fit([document.whole for document in workload.training])
        dump(vectorizer, folder / "sklearn.joblib")

    def load(self, folder: Path) -> Loaded:
        """Load the fitted vectorizer; it was written by :meth:`prepare` in this run."""
        from joblib import load

        vectorizer = load(folder / "sklearn.joblib")

        def batch(documents: Iterable[Document]) -> int:
            return int(vectorizer.transform([document.whole for document in documents]).shape[0])

        return Loaded(batch, lambda document: batch([document]))


class SklearnOvrContender:
    """The same, and one-vs-rest linear machines for the tags of the data: scores of every tag."""

    needs: tuple[str, ...] = SklearnContender.needs
    packages: tuple[str, ...] = SklearnContender.packages

    def prepare(self, workload: Workload, folder: Path) -> None:
        """Fit vectorizer and machines, and write them down."""
        from joblib import dump

        tagged = [document for document in workload.training if document.tags]
        dump(self.train(tagged), folder / "sklearn-ovr.joblib")

    def train(self, documents: Sequence[Document]) -> Any:
        """Fit vectorizer and machines.

        Raises
        ------
        ValueError
            If fewer than two tags occur.
        """
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.multiclass import OneVsRestClassifier
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import MultiLabelBinarizer
        from sklearn.svm import LinearSVC

        gold = MultiLabelBinarizer().fit_transform([document.tags for document in documents])
        # A tag that every article carries is no question; asking it would only warn.
        gold = gold[:, (gold.sum(axis=0) < len(documents)) & (gold.sum(axis=0) > 0)]
        if gold.shape[1] < 2:
            raise ValueError("the articles carry fewer than two tags: nothing to learn")
        pipeline = make_pipeline(
            TfidfVectorizer(sublinear_tf=True, strip_accents="unicode"),
            OneVsRestClassifier(LinearSVC(random_state=0)),
        )
        return pipeline.fit([document.whole for document in documents], gold)

    def load(self, folder: Path) -> Loaded:
        """Load the fitted pipeline; it was written by :meth:`prepare` in this run."""
        from joblib import load

        pipeline = load(folder / "sklearn-ovr.joblib")

        def batch(documents: Iterable[Document]) -> int:
            return int((pipeline.decision_function([each.whole for each in documents]) > 0).sum())

        return Loaded(batch, lambda document: batch([document]))


class TagonomyLinearContender(SklearnOvrContender):
    """The same vocabulary and weights in a Tagonomy tagger."""

    needs: tuple[str, ...] = (*SklearnOvrContender.needs, *TagonomyContender.needs)
    packages: tuple[str, ...] = (*TagonomyContender.packages, "scikit-learn")

    def prepare(self, workload: Workload, folder: Path) -> None:
        """Fit vectorizer and machines, and save what is made of them."""
        from tagonomy.training import from_sklearn

        pipeline = self.train([document for document in workload.training if document.tags])
        tags = [f"tag {number}" for number in range(len(pipeline[-1].estimators_))]
        from_sklearn(pipeline, tags).save(folder / "linear.safetensors")

    def load(self, folder: Path) -> Loaded:
        """Load the tagger by path."""
        from tagonomy import load_tagger

        tagger = load_tagger(str(folder / "linear.safetensors"))

        def batch(documents: Iterable[Document]) -> int:
            # The matrix of scores, which is what the pipeline of scikit-learn gives as well.
            found = tagger.classify_batch([document.whole for document in documents])
            return int((found.scores.data > 0.5).sum())

        return Loaded(batch, lambda document: len(tagger.classify(document.whole)))


class GazetteerContender(ABC):
    """Names in text, and nothing else: what a plain gazetteer over the same labels costs."""

    needs: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()

    def prepare(self, workload: Workload, folder: Path) -> None:
        """Write the names down, one a line."""
        names = {name: None for name in _names(workload) if "\n" not in name and name.strip()}
        (folder / "names.txt").write_text("\n".join(names), encoding="utf-8")

    def load(self, folder: Path) -> Loaded:
        """Build the matcher: neither of the two is deployed as a built file."""
        names = (folder / "names.txt").read_text(encoding="utf-8").split("\n")
        find = self.matcher(names)
        return Loaded(
            lambda documents: sum(find(each.whole) for each in documents), lambda each: find(each.whole)
        )

    @abstractmethod
    def matcher(self, names: Sequence[str]) -> Callable[[str], int]:
        """Return what counts the names in a text."""


def _names(workload: Workload) -> Iterable[str]:
    if workload.concepts is not None:
        return (name for each in workload.concepts for name in (each.label, *each.aliases))
    from tagonomy import load_taxonomy

    return (label for concept in load_taxonomy() if not concept.abstract for label in concept.labels)


class AhoCorasickContender(GazetteerContender):
    """ahocorasick-rs, leftmost longest; it matches inside words too."""

    needs: tuple[str, ...] = ("ahocorasick_rs",)
    packages: tuple[str, ...] = ("ahocorasick-rs",)

    def matcher(self, names: Sequence[str]) -> Callable[[str], int]:
        """Build the automaton."""
        from ahocorasick_rs import AhoCorasick, MatchKind

        automaton = AhoCorasick(names, matchkind=MatchKind.LeftmostLongest)
        return lambda text: len(automaton.find_matches_as_indexes(text))


class SpacyContender(GazetteerContender):
    """spaCy's PhraseMatcher on its English tokenizer."""

    needs: tuple[str, ...] = ("spacy",)
    packages: tuple[str, ...] = ("spacy",)

    def matcher(self, names: Sequence[str]) -> Callable[[str], int]:
        """Tokenize and add the names."""
        import spacy
        from spacy.matcher import PhraseMatcher

        tokenizer = spacy.blank("en").tokenizer
        matcher = PhraseMatcher(tokenizer.vocab)
        matcher.add("name", list(tokenizer.pipe(names)))
        return lambda text: len(matcher(tokenizer(text)))


class AnnifContender:
    """Annif's ensemble of omikuji and MLLM, in the interpreter of the environment that it has for itself.

    It learns the tags of Reuters-21578 whatever the articles are: those here have a topic each, out of so few
    that it would have little to do. Of more tags, such as the shipped taxonomy's, it would be the slower.
    """

    needs: tuple[str, ...] = ("tagonomy", "scipy")
    packages: tuple[str, ...] = ()

    def prepare(self, workload: Workload, folder: Path) -> None:
        """Make the environment, train, and note what :meth:`load` needs.

        Raises
        ------
        Unavailable
            If the environment can't be made, or the data set is not here.
        """
        from benchmarks.datasets import load
        from benchmarks.peers.annif import Annif, environment, variables

        if workload.concepts is not None:
            raise ValueError("how Annif grows is not measured: leave out --growth")
        project = Annif("ensemble", folder=folder)  # whether there is one is told before the data is
        articles = load("reuters21578").train
        project.fit(articles, sorted({tag for each in articles for tag in each.tags}))
        for made in ("train.tsv", "tags.ttl"):
            (folder / made).unlink()  # nobody deploys them
        home = environment()
        (folder / "annif.json").write_text(json.dumps(variables(home, folder)), encoding="utf-8")
        (folder / _PYTHON).write_text(str(home / "bin" / "python"), encoding="utf-8")

    def load(self, folder: Path) -> Loaded:
        """Open the project; only Annif's own interpreter can."""
        os.environ.update(json.loads((folder / "annif.json").read_text(encoding="utf-8")))
        import annif
        from annif.corpus import Document as Text
        from annif.registry import get_project

        with annif.create_flask_app().app_context():
            project = get_project("ensemble")
        project.initialize()

        def batch(documents: Sequence[Document]) -> int:
            texts = [Text(each.whole) for each in documents]
            starts = range(0, len(texts), _ANNIF_BATCH)
            suggested = (project.suggest(texts[start : start + _ANNIF_BATCH]) for start in starts)
            return sum(each.filter(limit=_ANNIF_TAGS).array.nnz for each in suggested)

        return Loaded(batch, lambda document: batch([document]))


#: Annif's own batch of documents, and its command line's tags of one.
_ANNIF_BATCH, _ANNIF_TAGS = 32, 10
#: Notes the interpreter that a contender runs in, where that is not ours.
_PYTHON = "python.txt"


def interpreter(folder: Path) -> str:
    """Return the Python that loads a contender: ours, unless its folder notes another.

    Examples
    --------
    >>> interpreter(Path("none")) == sys.executable
    True
    """
    note = folder / _PYTHON
    return note.read_text(encoding="utf-8") if note.is_file() else sys.executable


CONTENDERS: Mapping[str, Contender] = {
    "tagonomy": TagonomyContender(),
    "sklearn": SklearnContender(),
    "sklearn-ovr": SklearnOvrContender(),
    "tagonomy-linear": TagonomyLinearContender(),
    "ahocorasick": AhoCorasickContender(),
    "spacy": SpacyContender(),
    "annif": AnnifContender(),
}


class FittedContender:
    """Any model of the protocol that ``accuracy.py`` runs: it can't be saved, so every process fits it first.

    What is reported as loading is then fitting on the articles and their tags.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.needs: tuple[str, ...] = ("sklearn",)
        self.packages: tuple[str, ...] = ()

    def prepare(self, workload: Workload, folder: Path) -> None:
        """Write the articles to learn from."""
        write_documents(folder / "documents.jsonl", workload.training)

    def load(self, folder: Path) -> Loaded:
        """Make the model and fit it."""
        from benchmarks.protocol import find_factory, make_model
        from tagonomy import Article

        def articles(documents: Iterable[Document]) -> list[Article]:
            return [Article(each.text, each.title, tags=each.tags) for each in documents]

        known = articles(read_documents(folder / "documents.jsonl"))
        model = make_model(find_factory(self._name)[0], 0)
        model.fit(known, sorted({tag for article in known for tag in article.tags}))

        def batch(documents: Sequence[Document]) -> int:
            return int(model.scores(articles(documents)).shape[0])

        return Loaded(batch, lambda document: batch([document]))


def contender(name: str) -> Contender:
    """Return a contender by name, or the one that runs a model of the protocol."""
    return CONTENDERS.get(name) or FittedContender(name)


def missing(name: str) -> tuple[str, ...]:
    """Return the modules that a contender needs and that are not installed."""
    return tuple(module for module in contender(name).needs if find_spec(module) is None)


def cold_command(name: str, folder: Path, article: Path) -> list[str]:
    """Return the command of a fresh process that tags one article."""
    if name == "tagonomy":
        model = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        return [sys.executable, "-c", _COLD, model, str(article)]
    return [interpreter(folder), "-m", "benchmarks.worker", "cold", name, str(folder), str(article)]


# Import, load, classify: what the command line adds, its parser and its colours, is no part of the model.
_COLD = (
    "import sys; from tagonomy import load_tagger; "
    "tags = load_tagger(sys.argv[1]).classify(open(sys.argv[2], encoding='utf-8').read()); print(len(tags))"
)
