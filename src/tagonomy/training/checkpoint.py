"""Training that was stopped goes on: what is fitted lies in a folder, a file for each block of tags."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from tagonomy import __version__
from tagonomy.config import TaggerConfig
from tagonomy.errors import ConfigError, ModelIntegrityError
from tagonomy.storage import load_tensors, save_tensors

_PREFIX, _SUFFIX = "block-", ".safetensors"
# What a training is made from, as the error names it.
_MEANINGS = {
    "articles": "articles or tags",
    "judges": "opinions of articles",
    "taxonomy": "taxonomy",
    "config": "settings",
    "version": "version of tagonomy",
    "lanes": "kernel",
}


class Checkpoint:
    """A folder of sealed files, each of which says what training it belongs to.

    A file is whole or not there: at whatever moment a training is killed, the next one takes what was
    done. One that is damaged counts as not there.

    Parameters
    ----------
    folder : Path
        Made if it does not exist.
    config : TaggerConfig
        Settings of the training.
    """

    def __init__(self, folder: Path, config: TaggerConfig) -> None:
        self.folder = folder
        self._facts = {"config": repr(sorted(config.to_dict().items())), "version": __version__}

    def open(self, facts: Mapping[str, str]) -> None:
        """Say what the training is made from; then :meth:`load` and :meth:`save` work."""
        self._facts |= facts
        self.folder.mkdir(parents=True, exist_ok=True)

    def load(self, number: int) -> Mapping[str, NDArray[Any]] | None:
        """Return the arrays of a block, None if it is not done.

        Raises
        ------
        ConfigError
            If another training left it.
        """
        path = self._path(number)
        try:
            tensors, found = load_tensors(path, mapped=False)
        except (FileNotFoundError, ModelIntegrityError):
            return None
        others = [what for name, what in _MEANINGS.items() if found.get(name) != self._facts.get(name)]
        if others:
            raise ConfigError(
                "checkpoint",
                str(self.folder),
                f"that of the same training, but this one is of other {', '.join(others)}: "
                "train with those, or anew without it",
            )
        return tensors

    def save(self, number: int, tensors: Mapping[str, NDArray[Any]]) -> None:
        """Keep the arrays of a block."""
        save_tensors(self._path(number), tensors, self._facts)

    def _path(self, number: int) -> Path:
        return self.folder / f"{_PREFIX}{number:06}{_SUFFIX}"


def remove_checkpoint(folder: Path) -> bool:
    """Remove what a training left in a folder, and the folder if nothing else is in it.

    Returns
    -------
    bool
        Whether there was anything.
    """
    # Files that were being written when the process was killed have a hidden name.
    found = [path for mark in ("", ".") for path in folder.glob(f"{mark}{_PREFIX}*")]
    for path in found:
        path.unlink()
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
    return bool(found)
