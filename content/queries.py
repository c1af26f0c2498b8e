from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, IntegerField, Q, Value, When

from content.models import Clause, ClauseReference, Edition
from people.tree import within

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from content.models import Standard

# In the order in which a reader looks for them.
STATES = (Edition.State.IN_FORCE, Edition.State.UPCOMING, Edition.State.DRAFT, Edition.State.SUPERSEDED)


def clause_tree(edition: Edition) -> list[Clause]:
    """The clauses of an edition in document order, with depth for indentation. One query."""
    return list(Clause.objects.filter(edition=edition).order_by("path"))


def standards_with_editions(editions: QuerySet[Edition]) -> list[tuple[Standard, list[Any]]]:
    """Standards by title, those in force first, each with its editions and their number of clauses. One query."""
    place = Case(*(When(state=state, then=Value(n)) for n, state in enumerate(STATES)), output_field=IntegerField())
    rows = (
        editions.select_related("standard")
        .defer("front_matter", "warnings")
        .annotate(
            place=place,
            clause_count=Count("clauses"),
        )
        .order_by("place", "standard__title", "-effective_on", "-pk")
    )
    found: dict[int, tuple[Standard, list[Any]]] = {}
    for edition in rows:
        found.setdefault(edition.standard_id, (edition.standard, []))[1].append(edition)
    return list(found.values())


@dataclass(frozen=True)
class TopClause:
    """A unit of the top level with what lies below it, in document order."""

    head: Clause
    below: tuple[Clause, ...]

    @property
    def is_foldable(self) -> bool:
        return bool(self.below) or self.head.kind in (Clause.Kind.CHAPTER, Clause.Kind.ANNEX)


def label_items(clauses: Iterable[Clause]) -> None:
    """Give each item the `label` that is its own: `a)` of `4.3.3 a)`. Parents come before their items."""
    numbers: dict[str, str] = {}
    for clause in clauses:
        numbers[clause.path] = clause.number
        if clause.kind == Clause.Kind.ITEM:
            above = numbers.get(clause.path[: -clause.steplen], "")
            clause.label = clause.number.removeprefix(above).strip()


def top_clauses(edition: Edition) -> list[TopClause]:
    """The whole edition for reading. One query."""
    found: list[tuple[Clause, list[Clause]]] = []
    clauses = clause_tree(edition)
    label_items(clauses)
    for clause in clauses:
        if clause.depth == 1 or not found:
            found.append((clause, []))
        else:
            found[-1][1].append(clause)
    return [TopClause(head, tuple(below)) for head, below in found]


LIGHT = ("pk", "path", "depth", "numchild", "edition_id", "kind", "number", "title", "text")


@dataclass(frozen=True)
class Around:
    """What stands round a clause: those above it, its items, the clauses below it, its neighbours in the document."""

    above: tuple[Clause, ...]
    items: tuple[Clause, ...]
    below: tuple[Clause, ...]
    previous: Clause | None
    following: Clause | None


def clause_around(clause: Clause) -> Around:
    """One query. The neighbours of an item are items, too; those of anything else are not."""
    others = Clause.objects.filter(edition_id=clause.edition_id)
    if clause.kind != Clause.Kind.ITEM:
        others = others.exclude(kind=Clause.Kind.ITEM)
    before = others.filter(path__lt=clause.path).order_by("-path").values("pk")[:1]
    after = others.filter(path__gt=clause.path).order_by("path").values("pk")[:1]
    upward = [clause.path[:end] for end in range(clause.steplen, len(clause.path), clause.steplen)]
    inside = within(clause.path, "path") & (Q(depth=clause.depth + 1) | Q(kind=Clause.Kind.ITEM))
    rows = (
        Clause.objects.filter(edition_id=clause.edition_id)
        .filter(inside | Q(path__in=upward) | Q(pk__in=before) | Q(pk__in=after))
        .exclude(pk=clause.pk)
        .only(*LIGHT)
        .order_by("path")
    )
    items: list[Clause] = []
    own = {clause.path}
    below, above, previous, following = [], [], None, None
    for row in rows:
        if row.path in upward:
            above.append(row)
        elif row.path.startswith(clause.path):
            if row.kind == Clause.Kind.ITEM and row.path[: -row.steplen] in own:
                own.add(row.path)
                items.append(row)
            elif row.depth == clause.depth + 1:
                below.append(row)
    label_items([clause, *items])
    candidates = [row for row in rows if clause.kind == Clause.Kind.ITEM or row.kind != Clause.Kind.ITEM]
    for row in candidates:
        if row.path < clause.path:
            previous = row
        elif following is None:
            following = row
    return Around(tuple(above), tuple(items), tuple(below), previous, following)


def references_of(clause: Clause) -> tuple[list[ClauseReference], list[Clause]]:
    """What the clause cites, and the clauses that cite it. One query."""
    rows = (
        ClauseReference.objects.filter(Q(source=clause) | Q(target=clause))
        .select_related("source", "target")
        .only(
            "cited_as",
            *(f"{end}__{name}" for end in ("source", "target") for name in LIGHT if name != "pk"),
        )
        .order_by("source__path", "pk")
    )
    made: dict[tuple[int | None, str], ClauseReference] = {}
    received: dict[int, Clause] = {}
    for row in rows:
        if row.source_id == clause.pk:
            made.setdefault((row.target_id, row.cited_as if row.target_id is None else ""), row)
        else:
            received.setdefault(row.source_id, row.source)
    return list(made.values()), list(received.values())


def tables_of(tables: Iterable[Any]) -> list[dict[str, Any]]:
    """A clause's tables, each with its caption, its head row and the rest."""
    found = []
    for table in tables:
        rows = table["rows"] if isinstance(table, dict) else table
        caption = table.get("caption", "") if isinstance(table, dict) else ""
        if rows:
            found.append({"caption": caption, "head": rows[0], "rows": rows[1:]})
    return found
