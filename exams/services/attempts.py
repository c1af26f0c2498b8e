"""The life of an attempt: start, resume, extend, hand in, close."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from acts import Refused
from audit.services import record
from exams import queries
from exams.marking import sheet_mark, totals_of
from exams.marking.queue import answers_queue
from exams.models import Attempt, Response
from exams.papers import form_ids, form_key
from exams.saving import marks_write, result_write
from exams.services.releasing import hold_of
from people.access import able_members

if TYPE_CHECKING:
    from collections.abc import Iterable

    from exams.marking import QuestionMark, Totals
    from people.models import Member, User

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Started:
    code: str
    is_new: bool


def grace() -> timedelta:
    return timedelta(seconds=settings.EXAM_GRACE_SECONDS)


def attempt_start(*, actor: Member, entry: queries.Entry, device: str) -> Started:
    """Insert the attempt, or give back the one that is open. Raises Refused with the reason.

    Safe under parallel calls: two constraints (one open attempt, each ordinal once) let a single insert win.
    """
    for _turn in range(3):
        if entry.open_attempt:
            return Started(entry.open_attempt, is_new=False)
        if not entry.eligibility.allowed:
            raise Refused(entry.eligibility.reason)
        sitting, facts = entry.sitting, entry.facts
        now = timezone.now()
        forms = form_ids(sitting.pk)
        attempt = Attempt(
            sitting=sitting,
            member=actor,
            form_id=forms[(actor.pk + facts.attempts_used) % len(forms)],
            ordinal=facts.attempts_used + 1,
            device=device,
            started_at=now,
            deadline=facts.deadline(now),
            extra_percent=facts.extra_percent,
        )
        try:
            with transaction.atomic():
                attempt.save(force_insert=True)
        except IntegrityError:
            again = queries.entry_of(actor, sitting.code, timezone.now())
            if again is None:
                raise
            entry = again
        else:
            return Started(attempt.code, is_new=True)
    raise Refused(_("现在进入的人较多，请稍后再试。"))


def attempt_resume(*, actor: Member, attempt: Attempt, device: str, take_over: bool) -> bool:
    """Whether the device may go on. Another device takes the attempt over only when the person says so: the epoch rises, and
    what the old device still sends fills blanks but overwrites nothing."""
    if attempt.state != Attempt.State.OPEN or attempt.device == device:
        return True
    if not take_over:
        return False
    changed = Attempt.objects.filter(pk=attempt.pk, member=actor, state=Attempt.State.OPEN, epoch=attempt.epoch).update(
        epoch=F("epoch") + 1, device=device
    )
    attempt.refresh_from_db(fields=["epoch", "device", "state", "submitted_at"])
    # A second tap of the same device came first: it has what it wanted.
    return bool(changed) or attempt.state != Attempt.State.OPEN or attempt.device == device


def attempt_extend(*, actor: User, attempt: Attempt, minutes: int, reason: str) -> datetime:
    """More time for one person in a running exam; gives back the new deadline."""
    check_extension(minutes, reason)
    with transaction.atomic():
        changed = Attempt.objects.filter(pk=attempt.pk, state=Attempt.State.OPEN).update(
            deadline=F("deadline") + timedelta(minutes=minutes)
        )
        if not changed:
            raise Refused(_("这份答卷已交卷，不能再延长。"))
        record(
            actor=actor,
            action="attempt.extend",
            target=f"attempt:{attempt.code}",
            detail={"minutes": minutes, "reason": reason.strip()},
        )
    attempt.refresh_from_db(fields=["deadline"])
    return attempt.deadline


LONGEST_EXTENSION = 240


def check_extension(minutes: int, reason: str) -> None:
    if not 1 <= minutes <= LONGEST_EXTENSION:
        raise Refused(_("延长的分钟数要在 1 到 %(most)s 之间。") % {"most": LONGEST_EXTENSION})
    if not reason.strip():
        raise Refused(_("请填写延长的原因。"))


# --- handing in -------------------------------------------------------------------------------------------------------


def attempt_submit(*, member_id: int, attempt_id: int, epoch: int) -> Attempt | None:
    """Hand in by the candidate's own token. None when another device has taken over or the account is closed; once done, always the same answer."""
    now = timezone.now()
    with transaction.atomic():
        claimed = Attempt.objects.filter(
            pk=attempt_id,
            member__in=able_members().filter(pk=member_id),
            state=Attempt.State.OPEN,
            epoch=epoch,
            deadline__gte=now - grace(),
        ).update(state=Attempt.State.SUBMITTED, closed_by=Attempt.ClosedBy.MEMBER, submitted_at=now)
        if claimed:
            return _mark(attempt_id)
    attempt_close_overdue(attempt_id=attempt_id)
    attempt = Attempt.objects.filter(pk=attempt_id, member_id=member_id).first()
    return attempt if attempt is not None and attempt.state != Attempt.State.OPEN else None


