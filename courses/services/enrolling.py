"""Who is to learn a course, why and until when; and the next time of training of who has completed it.

A row is needed only where a day is counted, so a rule assigns compulsory courses that have a term, to whom they concern. That is
one row for each person and course: 6,526 for a city; for 5 million members some 900 MB with its indexes for each such course,
written once in chunks of CHUNK, about a minute for a million on PostgreSQL. All other courses cost a row when they are opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from acts import Refused
from audit.services import record
from courses.access import members_concerned
from courses.models import CoursePage, Enrolment, EnrolmentQuerySet
from jobs.services import job_enqueue
from outbox.services import outbox_put_many
from people.access import Role, members_visible_to
from people.models import Member

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import date

    from django.db.models import QuerySet

    from people.models import User

CHUNK = 1000


@dataclass(frozen=True)
class Assigned:
    """How many got a task now, had one under way (which stays as it is), had completed the course."""

    new: int
    open: int
    completed: int


def enrolment_assign(
    *,
    actor: User | None,
    members: Iterable[Member],
    course: CoursePage,
    reason: str,
    due_on: date | None = None,
    note: str = "",
) -> Assigned:
    """The first time of training of each; who has had one is counted, not assigned again. Without a day the course's term
    counts from today. Raises Refused, then nothing is written."""
    return _assign(actor, members, course, reason, due_on, note, again=False)


def enrolment_again(
    *,
    actor: User | None,
    members: Iterable[Member],
    course: CoursePage,
    reason: str,
    due_on: date | None = None,
    note: str = "",
) -> Assigned:
    """The next time of training of who has completed the course, and the first of who never had it. What was learnt before
    stays readable under its own cycle. Raises Refused, then nothing is written."""
    return _assign(actor, members, course, reason, due_on, note, again=True)


def enrolment_begin(*, actor: Member, course: CoursePage) -> Enrolment:
    """The cycle that the member learns in, begun now if it was only assigned. A course that was completed is read in the
    cycle that completed it; the next one begins only by `enrolment_again`."""
    enrolment = Enrolment.objects.current_of(actor, course.pk).first()
    now = timezone.now()
    if enrolment is None:
        enrolment, _created = Enrolment.objects.get_or_create(
            member=actor,
            course=course,
            cycle=1,
            defaults={
                "reason": Enrolment.Reason.POST if course.is_compulsory else Enrolment.Reason.OWN,
                "assigned_at": now,
                "started_at": now,
                "due_on": _due(course) if course.is_compulsory else None,
            },
        )
    if enrolment.started_at is None:
        Enrolment.objects.filter(pk=enrolment.pk, started_at__isnull=True).update(started_at=now)
        enrolment.refresh_from_db(fields=["started_at"])
    return enrolment


def course_assign_later(*, course: CoursePage) -> None:
    """After a publication. Only where the rule has something to do: a job is a row that people see."""
    if _has_term(course) or Enrolment.objects.filter(course=course).untouched().exists():
        title = _("安排学习：%(title)s") % {"title": course.title}
        job_enqueue(actor=None, kind="courses.assign", title=title[:120], arguments={"course": course.pk})


def assign_to_course(*, course: CoursePage, progress: Callable[[int, int], None] | None = None) -> int:
    """By rule, after the course was published: a task for everybody whom it concerns and who had none; what the rule assigned
    before and nobody opened goes where it does not hold any more. Run twice = once. Gives back how many were assigned."""
    _withdraw(course, Enrolment.objects.filter(course=course))
    if not _has_term(course):
        return 0
    concerned = members_concerned(course)
    total, done, new = concerned.count(), 0, 0
    for ids in _in_chunks(concerned):
        new += _write(course, _without_enrolment(course, ids))
        done += len(ids)
        if progress is not None:
            progress(done, total)
    return new


def assign_to_members(*, member_ids: Collection[int]) -> int:
    """By rule, after members came, took a post or left one. Run twice = once."""
    new = 0
    ids = sorted(set(member_ids))
    for course in CoursePage.objects.live().filter(is_compulsory=True, due_days__isnull=False):
        for start in range(0, len(ids), CHUNK):
            part = ids[start : start + CHUNK]
            _withdraw(course, Enrolment.objects.filter(course=course, member__in=part))
            concerned = members_concerned(course).filter(pk__in=part).values_list("pk", flat=True)
            new += _write(course, _without_enrolment(course, list(concerned)))
    return new


def _has_term(course: CoursePage) -> bool:
    return bool(course.live and course.is_compulsory and course.due_days)


def _due(course: CoursePage) -> date | None:
    return timezone.localdate() + timedelta(days=course.due_days) if course.due_days else None


def _in_chunks(members: QuerySet[Member]) -> Iterator[list[int]]:
    """By key, so that no statement stays open while rows are written."""
    after = 0
    while ids := list(members.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        yield ids
        after = ids[-1]


def _without_enrolment(course: CoursePage, ids: list[int]) -> list[int]:
    have = set(Enrolment.objects.filter(course=course, member__in=ids).values_list("member_id", flat=True))
    return [pk for pk in ids if pk not in have]


def _write(course: CoursePage, ids: list[int]) -> int:
    if not ids:
        return 0
    now, due_on = timezone.now(), _due(course)
    with transaction.atomic():
        Enrolment.objects.bulk_create(
            [
                Enrolment(member_id=pk, course=course, reason=Enrolment.Reason.POST, assigned_at=now, due_on=due_on)
                for pk in ids
            ],
            ignore_conflicts=True,  # opened at this very moment
        )
        _tell(ids)
    return len(ids)


def _withdraw(course: CoursePage, enrolments: EnrolmentQuerySet) -> None:
    untouched = enrolments.untouched()
    if _has_term(course):
        untouched = untouched.exclude(member__in=members_concerned(course).values("pk"))
    elif not course.live:
        return  # taken back for a while; the term that runs is kept
    while ids := dict(untouched.values_list("pk", "member_id")[:CHUNK]):
        with transaction.atomic():
            # Whoever opens it at this moment keeps it.
            Enrolment.objects.filter(pk__in=ids).untouched().delete()
            _tell(sorted(ids.values()))


def _tell(member_ids: list[int]) -> None:
    outbox_put_many(topic="courses.assigned", subjects=member_ids)


def _assign(
    actor: User | None,
    members: Iterable[Member],
    course: CoursePage,
    reason: str,
    due_on: date | None,
    note: str,
    *,
    again: bool,
) -> Assigned:
    ids = sorted({member.pk for member in members})
    if not course.live:
        raise Refused(_("《%(title)s》还没有发布，不能安排学习。请先发布课程。") % {"title": course.title})
    if due_on is not None and due_on < timezone.localdate():
        raise Refused(_("应完成日期 %(day)s 已经过去。请填写今天或以后的日期。") % {"day": due_on.isoformat()})
    new, running, completed = 0, 0, 0
    with transaction.atomic():
        for start in range(0, len(ids), CHUNK):
            part = ids[start : start + CHUNK]
            _refuse_strangers(actor, part)
            last = {
                row["member"]: row
                for row in Enrolment.objects.filter(course=course, member__in=part)
                .values("member")
                .annotate(latest=Max("cycle"), finished=Max("cycle", filter=Q(completed_at__isnull=False)))
            }
            done = [pk for pk, row in last.items() if row["finished"] == row["latest"]]
            wanted = [pk for pk in part if pk not in last] + (done if again else [])
            Enrolment.objects.bulk_create(
                [
                    Enrolment(
                        member_id=pk,
                        course=course,
                        cycle=last[pk]["latest"] + 1 if pk in last else 1,
                        reason=reason,
                        note=note,
                        assigned_by=actor,
                        due_on=due_on or _due(course),
                    )
                    for pk in wanted
                ],
                ignore_conflicts=True,  # assigned or opened at this very moment
            )
            new, running, completed = new + len(wanted), running + len(last) - len(done), completed + len(done)
            _tell(wanted)
        record(
            actor=actor,
            action="enrolment.again" if again else "enrolment.assign",
            target=f"course:{course.pk}",
            detail={"reason": reason, "new": new, "due_on": due_on.isoformat() if due_on else ""},
        )
    return Assigned(new=new, open=running, completed=0 if again else completed)


def _refuse_strangers(actor: User | None, ids: list[int]) -> None:
    """Who assigns must have the people in their subtree; a rule or a command (no actor) need not."""
    if actor is None:
        return
    seen = members_visible_to(actor, Role.SUPERVISOR, Role.TRAINER).filter(pk__in=ids)
    missing = Member.objects.filter(pk__in=ids).exclude(pk__in=seen.values("pk")).values_list("name", flat=True)
    names = list(missing[:10])
    if names:
        raise Refused(_("不在您的管辖范围，没有安排：%(names)s。请去掉后重试。") % {"names": "、".join(names)})
