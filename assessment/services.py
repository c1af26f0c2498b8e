"""Evidence from events, standings from evidence, figures from standings."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from assessment.models import Evidence, FiguresChecked, MemberStanding, OrganisationFigure, Status
from certificates.models import Award
from courses.models import Enrolment
from exams.models import Attempt
from exams.queries import released_results
from people.assignments import current_assignments
from people.models import Member, Organisation
from people.tree import ancestor_paths, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

BATCH = 1000


def evidence_record(
    *, member: Member, kind: str, source: str, title: str, occurred_at: datetime, detail: dict[str, Any]
) -> bool:
    """Keep one event as evidence; False when it was kept before. The unique source decides, also between two workers."""
    _row, created = Evidence.objects.get_or_create(
        source=source,
        defaults={"member": member, "kind": kind, "title": title[:200], "occurred_at": occurred_at, "detail": detail},
    )
    return created


def _status(award: Award | None, started: bool, today: date) -> tuple[str, date | None]:
    """Status today and the next day on which time alone changes it."""
    if award is None:
        return (Status.IN_TRAINING if started else Status.NOT_STARTED), None
    if award.valid_until < today:
        return Status.EXPIRED, None
    window = award.valid_until - timedelta(days=award.scheme.renewal_days)
    if today >= window:
        return Status.EXPIRING, award.valid_until + timedelta(days=1)
    return Status.CERTIFIED, window


def standings_refresh(member_ids: Iterable[int]) -> int:
    """Prepare anew the rows of these members and mark the units whose figures they touch. Returns how many were written."""
    ids = sorted(set(member_ids))
    written = 0
    for start in range(0, len(ids), BATCH):
        written += _refresh_batch(ids[start : start + BATCH])
    return written


def _refresh_batch(ids: Sequence[int]) -> int:
    with transaction.atomic():
        # One refresh of a member at a time, or one that read before an award could write after another that read it.
        ours = Member.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        return _refresh_locked(list(ours.values_list("pk", flat=True)))


def _refresh_locked(ids: Sequence[int]) -> int:
    today, now = timezone.localdate(), timezone.now()
    before = {
        s["pk"]: s
        for s in MemberStanding.objects.filter(pk__in=ids).values("pk", "organisation_id", "post_id", "status")
    }
    # Whoever holds several posts is counted once, in the unit of the main one.
    main = current_assignments().filter(member_id__in=ids, is_main=True)
    assignments = {a.member_id: a for a in main.select_related("member", "organisation", "post")}
    awards: dict[int, Award] = {}
    live = Award.objects.filter(member_id__in=ids, state=Award.State.ISSUED).select_related("scheme")
    for award in live.order_by("valid_until"):
        awards[award.member_id] = award  # the one that is valid longest
    started = set(
        Enrolment.objects.filter(member_id__in=ids, started_at__isnull=False).values_list("member_id", flat=True)
    )
    started |= set(Attempt.objects.filter(member_id__in=ids).values_list("member_id", flat=True))
    best: dict[int, tuple[int, int]] = {}
    results = released_results().filter(attempt__member_id__in=ids)
    for member_id, score, max_score in results.values_list("attempt__member_id", "score", "max_score"):
        if member_id not in best or score * best[member_id][1] > best[member_id][0] * max_score:
            best[member_id] = (score, max_score)
    due = dict(
        Enrolment.objects.filter(member_id__in=ids, completed_at__isnull=True, due_on__isnull=False, course__live=True)
        .order_by("-due_on")
        .values_list("member_id", "due_on")
    )
    rows, touched = [], set()
    for member_id, assignment in assignments.items():
        held = awards.get(member_id)
        status, changes_on = _status(held, member_id in started, today)
        old = before.get(member_id)
        if old is None or (old["organisation_id"], old["post_id"], old["status"]) != (
            assignment.organisation_id,
            assignment.post_id,
            status,
        ):
            touched.add(assignment.organisation_id)
            if old is not None:
                touched.add(old["organisation_id"])
        top = best.get(member_id)
        rows.append(
            MemberStanding(
                member_id=member_id,
                organisation_id=assignment.organisation_id,
                organisation_path=assignment.organisation.path,
                post_id=assignment.post_id,
                name=assignment.member.name,
                number=assignment.member.number,
                status=status,
                award=held,
                award_number=held.number if held is not None else "",
                valid_until=held.valid_until if held is not None else None,
                best_score=top[0] if top else None,
                best_max_score=top[1] if top else None,
                due_on=due.get(member_id),
                changes_on=changes_on,
                updated_at=now,
            )
        )
    gone = [pk for pk in before if pk not in assignments]
    touched |= {before[pk]["organisation_id"] for pk in gone}
    fields = [f.attname for f in MemberStanding._meta.concrete_fields if not f.primary_key]
    MemberStanding.objects.filter(pk__in=gone).delete()
    MemberStanding.objects.bulk_create(
        rows, batch_size=500, update_conflicts=True, unique_fields=["member"], update_fields=fields
    )
    figures_mark_dirty(touched)
    return len(rows)


def figures_mark_dirty(organisation_ids: Iterable[int]) -> None:
    """Mark these units and all above them. Call it last in the transaction of the change: from here on a refresh waits for it."""
    paths = list(Organisation.objects.filter(pk__in=set(organisation_ids)).values_list("path", flat=True))
    if not paths:
        return
    wanted = {above for path in paths for above in ancestor_paths(path)}
    units = list(Organisation.objects.filter(path__in=wanted).values_list("pk", "path", "depth"))
    with transaction.atomic():
        _figures_ensure(units)
        # Always in the same order, and never skipping one that looks dirty: a refresh may be about to call it clean.
        rows = OrganisationFigure.objects.filter(pk__in=[pk for pk, _path, _depth in units])
        list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
        rows.update(is_dirty=True)


def _figures_ensure(units: Iterable[tuple[int, str, int]]) -> None:
    units = list(units)
    have = set(OrganisationFigure.objects.filter(pk__in=[pk for pk, _p, _d in units]).values_list("pk", flat=True))
    OrganisationFigure.objects.bulk_create(
        [OrganisationFigure(organisation_id=pk, path=path, depth=depth) for pk, path, depth in units if pk not in have],
        batch_size=500,
        ignore_conflicts=True,
    )


Counts = dict[str, dict[str, int]]  # post id -> status -> members


def _add(total: Counts, part: Counts) -> None:
    for post, statuses in part.items():
        for status, n in statuses.items():
            total[post][status] = total[post].get(status, 0) + n


def _own_counts(organisation_ids: Sequence[int] | None) -> dict[int, Counts]:
    rows = MemberStanding.objects.order_by()
    if organisation_ids is not None:
        rows = rows.filter(organisation_id__in=organisation_ids)
    found: dict[int, Counts] = defaultdict(lambda: defaultdict(dict))
    for row in rows.values("organisation_id", "post_id", "status").annotate(n=Count("pk")):
        found[row["organisation_id"]][str(row["post_id"])][row["status"]] = row["n"]
    return found


def _figure(unit: tuple[int, str, int], counts: Counts, now: datetime) -> OrganisationFigure:
    pk, path, depth = unit
    totals = {status: sum(statuses.get(status, 0) for statuses in counts.values()) for status in Status.values}
    return OrganisationFigure(
        organisation_id=pk,
        path=path,
        depth=depth,
        total=sum(totals.values()),
        by_post={post: dict(statuses) for post, statuses in counts.items()},
        is_dirty=False,
        as_of=now,
        **totals,
    )


def _write(figures: list[OrganisationFigure]) -> None:
    fields = [f.attname for f in OrganisationFigure._meta.concrete_fields if not f.primary_key]
    OrganisationFigure.objects.bulk_create(
        figures, batch_size=500, update_conflicts=True, unique_fields=["organisation"], update_fields=fields
    )


def _checked(now: datetime) -> None:
    FiguresChecked.objects.update_or_create(pk=1, defaults={"at": now})


def figures_refresh() -> int:
    """Add up the dirty units, deepest first, each from its own members and its children's figures."""
    now = timezone.now()
    with transaction.atomic():
        dirty = list(
            OrganisationFigure.objects.select_for_update(of=("self",))
            .filter(is_dirty=True)
            .order_by("pk")
            .values_list("organisation_id", "organisation__path", "organisation__depth")
        )
        own = _own_counts([pk for pk, _path, _depth in dirty]) if dirty else {}
        for depth in sorted({depth for _pk, _path, depth in dirty}, reverse=True):
            level = [unit for unit in dirty if unit[2] == depth]
            below = _children_counts([path for _pk, path, _depth in level], depth)
            figures = []
            for unit in level:
                counts: Counts = defaultdict(dict)
                _add(counts, own.get(unit[0], {}))
                for part in below.get(unit[1], ()):
                    _add(counts, part)
                figures.append(_figure(unit, counts, now))
            _write(figures)
        _checked(now)
    return len(dirty)


