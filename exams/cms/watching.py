"""The live view of a sitting: who is writing, when the server last heard of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from exams.models import Attempt, Response, marks_text
from people.audience import Audience
from people.finding import people_matching

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from exams.models import Sitting
    from people.models import Post

SILENT_AFTER = timedelta(minutes=2)


@dataclass(frozen=True)
class Counts:
    entered: int
    writing: int
    silent: int
    submitted: int
    marking: int  # of those submitted: waiting for a person's marks


@dataclass(frozen=True)
class Line:
    attempt: Attempt
    state_text: str
    tone: str
    last_save: str
    left_text: str
    answered: int
    score: str


def attempts_of(sitting: Sitting, *, state: str = "", words: str = "") -> QuerySet[Any]:
    """In the order of their start, so that a row never moves by itself."""
    saved = Response.objects.filter(attempt=OuterRef("pk")).order_by().values("attempt")
    found = (
        Attempt.objects.filter(sitting=sitting)
        .select_related("member", "result")
        .annotate(
            last_save=Subquery(saved.annotate(at=Max("saved_at")).values("at")),
            answered=Subquery(
                saved.annotate(n=Count("pk", filter=~Q(value="null"))).values("n"),
            ),
        )
        .order_by("started_at", "pk")
    )
    if state == "silent":
        found = _silent(found)
    elif state == "submitted":
        found = found.exclude(state=Attempt.State.OPEN)
    elif state in Attempt.State.values:
        found = found.filter(state=state)
    if words:
        found = found.filter(people_matching(words, names=("member__name",), number="member__number"))
    return found


def _silent(attempts: QuerySet[Any]) -> QuerySet[Any]:
    since = timezone.now() - SILENT_AFTER
    return attempts.filter(state=Attempt.State.OPEN, started_at__lt=since).filter(
        Q(last_save__isnull=True) | Q(last_save__lt=since)
    )


def audience_of(sitting: Sitting, posts: list[Post]) -> int:
    """How many may sit it."""
    held = Audience.of(sitting.organisation, posts).assignments()
    return held.aggregate(people=Count("member", distinct=True))["people"]


def counts_of(sitting: Sitting) -> Counts:
    """One statement."""
    since = timezone.now() - SILENT_AFTER
    heard = Response.objects.filter(attempt=OuterRef("pk"), saved_at__gte=since).values("pk")[:1]
    figures = (
        Attempt.objects.filter(sitting=sitting)
        .annotate(heard=Subquery(heard))
        .aggregate(
            entered=Count("member", distinct=True),
            writing=Count("pk", filter=Q(state=Attempt.State.OPEN)),
            silent=Count("pk", filter=Q(state=Attempt.State.OPEN, heard__isnull=True, started_at__lt=since)),
            submitted=Count("pk", filter=~Q(state=Attempt.State.OPEN)),
            marking=Count("pk", filter=Q(state=Attempt.State.MARKING)),
        )
    )
    return Counts(**figures)


def _time(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%H:%M:%S") if moment is not None else "-"


def line_of(attempt: Any) -> Line:
    now = timezone.now()
    result = getattr(attempt, "result", None)
    if attempt.state != Attempt.State.OPEN:
        texts = {
            Attempt.ClosedBy.DEADLINE: _("到时自动交卷"),
            Attempt.ClosedBy.STAFF: _("管理员交卷"),
        }
        text, tone = texts.get(attempt.closed_by, _("已交卷")), ""
        if attempt.state == Attempt.State.MARKING:
            text = _("%(how)s，等待阅卷") % {"how": text}
        left = ""
    else:
        heard = max(filter(None, [attempt.last_save, attempt.started_at]))
        silent = now - heard > SILENT_AFTER
        text, tone = (_("超过 2 分钟没有保存"), "silent") if silent else (_("作答中"), "writing")
        minutes = max(0, int((attempt.deadline - now).total_seconds() // 60))
        left = _("还剩 %(n)s 分钟") % {"n": minutes}
    return Line(
        attempt=attempt,
        state_text=text,
        tone=tone,
        last_save=_time(attempt.last_save),
        left_text=left,
        answered=attempt.answered or 0,
        score=marks_text(result.score) if result is not None else "",
    )
