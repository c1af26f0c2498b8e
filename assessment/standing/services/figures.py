"""Figures from standings: each unit's own members and its children's figures added up, deepest first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from assessment.standing.models import COUNTED, ChangedUnit, Figure, FiguresChecked, Standing, Status, Sum
from people.models import Organisation
from people.tree import ancestor_paths, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

CHUNK = 500
RANGES = 200  # in one condition
Unit = tuple[int, str, int]  # pk, path, depth
Key = tuple[int, int | None, int]  # unit, scheme (None: the whole rows), post


def units_changed(paths: Iterable[str]) -> None:
    """Members of these units stand elsewhere now. Call it in the transaction of the change; it waits for nobody."""
    ChangedUnit.objects.bulk_create([ChangedUnit(path=path) for path in sorted(set(paths))], batch_size=500)


def figures_refresh() -> int:
    """Add up the changed units and all above them, in chunks. Returns how many units were added up.

    What a change wrote and its mark are seen together or not at all; a mark that comes later stays for the next time.
    """
    added_up = 0
    while True:
        units, more = _refresh_chunk()
        added_up += units
        if not more:
            return added_up


def _refresh_chunk() -> tuple[int, bool]:
    with transaction.atomic():
        checked, now = _the_only_one(), timezone.now()
        marks = list(ChangedUnit.objects.order_by("pk").values_list("pk", "path")[:CHUNK])
        paths = sorted({above for _pk, path in marks for above in ancestor_paths(path)})
        units: list[Unit] = []
        for start in range(0, len(paths), CHUNK):
            part = Organisation.objects.filter(path__in=paths[start : start + CHUNK])
            units += part.values_list("pk", "path", "depth")
        for depth in sorted({depth for _pk, _path, depth in units}, reverse=True):
            _add_up([unit for unit in units if unit[2] == depth], now)
        ChangedUnit.objects.filter(pk__in=[pk for pk, _path in marks]).delete()
        more = len(marks) == CHUNK
        if not more:
            checked.at = now
            checked.save(update_fields=["at"])
    return len(units), more


def _the_only_one() -> FiguresChecked:
    """Two that add up wait here for each other; who changes a standing never does."""
    FiguresChecked.objects.get_or_create(pk=1)
    return FiguresChecked.objects.select_for_update().get(pk=1)


def figures_rebuild() -> int:
    """All figures anew from the standings, level by level in chunks; only what differs is written. Returns how many units."""
    marks = list(ChangedUnit.objects.values_list("pk", flat=True))
    added_up = 0
    for depth in Organisation.objects.order_by("-depth").values_list("depth", flat=True).distinct():
        last = ""
        while True:
            level = Organisation.objects.filter(depth=depth, path__gt=last).order_by("path")
            units: list[Unit] = list(level.values_list("pk", "path", "depth")[:CHUNK])
            if not units:
                break
            with transaction.atomic():
                _the_only_one()
                _add_up(units, timezone.now())
            added_up += len(units)
            last = units[-1][1]
    for start in range(0, len(marks), CHUNK):
        ChangedUnit.objects.filter(pk__in=marks[start : start + CHUNK]).delete()
    figures_refresh()  # what changed meanwhile
    return added_up


def _add_up(units: Sequence[Unit], now: datetime) -> None:
    """Units of one level, whose children are added up already. Writes only what differs."""
    paths = {pk: path for pk, path, _depth in units}
    sums = _own(list(paths))
    parents = {path: pk for pk, path in paths.items()}
    for child in _children(units):
        sums[parents[child.path[: -Organisation.steplen]], child.scheme_id, child.post_id].add(child)
    _write(
        list(paths),
        {
            (pk, scheme_id, post_id): Figure(
                organisation_id=pk,
                scheme_id=scheme_id,
                post_id=post_id,
                path=paths[pk],
                depth=units[0][2],
                as_of=now,
                **asdict(counts),
            )
            for (pk, scheme_id, post_id), counts in sums.items()
        },
    )


def _own(units: Sequence[int]) -> dict[Key, Sum]:
    rows = Standing.objects.filter(organisation_id__in=units).order_by()
    found: dict[Key, Sum] = defaultdict(Sum)
    for unit, is_whole, scheme, post, status, n in rows.values_list(
        "organisation_id", "is_whole", "scheme_id", "post_id", "status"
    ).annotate(n=Count("pk")):
        counts = found[unit, None if is_whole else scheme, post]  # a whole row names the scheme whose state it tells
        counts.add(Sum(**{status: n, "total": 0 if status == Status.NOT_REQUIRED else n}))
    return found


def _children(units: Sequence[Unit]) -> Iterable[Figure]:
    for start in range(0, len(units), RANGES):
        part = units[start : start + RANGES]
        ranges = Q()
        for _pk, path, _depth in part:
            ranges |= within(path, "path")
        yield from Figure.objects.filter(ranges, depth=part[0][2] + 1)


def _write(units: Sequence[int], new: dict[Key, Figure]) -> None:
    compared = ("path", "depth", *COUNTED)
    changed, gone = [], []
    for old in Figure.objects.filter(organisation_id__in=units):
        figure = new.pop((old.organisation_id, old.scheme_id, old.post_id), None)
        if figure is None:
            gone.append(old.pk)
        elif any(getattr(old, name) != getattr(figure, name) for name in compared):
            figure.pk = old.pk
            changed.append(figure)
    Figure.objects.filter(pk__in=gone).delete()
    Figure.objects.bulk_create(new.values(), batch_size=CHUNK)
    Figure.objects.bulk_create(
        changed, batch_size=CHUNK, update_conflicts=True, unique_fields=["id"], update_fields=[*compared, "as_of"]
    )
