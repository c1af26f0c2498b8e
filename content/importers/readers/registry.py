"""The readers, and which of them reads a file: each says how sure it is, and the surest reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO, ClassVar, Protocol, TypeVar

from content.importers.readers.containers import names_in_zip, streams_in_ole
from content.importers.source import Source
from uploads.discovery import best, discover

ZIP, OLE = b"PK", b"\xd0\xcf\x11\xe0"
CERTAIN, LIKELY, POSSIBLE, LAST = 100, 80, 40, 1


@dataclass(frozen=True)
class Opened:
    """A file of permitted size. `head` is its first 4 KB."""

    file: BinaryIO
    name: str
    head: bytes

    def named(self, *endings: str) -> bool:
        return self.name.lower().endswith(endings)

    @property
    def members(self) -> frozenset[str]:
        """Names in a zip; none for what is no zip or a broken one."""
        return self._names or frozenset()

    @property
    def is_broken_zip(self) -> bool:
        return self._names is None

    @cached_property
    def _names(self) -> frozenset[str] | None:
        return names_in_zip(self.file) if self.head.startswith(ZIP) else frozenset()

    @cached_property
    def streams(self) -> frozenset[str]:
        """Names in an OLE file; none for what is no OLE file or a broken one."""
        return streams_in_ole(self.file) if self.head.startswith(OLE) else frozenset()


class Reader(Protocol):
    name: str
    endings: ClassVar[tuple[str, ...]]  # that the upload form offers, with their dots; none where it only refuses

    def evidence(self, opened: Opened) -> int:
        """From 0 (never) to CERTAIN. To refuse a kind of file is to read it too: `read` says what to do instead."""

    def read(self, opened: Opened) -> Source:
        """Raises SourceRefused and nothing else, whatever the bytes are."""


registered: dict[str, Reader] = {}
T = TypeVar("T", bound=type)


def register(reader: T) -> T:
    made = reader()
    if type(registered.get(made.name, made)) is not reader:
        raise ValueError(f"Two readers are called {made.name}")
    registered[made.name] = made
    return reader


def readers() -> list[Reader]:
    discover("content.importers.readers", "standard_readers")
    return sorted(registered.values(), key=lambda reader: reader.name)


def endings() -> list[str]:
    """Of all files that some reader reads."""
    return sorted({ending for reader in readers() for ending in reader.endings})


def reader_for(opened: Opened) -> Reader:
    found = best(readers(), lambda reader: reader.evidence(opened))
    if found is None:
        raise LookupError("No reader: the one for plain text takes everything")
    return found
