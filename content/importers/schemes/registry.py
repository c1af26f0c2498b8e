from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from content.importers.parsed import ParsedStandard
    from content.importers.source import Line, Source


class Scheme(Protocol):
    numbering: str  # "gbt", "law", "official": a choice of Edition.Numbering

    def evidence(self, lines: Sequence[Line]) -> int:
        """How many lines begin with this scheme's numbers; the scheme with the most reads the file, 0 never does."""

    def parse(self, source: Source) -> ParsedStandard: ...


_schemes: list[Scheme] = []
T = TypeVar("T", bound=type)


def register(scheme: T) -> T:
    _schemes.append(scheme())
    return scheme


def scheme_for(lines: Sequence[Line]) -> Scheme | None:
    found = [(scheme.evidence(lines), scheme) for scheme in _schemes]
    best = max(found, key=lambda pair: pair[0], default=(0, None))
    return best[1] if best[0] else None
