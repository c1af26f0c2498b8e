"""A hostile file ends a process of its own, not the worker's."""

from __future__ import annotations

import os
import time

import pytest

from acts import Refused
from people.roster.sheets import FileRefused
from uploads.apart import TooCostly, read_apart


def test_what_was_read_comes_back_and_a_refusal_stays_what_it_is() -> None:
    assert read_apart(lambda: {"rows": [["工号", 1.5]]}) == {"rows": [["工号", 1.5]]}
    assert read_apart(os.getpid) != os.getpid()

    def refuse() -> None:
        raise FileRefused("演示：有两张表。", sheets=["东", "西"])

    with pytest.raises(FileRefused, match="有两张表") as refused:
        read_apart(refuse)
    assert refused.value.sheets == ["东", "西"]


def test_large_answers_come_whole() -> None:
    assert len(read_apart(lambda: "条" * 5_000_000)) == 5_000_000


def test_memory_is_bounded() -> None:
    held: list[bytes] = []

    def eat() -> None:
        while True:
            held.append(bytes(10_000_000))

    with pytest.raises(TooCostly, match="内存太多"):
        read_apart(eat, megabytes=200)
    assert not held


def test_time_is_bounded_by_the_processor_and_by_the_clock() -> None:
    def turn() -> None:
        while True:
            pass

    began = time.monotonic()
    with pytest.raises(TooCostly):
        read_apart(turn, processor_seconds=1)
    with pytest.raises(TooCostly):
        read_apart(lambda: time.sleep(60), seconds=0.5)
    assert time.monotonic() - began < 30


def test_a_reader_that_ends_its_process_ends_only_its_own() -> None:
    with pytest.raises(Refused):
        read_apart(lambda: os.abort())


def test_a_mistake_of_ours_is_not_told_as_a_costly_file_and_says_where_it_was_made() -> None:
    class Odd(Exception):  # of a place that no other process knows
        pass

    def mistaken() -> None:
        int("演示")

    def odd() -> None:
        raise Odd("演示")

    with pytest.raises(ValueError) as known:
        read_apart(mistaken)
    assert "in mistaken" in "".join(known.value.__notes__)
    with pytest.raises(RuntimeError, match="in odd"):
        read_apart(odd)
