"""The sealed file: whatever happens to its bytes is noticed, and a failed save loses nothing."""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
import pickle
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagonomy.config import Limits
from tagonomy.errors import LimitError, ModelFormatError, ModelIntegrityError
from tagonomy.storage import FORMAT, let_go, load_tensors, save_tensors

SEAL_BYTES = 32
TENSORS: dict[str, np.ndarray] = {
    "a.words": np.frombuffer("Łódź".encode(), dtype=np.uint8),
    "b.weights": np.array([[0.5, -1], [2, 0]], dtype=np.float16),
    "c.stops": np.array([1, 2**40], dtype=np.int64),
    "d.none": np.zeros(0, dtype=np.float32),
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.safetensors"
    save_tensors(path, TENSORS, {"name": "small", "figures": {"f1": 0.5}})
    return path


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the examples of a law share."""
    return tmp_path_factory.mktemp("scratch")


def sealed(header: dict[str, Any] | bytes, body: bytes = b"") -> bytes:
    """Return a file with any header and body under a true seal, as an attacker would make it."""
    encoded = header if isinstance(header, bytes) else msgspec.json.encode(header)
    content = len(encoded).to_bytes(8, "little") + encoded + body
    return content + hashlib.sha256(content).digest()


def header_of(**tensors: Any) -> dict[str, Any]:
    return {"__metadata__": {"tagonomy": f'{{"format": {FORMAT}}}'}, **tensors}


def tensor(dtype: Any = "U8", shape: Any = (4,), offsets: Any = (0, 4)) -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


class TestRoundTrip:
    @pytest.mark.parametrize("mapped", [True, False])
    def test_what_is_saved_is_loaded(self, small: Path, mapped: bool) -> None:
        tensors, manifest = load_tensors(small, mapped=mapped)
        assert manifest == {"format": FORMAT, "name": "small", "figures": {"f1": 0.5}}
        assert set(tensors) == set(TENSORS)
        for name, array in TENSORS.items():
            assert (tensors[name].dtype, tensors[name].shape) == (array.dtype, array.shape)
            assert tensors[name].tobytes() == array.tobytes()
            with pytest.raises(ValueError, match="read-only"):
                tensors[name].reshape(-1)[:1] = 0

    @given(
        st.dictionaries(
            # Hypothesis draws words of the source, and this one has a meaning.
            st.text(st.characters(codec="utf-8")).filter(lambda name: name != "format"),
            st.integers(-(2**53), 2**53) | st.text(),
        )
    )
    def test_any_manifest_survives(self, scratch: Path, manifest: dict[str, Any]) -> None:
        path = scratch / "manifest"
        save_tensors(path, {}, manifest)
        assert load_tensors(path)[1] == {"format": FORMAT, **manifest}

    @given(numbers=st.lists(st.integers(-1, 1 << 25) | st.integers(0, 70_000)))
    def test_whole_numbers_come_back(self, scratch: Path, numbers: list[int]) -> None:
        array = np.array(numbers, dtype=np.int32)
        save_tensors(scratch / "numbers", {"numbers": array}, {})
        loaded = load_tensors(scratch / "numbers")[0]["numbers"]
        assert loaded.dtype == np.int32
        assert np.array_equal(loaded, array)

    def test_numbers_of_24_bits_take_three_bytes(self, tmp_path: Path) -> None:
        sizes = []
        for largest in ((1 << 16) - 1, (1 << 24) - 1, 1 << 24):
            array = np.full(10_000, largest, dtype=np.int32)
            save_tensors(tmp_path / "m", {"numbers": array}, {})
            sizes.append((tmp_path / "m").stat().st_size // len(array))
        assert sizes == [2, 3, 4]

    @pytest.mark.parametrize("length", range(64))
    def test_headers_of_every_length_load(self, tmp_path: Path, length: int) -> None:
        # The first byte of the file is the header's length; no length may look like another format.
        path = tmp_path / "m.safetensors"
        save_tensors(path, TENSORS, {"name": "x" * length * 8})
        assert load_tensors(path)[1]["name"] == "x" * length * 8

    def test_equal_input_gives_equal_bytes_and_the_seal(self, small: Path, tmp_path: Path) -> None:
        again = tmp_path / "again.safetensors"
        seal = save_tensors(again, dict(reversed(TENSORS.items())), {"figures": {"f1": 0.5}, "name": "small"})
        assert again.read_bytes() == small.read_bytes()
        assert seal == small.read_bytes()[-SEAL_BYTES:].hex()
        assert seal == hashlib.sha256(small.read_bytes()[:-SEAL_BYTES]).hexdigest()

    def test_it_is_an_ordinary_safetensors_file(self, small: Path) -> None:
        from safetensors.numpy import load_file

        tensors = load_file(small)
        assert tensors.pop("~sha256").tobytes() == small.read_bytes()[-SEAL_BYTES:]
        assert {name: array.tolist() for name, array in tensors.items()} == {
            name: array.tolist() for name, array in TENSORS.items()
        }

    def test_a_tensor_without_a_place_in_a_model_is_refused(self, tmp_path: Path) -> None:
        for dtype in (np.complex128, object, np.dtype("U3")):
            with pytest.raises(TypeError, match="no place in a model"):
                save_tensors(tmp_path / "m", {"a": np.zeros(2, dtype=dtype)}, {})
        assert list(tmp_path.iterdir()) == []

    def test_arrays_with_gaps_are_saved_by_value(self, tmp_path: Path) -> None:
        save_tensors(tmp_path / "m", {"a": np.arange(10, dtype=np.int32)[::2]}, {})
        assert load_tensors(tmp_path / "m")[0]["a"].tolist() == [0, 2, 4, 6, 8]

    def test_a_model_larger_than_the_limit_is_not_read(self, small: Path) -> None:
        with pytest.raises(LimitError, match="model_bytes"):
            load_tensors(small, limits=Limits(model_bytes=100))

    def test_a_replaced_file_leaves_what_was_loaded(self, small: Path) -> None:
        tensors, _ = load_tensors(small)
        save_tensors(small, {}, {"name": "other"})
        assert tensors["c.stops"].tolist() == [1, 2**40]
        assert load_tensors(small)[1]["name"] == "other"


def damaged(path: Path, changes: Iterator[tuple[int, int]]) -> int:
    """Apply each change (place, byte) alone to the file, demand that it is noticed; return their number."""
    content = path.read_bytes()
    count = 0
    with path.open("r+b", buffering=0) as file:
        for place, byte in changes:
            os.pwrite(file.fileno(), bytes([byte]), place)
            with pytest.raises((ModelIntegrityError, ModelFormatError)) as caught:
                load_tensors(path, mapped=False)
            assert caught.type is ModelIntegrityError or place < 24
            os.pwrite(file.fileno(), content[place : place + 1], place)
            count += 1
    assert path.read_bytes() == content
    return count


class TestDamage:
    def test_every_single_bit_flip_of_a_small_file_is_noticed(self, small: Path) -> None:
        content = small.read_bytes()
        flips = ((place, byte ^ 1 << bit) for place, byte in enumerate(content) for bit in range(8))
        assert damaged(small, flips) == 8 * len(content)

    def test_flips_in_every_byte_of_a_real_model_are_noticed(self, tiny_model: Path, tmp_path: Path) -> None:
        copy = tmp_path / "tiny.safetensors"
        content = tiny_model.read_bytes()
        copy.write_bytes(content)
        draw = random.Random(0)
        flips = (
            (place, byte ^ 1 << bit) for place, byte in enumerate(content) for bit in draw.sample(range(8), 2)
        )
        assert damaged(copy, flips) == 2 * len(content)

    @pytest.mark.parametrize("mapped", [True, False])
    def test_every_truncation_is_noticed(self, tiny_model: Path, tmp_path: Path, mapped: bool) -> None:
        copy = tmp_path / "tiny.safetensors"
        copy.write_bytes(tiny_model.read_bytes())
        for length in reversed(range(copy.stat().st_size)):
            os.truncate(copy, length)
            with pytest.raises(ModelIntegrityError):
                load_tensors(copy, mapped=mapped)

    @pytest.mark.parametrize(
        "change",
        [
            lambda content: content + b"\x00",
            lambda content: content + content,
            lambda content: b"\x00" + content,
            lambda content: content[:-SEAL_BYTES] + bytes(SEAL_BYTES),
            lambda content: content[:64] + bytes(64) + content[128:],
            lambda content: content[1:] + content[:1],
        ],
        ids=["longer", "twice", "shifted", "no-seal", "zeroed", "rotated"],
    )
    def test_other_damage_is_noticed(self, small: Path, change: Callable[[bytes], bytes]) -> None:
        small.write_bytes(change(small.read_bytes()))
        with pytest.raises(ModelIntegrityError, match=r"small\.safetensors.*again"):
            load_tensors(small)

    @given(st.binary(max_size=200))
    def test_any_bytes_are_refused(self, scratch: Path, content: bytes) -> None:
        path = scratch / "any"
        path.write_bytes(content)
        with pytest.raises((ModelIntegrityError, ModelFormatError)):
            load_tensors(path)


class Canary:
    """Makes a folder when unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.path),)


