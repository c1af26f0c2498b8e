"""Reads for the supervisor's pages: prepared rows only, always inside one unit of the actor's scope."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from assessment.standing.models import Figure, FiguresChecked, Sum
from people import tree
from people.models import Organisation, Post
from people.tree import within

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from assessment.standing.models import Standing
    from certificates.models import Scheme

# Figures that were not checked for so long are shown with a warning: the worker stands still.
STALE = timedelta(hours=24)
# Shares from which a cell takes the next step of blue.
HEAT = ((0.98, 5), (0.90, 4), (0.75, 3), (0.60, 2), (0.0, 1))
FEW = 10
UNITS_PER_PAGE = 100
# The lowest tenth is marked, where there are enough units to speak of one.
MARKED_FROM, MARKED_SHARE = 5, 0.1
SORTS = ("order", "rate", "lacking")
ALL = "all"  # in an address: the people as a whole, whatever scheme


def percent_text(part: int, whole: int) -> str:
    """One decimal, rounded; but 100.0% only where nobody is missing, and 0.0% only where there is nobody."""
    if not whole:
        return "—"
    tenths = (part * 2000 + whole) // (whole * 2)
    if part < whole:
        tenths = min(tenths, 999)
    if part:
        tenths = max(tenths, 1)
    return f"{tenths // 10}.{tenths % 10}%"


@dataclass(frozen=True)
class Cell:
    """One cell of the heat table: holders of a certificate in force, members, and the step of blue (0 = too few people)."""

    holding: int
    total: int
    post: Post | None = None

    @property
    def percent(self) -> str:
        return percent_text(self.holding, self.total)

    @property
    def step(self) -> int:
        if self.total < FEW:
            return 0
        share = self.holding / self.total
        return next(step for least, step in HEAT if share >= least)


@dataclass(frozen=True)
class UnitRow:
    unit: Organisation
    figure: Sum
    cells: tuple[Cell, ...]
    whole: Cell
    is_worst: bool = False


@dataclass(frozen=True)
class SchemeChoice:
    """A way to look at a unit: towards one scheme, or (None) at its people as a whole."""

    scheme: Scheme | None
    total: int  # whom it concerns
    is_chosen: bool = False

    @property
    def code(self) -> str:
        return self.scheme.code if self.scheme is not None else ALL


@dataclass(frozen=True)
class UnitView:
    unit: Organisation
    crumbs: tuple[Organisation, ...]
    choices: tuple[SchemeChoice, ...]
    scheme: Scheme | None
    figure: Sum
    people: int  # everybody on a post, whether a scheme concerns them or not
    posts: tuple[Post, ...]
    rows: tuple[UnitRow, ...]
    own: UnitRow | None
    all: UnitRow
    page: int
    pages: int
    as_of: datetime | None
    is_stale: bool


ByPost = dict[int, Sum]


def _row(unit: Organisation, by_post: ByPost, posts: Iterable[Post], *, is_worst: bool = False) -> UnitRow:
    figure = Sum.of(by_post.values())
    cells = []
    for post in posts:
        part = by_post.get(post.pk, Sum())
        cells.append(Cell(part.holding, part.total, post))
    return UnitRow(
        unit=unit,
        figure=figure,
        cells=tuple(cells),
        whole=Cell(figure.holding, figure.total),
        is_worst=is_worst,
    )


def crumbs_of(path: str, *, top_path: str) -> tuple[Organisation, ...]:
    """The units above `path`, from the actor's own downward."""
    above = [each for each in tree.ancestor_paths(path)[:-1] if len(each) >= len(top_path)]
    return tuple(Organisation.objects.filter(path__in=above).order_by("path")) if above else ()


