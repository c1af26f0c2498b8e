"""Whether a member may start now: yes, or the reason in the person's words. Pure; the facts come from exams.queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


class Barrier(StrEnum):
    NONE = ""
    NOT_OPENED = "not_opened"  # the trainer is still preparing it
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    AUDIENCE = "audience"
    COURSE = "course"
    ATTEMPTS = "attempts"
    PASSED = "passed"


@dataclass(frozen=True)
class Facts:
    """What eligibility depends on, read at one moment."""

    state: str
    opens_at: datetime
    closes_at: datetime
    duration_minutes: int
    extra_percent: int
    in_audience: bool
    course_title: str  # "" when no course is asked for or it is completed
    attempts_used: int
    max_attempts: int | None
    has_passed: bool  # and may know it

    @property
    def extra_minutes(self) -> int:
        return -(-self.duration_minutes * self.extra_percent // 100)

    @property
    def minutes(self) -> int:
        return self.duration_minutes + self.extra_minutes

    @property
    def attempts_left(self) -> int | None:
        return None if self.max_attempts is None else max(0, self.max_attempts - self.attempts_used)

    def deadline(self, start: datetime) -> datetime:
        """The window's end moves with a person's extra time, so that a late starter loses none of it."""
        end = self.closes_at + timedelta(minutes=self.extra_minutes)
        return min(start + timedelta(minutes=self.minutes), end)


@dataclass(frozen=True)
class Eligibility:
    barrier: Barrier
    reason: str

    @property
    def allowed(self) -> bool:
        return self.barrier is Barrier.NONE


def moment_text(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "n 月 j 日 H:i")


def eligibility(facts: Facts, now: datetime) -> Eligibility:
    if facts.state == "draft":
        return Eligibility(Barrier.NOT_OPENED, _("这场考试还没有开放。"))
    if not facts.in_audience:
        return Eligibility(Barrier.AUDIENCE, _("您不在这场考试的参加范围内。如有疑问，请联系本单位管理员。"))
    if now >= facts.closes_at:
        return Eligibility(Barrier.TOO_LATE, _("这场考试已于 %(end)s 结束。") % {"end": moment_text(facts.closes_at)})
    if facts.state == "closed":
        return Eligibility(Barrier.TOO_LATE, _("这场考试已结束。"))
    if facts.has_passed:
        return Eligibility(Barrier.PASSED, _("您已合格，不用再考。"))
    if facts.attempts_left == 0:
        return Eligibility(Barrier.ATTEMPTS, _("您的 %(n)s 次机会已用完，请联系镇管理员。") % {"n": facts.max_attempts})
    if facts.course_title:
        return Eligibility(Barrier.COURSE, _("请先学完课程“%(course)s”，再参加考试。") % {"course": facts.course_title})
    if now < facts.opens_at:
        return Eligibility(
            Barrier.TOO_EARLY, _("%(start)s 开始，到点本页自动变为可进入。") % {"start": moment_text(facts.opens_at)}
        )
    return Eligibility(Barrier.NONE, "")
