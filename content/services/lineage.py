"""Which clause of a new edition is which clause of the one before."""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import TYPE_CHECKING

from content.models import Clause

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from content.importers.parsed import ParsedClause
    from content.models import Edition


def lineages_for(parsed: Sequence[ParsedClause], previous: Edition | None) -> list[uuid.UUID]:
    """One for each clause. The same wording comes first, so that a clause that only moved stays itself; what is left keeps
    its lineage where number and kind are the same; everything else is new."""
    found: dict[int, uuid.UUID] = {}
    old = list(Clause.objects.filter(edition=previous).order_by("path")) if previous is not None else []
    _match(
        found,
        old,
        [(one.number, one.kind, one.digest) for one in parsed],
        [(one.number, one.kind, one.digest) for one in old],
    )
    _match(found, old, [(one.kind, one.digest) for one in parsed], [(one.kind, one.digest) for one in old])
    _match(
        found,
        old,
        [(one.number, one.kind) if one.number else None for one in parsed],
        [(one.number, one.kind) if one.number else None for one in old],
    )
    return [found.get(at) or uuid.uuid4() for at in range(len(parsed))]


def _match(
    found: dict[int, uuid.UUID], old: Sequence[Clause], new_keys: Iterable[Hashable], old_keys: Iterable[Hashable]
) -> None:
    """Pairs what is not yet paired and has the same key, in document order."""
    used = set(found.values())
    waiting: dict[Hashable, list[uuid.UUID]] = defaultdict(list)
    for clause, key in zip(old, old_keys, strict=True):
        if key is not None and clause.lineage not in used:
            waiting[key].append(clause.lineage)
    for at, key in enumerate(new_keys):
        if at not in found and waiting.get(key):
            found[at] = waiting[key].pop(0)
