"""A file as lines, whatever it was: what the readers (text, Markdown, Word) make and the numberings read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acts import Refused

if TYPE_CHECKING:
    from content.importers.parsed import Table


@dataclass(frozen=True)
class Line:
    """One paragraph. `text` begins with its number, also where Word generates it; `line` counts from 1 in the source.

    A table is a line of its own with empty text, in the place where it stands.
    """

    text: str
    line: int
    heading: int = 0  # Markdown's # or Word's heading style, from 1; 0 for running text
    table: Table | None = None


@dataclass(frozen=True)
class Source:
    lines: tuple[Line, ...]
    place: str = "line"  # what `line` counts: "line" of a text or "paragraph" of a Word file
    title: str = ""  # from the file's own properties or first heading; "" where it has none
    digest: str = ""  # SHA-256 of the bytes
    warnings: tuple[tuple[int | None, str], ...] = field(default=())


class SourceRefused(Refused):
    """The file can't be read as a standard. The message is Chinese, names what is wrong and the cure."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
