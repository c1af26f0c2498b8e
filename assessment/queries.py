"""Reads for the supervisor's pages: prepared rows only, always inside one unit of the actor's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import F, Q
from django.utils import timezone

from assessment.models import Evidence, MemberStanding, OrganisationFigure, Status
from certificates.models import Award
from courses.models import Enrolment
from exams.models import Attempt
from people.models import Assignment, Organisation, Post

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from people.models import Member

# Shares from which a cell takes the next step of blue.
HEAT = ((0.98, 5), (0.90, 4), (0.75, 3), (0.60, 2), (0.0, 1))
FEW = 10


@dataclass(frozen=True)
class Cell:
    """One cell of the heat table: holders of a certificate in force, members, and the step of blue (0 = too few people)."""

    holding: int
    total: int

    @property
    def percent(self) -> str:
        return f"{self.holding / self.total:.0%}" if self.total else "—"

    @property
    def step(self) -> int:
        if self.total < FEW:
            return 0
        share = self.holding / self.total
        return next(step for least, step in HEAT if share >= least)


@dataclass(frozen=True)
class UnitRow:
    unit: Organisation
    figure: OrganisationFigure
    cells: tuple[Cell, ...]
    whole: Cell


@dataclass(frozen=True)
class UnitView:
    unit: Organisation
    crumbs: tuple[Organisation, ...]
    figure: OrganisationFigure
    posts: tuple[Post, ...]
    rows: tuple[UnitRow, ...]
    totals: tuple[Cell, ...]
    whole: Cell
    own: OrganisationFigure | None
    as_of: datetime | None


def _cell(by_post: dict[str, dict[str, int]], post_id: int) -> Cell:
    statuses = by_post.get(str(post_id), {})
    return Cell(
        holding=statuses.get(Status.CERTIFIED, 0) + statuses.get(Status.EXPIRING, 0), total=sum(statuses.values())
    )


SORTS = {"order": "path", "rate": "rate", "lacking": "lacking"}


def unit_view(unit: Organisation, *, top_path: str, sort: str = "order") -> UnitView:
    """A unit's three numbers and the table of its children. Four queries."""
    step = Organisation.steplen
    ancestors = [unit.path[:end] for end in range(len(top_path), len(unit.path), step)]
    crumbs = tuple(Organisation.objects.filter(path__in=ancestors).order_by("path")) if ancestors else ()
    figure = OrganisationFigure.objects.filter(organisation=unit).first() or OrganisationFigure(organisation=unit)
    children = list(
        OrganisationFigure.objects.filter(organisation__path__startswith=unit.path, organisation__depth=unit.depth + 1)
        .select_related("organisation")
        .order_by("organisation__path")
    )
    posts = tuple(post for post in Post.objects.all() if str(post.pk) in figure.by_post)
    rows = [
        UnitRow(
            unit=child.organisation,
            figure=child,
            cells=tuple(_cell(child.by_post, post.pk) for post in posts),
            whole=Cell(child.holding, child.total),
        )
        for child in children
    ]
    if sort == "rate":
        rows.sort(key=lambda row: (row.figure.rate is None, row.figure.rate or 0))
    elif sort == "lacking":
        rows.sort(key=lambda row: -row.figure.lacking)
    own = OrganisationFigure(organisation=unit)
    for status in Status.values:
        setattr(own, status, getattr(figure, status) - sum(getattr(child, status) for child in children))
    own.total = figure.total - sum(child.total for child in children)
    return UnitView(
        unit=unit,
        crumbs=crumbs,
        figure=figure,
        posts=posts,
        rows=tuple(rows),
        totals=tuple(_cell(figure.by_post, post.pk) for post in posts),
        whole=Cell(figure.holding, figure.total),
        own=own if children and own.total > 0 else None,
        as_of=figure.as_of,
    )


@dataclass(frozen=True)
class MemberFilter:
    """The filters of the member list as they stand in the address. Names and orders come from lists, never from the request."""

    status: tuple[str, ...] = ()
    post: int | None = None
    due_days: int | None = None
    query: str = ""
    sort: str = "unit"


ORDERS = {
    "unit": ("organisation_path", "number"),
    "name": ("name", "number"),
    "number": ("number",),
    "status": ("status", "organisation_path", "number"),
    "valid_until": (F("valid_until").asc(nulls_last=True), "number"),
    "score": (F("best_score").asc(nulls_first=True), "number"),
}


def members_with_standing(unit: Organisation, chosen: MemberFilter) -> QuerySet[MemberStanding]:
    rows = MemberStanding.objects.filter(organisation_path__startswith=unit.path)
    if chosen.status:
        rows = rows.filter(status__in=chosen.status)
    if chosen.post is not None:
        rows = rows.filter(post_id=chosen.post)
    if chosen.due_days is not None:
        today = timezone.localdate()
        rows = rows.filter(valid_until__gte=today, valid_until__lte=today + timedelta(days=chosen.due_days))
    if chosen.query:
        rows = rows.filter(Q(name__contains=chosen.query) | Q(number__startswith=chosen.query))
    return rows.select_related("organisation", "post", "member").order_by(*ORDERS.get(chosen.sort, ORDERS["unit"]))


def unit_names(rows: list[MemberStanding]) -> dict[str, str]:
    """Full path of each row's unit below the city, 「东河镇 / 一村 / 第一网格」, in one query."""
    step = Organisation.steplen
    wanted = {row.organisation_path[:end] for row in rows for end in range(step, len(row.organisation_path) + 1, step)}
    names: dict[str, str] = {}
    listed = sorted(wanted)
    for start in range(0, len(listed), 500):
        names.update(Organisation.objects.filter(path__in=listed[start : start + 500]).values_list("path", "name"))
    return {
        path: " / ".join(names[path[:end]] for end in range(step * 2, len(path) + 1, step) if path[:end] in names)
        or names.get(path, "")
        for path in {row.organisation_path for row in rows}
    }


@dataclass(frozen=True)
class MemberRecord:
    """一人一档: everything about one person that the platform keeps, newest first."""

    standing: MemberStanding | None
    assignments: list[Assignment]
    awards: list[Award]
    attempts: list[Attempt]
    enrolments: list[Enrolment]
    evidence: list[Evidence]


def member_record(member: Member) -> MemberRecord:
    return MemberRecord(
        standing=MemberStanding.objects.filter(member=member).first(),
        assignments=list(member.assignments.select_related("post", "organisation").order_by("-starts_on", "-pk")),
        awards=list(Award.objects.filter(member=member).select_related("scheme").order_by("-issued_on", "-pk")),
        attempts=list(
            Attempt.objects.filter(member=member).select_related("sitting", "result").order_by("-started_at")[:50]
        ),
        enrolments=list(Enrolment.objects.filter(member=member).select_related("course").order_by("-enrolled_at")),
        evidence=list(Evidence.objects.filter(member=member).order_by("-occurred_at")[:50]),
    )