class TestStrangers:
    @pytest.mark.parametrize(
        ("content", "named"),
        [
            (pickle.dumps({"a": 1}), "pickle"),
            (pickle.dumps(["model"] * 500, protocol=2), "pickle"),
            (b"PK\x03\x04" + bytes(100), "zip"),
            (b"<!DOCTYPE html><html><body>404", "HTML"),
            (b"<html>" * 20, "HTML"),
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 12\n", "git lfs pull"),
            (b"\x1f\x8b\x08" + bytes(50), "gzip"),
        ],
    )
    def test_what_people_save_by_mistake_is_named(self, tmp_path: Path, content: bytes, named: str) -> None:
        path = tmp_path / "model.bin"
        path.write_bytes(content)
        with pytest.raises(ModelFormatError, match=rf"model\.bin.*{named}"):
            load_tensors(path)

    @pytest.mark.parametrize("seal", [True, False])
    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    def test_a_malicious_pickle_never_runs(self, tmp_path: Path, protocol: int, seal: bool) -> None:
        content = pickle.dumps(Canary(tmp_path / "canary"), protocol)
        (tmp_path / "model.bin").write_bytes(content + hashlib.sha256(content).digest() * seal)
        with pytest.raises((ModelFormatError, ModelIntegrityError)):
            load_tensors(tmp_path / "model.bin")
        assert not (tmp_path / "canary").exists()

    def test_an_empty_file_is_damaged(self, tmp_path: Path) -> None:
        (tmp_path / "m").touch()
        with pytest.raises(ModelIntegrityError, match="empty"):
            load_tensors(tmp_path / "m")

    def test_an_ordinary_safetensors_file_is_no_model(self, tmp_path: Path) -> None:
        from safetensors.numpy import save_file

        save_file({"a": np.zeros(3, dtype=np.float32)}, tmp_path / "m")
        with pytest.raises(ModelIntegrityError, match="no Tagonomy model"):
            load_tensors(tmp_path / "m")

    def test_a_missing_file_and_a_folder_are_what_the_system_says(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            load_tensors(tmp_path / "nowhere")
        with pytest.raises(IsADirectoryError):
            load_tensors(tmp_path)


class TestForgery:
    """The seal only says that bytes are those that were saved; the structure is checked all the same."""

    @pytest.mark.parametrize(
        "content",
        [
            sealed(header_of(a=tensor(offsets=(0, 5)))),
            sealed(header_of(a=tensor(offsets=(-4, 0)))),
            sealed(header_of(a=tensor(offsets=(4, 0)))),
            sealed(header_of(a=tensor(offsets=(0, 2**63)))),
            sealed(header_of(a=tensor(offsets=(0.0, 4.0))), bytes(4)),
            sealed(header_of(a=tensor(offsets=("0", "4"))), bytes(4)),
            sealed(header_of(a=tensor(offsets=(0,))), bytes(4)),
            sealed(header_of(a=tensor(offsets=4)), bytes(4)),
            sealed(header_of(a=tensor(shape=(10**9, 10**9))), bytes(4)),
            sealed(header_of(a=tensor(shape=(-1, -4))), bytes(4)),
            sealed(header_of(a=tensor(shape=(4.0,))), bytes(4)),
            sealed(header_of(a=tensor(shape=("4",))), bytes(4)),
            sealed(header_of(a=tensor(shape=4)), bytes(4)),
            sealed(header_of(a=tensor(shape=[1] * 99 + [4])), bytes(4)),
            sealed(header_of(a=tensor(shape=(True, 4))), bytes(4)),
            sealed(header_of(a=tensor(dtype="O")), bytes(4)),
            sealed(header_of(a=tensor(dtype=["U8"])), bytes(4)),
            sealed(header_of(a={}), bytes(4)),
            sealed(header_of(a=[]), bytes(4)),
            sealed(header_of(**{f"t{i}": tensor(shape=(0,), offsets=(0, 0)) for i in range(97)})),
            sealed(header_of(**{"a.low": tensor("U16", (2,)), "a.high": tensor("U8", (4,))}), bytes(4)),
            sealed(header_of(**{"a.low": tensor("F32", (1,)), "a.high": tensor("F32", (1,))}), bytes(4)),
            sealed({}),
            sealed({"__metadata__": []}),
            sealed({"__metadata__": {"tagonomy": 5}}),
            sealed({"__metadata__": {"tagonomy": "["}}),
            sealed({"__metadata__": {"tagonomy": "[]"}}),
            sealed({"__metadata__": {"tagonomy": "{}"}}),
            sealed({"__metadata__": {"tagonomy": '{"format": "1"}'}}),
            sealed({"__metadata__": {"tagonomy": '{"format": 0}'}}),
            sealed(b"[" * 100_000),
            sealed(b'{"a":' * 100_000),
            sealed(b"\xff\xfe"),
            sealed(b""),
            (2**63).to_bytes(8, "little") + hashlib.sha256((2**63).to_bytes(8, "little")).digest(),
        ],
        ids=itertools.count(),
    )
    def test_a_sealed_file_of_nonsense_is_refused(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "forged"
        path.write_bytes(content)
        with pytest.raises(ModelFormatError, match="forged"):
            load_tensors(path)

    def test_a_newer_format_says_upgrade(self, tmp_path: Path) -> None:
        newer = f'{{"format": {FORMAT + 1}}}'
        (tmp_path / "m").write_bytes(sealed({"__metadata__": {"tagonomy": newer}}))
        with pytest.raises(ModelFormatError, match="upgrade tagonomy"):
            load_tensors(tmp_path / "m")

    @settings(max_examples=150)
    @given(st.data())
    def test_any_change_under_a_new_seal_gives_arrays_or_an_error_of_ours(
        self, scratch: Path, data: st.DataObject
    ) -> None:
        path = scratch / "forged"
        save_tensors(path, TENSORS, {"name": "small"})
        content = bytearray(path.read_bytes()[:-SEAL_BYTES])
        for _ in range(data.draw(st.integers(1, 4))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.sampled_from(range(256)))
        path.write_bytes(bytes(content) + hashlib.sha256(content).digest())
        try:
            tensors, _ = load_tensors(path)
        except ModelFormatError:
            return
        for array in tensors.values():
            array.tobytes()


def disk_full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


class TestFaultsWhileSaving:
    @pytest.mark.parametrize("call", ["fsync", "replace", "fdopen", "chmod"])
    def test_the_old_file_stays_whole_and_nothing_is_left_behind(
        self, small: Path, monkeypatch: pytest.MonkeyPatch, call: str
    ) -> None:
        before = small.read_bytes()
        with monkeypatch.context() as patch, pytest.raises(OSError, match="No space left"):
            patch.setattr(os, call, disk_full)
            save_tensors(small, TENSORS, {"name": "new"})
        assert small.read_bytes() == before
        assert [path.name for path in small.parent.iterdir()] == [small.name]
        save_tensors(small, TENSORS, {"name": "new"})
        assert load_tensors(small)[1]["name"] == "new"

    def test_an_fsync_of_the_folder_that_fails_leaves_one_whole_file(
        self, small: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sync, calls = os.fsync, []

        def second_fails(descriptor: int) -> None:
            calls.append(descriptor)
            disk_full() if len(calls) == 2 else sync(descriptor)

        monkeypatch.setattr(os, "fsync", second_fails)
        with pytest.raises(OSError, match="No space left"):
            save_tensors(small, TENSORS, {"name": "new"})
        assert load_tensors(small)[1]["name"] == "new"
        assert [path.name for path in small.parent.iterdir()] == [small.name]

    def test_an_interrupt_leaves_the_old_file(self, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        before = small.read_bytes()
        monkeypatch.setattr(os, "fsync", interrupt)
        with pytest.raises(KeyboardInterrupt):
            save_tensors(small, TENSORS, {})
        assert small.read_bytes() == before
        assert [path.name for path in small.parent.iterdir()] == [small.name]

    @pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX")
    @pytest.mark.parametrize("allowed", [0, 1, 100, 600])
    def test_a_write_that_the_system_cuts_short_leaves_the_old_file(self, small: Path, allowed: int) -> None:
        before = small.read_bytes()
        program = (
            "import resource, sys, numpy as np\n"
            "from pathlib import Path\n"
            "from tagonomy.storage import save_tensors\n"
            f"resource.setrlimit(resource.RLIMIT_FSIZE, ({allowed}, {allowed}))\n"
            "try: save_tensors(Path(sys.argv[1]), {'a': np.zeros(9999, dtype=np.float32)}, {})\n"
            "except OSError as error: sys.exit(7)\n"
        )
        run = subprocess.run([sys.executable, "-B", "-c", program, small], capture_output=True, text=True)
        assert (run.returncode, run.stderr) == (7, "")
        assert small.read_bytes() == before
        assert [path.name for path in small.parent.iterdir()] == [small.name]

    def test_a_missing_folder_is_what_the_system_says(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            save_tensors(tmp_path / "nowhere" / "m", TENSORS, {})

    def test_names_of_any_length_and_script_can_be_saved(self, tmp_path: Path) -> None:
        for name in ("x" * 200, "Łódź " * 10, "-", ".hidden"):
            save_tensors(tmp_path / name, TENSORS, {"name": name})
            assert load_tensors(tmp_path / name)[1]["name"] == name


@pytest.mark.parametrize("mapped", [True, False])
def test_what_the_system_took_back_is_read_again(tmp_path: Path, mapped: bool) -> None:
    save_tensors(tmp_path / "model", {"numbers": np.arange(10_000, dtype=np.int32)}, {})
    tensors, _ = load_tensors(tmp_path / "model", mapped=mapped)
    let_go(tensors)
    let_go({})
    np.testing.assert_array_equal(tensors["numbers"], np.arange(10_000))
