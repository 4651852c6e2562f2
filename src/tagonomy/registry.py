"""Models and taxonomies by name: packaged data, the checkout, and other people's packages."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagonomy.articles.article import Article
from tagonomy.config import Limits
from tagonomy.errors import UnknownModelError
from tagonomy.garbage import Keeping
from tagonomy.results import Tagging
from tagonomy.tagger import Tagger

if TYPE_CHECKING:
    from tagonomy.taxonomy import Taxonomy

DEFAULT_MODEL = "news-en"
_SUFFIX = ".safetensors"
# Folders of the checkout and their names beside the modules, where "taxonomy" is taken.
_PACKAGED = {"taxonomy": "taxonomy_data", "trained_models": "trained_models"}


def data_folder(name: str) -> Path:
    """Return the folder of shipped ``taxonomy`` or ``trained_models``.

    In an installed package it lies beside the modules; an editable install finds it in the checkout.
    """
    installed = Path(__file__).resolve().parent / _PACKAGED[name]
    if installed.is_dir():
        return installed
    checkout = Path(__file__).resolve().parents[2] / name
    if checkout.is_dir():
        return checkout
    raise FileNotFoundError(f"the package carries no {name}: reinstall tagonomy")


def list_models() -> list[str]:
    """Return the names of all installed models, the default one first.

    Other packages add models through the entry point group ``tagonomy.models``: each entry is a
    callable that returns the path of a model file.
    """
    return sorted(_model_paths(), key=lambda name: (name != DEFAULT_MODEL, name))


def _model_paths() -> dict[str, Path]:
    found = {path.stem: path for path in sorted(data_folder("trained_models").glob(f"*{_SUFFIX}"))}
    from importlib.metadata import entry_points  # reading the metadata of all packages takes a while

    for entry in entry_points(group="tagonomy.models"):
        found.setdefault(entry.name, Path(entry.load()()))
    return found


def load_tagger(
    model: str | Path = DEFAULT_MODEL, *, mmap: bool = True, limits: Limits | None = None
) -> Tagger:
    """Load a trained tagger.

    Parameters
    ----------
    model : str or Path, default "news-en"
        Name of an installed model, or path of a model file.
    mmap : bool, default True
        Map the file, so that processes share its pages.
    limits : Limits, optional
        Bounds on the input.

    Returns
    -------
    Tagger
        Ready for use, safe to share between threads.

    Raises
    ------
    UnknownModelError
        If there is no such model; names the close ones.
    ModelFormatError, ModelIntegrityError
        If the file is no model, or damaged.
    """
    packaged = data_folder("trained_models") / f"{model}{_SUFFIX}"
    if isinstance(model, str) and "/" not in model and packaged.is_file():
        return Tagger.load(packaged, mmap=mmap, limits=limits, trusted=True)
    path = Path(model)
    if path.is_file():
        return Tagger.load(path, mmap=mmap, limits=limits)
    known = _model_paths()
    if str(model) in known:
        return Tagger.load(known[str(model)], mmap=mmap, limits=limits)
    raise UnknownModelError(str(model), known)


def load_taxonomy(path: str | Path | None = None) -> Taxonomy:
    """Read a taxonomy: the shipped one, or that of a folder or file of any supported format.

    Parameters
    ----------
    path : str or Path, optional
        Folder of JSON Lines files, or a file: ``.jsonl``, ``.csv``, ``.tsv`` (Annif), ``.txt`` (indented
        text), ``.ttl``, ``.rdf``, ``.xml`` or ``.jsonld`` (SKOS, with the extra ``rdf``).

    Raises
    ------
    TaxonomyError
        With every problem of every file.
    """
    from tagonomy.taxonomy.formats import read_any  # classifying reads models, not these

    return read_any(data_folder("taxonomy") if path is None else Path(path))


@lru_cache(maxsize=1)
def _default_tagger() -> Tagger:
    with Keeping():
        return load_tagger()


def classify(article: str | Article, **options: Any) -> Tagging:
    """Return the tags of one article, with the shipped taxonomy and model, offline.

    Takes what :meth:`Tagger.classify` takes; the model is loaded on first use and kept.

    Examples
    --------
    >>> from tagonomy import classify
    >>> [tag.label for tag in classify("Vladimir Putin met Xi Jinping in Moscow.").facet("people")]
    ['Vladimir Putin', 'Xi Jinping']
    """
    return _default_tagger().classify(article, **options)