def _children_counts(paths: Sequence[str], depth: int) -> dict[str, list[Counts]]:
    step = Organisation.steplen
    found: dict[str, list[Counts]] = defaultdict(list)
    for start in range(0, len(paths), 200):
        condition = Q()
        for path in paths[start : start + 200]:
            condition |= within(path, "path")
        rows = OrganisationFigure.objects.filter(condition, depth=depth + 1)
        for path, by_post in rows.values_list("path", "by_post"):
            found[path[:-step]].append(by_post)
    return found


def figures_rebuild() -> int:
    """All figures anew from the standings; for the first load and as a check that nothing drifted."""
    now = timezone.now()
    step = Organisation.steplen
    with transaction.atomic():
        nodes = list(Organisation.objects.order_by("-depth", "path").values_list("pk", "path", "depth"))
        _figures_ensure(nodes)
        list(OrganisationFigure.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
        own = _own_counts(None)
        sums: dict[str, Counts] = defaultdict(lambda: defaultdict(dict))
        figures = []
        for unit in nodes:
            pk, path, _depth = unit
            counts = sums[path]
            _add(counts, own.get(pk, {}))
            if len(path) > step:
                _add(sums[path[:-step]], counts)
            figures.append(_figure(unit, counts, now))
        _write(figures)
        _checked(now)
    return len(figures)


def standings_rebuild() -> int:
    """All standings and figures anew."""
    ids = list(current_assignments().filter(is_main=True).values_list("member_id", flat=True))
    ids += list(MemberStanding.objects.values_list("pk", flat=True))
    written = standings_refresh(ids)
    figures_rebuild()
    return written


def standings_sweep(*, most: int = 20_000) -> int:
    """What no event told: statuses that time changes, members who came, moved or left, units that are new or moved."""
    today = timezone.localdate()
    due = set(MemberStanding.objects.filter(changes_on__lte=today).values_list("pk", flat=True)[:most])
    main = current_assignments().filter(is_main=True)
    due |= set(main.filter(member__standing__isnull=True).values_list("member_id", flat=True)[:most])
    same = main.filter(
        member_id=OuterRef("pk"),
        organisation_id=OuterRef("organisation_id"),
        organisation__path=OuterRef("organisation_path"),
        post_id=OuterRef("post_id"),
    )
    stale = MemberStanding.objects.filter(~Exists(same)).values_list("pk", flat=True)
    due |= set(stale[:most])
    missing = Organisation.objects.filter(figure__isnull=True)
    moved = Organisation.objects.filter(figure__isnull=False).exclude(figure__path=F("path"))
    figures_mark_dirty([*missing.values_list("pk", flat=True)[:most], *moved.values_list("pk", flat=True)[:most]])
    return standings_refresh(due)
