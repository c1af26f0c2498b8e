"""Trees as paths: a node's path begins with the path of each node above it. `within` is for every tree of treebeard's (units,
clauses, pages), the rest for the organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q, Value
from django.db.models.functions import Concat

from people.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Iterable

# Above every step that treebeard writes (0-9A-Z), however deep.
LAST_STEP = "Z" * 40
_AT_ONCE = 500


def within(path: str | OuterRef, field: str) -> Q:
    """The subtree of `path`, itself included, as one range of the path column `field` ("organisation__path").

    In a subquery the path may be a column of the query around it.
    An index serves a range on both databases, which a LIKE does on neither as it stands.
    """
    last = path + LAST_STEP if isinstance(path, str) else Concat(path, Value(LAST_STEP))
    return Q(**{f"{field}__gte": path, f"{field}__lte": last})


def ancestor_paths(path: str) -> list[str]:
    """The paths from the top to the node, itself included."""
    return [path[:end] for end in range(Organisation.steplen, len(path) + 1, Organisation.steplen)]


def unit_names(paths: Iterable[str], *, between: str = " › ", below_top: bool = False) -> dict[str, str]:
    """For each path the names from the top to the unit, without the topmost one if asked (which then stands only by itself).

    One query for each 500 units on the way.
    """
    chains = {path: ancestor_paths(path) for path in set(paths)}
    asked = sorted({one for chain in chains.values() for one in chain})
    names: dict[str, str] = {}
    for start in range(0, len(asked), _AT_ONCE):
        part = asked[start : start + _AT_ONCE]
        names.update(Organisation.objects.filter(path__in=part).values_list("path", "name"))
    full: dict[str, str] = {}
    for path, chain in chains.items():
        shown = chain[1:] if below_top and len(chain) > 1 else chain
        full[path] = between.join(names[one] for one in shown if one in names)
    return full
