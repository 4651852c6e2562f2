"""One sealed file a model: safetensors whose last tensor is the SHA-256 of all bytes before it.

The file is an ordinary safetensors file: an 8-byte little-endian header length, a
JSON header, then the arrays.  Its only metadata key, ``tagonomy``, holds a canonical
JSON manifest.  Nothing in it is code.

To change the format once 0.1.0 is out: raise ``FORMAT`` here, keep reading the older number,
and add a small file of the new format to ``tests/golden``, where it stays for ever.
"""

from __future__ import annotations

import hashlib
import json
import math
import mmap
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from tagonomy.atomic import replacing
from tagonomy.config import Limits
from tagonomy.errors import LimitError, ModelFormatError, ModelIntegrityError

FORMAT = 1
_SEAL = "~sha256"
# Where the parts of an array stop is stored as how long each is.
_STOPS, _COUNTS = "stops", "counts"
# Numbers of up to 24 bits are stored as their lower and upper parts, these only where there are any.
_LOW, _HIGH = ".low", ".high"
_SEAL_BYTES = 32
_HEADER_BYTES = 16 * 2**20
_MOST_TENSORS = 96
_MOST_DIMENSIONS = 4
_DTYPES = {
    "U8": np.uint8,
    "U16": np.uint16,
    "I16": np.int16,
    "I32": np.int32,
    "I64": np.int64,
    "F16": np.float16,
    "F32": np.float32,
}
# What people save as a model by mistake, by first bytes.  A model begins with the length of its header,
# which may look like any of these: only a file without a true seal is a stranger.
_STRANGERS = (
    *((bytes([0x80, protocol]), "a pickle, which could run code") for protocol in range(2, 6)),
    (b"PK\x03\x04", "a zip archive"),
    (b"<", "an HTML or XML page"),
    (b"version https://git-lfs", "a Git LFS pointer: fetch the real file with 'git lfs pull'"),
    (b"\x1f\x8b", "a gzip file"),
)


class _Entry(NamedTuple):
    """Where a tensor lies in the file, as safetensors describes it."""

    dtype: str
    shape: list[int]
    start: int
    stop: int

    @classmethod
    def of(cls, described: Any) -> _Entry:
        """Return what a header says; raise one of its errors where that is something else."""
        dtype, shape, (start, stop) = (described[key] for key in ("dtype", "shape", "data_offsets"))
        if not (isinstance(dtype, str) and isinstance(shape, list)):
            raise TypeError(f"{dtype!r} and {shape!r} are no dtype and shape")
        if not all(type(number) is int for number in (*shape, start, stop)):
            raise TypeError(f"{shape}, {start} and {stop} are not whole numbers")
        return cls(dtype, shape, start, stop)


def save_tensors(path: Path, tensors: Mapping[str, NDArray[Any]], manifest: Mapping[str, Any]) -> str:
    """Write arrays and a manifest as one sealed file; return its SHA-256 seal in hexadecimal.

    Parameters
    ----------
    path : Path
        Target. An existing file stays whole until the new one is.
    tensors : mapping of str to ndarray
        Arrays of a dtype among ``U8 U16 I16 I32 I64 F16 F32``; none of a name that ends in ``.low`` or
        ``.high``. Those whose name ends in ``stops`` come back as int32, or as int64 where they need it.
    manifest : mapping
        JSON-ready facts; keys are sorted, so that equal input gives equal bytes.
    """
    import msgspec  # reading needs neither
    from safetensors.numpy import save

    encoded = msgspec.json.encode({"format": FORMAT, **manifest}, order="sorted").decode()
    counted = dict(_counted(name, array) for name, array in tensors.items())
    parts = {name: part for pair in counted.items() for name, part in _split(*pair).items()}
    arrays = {name: np.ascontiguousarray(array) for name, array in sorted(parts.items())}
    for name, array in arrays.items():
        if array.dtype.newbyteorder("=") not in map(np.dtype, _DTYPES.values()):
            raise TypeError(f"tensor {name}: dtype {array.dtype} has no place in a model")
    sealed = save({**arrays, _SEAL: np.zeros(_SEAL_BYTES, dtype=np.uint8)}, metadata={"tagonomy": encoded})
    body = sealed[:-_SEAL_BYTES]
    digest = hashlib.sha256(body)
    with replacing(Path(path)) as file:
        file.write(body)
        file.write(digest.digest())
    return digest.hexdigest()