def _choices(figures: list[Figure], asked: str) -> tuple[SchemeChoice, ...]:
    """The schemes that concern anybody in the unit, the one that concerns most first, then all of them together.

    Chosen is the one that is asked for by its code, or the first.
    """
    totals: dict[int | None, int] = defaultdict(int)
    schemes: dict[int, Scheme] = {}
    for figure in figures:
        totals[figure.scheme_id] += figure.total
        if figure.scheme is not None:
            schemes[figure.scheme.pk] = figure.scheme
    ordered: list[Scheme | None] = [
        *sorted(schemes.values(), key=lambda scheme: (not scheme.is_active, -totals[scheme.pk], scheme.pk)),
        None,
    ]
    codes = [scheme.code if scheme is not None else ALL for scheme in ordered]
    chosen = asked if asked in codes else codes[0]
    return tuple(
        SchemeChoice(scheme, totals[scheme.pk if scheme is not None else None], is_chosen=code == chosen)
        for scheme, code in zip(ordered, codes, strict=True)
    )


def unit_view(
    unit: Organisation, *, top_path: str, scheme: str = "", sort: str = "order", page: int | None = 1
) -> UnitView:
    """A unit's numbers towards a scheme and the table of its children; all of them without a page. Five queries at any size."""
    figures = list(Figure.objects.filter(organisation=unit).select_related("scheme", "post"))
    choices = _choices(figures, scheme)
    chosen = next(choice.scheme for choice in choices if choice.is_chosen)
    whole = {figure.post_id: Sum.of([figure]) for figure in figures if figure.scheme == chosen}
    posts = tuple(
        sorted((f.post for f in figures if f.scheme == chosen and f.total), key=lambda post: (post.order, post.pk))
    )
    level = Organisation.objects.filter(within(unit.path, "path"), depth=unit.depth + 1).order_by("path")
    children = list(level)
    below: dict[str, ByPost] = {child.path: {} for child in children}
    parts = Figure.objects.filter(within(unit.path, "path"), depth=unit.depth + 1, scheme=chosen)
    for part in parts:
        if part.path in below:
            below[part.path][part.post_id] = Sum.of([part])
    sums = {path: Sum.of(by_post.values()) for path, by_post in below.items()}
    own = _own(whole, below.values())
    worst = _worst(sums)
    if sort == "rate":
        children.sort(key=lambda child: (sums[child.path].rate is None, sums[child.path].rate or 0))
    elif sort == "lacking":
        children.sort(key=lambda child: -sums[child.path].lacking)
    pages = max(1, -(-len(children) // UNITS_PER_PAGE))
    number = min(max(1, page or 1), pages)
    shown = children if page is None else children[(number - 1) * UNITS_PER_PAGE : number * UNITS_PER_PAGE]
    as_of = FiguresChecked.objects.values_list("at", flat=True).first()
    return UnitView(
        unit=unit,
        crumbs=crumbs_of(unit.path, top_path=top_path),
        choices=choices,
        scheme=chosen,
        figure=Sum.of(whole.values()),
        people=sum(figure.people for figure in figures if figure.scheme_id is None),
        posts=posts,
        rows=tuple(_row(c, below[c.path], posts, is_worst=c.path in worst) for c in shown),
        own=_row(unit, own, posts) if children and any(part.people for part in own.values()) else None,
        all=_row(unit, whole, posts),
        page=number,
        pages=pages,
        as_of=as_of,
        is_stale=as_of is not None and as_of < timezone.now() - STALE,
    )


def _own(whole: ByPost, below: Iterable[ByPost]) -> ByPost:
    """Those who stand directly in the unit: what is left when its children are taken away."""
    own = {post: Sum.of([counts]) for post, counts in whole.items()}
    for by_post in below:
        for post, counts in by_post.items():
            own.setdefault(post, Sum()).add(counts, -1)
    return own


def _worst(children: dict[str, Sum]) -> set[str]:
    """The lowest tenth by share certified, among units with enough people; nobody where all stand well."""
    compared = sorted((p for p, counts in children.items() if counts.total >= FEW), key=lambda p: children[p].rate or 0)
    if len(compared) < MARKED_FROM:
        return set()
    least = HEAT[0][0]
    marked = compared[: max(1, round(len(compared) * MARKED_SHARE))]
    return {path for path in marked if (children[path].rate or 0) < least}


def unit_names(rows: list[Standing]) -> dict[str, str]:
    """Full path of each row's unit below the city, 「东河镇 / 一村 / 第一网格」."""
    return tree.unit_names([row.organisation_path for row in rows], between=" / ", below_top=True)
