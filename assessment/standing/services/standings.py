"""Standings from what happened: certificates, enrolments, attempts, released results, assignments."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from assessment.standing.concern import Terms, all_terms
from assessment.standing.models import RANK, Standing, Status
from assessment.standing.services.figures import units_changed
from certificates.models import Award
from courses.models import Enrolment
from exams.models import Attempt
from exams.queries import released_results
from people.assignments import MAIN_FIRST, current_assignments
from people.models import Member

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from people.models import Assignment

BATCH = 1000
# What a refresh compares and writes; the rest follows from the database.
KEPT = [
    f.attname for f in Standing._meta.concrete_fields if not (f.primary_key or f.generated or f.name == "updated_at")
]


def status_of(award: Award | None, *, begun: bool) -> tuple[Status, date | None]:
    """Status today and the next day on which time alone changes it."""
    if award is None:
        return (Status.IN_TRAINING if begun else Status.NOT_STARTED), None
    if award.is_expired:
        return Status.EXPIRED, None
    if award.is_expiring:
        return Status.EXPIRING, award.valid_until + timedelta(days=1)
    return Status.CERTIFIED, award.renewable_from


def standings_refresh(member_ids: Iterable[int]) -> int:
    """Prepare anew the rows of these members; mark the units whose figures change by it. Returns how many rows were written.

    Each thousand in a transaction of its own, unless the caller has one.
    """
    ids = sorted(set(member_ids))
    terms = all_terms() if ids else []
    return sum(_refresh_batch(ids[start : start + BATCH], terms) for start in range(0, len(ids), BATCH))


def _refresh_batch(ids: Sequence[int], terms: list[Terms]) -> int:
    with transaction.atomic():
        # One refresh of a member at a time, or one that read before an award could write after another that read it.
        ours = Member.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        return _refresh_locked(list(ours.values_list("pk", flat=True)), terms)


@dataclass
class Facts:
    """What has happened to a batch of members, as far as a standing depends on it."""

    assignments: dict[int, list[Assignment]] = field(default_factory=lambda: defaultdict(list))  # main first
    awards: dict[tuple[int, int], Award] = field(default_factory=dict)  # (member, scheme)
    courses: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # begun
    exams: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # attempted
    due: dict[tuple[int, int], date] = field(default_factory=dict)  # (member, course) still to be completed
    best: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)  # (member, exam) -> score, of how many


def _facts(ids: Sequence[int]) -> Facts:
    facts = Facts()
    held = current_assignments().filter(member_id__in=ids).select_related("member", "organisation")
    for assignment in held.order_by(*MAIN_FIRST):
        facts.assignments[assignment.member_id].append(assignment)
    live = Award.objects.filter(member_id__in=ids, state=Award.State.ISSUED).select_related("scheme")
    facts.awards = {(award.member_id, award.scheme_id): award for award in live.defer("printed")}
    enrolments = Enrolment.objects.filter(member_id__in=ids)
    begun = enrolments.filter(started_at__isnull=False)
    for member_id, course_id in begun.values_list("member_id", "course_id").distinct():
        facts.courses[member_id].add(course_id)
    due = enrolments.filter(completed_at__isnull=True, due_on__isnull=False, course__live=True)
    for member_id, course_id, due_on in due.order_by("-due_on").values_list("member_id", "course_id", "due_on"):
        if due_on is not None:
            facts.due[member_id, course_id] = due_on  # the earliest of several
    attempts = Attempt.objects.filter(member_id__in=ids).values_list("member_id", "sitting__exam_id").distinct()
    for member_id, exam_id in attempts:
        facts.exams[member_id].add(exam_id)
    results = released_results().filter(attempt__member_id__in=ids)
    for member_id, exam_id, score, most in results.values_list(
        "attempt__member_id", "attempt__sitting__exam_id", "score", "max_score"
    ):
        key = (member_id, exam_id)
        facts.best[key] = _better(facts.best.get(key), (score, most))
    return facts


def _better(one: tuple[int, int] | None, other: tuple[int, int]) -> tuple[int, int]:
    return other if one is None or other[0] * one[1] > one[0] * other[1] else one


def _rows_of(member_id: int, facts: Facts, terms: list[Terms], now: datetime) -> list[Standing]:
    """A member's rows: for each scheme that concerns them, and the whole one. None for who is on no post."""
    assignments = facts.assignments.get(member_id)
    if not assignments:
        return []
    rows = []
    for each in (t for t in terms if t.is_in_use):
        concerned = each.concerning(assignments)
        if concerned is not None:
            rows.append(_row(member_id, concerned, each, facts, now))
    if not any(row.status in (Status.CERTIFIED, Status.EXPIRING) for row in rows):
        # A certificate of a scheme out of use tells something only of who has none of those in use.
        rows += [
            _row(member_id, each.concerning(assignments) or assignments[0], each, facts, now)
            for each in terms
            if not each.is_in_use and (member_id, each.scheme.pk) in facts.awards
        ]
    return [*rows, _whole(member_id, assignments[0], rows, now)]


