"""The life of a sitting: opened once with its papers compiled, prolonged by a recorded act, closed."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from acts import Refused
from audit.services import record
from exams.access import exams_seen_by
from exams.models import Attempt, Exam, Sitting, marks_text
from exams.opening import Opening, changes_between, opening_of
from exams.papers import forms_compile
from exams.services.attempts import attempt_force_submit, check_extension

if TYPE_CHECKING:
    from courses.models import CoursePage
    from people.models import Organisation, Post, User


@dataclass(frozen=True)
class SittingPlan:
    title: str
    exam: Exam
    organisation: Organisation
    posts: list[Post]
    opens_at: datetime
    closes_at: datetime
    duration_minutes: int
    pass_mark: int  # hundredths
    max_attempts: int | None
    form_count: int
    release: str
    course: CoursePage | None


def sitting_save(*, actor: User, sitting: Sitting | None, plan: SittingPlan) -> Sitting:
    """Plan a sitting, or change the plan while it is not opened. Raises Refused."""
    if plan.closes_at <= plan.opens_at:
        raise Refused(_("结束时间要晚于开始时间。"))
    if plan.closes_at <= timezone.now():
        raise Refused(_("结束时间已过。请选一个将来的时间。"))
    if plan.closes_at - plan.opens_at < timedelta(minutes=plan.duration_minutes):
        raise Refused(_("从开始到结束的时间比考试时长还短。请改结束时间或考试时长。"))
    if not exams_seen_by(actor).filter(pk=plan.exam.pk).exists():
        raise PermissionDenied
    owner = plan.exam.owner
    if owner is not None and not plan.organisation.path.startswith(owner.path):
        raise Refused(
            _("考试“%(exam)s”归“%(owner)s”所有，只能安排给这个单位和下属单位。请改参加单位，或换一场考试。")
            % {"exam": plan.exam.title, "owner": owner}
        )
    total = sum(row.count * row.marks_each for row in plan.exam.newest.rows.all())
    if plan.pass_mark > total:
        raise _pass_mark_too_high(plan.pass_mark, total)
    with transaction.atomic():
        if sitting is None:
            sitting = Sitting(created_by=actor)
        else:
            sitting = Sitting.objects.select_for_update().get(pk=sitting.pk)
            if sitting.state != Sitting.State.DRAFT:
                raise Refused(_("场次开放后不能再修改。需要时可以延长，或另建一个场次。"))
        for name in PLANNED:
            setattr(sitting, name, getattr(plan, name))
        sitting.save()
        sitting.posts.set(plan.posts)
        record(actor=actor, action="sitting.save", target=f"sitting:{sitting.code}")
    return sitting


def _pass_mark_too_high(mark: int, total: int) -> Refused:
    return Refused(
        _("合格线 %(mark)s 分高于满分 %(total)s 分。请先修改合格线。")
        % {"mark": marks_text(mark), "total": marks_text(total)}
    )


PLANNED = (
    "title",
    "exam",
    "organisation",
    "opens_at",
    "closes_at",
    "duration_minutes",
    "pass_mark",
    "max_attempts",
    "form_count",
    "release",
    "course",
)


def sitting_open(*, actor: User, sitting: Sitting, seen: Opening) -> Sitting:
    """Compile the forms and open, if all is still as the person saw it. From then on nothing changes but the state and, by a recorded
    act, a later end.

    Raises Refused, or PaperRefused with one reason for each shortage.
    """
    with transaction.atomic():
        locked = Sitting.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=sitting.pk)
        if locked.state != Sitting.State.DRAFT:
            raise Refused(_("这个场次已经开放过。"))
        if locked.closes_at <= timezone.now():
            raise Refused(_("结束时间已过，不能开放。请先修改考试时间。"))
        locked.exam = Exam.objects.select_for_update().get(pk=locked.exam_id)  # nobody saves its blueprint meanwhile
        version = locked.exam.newest
        version.exam = locked.exam
        changed = changes_between(seen, opening_of(locked, version))
        if changed:
            raise Refused(
                _("没有开放：您打开本页之后，安排有了变化。%(changes)s请核对后再开放。") % {"changes": "".join(changed)}
            )
        forms = forms_compile(locked, version)
        locked.version = version
        locked.total_marks = forms[0].document["total"]
        locked.question_count = len(forms[0].question_ids)
        if locked.pass_mark > locked.total_marks:
            raise _pass_mark_too_high(locked.pass_mark, locked.total_marks)
        locked.state = Sitting.State.OPEN
        locked.save(update_fields=["state", "version", "total_marks", "question_count"])
        record(
            actor=actor,
            action="sitting.open",
            target=f"sitting:{locked.code}",
            detail={"version": version.number, "forms": [form.digest for form in forms]},
        )
    return locked


def sitting_delete(*, actor: User, sitting: Sitting) -> None:
    """A plan that was never opened: nobody has seen it and nothing rests on it. Raises Refused."""
    with transaction.atomic():
        _rows, removed = Sitting.objects.filter(pk=sitting.pk, state=Sitting.State.DRAFT).delete()
        if not removed:
            raise Refused(_("这个场次已经开放过，不能删除。"))
        record(actor=actor, action="sitting.delete", target=f"sitting:{sitting.code}", detail={"title": sitting.title})


def sitting_extend(*, actor: User, sitting: Sitting, minutes: int, reason: str) -> int:
    """A later end for the sitting and for everybody who is writing; gives back how many that are."""
    check_extension(minutes, reason)
    more = timedelta(minutes=minutes)
    with transaction.atomic():
        changed = Sitting.objects.filter(pk=sitting.pk, state=Sitting.State.OPEN).update(
            closes_at=F("closes_at") + more
        )
        if not changed:
            raise Refused(_("只有开放中的场次才能延长。"))
        writing = Attempt.objects.filter(sitting=sitting, state=Attempt.State.OPEN).update(
            deadline=F("deadline") + more
        )
        record(
            actor=actor,
            action="sitting.extend",
            target=f"sitting:{sitting.code}",
            detail={"minutes": minutes, "reason": reason.strip(), "attempts": writing},
        )
    sitting.refresh_from_db(fields=["closes_at"])
    return writing


def sitting_close(*, actor: User, sitting: Sitting, reason: str) -> int:
    """End a sitting before its time: nobody starts any more, those who are writing are handed in. Gives back how many.

    Called again for a closed sitting it hands in whoever is still writing: the first call may have been cut short."""
    reason = reason.strip()
    if not reason:
        raise Refused(_("请填写结束场次的原因。"))
    with transaction.atomic():
        changed = Sitting.objects.filter(pk=sitting.pk, state=Sitting.State.OPEN).update(state=Sitting.State.CLOSED)
        writing = Attempt.objects.filter(sitting=sitting, state=Attempt.State.OPEN)
        if not changed and not (sitting.state != Sitting.State.DRAFT and writing.exists()):
            raise Refused(_("只有开放中的场次才能结束。"))
        record(actor=actor, action="sitting.close", target=f"sitting:{sitting.code}", detail={"reason": reason})
    sitting.refresh_from_db(fields=["state"])
    closed = 0
    # One transaction each: a hall of people is not locked for as long as it takes to mark all of them.
    for attempt in writing:
        with contextlib.suppress(Refused):  # handed in just now, by the candidate or the deadline
            attempt_force_submit(actor=actor, attempt=attempt, reason=reason)
            closed += 1
    return closed


def sittings_close_finished(*, now: datetime | None = None) -> int:
    """Close the sittings whose window has passed and where nobody is writing any more."""
    writing = Attempt.objects.filter(sitting=OuterRef("pk"), state=Attempt.State.OPEN)
    return Sitting.objects.filter(
        ~Exists(writing), state=Sitting.State.OPEN, closes_at__lt=now or timezone.now()
    ).update(state=Sitting.State.CLOSED)
