"""What is shown of a cited clause besides its own text: the list items and further paragraphs below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from content.models import Clause
from people.tree import within

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Item:
    label: str  # as printed: a), （一）, 1); none for a further paragraph
    text: str
    depth: int  # 1 right below the clause


def items_below(clauses: Iterable[Clause]) -> dict[int, list[Item]]:
    """Clause id -> its items in document order, nested ones included. One query for all of them."""
    wanted = {clause.pk: clause for clause in clauses}
    found: dict[int, list[Item]] = {pk: [] for pk in wanted}
    parents = [clause for clause in wanted.values() if clause.numchild]
    if not parents:
        return found
    below = Q()
    for clause in parents:
        below |= within(clause.path, "path")
    kinds = (Clause.Kind.ITEM, Clause.Kind.PARAGRAPH)
    rows = list(Clause.objects.filter(below, kind__in=kinds).order_by("path"))
    for clause in parents:
        numbers = {clause.path: clause.number}  # what is already on the card, to hang further items on
        for row in rows:
            above = row.path[: -Clause.steplen]
            if above in numbers:
                label = row.number.removeprefix(numbers[above]).strip()
                found[clause.pk].append(Item(label=label, text=row.text, depth=row.depth - clause.depth))
                numbers[row.path] = row.number
    return found
