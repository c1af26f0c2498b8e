"""The recognised tree as the rows of a page: what each was taken for, what is doubtful, what may be corrected."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from content.importers.corrections import Outline
from content.models import Clause
from content.queries import tables_of

if TYPE_CHECKING:
    from content.importers.parsed import ParsedClause, ParsedStandard

KINDS = dict(Clause.Kind.choices)
PROVISIONS = dict(Clause.Provision.choices)


@dataclass(frozen=True)
class Row:
    index: int
    level: int
    name: str
    clause: ParsedClause
    kind: str
    provisions: str
    facts: str
    place: str
    doubts: tuple[str, ...]
    possible: tuple[str, ...]
    tables: list[dict[str, Any]]  # each with caption, head and rows


@dataclass(frozen=True)
class Doubt:
    """A place to look at. `index` is its row; None where it concerns the whole file."""

    index: int | None
    place: str
    message: str


@dataclass(frozen=True)
class Tree:
    groups: tuple[tuple[Row, tuple[Row, ...]], ...]
    doubts: tuple[Doubt, ...]
    counts: tuple[tuple[str, int], ...]
    total: int


def place_words(place: str, line: int | None) -> str:
    if line is None:
        return ""
    if place == "paragraph":
        return _("第 %(n)s 段") % {"n": line}
    if place == "page":
        return _("第 %(n)s 页") % {"n": line}
    return _("第 %(n)s 行") % {"n": line}


def tree(parsed: ParsedStandard) -> Tree:
    outline = Outline(parsed)
    lines = [clause.line for clause in parsed.clauses]
    doubts = [
        Doubt(
            index=max(0, bisect_right(lines, problem.line) - 1) if problem.line is not None and lines else None,
            place=place_words(parsed.place, problem.line),
            message=problem.message,
        )
        for problem in parsed.warnings
    ]
    at: dict[int | None, list[str]] = {}
    for doubt in doubts:
        at.setdefault(doubt.index, []).append(doubt.message)
    groups: list[tuple[Row, list[Row]]] = []
    kinds: dict[str, int] = {}
    for index, clause in enumerate(parsed.clauses):
        kinds[clause.kind] = kinds.get(clause.kind, 0) + 1
        row = Row(
            index=index,
            level=clause.level,
            name=outline.name(index),
            clause=clause,
            kind=str(KINDS.get(clause.kind, "")),
            provisions="、".join(str(PROVISIONS[provision]) for provision in clause.provisions),
            facts=_facts(outline, index),
            place=place_words(parsed.place, clause.line),
            doubts=tuple(at.get(index, ())),
            possible=outline.possible(index),
            tables=tables_of([table.as_json() for table in clause.tables]),
        )
        if clause.level == 1 or not groups:
            groups.append((row, []))
        else:
            groups[-1][1].append(row)
    return Tree(
        groups=tuple((row, tuple(rows)) for row, rows in groups),
        doubts=tuple(doubts),
        counts=tuple((str(label), kinds[kind]) for kind, label in KINDS.items() if kind in kinds),
        total=len(parsed.clauses),
    )


def _facts(outline: Outline, index: int) -> str:
    clause = outline.clauses[index]
    items = sum(outline.clauses[child].kind == "item" for child in outline.children.get(index, ()))
    counted = ((_("列项"), items), (_("注和示例"), len(clause.notes)), (_("表"), len(clause.tables)))
    return " · ".join(f"{label} {n}" for label, n in counted if n)
