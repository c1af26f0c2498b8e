"""The readers by what they recognise: a file's content decides, its name only between formats that are plain text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from content.importers.source import Source


@dataclass(frozen=True)
class Opened:
    """A file of permitted size. `head` is its first 4 KB."""

    file: BinaryIO
    name: str
    head: bytes


class Reader(Protocol):
    def recognises(self, opened: Opened) -> bool: ...

    def read(self, opened: Opened) -> Source: ...


_readers: list[Reader] = []
_last: list[Reader] = []


def register(*, last: bool = False) -> Callable[[type[Reader]], type[Reader]]:
    def add(reader: type[Reader]) -> type[Reader]:
        (_last if last else _readers).append(reader())
        return reader

    return add


def reader_for(opened: Opened) -> Reader:
    return next(reader for reader in (*_readers, *_last) if reader.recognises(opened))
