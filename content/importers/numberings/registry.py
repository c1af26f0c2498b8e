"""The numberings, and which of them reads a text: each counts the lines that speak for it, and the one with most reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol, TypeVar

from uploads.discovery import best, discover

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import Promise

    from content.importers.parsed import ParsedStandard
    from content.importers.source import Line, Source

# From the numbers of a document to a function that finds in a text what it cites: (number, as printed).
Citations = Callable[[set[str]], Callable[[str], Iterable[tuple[str, str]]]]


class Numbering(Protocol):
    name: str  # kept with each edition
    title: str | Promise  # 标准条款编号
    citations: Citations

    def evidence(self, lines: Sequence[Line]) -> int:
        """What speaks for it: 2 to 3 for each line that begins with its own numbers, less for what others have too. 0: never."""

    def parse(self, source: Source) -> ParsedStandard: ...


registered: dict[str, Numbering] = {}
T = TypeVar("T", bound=type)


def register(numbering: T) -> T:
    made = numbering()
    if type(registered.get(made.name, made)) is not numbering:
        raise ValueError(f"Two numberings are called {made.name}")
    registered[made.name] = made
    return numbering


def numbering_for(lines: Sequence[Line]) -> Numbering | None:
    return best(_all(), lambda numbering: numbering.evidence(lines))


def numbering_named(name: str) -> Numbering | None:
    return next((each for each in _all() if each.name == name), None)


def _all() -> list[Numbering]:
    discover("content.importers.numberings", "standard_numberings")
    return list(registered.values())
