"""What lies in a zip or an OLE file, by name: the evidence of all readers whose kind of file is packed in one of them."""

from __future__ import annotations

import struct
from typing import BinaryIO

import olefile

from content.importers.readers.word_package import Package
from content.importers.source import SourceRefused


def names_in_zip(file: BinaryIO) -> frozenset[str] | None:
    """In small letters. None where the directory is broken or hostile: whoever reads the file then says what is wrong."""
    try:
        return frozenset(Package(file).names())
    except SourceRefused:
        return None


def streams_in_ole(file: BinaryIO) -> frozenset[str]:
    """The outermost names, in small letters; none where the file is broken."""
    try:
        with olefile.OleFileIO(file) as compound:
            return frozenset(path[0].lower() for path in compound.listdir() if path)
    except (
        OSError,
        ValueError,
        IndexError,
        KeyError,
        AttributeError,
        TypeError,
        struct.error,
        RecursionError,
        MemoryError,
    ):
        return frozenset()