def _row(member_id: int, assignment: Assignment, terms: Terms, facts: Facts, now: datetime) -> Standing:
    award = facts.awards.get((member_id, terms.scheme.pk))
    begun = bool(terms.courses & facts.courses[member_id] or terms.exams & facts.exams[member_id])
    status, changes_on = status_of(award, begun=begun)
    best = None
    for exam in terms.exams:
        if (result := facts.best.get((member_id, exam))) is not None:
            best = _better(best, result)
    return Standing(
        member_id=member_id,
        is_whole=False,
        scheme_id=terms.scheme.pk,
        status=status,
        award_id=award.pk if award is not None else None,
        award_number=award.number if award is not None else "",
        valid_until=award.valid_until if award is not None else None,
        best_score=best[0] if best else None,
        best_max_score=best[1] if best else None,
        due_on=min((facts.due[member_id, c] for c in terms.courses if (member_id, c) in facts.due), default=None),
        changes_on=changes_on,
        updated_at=now,
        **_place(assignment),
    )


def _place(assignment: Assignment) -> dict[str, object]:
    return {
        "organisation_id": assignment.organisation_id,
        "organisation_path": assignment.organisation.path,
        "post_id": assignment.post_id,
        "name": assignment.member.name,
        "number": assignment.member.number,
    }


def _whole(member_id: int, main: Assignment, rows: list[Standing], now: datetime) -> Standing:
    """The person as a whole: the state that needs somebody most, in the unit of the main post."""
    urgent = min(rows, key=lambda row: (RANK[Status(row.status)], row.scheme_id), default=None)
    whole = Standing(member_id=member_id, is_whole=True, status=Status.NOT_REQUIRED, updated_at=now)
    if urgent is not None:
        for name in KEPT:
            if name != "is_whole":
                setattr(whole, name, getattr(urgent, name))
        whole.changes_on = None  # it follows its rows, which are refreshed together with it
    for name, value in _place(main).items():
        setattr(whole, name, value)
    return whole


def _key(row: Standing) -> tuple[int, int | None]:
    return row.member_id, None if row.is_whole else row.scheme_id


def _counted(row: Standing) -> tuple[object, ...]:
    """What a figure depends on."""
    return row.organisation_id, row.organisation_path, row.post_id, row.status


def _refresh_locked(ids: Sequence[int], terms: list[Terms]) -> int:
    now = timezone.now()
    facts = _facts(ids)
    old = {_key(row): row for row in Standing.objects.filter(member_id__in=ids)}
    new = {_key(row): row for member_id in ids for row in _rows_of(member_id, facts, terms, now)}
    written, changed = [], set()
    for key, row in new.items():
        before = old.pop(key, None)
        if before is None:
            changed.add(row.organisation_path)
        else:
            if all(getattr(before, name) == getattr(row, name) for name in KEPT):
                continue
            row.pk = before.pk
            if _counted(before) != _counted(row):
                changed |= {before.organisation_path, row.organisation_path}
        written.append(row)
    changed |= {row.organisation_path for row in old.values()}
    Standing.objects.filter(pk__in=[row.pk for row in old.values()]).delete()
    Standing.objects.bulk_create([row for row in written if row.pk is None], batch_size=500)
    Standing.objects.bulk_create(
        [row for row in written if row.pk is not None],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*KEPT, "updated_at"],
    )
    units_changed(changed)
    return len(written)
