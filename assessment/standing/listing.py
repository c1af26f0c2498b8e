"""The list of members: which rows, in which order, and how it is turned without counting what lies before.

A page begins after the last row of the one before (its keys travel signed in the address), so page 40,000 costs what page 1
costs. Names of filters and orders come from the lists here, never from the request.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.db.models import Exists, F, IntegerField, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from assessment.standing.models import RANK, ChangedUnit, Figure, Standing, Status
from certificates.models import Scheme
from people.finding import people_matching
from people.tree import ancestor_paths, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable

    from people.models import Organisation

PER_PAGE = 100
# Up to so many members in the unit the rows themselves are counted; above, the prepared figure says how many there are.
COUNT_MOST = 20_000
SALT = "assessment.members"
LATE, EARLY = date(9999, 12, 31), date(1, 1, 1)


@dataclass(frozen=True)
class MemberFilter:
    """The filters of the member list as they stand in the address."""

    scheme: int | None = None  # None: everybody once, with the state that needs somebody most
    status: tuple[str, ...] = ()
    post: int | None = None
    due_days: int | None = None
    query: str = ""
    is_own: bool = False  # only those who stand directly in the unit
    sort: str = "unit"
    is_descending: bool = False

    @property
    def is_counted(self) -> bool:
        """Whether the prepared figures can say how many there are."""
        return self.due_days is None and not self.query and not self.is_own


# Each order ends in the member's number, which is one person's: so it is total, and a page can begin after any row.
ORDERS = {
    "unit": ("organisation_path", "number"),
    "name": ("name", "number"),
    "number": ("number",),
    "status": ("urgency", "organisation_path", "number"),  # what needs somebody first
    "valid_until": ("until", "number"),
    "score": ("score", "number"),
}


def schemes_offered(unit: Organisation) -> QuerySet[Scheme]:
    """By which the unit's list may be filtered: of the units above and below it or of the whole installation, and whatever else
    anybody of the unit has to do with (an old certificate of another town, say)."""
    counted = Figure.objects.filter(organisation=unit, scheme=OuterRef("pk"))
    above = Q(owner__path__in=ancestor_paths(unit.path))
    return Scheme.objects.filter(Q(owner__isnull=True) | above | within(unit.path, "owner__path") | Q(Exists(counted)))


def members_with_standing(unit: Organisation, chosen: MemberFilter) -> QuerySet[Standing]:
    """The rows that the filters show, in order."""
    rows = Standing.objects.filter(is_whole=True)
    if chosen.scheme is not None:
        rows = Standing.objects.filter(is_whole=False, scheme_id=chosen.scheme)
    if chosen.is_own:
        rows = rows.filter(organisation_path=unit.path)
    else:
        rows = rows.filter(within(unit.path, "organisation_path"))
    if chosen.status:
        rows = rows.filter(urgency__in=[RANK[Status(status)] for status in chosen.status])
    if chosen.post is not None:
        rows = rows.filter(post_id=chosen.post)
    if chosen.due_days is not None:
        today = timezone.localdate()
        rows = rows.filter(valid_until__gte=today, valid_until__lte=today + timedelta(days=chosen.due_days))
    if chosen.query:
        rows = rows.filter(people_matching(chosen.query, names=("name",), number="number", phone="member__phone"))
    for name, expression in _computed(chosen).items():
        rows = rows.annotate(**{name: expression})
    return rows.select_related("scheme", "post", "member").order_by(*_ordering(chosen))


def _computed(chosen: MemberFilter) -> dict[str, Combinable]:
    """Columns without gaps in place of those that have some; who has no date or score comes last either way."""
    if chosen.sort == "valid_until":
        return {"until": Coalesce(F("valid_until"), Value(EARLY if chosen.is_descending else LATE))}
    if chosen.sort == "score":
        # A plain integer: a positive one takes -1 for a question that no row can answer.
        none = Value(-1 if chosen.is_descending else 2**31 - 1)
        return {"score": Coalesce(F("best_score"), none, output_field=IntegerField())}
    return {}


def _columns(chosen: MemberFilter) -> list[tuple[str, bool]]:
    """(column, whether it falls): the first one turns round, the others only part equals."""
    names = ORDERS.get(chosen.sort, ORDERS["unit"])
    return [(name, chosen.is_descending and place == 0) for place, name in enumerate(names)]


def _ordering(chosen: MemberFilter, *, backwards: bool = False) -> list[str]:
    return [f"-{name}" if falls != backwards else name for name, falls in _columns(chosen)]


def _beyond(chosen: MemberFilter, keys: Sequence[Any], *, backwards: bool) -> Q:
    condition, equal = Q(), Q()
    (first, falls), *_others = _columns(chosen)
    # The bound follows from what comes after it; said by itself it lets an index begin at the right place.
    bound = Q(**{f"{first}__lte" if falls != backwards else f"{first}__gte": keys[0]})
    for (name, falls), key in zip(_columns(chosen), keys, strict=True):
        condition |= equal & Q(**{f"{name}__lt" if falls != backwards else f"{name}__gt": key})
        equal &= Q(**{name: key})
    return bound & condition


@dataclass(frozen=True)
class Page:
    rows: list[Standing]
    total: int
    before: str  # address of the page before and of the next one; empty where there is none
    after: str


def members_page(unit: Organisation, chosen: MemberFilter, *, before: str = "", after: str = "") -> Page:
    """The page after or before a row; the first one where the address names none, or one that is not ours."""
    rows = members_with_standing(unit, chosen)
    keys = _keys(chosen, before or after)
    backwards = bool(before) and keys is not None
    found: list[Standing] = []
    if keys is not None:
        part = rows.filter(_beyond(chosen, keys, backwards=backwards))
        found = list(part.order_by(*_ordering(chosen, backwards=backwards))[: PER_PAGE + 1])
    if not found:  # the first page, or those who stood on this one have gone
        keys, backwards, found = None, False, list(rows[: PER_PAGE + 1])
    more, found = len(found) > PER_PAGE, found[:PER_PAGE]
    if backwards:
        found.reverse()
    is_first = keys is None or (backwards and not more)
    is_last = not more and not backwards
    return Page(
        rows=found,
        total=members_count(unit, chosen),
        before="" if is_first or not found else _cursor(chosen, found[0]),
        after="" if is_last or not found else _cursor(chosen, found[-1]),
    )


def members_count(unit: Organisation, chosen: MemberFilter) -> int:
    """By the prepared figures where the unit is large and nothing in it has changed since; else by the rows."""
    if chosen.is_counted:
        figures = list(Figure.objects.filter(organisation=unit, scheme=chosen.scheme))
        is_large = sum(figure.people for figure in figures) > COUNT_MOST
        if is_large and not ChangedUnit.objects.filter(within(unit.path, "path")).exists():
            wanted = chosen.status or Status.values
            mine = [figure for figure in figures if chosen.post in (None, figure.post_id)]
            return sum(getattr(figure, status) for figure in mine for status in wanted)
    return members_with_standing(unit, chosen).order_by().count()


def _cursor(chosen: MemberFilter, row: Standing) -> str:
    keys = [getattr(row, name) for name, _falls in _columns(chosen)]
    return signing.dumps([chosen.sort, *(k.isoformat() if isinstance(k, date) else k for k in keys)], salt=SALT)


def _keys(chosen: MemberFilter, cursor: str) -> list[Any] | None:
    if not cursor:
        return None
    try:
        sort, *keys = signing.loads(cursor, salt=SALT)
    except signing.BadSignature:
        return None
    if sort != chosen.sort:  # the order was changed by hand
        return None
    return [date.fromisoformat(keys[0]), *keys[1:]] if sort == "valid_until" else keys
