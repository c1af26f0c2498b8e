"""Decimal numbers at the start of a line: 4, 4.1.1, A.1."""

from __future__ import annotations

import re
from dataclasses import dataclass

from content.importers.numerals import narrow

Path = tuple[str, ...]

_NUMBER = re.compile(
    r"(?P<path>\d{1,3}(?:\s?\.\s?\d{1,3}){0,8}|[A-Z](?:\s?\.\s?\d{1,3}){1,8})(?![\d])(?P<dot>\.(?!\d))?(?P<gap>\s*)"
)
# What can't follow a number that begins a clause: 4.3.2，按; 50%; 3—5; 12:30; 1）; 5G; 2022年.
_NOT_GLUED = re.compile(r"[,，。；;：:、)）/%％‰°℃×+=~～—–\-*<>≤≥]|[A-Za-z](?!\s)")
# Nor after a blank: 4.3.2 、4.3.3.
_NOT_AFTER = re.compile(r"[,，。；;：:、)）%％‰℃×—–~～=]")


@dataclass(frozen=True)
class Number:
    path: Path
    rest: str
    dotted: bool
    glued: bool

    @property
    def printed(self) -> str:
        return ".".join(self.path)

    @property
    def parent(self) -> Path:
        """Building codes number the clauses of a chapter without sections 1.0.1: the chapter is their parent."""
        above = self.path[:-1]
        while len(above) > 1 and above[-1] == "0":
            above = above[:-1]
        return above

    @property
    def order(self) -> tuple[int, ...]:
        first = self.path[0]
        return (1000 + ord(first) if first.isalpha() else int(first), *(int(part) for part in self.path[1:]))


def number_at(text: str) -> Number | None:
    plain = narrow(text)
    found = _NUMBER.match(plain)
    if found is None:
        return None
    rest = text[found.end() :].strip()
    if rest and not found["gap"] and _NOT_GLUED.match(narrow(rest)):
        return None
    if rest and _NOT_AFTER.match(narrow(rest)):
        return None
    path = tuple(part.strip() for part in found["path"].split("."))
    return Number(path, rest, bool(found["dot"]), not found["gap"])


def ordinal(part: str) -> int:
    return ord(part) - ord("A") + 1 if part.isalpha() else int(part)


def step(part: str, value: int) -> str:
    """The value in the kind of `part`: a letter for an annex, digits for all else."""
    return chr(ord("A") + value - 1) if part.isalpha() else str(value)
