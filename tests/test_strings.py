"""Strings and lists packed into arrays: what goes in comes out, by index, in order and by search."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagonomy.strings import Lists, StringTable, find

ANY_TEXT = st.text(st.characters())  # all of Unicode, lone surrogates too


@given(st.lists(ANY_TEXT))
def test_a_table_is_the_sequence_it_was_made_of(strings: list[str]) -> None:
    table = StringTable.of(strings)
    assert len(table) == len(strings)
    assert list(table) == strings
    assert [table[i] for i in range(len(table))] == strings


@given(st.lists(ANY_TEXT))
def test_a_saved_table_is_the_same(strings: list[str]) -> None:
    tensors = StringTable.of(strings).tensors("names")
    assert sorted(tensors) == ["names.blob", "names.stops"]
    assert list(StringTable.from_tensors(tensors, "names")) == strings


@given(st.sets(ANY_TEXT), ANY_TEXT)
def test_find_agrees_with_a_list(strings: set[str], wanted: str) -> None:
    ordered = sorted(strings)
    table = StringTable.of(ordered)
    assert find(table, wanted) == (ordered.index(wanted) if wanted in strings else -1)
    assert [find(table, each) for each in ordered] == list(range(len(ordered)))


@pytest.mark.parametrize("index", [-1, 2, 10**9])
def test_an_index_outside_a_table_is_an_error(index: int) -> None:
    with pytest.raises(IndexError):
        StringTable.of(["a", "b"])[index]


@given(st.lists(st.lists(st.integers(-(2**31), 2**31 - 1))))
def test_lists_are_what_they_were_made_of(rows: list[list[int]]) -> None:
    lists = Lists.of(rows)
    assert [lists[i] for i in range(len(lists))] == rows
    assert list(lists) == rows
    again = Lists.from_tensors(lists.tensors("rows"), "rows")
    assert [again[i] for i in range(len(again))] == rows


@pytest.mark.parametrize("index", [-1, 2])
def test_an_index_outside_lists_is_an_error(index: int) -> None:
    with pytest.raises(IndexError):
        Lists.of([[1], [2]])[index]


def test_nothing_is_packed_with_the_right_types() -> None:
    assert StringTable.of([]).blob.dtype == np.uint8
    assert StringTable.of([]).stops.dtype == np.int32
    assert Lists.of([]).values.dtype == np.int32
    assert Lists.of([]).stops.dtype == np.int32
