"""The readers, and which of them reads a file: each says how sure it is, and the surest reads."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Protocol, TypeVar

import olefile

from people.roster.sheets import Sheet
from uploads.discovery import best, discover

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CERTAIN, LIKELY, POSSIBLE, LAST = 100, 80, 40, 1


@dataclass(frozen=True)
class Opened:
    """A file of permitted size, as a whole."""

    content: bytes
    name: str

    def named(self, *endings: str) -> bool:
        return self.name.lower().endswith(endings)

    @cached_property
    def streams(self) -> frozenset[str]:
        """The outermost names in an OLE file, in small letters; none for what is no OLE file or a broken one."""
        if not self.content.startswith(OLE):
            return frozenset()
        try:
            with olefile.OleFileIO(io.BytesIO(self.content)) as compound:
                return frozenset(path[0].lower() for path in compound.listdir() if path)
        except (OSError, ValueError, LookupError, AttributeError, TypeError, struct.error, RecursionError, MemoryError):
            return frozenset()


class Reader(Protocol):
    name: str
    endings: ClassVar[tuple[str, ...]]  # that the upload form offers, with their dots; none where it only refuses

    def evidence(self, opened: Opened) -> int:
        """From 0 (never) to CERTAIN. To refuse a kind of file is to read it too: `read` says what to do instead."""

    def read(self, opened: Opened) -> list[Sheet]:
        """The visible sheets. Raises FileRefused and nothing else, whatever the bytes are."""


registered: dict[str, Reader] = {}
T = TypeVar("T", bound=type)


def register(reader: T) -> T:
    made = reader()
    if type(registered.get(made.name, made)) is not reader:
        raise ValueError(f"Two readers are called {made.name}")
    registered[made.name] = made
    return reader


def readers() -> list[Reader]:
    discover("people.roster.readers", "roster_readers")
    return sorted(registered.values(), key=lambda reader: reader.name)


def reader_for(opened: Opened) -> Reader:
    found = best(readers(), lambda reader: reader.evidence(opened))
    if found is None:
        raise LookupError("No reader: the one for plain text takes everything")
    return found


def endings() -> list[str]:
    """Of all files that some reader reads."""
    return sorted({ending for reader in readers() for ending in reader.endings})
