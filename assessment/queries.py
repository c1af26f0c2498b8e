"""Reads for the supervisor's pages: prepared rows only, always inside one unit of the actor's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils import timezone

from assessment.models import Evidence, FiguresChecked, MemberStanding, OrganisationFigure, Status
from certificates.models import Award
from courses.models import Enrolment
from exams.models import Attempt
from exams.queries import released_results
from people import tree
from people.assignments import LATEST_FIRST
from people.models import Assignment, Organisation, Post

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from people.models import Member

# Figures that were not checked for so long are shown with a warning: the worker stands still.
STALE = timedelta(hours=24)
# Shares from which a cell takes the next step of blue.
HEAT = ((0.98, 5), (0.90, 4), (0.75, 3), (0.60, 2), (0.0, 1))
FEW = 10
UNITS_PER_PAGE = 100
# The lowest tenth is marked, where there are enough units to speak of one.
MARKED_FROM, MARKED_SHARE = 5, 0.1


@dataclass(frozen=True)
class Cell:
    """One cell of the heat table: holders of a certificate in force, members, and the step of blue (0 = too few people)."""

    holding: int
    total: int
    post: Post | None = None

    @property
    def percent(self) -> str:
        """Rounded down, so that only where nobody lacks a certificate it says 100%."""
        return f"{self.holding * 100 // self.total}%" if self.total else "—"

    @property
    def step(self) -> int:
        if self.total < FEW:
            return 0
        share = self.holding / self.total
        return next(step for least, step in HEAT if share >= least)

    @property
    def is_few(self) -> bool:
        return 0 < self.total < FEW


@dataclass(frozen=True)
class UnitRow:
    unit: Organisation
    figure: OrganisationFigure
    cells: tuple[Cell, ...]
    whole: Cell
    is_worst: bool = False


@dataclass(frozen=True)
class UnitView:
    unit: Organisation
    crumbs: tuple[Organisation, ...]
    figure: OrganisationFigure
    posts: tuple[Post, ...]
    rows: tuple[UnitRow, ...]
    own: UnitRow | None
    all: UnitRow
    page: int
    pages: int
    as_of: datetime | None
    is_stale: bool


def _cell(by_post: dict[str, dict[str, int]], post: Post) -> Cell:
    statuses = by_post.get(str(post.pk), {})
    return Cell(
        holding=statuses.get(Status.CERTIFIED, 0) + statuses.get(Status.EXPIRING, 0),
        total=sum(statuses.values()),
        post=post,
    )


def _row(unit: Organisation, figure: OrganisationFigure, posts: Iterable[Post], *, is_worst: bool = False) -> UnitRow:
    return UnitRow(
        unit=unit,
        figure=figure,
        cells=tuple(_cell(figure.by_post, post) for post in posts),
        whole=Cell(figure.holding, figure.total),
        is_worst=is_worst,
    )


SORTS = {"order": "path", "rate": "rate", "lacking": "lacking"}


def crumbs_of(path: str, *, top_path: str) -> tuple[Organisation, ...]:
    """The units above `path`, from the actor's own downward."""
    above = [each for each in tree.ancestor_paths(path)[:-1] if len(each) >= len(top_path)]
    return tuple(Organisation.objects.filter(path__in=above).order_by("path")) if above else ()


def unit_view(unit: Organisation, *, top_path: str, sort: str = "order", page: int = 1) -> UnitView:
    """A unit's three numbers and the table of its children. Five queries, whatever the size."""
    figure = OrganisationFigure.objects.filter(organisation=unit).first() or OrganisationFigure(organisation=unit)
    children = list(
        OrganisationFigure.objects.filter(tree.within(unit.path, "path"), depth=unit.depth + 1)
        .select_related("organisation")
        .order_by("path")
    )
    posts = tuple(post for post in Post.objects.all() if str(post.pk) in figure.by_post)
    own = _own(unit, figure, children)
    worst = _worst(children)
    if sort == "rate":
        children.sort(key=lambda child: (child.rate is None, child.rate or 0))
    elif sort == "lacking":
        children.sort(key=lambda child: -child.lacking)
    pages = max(1, -(-len(children) // UNITS_PER_PAGE))
    page = min(max(1, page), pages)
    shown = children[(page - 1) * UNITS_PER_PAGE : page * UNITS_PER_PAGE]
    checked = FiguresChecked.objects.values_list("at", flat=True).first()
    as_of = figure.as_of if figure.is_dirty or checked is None else checked
    return UnitView(
        unit=unit,
        crumbs=crumbs_of(unit.path, top_path=top_path),
        figure=figure,
        posts=posts,
        rows=tuple(_row(c.organisation, c, posts, is_worst=c.organisation_id in worst) for c in shown),
        own=_row(unit, own, posts) if children and own.total > 0 else None,
        all=_row(unit, figure, posts),
        page=page,
        pages=pages,
        as_of=as_of,
        is_stale=as_of is not None and as_of < timezone.now() - STALE,
    )


def _own(unit: Organisation, figure: OrganisationFigure, children: list[OrganisationFigure]) -> OrganisationFigure:
    """Those who stand directly in the unit: what is left when its children are taken away."""
    by_post = {
        post: {
            status: n - sum(child.by_post.get(post, {}).get(status, 0) for child in children)
            for status, n in statuses.items()
        }
        for post, statuses in figure.by_post.items()
    }
    totals = {status: sum(statuses.get(status, 0) for statuses in by_post.values()) for status in Status.values}
    return OrganisationFigure(organisation=unit, by_post=by_post, total=sum(totals.values()), **totals)


def _worst(children: list[OrganisationFigure]) -> set[int]:
    """The lowest tenth by share certified, among units with enough people; nobody where all stand well."""
    compared = sorted((c for c in children if c.total >= FEW), key=lambda child: child.rate or 0)
    if len(compared) < MARKED_FROM:
        return set()
    least = HEAT[0][0]
    marked = compared[: max(1, round(len(compared) * MARKED_SHARE))]
    return {child.organisation_id for child in marked if (child.rate or 0) < least}


def unit_names(rows: list[MemberStanding]) -> dict[str, str]:
    """Full path of each row's unit below the city, 「东河镇 / 一村 / 第一网格」."""
    return tree.unit_names([row.organisation_path for row in rows], between=" / ", below_top=True)


@dataclass(frozen=True)
class MemberRecord:
    """一人一档: everything about one person that the platform keeps, newest first."""

    standing: MemberStanding | None
    assignments: list[Assignment]
    awards: list[Award]
    attempts: list[Attempt]  # each with `is_released`: whether its result may be known
    enrolments: list[Enrolment]
    evidence: list[Evidence]


def member_record(member: Member) -> MemberRecord:
    released = released_results().filter(attempt=OuterRef("pk"))
    return MemberRecord(
        standing=MemberStanding.objects.filter(member=member).select_related("organisation", "post").first(),
        assignments=list(member.assignments.select_related("post", "organisation").order_by(*LATEST_FIRST)),
        awards=list(Award.objects.filter(member=member).order_by("-issued_on", "-pk")),
        attempts=list(
            Attempt.objects.filter(member=member)
            .select_related("sitting", "result")
            .annotate(is_released=Exists(released))
            .order_by("-started_at")[:50]
        ),
        enrolments=list(
            Enrolment.objects.filter(member=member).select_related("course").order_by("-assigned_at", "-pk")
        ),
        evidence=list(Evidence.objects.filter(member=member).order_by("-occurred_at")[:50]),
    )
