"""The files of a corpus: found in folders and archives, unpacked as they are read, within bounds."""

from __future__ import annotations

import gzip
import importlib
import io
import os
import stat
import tarfile
import zlib
from collections.abc import Callable, Iterator
from io import BufferedReader
from pathlib import Path, PurePosixPath
from typing import Any, cast

from tagonomy.config import Limits
from tagonomy.corpora.records import Source
from tagonomy.errors import CorpusError, LimitError

#: How many first bytes the format of a file is told by.
SNIFFED = 1 << 16
#: Endings of compressed files: what stands before them names the format.
PACKED = (".gz", ".zst")
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_STRANGERS = {
    b"PK\x03\x04": "a zip archive or office document: unpack it first",
    b"%PDF": "a PDF: extract its text first",
    b"BZh": "compressed with bzip2: unpack it first (bunzip2)",
    b"\xfd7zXZ": "compressed with xz: unpack it first (unxz)",
}
# The ratio of a small file says nothing: a page of blanks packs to a few bytes.
_UNJUDGED = 16 * 2**20
# A zstd block is at most 128 KiB and at least 4 bytes, so that these unpack to at most 64 MiB at once.
_ZSTD_BITE = 2048
#: What reading a damaged file raises.
READ_ERRORS = (EOFError, zlib.error, OSError, tarfile.TarError)


def list_files(path: Path, wanted: Callable[[str], bool]) -> list[Path]:
    """Return a file itself, or the files of a folder whose names are wanted, sorted by path.

    Links to folders are not followed, and hidden files are left out.

    Raises
    ------
    CorpusError
        If the path can't be read.
    """
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise CorpusError(f"can't be read: {error.strerror}", file=str(path)) from error
    if not stat.S_ISDIR(mode):
        return [path]
    found = []
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(folder, name) for name in sorted(names) if not name.startswith(".") and wanted(name)]
    return found


def stem_of(path: Path, root: Path) -> str:
    """Return the path of a file below its corpus, with ``/`` and without endings: what its article is called.

    Examples
    --------
    >>> stem_of(Path("news/2024/storm.txt.gz"), Path("news"))
    '2024/storm'
    """
    below = path.relative_to(root) if path != root else Path(path.name)
    return without_ending(os.fsencode(below.as_posix()).decode("utf-8", "replace"))


def without_ending(name: str) -> str:
    """Return a name without the ending of its format and that of its compression."""
    bare = name.removesuffix(packing(name))
    suffix = PurePosixPath(bare).suffix
    return bare.removesuffix(suffix)


def packing(name: str) -> str:
    """Return the ending by which a name says that the file is compressed, or ''."""
    return next((name[-len(ending) :] for ending in PACKED if name.lower().endswith(ending)), "")


def open_sources(path: Path, root: Path, limits: Limits) -> Iterator[Source]:
    """Yield a file as a source, or each file within it where it is an archive (tar); unpacked in any case.

    Raises
    ------
    CorpusError
        If it is no regular file, or one that must be unpacked by other means.
    LimitError
        If it unpacks to more than the limits allow; raised while the source is read.
    """
    name = str(path)
    if not path.is_file():  # a pipe or a device would block or never end
        raise CorpusError("not a regular file", file=name)
    with path.open("rb", buffering=SNIFFED) as opened:
        stream = unpack(cast(BufferedReader, opened), name, limits)
        head = stream.peek(SNIFFED)
        if head[257:262] == b"ustar":
            yield from _members(stream, name, limits)
        else:
            yield Source(stream, name, limits, stem_of(path, root), path)


def unpack(stream: BufferedReader, name: str, limits: Limits) -> BufferedReader:
    """Return an open stream, unpacked if its first bytes say that it is compressed."""
    head = stream.peek(8)[:8]
    for magic, what in _STRANGERS.items():
        if head.startswith(magic):
            raise CorpusError(f"expected text, found {what}", file=name)
    raw: Any
    if head.startswith(_GZIP):
        raw = gzip.GzipFile(fileobj=stream, mode="rb")
    elif head.startswith(_ZSTD):
        raw = _Zstd(stream, name)
    else:
        return stream
    return BufferedReader(cast(Any, _Bounded(raw, stream, limits)), SNIFFED)


class _Bounded(io.RawIOBase):
    """What a compressed stream unpacks to, as long as it stays within the limits."""

    def __init__(self, unpacked: Any, packed: BufferedReader, limits: Limits) -> None:
        self.unpacked, self.packed, self.limits = unpacked, packed, limits
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.unpacked.read(min(len(buffer), SNIFFED)) or b""
        buffer[: len(data)] = data
        self.count += len(data)
        if self.count > self.limits.unpacked_bytes:
            raise LimitError("unpacked_bytes", self.count, self.limits.unpacked_bytes)
        if self.count > _UNJUDGED:
            ratio = self.count // max(1, _position(self.packed))
            if ratio > self.limits.unpack_ratio:
                raise LimitError("unpack_ratio", ratio, self.limits.unpack_ratio)
        return len(data)


def _position(stream: BufferedReader) -> int:
    try:
        return stream.tell()
    except OSError:  # a pipe has no position: only the absolute bound holds
        return 2**62


class _Zstd(io.RawIOBase):
    """The frames of a zstd stream, one after the other; a frame that is cut off is an error."""

    def __init__(self, stream: BufferedReader, name: str) -> None:
        self.new_frame = _zstd_decompressor(name)
        self.stream, self.frame, self.rest, self.ready = stream, self.new_frame(), b"", io.BytesIO()
        self.begun = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not (data := self.ready.read(size)):
            bite = self.rest or self.stream.read(_ZSTD_BITE)
            self.rest = b""
            if not bite:
                if self.begun:
                    raise EOFError("the zstd stream ends in the middle of a frame")
                return b""
            if not self.begun:
                self.frame, self.begun = self.new_frame(), True
            try:
                self.ready = io.BytesIO(self.frame.decompress(bite))
            except Exception as error:  # each of the two libraries has an error of its own
                raise OSError(f"damaged zstd data: {error}") from error
            if self.frame.eof:
                self.rest, self.begun = self.frame.unused_data, False
        return data


def _zstd_decompressor(name: str) -> Callable[[], Any]:
    """Return what makes a decompressor of one frame, of whichever library is there."""
    try:
        made: Callable[[], Any] = importlib.import_module("compression.zstd").ZstdDecompressor
        return made
    except ImportError:
        pass
    try:
        library = importlib.import_module("zstandard")
    except ImportError as error:
        raise CorpusError(
            "compressed with zstd, which needs an extra: pip install 'tagonomy[zstd]' (or zstd -d)",
            file=name,
        ) from error
    return lambda: library.ZstdDecompressor().decompressobj()


def _members(stream: BufferedReader, name: str, limits: Limits) -> Iterator[Source]:
    """Yield the files of an archive in its order; nothing is written to disk, and odd paths are refused."""
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            inner = PurePosixPath(member.name)
            if inner.is_absolute() or ".." in inner.parts:
                raise CorpusError(
                    f"the archive holds {member.name!r}, a path that leads out of it: refused", file=name
                )
            content = archive.extractfile(member) if member.isfile() else None
            if content is None or any(part.startswith(".") for part in inner.parts if part != "."):
                continue
            place = f"{name}/{member.name}"
            inner_stream = BufferedReader(cast(Any, content), SNIFFED)
            yield Source(unpack(inner_stream, place, limits), place, limits, without_ending(inner.as_posix()))
