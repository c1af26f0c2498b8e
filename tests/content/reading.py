"""Texts as parsed standards, for tests that read as sentences."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from content.importers import read_standard

if TYPE_CHECKING:
    from content.importers.parsed import ParsedClause, ParsedStandard


def read(text: str, name: str = "演示.txt") -> ParsedStandard:
    return read_standard(io.BytesIO(text.encode()), name)


def read_well(text: str, name: str = "演示.txt") -> ParsedStandard:
    parsed = read(text, name)
    assert not parsed.refused, parsed.errors
    return parsed


def numbers(parsed: ParsedStandard) -> list[str]:
    return [clause.number for clause in parsed.clauses]


def clause_of(parsed: ParsedStandard, number: str) -> ParsedClause:
    return next(clause for clause in parsed.clauses if clause.number == number)


def outline(parsed: ParsedStandard) -> list[tuple[str, str, str | None]]:
    return [(clause.number, clause.kind, clause.parent) for clause in parsed.clauses]


def places(parsed: ParsedStandard) -> list[int | None]:
    return [problem.line for problem in parsed.errors]