def attempt_force_submit(*, actor: User, attempt: Attempt, reason: str) -> None:
    reason = reason.strip()
    if not reason:
        raise Refused(_("请填写强制交卷的原因。"))
    with transaction.atomic():
        claimed = Attempt.objects.filter(pk=attempt.pk, state=Attempt.State.OPEN).update(
            state=Attempt.State.SUBMITTED, closed_by=Attempt.ClosedBy.STAFF, submitted_at=timezone.now()
        )
        if not claimed:
            raise Refused(_("这份答卷已经交卷。"))
        _mark(attempt.pk)
        record(actor=actor, action="attempt.force_submit", target=f"attempt:{attempt.code}", detail={"reason": reason})
    attempt.refresh_from_db()


def attempt_close_overdue(*, attempt_id: int) -> bool:
    """Close one attempt if its deadline and the grace have passed. Every path that touches an attempt may call it."""
    with transaction.atomic():
        claimed = Attempt.objects.filter(
            pk=attempt_id, state=Attempt.State.OPEN, deadline__lt=timezone.now() - grace()
        ).update(state=Attempt.State.SUBMITTED, closed_by=Attempt.ClosedBy.DEADLINE, submitted_at=F("deadline"))
        if claimed:
            _mark(attempt_id)
    return bool(claimed)


def attempts_close_overdue(*, most: int = 500) -> int:
    """The sweep: what nobody came back to. An attempt that can't be closed is logged and does not hold up the others."""
    overdue = (
        Attempt.objects.filter(state=Attempt.State.OPEN, deadline__lt=timezone.now() - grace())
        .order_by("deadline")
        .values_list("pk", flat=True)[:most]
    )
    closed = 0
    for pk in list(overdue):
        try:
            closed += attempt_close_overdue(attempt_id=pk)
        except Exception:
            logger.exception("Attempt %s could not be closed", pk)
    return closed


def _mark(attempt_id: int) -> Attempt:
    """Marks a claimed attempt by its key; inside the claim's transaction, so that no answer comes between. Where people mark some of
    its questions, it waits for them without a result."""
    attempt = Attempt.objects.select_related("sitting").get(pk=attempt_id)
    rows = Response.objects.filter(attempt_id=attempt_id).values_list("number", "value")
    sheet = {number: json.loads(value) for number, value in rows}
    key = form_key(attempt.form_id)
    marked = sheet_mark(key, sheet)
    now = timezone.now()
    if marked.waiting:
        marks_write(attempt_id=attempt_id, marks=marked.marks, now=now)
        answers_queue(attempt=attempt, numbers=marked.waiting, key=key)
        Attempt.objects.filter(pk=attempt_id).update(state=Attempt.State.MARKING)
        attempt.state = Attempt.State.MARKING
        return attempt
    finish(attempt, marked.marks, totals_of(key, {mark.number: mark.score for mark in marked.marks}), now)
    return attempt


def finish(attempt: Attempt, marks: Iterable[QuestionMark], totals: Totals, now: datetime) -> None:
    """Every mark is in: the result, in the caller's transaction. `marks` are those that are not written yet."""
    sitting = attempt.sitting
    result_write(
        attempt_id=attempt.pk,
        marks=marks,
        totals=totals,
        passed=totals.score >= sitting.pass_mark,
        hold="" if queries.result_released(sitting, now) else hold_of(sitting.pk),
        now=now,
    )
    attempt.state = Attempt.State.MARKED