def _counted(name: str, array: NDArray[Any]) -> tuple[str, NDArray[Any]]:
    """Return stops as counts, which take a quarter of the room, and any other array as it is."""
    if not name.endswith(_STOPS) or array.ndim != 1 or array.dtype.kind != "i" or not len(array):
        return name, array
    counts = np.diff(array, prepend=0)
    if counts.min() < 0 or counts.max() >= 1 << 16:
        return name, array
    narrow = np.uint8 if counts.max() < 1 << 8 else np.uint16
    return name.removesuffix(_STOPS) + _COUNTS, counts.astype(narrow)


def _split(name: str, array: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Return int32 of up to 24 bits as two parts, and any other array as it is."""
    if array.dtype != np.int32 or array.ndim != 1 or not len(array):
        return {name: array}
    if array.min() < 0 or array.max() >= 1 << 24:
        return {name: array}
    low, high = (array & 0xFFFF).astype(np.uint16), (array >> 16).astype(np.uint8)
    return {name + _LOW: low} | ({name + _HIGH: high} if high.any() else {})


#: The dtype and the shape of an array.
Form: TypeAlias = tuple[np.dtype[Any], tuple[int, ...]]


class StoredTensors(Mapping[str, NDArray[Any]]):
    """The arrays of a file; those that were split are joined when they are asked for, and not kept."""

    def __init__(self, stored: Mapping[str, NDArray[Any]]) -> None:
        split = {name.removesuffix(_LOW): array for name, array in stored.items() if name.endswith(_LOW)}
        self._split = {name: (low, stored.get(name + _HIGH)) for name, low in split.items()}
        for low, high in self._split.values():
            whole = low.dtype.kind == "u" and (high is None or high.dtype.kind == "u")
            if not whole or (high is not None and high.shape != low.shape):
                raise ValueError("they are not whole numbers, or not equally many")
        parts = {name + part for name in split for part in (_LOW, _HIGH)}
        self._plain = {name: array for name, array in stored.items() if name not in parts}
        # Who holds one shares it with whoever else asks.
        self._joined: WeakValueDictionary[str, NDArray[Any]] = WeakValueDictionary()

    def __len__(self) -> int:
        return len(self._plain) + len(self._split)

    def __iter__(self) -> Iterator[str]:
        return chain(self._plain, self._split)

    def forms(self) -> dict[str, Form]:
        """Return what each array is like, without joining any."""
        joined = {name: (np.dtype(np.int32), low.shape) for name, (low, _) in self._split.items()}
        return {name: (array.dtype, array.shape) for name, array in self._plain.items()} | joined

    def __getitem__(self, name: str) -> NDArray[Any]:
        found = self._plain.get(name)
        if found is None:
            found = self._joined.get(name)
        if found is None:
            found = self._joined[name] = _joined(*self._split[name])
        return found


def _joined(low: NDArray[Any], high: NDArray[Any] | None) -> NDArray[np.int32]:
    """Return the numbers of which these are the lower and the upper bits."""
    wide = low.astype(np.int32)
    if high is not None:
        wide |= np.left_shift(high, 16, dtype=np.int32)
    wide.flags.writeable = False
    return wide


def _summed(name: str, array: NDArray[Any]) -> tuple[str, NDArray[Any]]:
    """Return counts as the stops that they were."""
    if not name.endswith(_COUNTS) or array.ndim != 1 or array.dtype.kind != "u":
        return name, array
    # Widened at once and summed in place: to widen while summing takes three times as long.
    most = len(array) * np.iinfo(array.dtype).max
    narrow = most < 1 << 31 or array.sum(dtype=np.uint64) < 1 << 31
    stops = array.astype(np.int32 if narrow else np.int64)
    np.cumsum(stops, out=stops)
    stops.flags.writeable = False
    return name.removesuffix(_COUNTS) + _STOPS, stops


def load_tensors(
    path: Path, *, mapped: bool = True, limits: Limits | None = None
) -> tuple[StoredTensors, dict[str, Any]]:
    """Read a sealed file; every byte is verified before any is used.

    Parameters
    ----------
    path : Path
        Model file.
    mapped : bool, default True
        Map the file instead of reading it: processes share it. Truncating a mapped file kills the
        process (SIGBUS); replacing it is safe. With False, the file is read into memory.

    Returns
    -------
    tensors : StoredTensors
        Read-only arrays by their names.
    manifest : dict
        What :func:`save_tensors` was given.

    Raises
    ------
    ModelFormatError
        If the file is something else, or of a newer format.
    ModelIntegrityError
        If bytes were changed, lost or added.
    """
    path = Path(path)
    size = path.stat().st_size
    allowed = (limits or Limits()).model_bytes
    if size > allowed:
        raise LimitError("model_bytes", size, allowed)
    if size == 0:
        raise ModelIntegrityError(f"{path.name}: the file is empty; save or download it again")
    data = _bytes_of(path, mapped)
    view = data.data.toreadonly()
    if size < 8 + _SEAL_BYTES or hashlib.sha256(view[:-_SEAL_BYTES]).digest() != bytes(view[-_SEAL_BYTES:]):
        start = bytes(view[:24])
        for magic, what in _STRANGERS:
            if start.startswith(magic):
                raise ModelFormatError(f"{path.name} is {what}, not a Tagonomy model")
        raise ModelIntegrityError(
            f"{path.name}: the seal does not fit its {size:,} bytes, so the file is damaged, cut short or "
            "no Tagonomy model; save or download it again"
        )
    return _parse(path.name, view, data)


def _bytes_of(path: Path, mapped: bool) -> NDArray[np.uint8]:
    if not mapped:
        return np.fromfile(path, np.uint8)
    with path.open("rb") as file:
        # A plain array over the map: slicing numpy's own memmap costs ten times as much.
        return np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), np.uint8)


def let_go(tensors: Mapping[str, NDArray[Any]]) -> None:
    """Let the system take back the memory of a mapped file: what is used of it is read again.

    To verify a model, all of it has to be read once; to classify, little.
    """
    for array in tensors.values():
        base: Any = array
        while isinstance(base, np.ndarray | memoryview):
            base = base.base if isinstance(base, np.ndarray) else base.obj
        if isinstance(base, mmap.mmap):
            if hasattr(mmap, "MADV_DONTNEED"):
                with suppress(OSError):  # memory that its owner has locked stays
                    base.madvise(mmap.MADV_DONTNEED)
            return


def _parse(name: str, view: memoryview, data: NDArray[np.uint8]) -> tuple[StoredTensors, dict[str, Any]]:
    """Check the structure of verified bytes and return views on them."""
    length = int.from_bytes(view[:8], "little")
    if length > min(_HEADER_BYTES, len(view) - 8):
        raise ModelFormatError(f"{name}: the header claims {length:,} bytes")
    try:
        header = json.loads(bytes(view[8 : 8 + length]))
        manifest = json.loads(header.pop("__metadata__", {}).get("tagonomy", "null"))
        entries = {key: _Entry.of(described) for key, described in header.items()}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ModelFormatError(f"{name}: the header can't be read: {error}") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("format"), int):
        raise ModelFormatError(f"{name}: a safetensors file, but not a Tagonomy model: it has no manifest")
    if manifest["format"] > FORMAT:
        raise ModelFormatError(
            f"{name}: format {manifest['format']}, this version reads up to {FORMAT}; upgrade tagonomy"
        )
    if manifest["format"] < 1:
        raise ModelFormatError(f"{name}: format {manifest['format']}; formats count from 1")
    if len(entries) > _MOST_TENSORS:
        raise ModelFormatError(f"{name}: {len(entries)} tensors, at most {_MOST_TENSORS} are allowed")
    body = data[8 + length :]
    tensors = {key: _tensor(name, key, entry, body) for key, entry in entries.items() if key != _SEAL}
    try:
        return StoredTensors(dict(_summed(key, array) for key, array in tensors.items())), manifest
    except ValueError as error:
        raise ModelFormatError(f"{name}: two parts of a tensor don't fit together: {error}") from error


def _tensor(name: str, key: str, entry: _Entry, body: NDArray[np.uint8]) -> NDArray[Any]:
    start, stop = entry.start, entry.stop
    if entry.dtype not in _DTYPES or len(entry.shape) > _MOST_DIMENSIONS or min(entry.shape, default=0) < 0:
        raise ModelFormatError(f"{name}: tensor {key} is described wrongly: {entry.dtype} {entry.shape}")
    dtype = np.dtype(_DTYPES[entry.dtype])
    if not 0 <= start <= stop <= len(body) or stop - start != math.prod(entry.shape) * dtype.itemsize:
        raise ModelFormatError(f"{name}: tensor {key} does not lie within the file")
    array: NDArray[Any] = body[start:stop].view(dtype).reshape(entry.shape)
    array.flags.writeable = False
    return array
