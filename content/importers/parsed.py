"""What an importer makes of a file: plain frozen data, the same for every source and every numbering."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

# Stronger types first; the first one of a clause is its headline.
PROVISIONS = ("requirement", "prohibition", "recommendation", "permission", "instruction", "statement")
KINDS = ("chapter", "section", "article", "clause", "paragraph", "item", "term", "annex")


@dataclass(frozen=True)
class Quantity:
    value: str
    unit: str

    def as_json(self) -> dict[str, str]:
        return {"value": self.value, "unit": self.unit}


@dataclass(frozen=True)
class Table:
    caption: str
    rows: tuple[tuple[str, ...], ...]

    def as_json(self) -> dict[str, Any]:
        return {"caption": self.caption, "rows": [list(row) for row in self.rows]}


@dataclass(frozen=True)
class Reference:
    source: str
    target: str
    resolved: bool
    cited_as: str
    line: int

    def as_json(self) -> dict[str, Any]:
        return {"from": self.source, "to": self.target, "resolved": self.resolved}


@dataclass(frozen=True)
class Problem:
    """`line` is None for what concerns the whole file."""

    line: int | None
    message: str

    def as_json(self) -> dict[str, Any]:
        return {"line": self.line, "message": self.message}


@dataclass(frozen=True)
class ParsedClause:
    """One unit in document order. `level` is its depth in the tree, from 1; `number` is whole, as printed (`4.3.3 a)`)."""

    number: str
    kind: str
    level: int
    parent: str | None
    title: str
    text: str
    notes: tuple[str, ...]
    tables: tuple[Table, ...]
    provisions: tuple[str, ...]
    quantities: tuple[Quantity, ...]
    line: int

    @property
    def digest(self) -> str:
        """Of the wording alone: the number is left out, so that a clause that only moved keeps its digest."""
        body = [self.title, self.text, list(self.notes), [table.as_json() for table in self.tables]]
        return hashlib.sha256(json.dumps(body, ensure_ascii=False).encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "kind": self.kind,
            "level": self.level,
            "parent": self.parent,
            "title": self.title,
            "text": self.text,
            "notes": list(self.notes),
            "tables": len(self.tables),
            "provisions": list(self.provisions),
            "quantities": [quantity.as_json() for quantity in self.quantities],
            "line": self.line,
        }


@dataclass(frozen=True)
class ParsedStandard:
    title: str
    numbering: str  # "gbt", "law" or "official"; "" for a file that is refused unread
    clauses: tuple[ParsedClause, ...] = ()
    references: tuple[Reference, ...] = ()
    warnings: tuple[Problem, ...] = ()
    errors: tuple[Problem, ...] = ()
    number: str = ""
    issued_on: date | None = None
    effective_on: date | None = None
    front_matter: str = ""
    place: str = "line"  # what `line` counts: lines of a text, or "paragraph" of a Word file
    digest: str = field(default="", compare=False)

    @property
    def refused(self) -> bool:
        return bool(self.errors)

    def as_json(self) -> dict[str, Any]:
        """Exactly what `import_standard --dry-run --json` prints."""
        return {
            "title": self.title,
            "numbering": self.numbering,
            "clauses": [clause.as_json() for clause in self.clauses],
            "references": [reference.as_json() for reference in self.references],
            "warnings": [problem.as_json() for problem in self.warnings],
            "errors": [problem.as_json() for problem in self.errors],
        }

    def as_stored(self) -> dict[str, Any]:
        """Everything, for a row between upload and confirmation; `from_stored` reads it back."""
        return {
            **self.as_json(),
            "clauses": [
                {**clause.as_json(), "tables": [table.as_json() for table in clause.tables]} for clause in self.clauses
            ],
            "number": self.number,
            "issued_on": self.issued_on.isoformat() if self.issued_on else "",
            "effective_on": self.effective_on.isoformat() if self.effective_on else "",
            "front_matter": self.front_matter,
            "place": self.place,
            "digest": self.digest,
        }


def from_stored(data: dict[str, Any]) -> ParsedStandard:
    """References are left out: they are found anew in the clauses, whose numbers a correction may have changed."""

    def day(text: str) -> date | None:
        return date.fromisoformat(text) if text else None

    clauses = tuple(
        ParsedClause(
            **{
                **clause,
                "notes": tuple(clause["notes"]),
                "tables": tuple(
                    Table(table["caption"], tuple(tuple(row) for row in table["rows"])) for table in clause["tables"]
                ),
                "provisions": tuple(clause["provisions"]),
                "quantities": tuple(Quantity(**quantity) for quantity in clause["quantities"]),
            }
        )
        for clause in data["clauses"]
    )
    return ParsedStandard(
        title=data["title"],
        numbering=data["numbering"],
        clauses=clauses,
        warnings=tuple(Problem(**problem) for problem in data["warnings"]),
        errors=tuple(Problem(**problem) for problem in data["errors"]),
        number=data["number"],
        issued_on=day(data["issued_on"]),
        effective_on=day(data["effective_on"]),
        front_matter=data["front_matter"],
        place=data["place"],
        digest=data["digest"],
    )


def refusal(title: str, message: str, line: int | None = None) -> ParsedStandard:
    return ParsedStandard(title=title, numbering="", errors=(Problem(line, message),))


__all__ = [
    "KINDS",
    "PROVISIONS",
    "ParsedClause",
    "ParsedStandard",
    "Problem",
    "Quantity",
    "Reference",
    "Table",
    "from_stored",
    "refusal",
    "replace",
]
