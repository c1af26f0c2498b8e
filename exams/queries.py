"""Reads for the candidate's pages. Trainers' lists are in exams/cms/."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.urls import reverse
from django.utils import timezone

from courses.models import CoursePage, Enrolment
from exams.eligibility import Barrier, Eligibility, Facts, eligibility
from exams.marking import ClauseScore
from exams.models import Attempt, ExtraTime, Response, Result, ResultClause, Sitting
from exams.papers import form_document, posts_named
from exams.tokens import token_for
from people.assignments import current_assignments
from people.audience import Audience
from people.models import Member
from people.tree import within

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

    from exams.models import Exam
    from people.models import Organisation


@dataclass(frozen=True)
class Entry:
    """A member before a sitting: may they start, and is an attempt under way."""

    sitting: Sitting
    facts: Facts
    eligibility: Eligibility
    open_attempt: str  # its code, "" when none

    @property
    def is_hidden(self) -> bool:
        """Somebody else's sitting, and one that is still being prepared, do not exist for the member."""
        if self.facts.attempts_used:
            return False
        return self.eligibility.barrier in (Barrier.NOT_OPENED, Barrier.AUDIENCE)


def _with_facts(sittings: QuerySet[Sitting], member: Member) -> QuerySet[Sitting]:
    """All that eligibility asks, in the query of the sittings themselves."""
    held = current_assignments().filter(member=member)
    in_unit = held.filter(within(OuterRef("organisation__path"), "organisation__path"))
    on_post = held.filter(within(OuterRef(OuterRef("organisation__path")), "organisation__path"))
    attempts = Attempt.objects.filter(sitting=OuterRef("pk"), member=member)
    named = Sitting.posts.through.objects.filter(sitting=OuterRef("pk"))
    counted = attempts.order_by().values("sitting").annotate(n=Count("pk")).values("n")
    return sittings.select_related("organisation").annotate(
        in_audience=(~Exists(named) & Exists(in_unit)) | Exists(named.filter(post_id__in=on_post.values("post_id"))),
        attempts_used=Subquery(counted),
        has_passed=Exists(attempts.filter(result__passed=True)),
        open_attempt=Subquery(attempts.filter(state=Attempt.State.OPEN).values("code")[:1]),
        extra_percent=Subquery(ExtraTime.objects.filter(member=member).values("percent")[:1]),
        course_done=Exists(
            Enrolment.objects.filter(member=member, course=OuterRef("course"), completed_at__isnull=False)
        ),
        course_name=F("course__title"),
    )


def _in_audience(sitting: Sitting, held: Iterable[tuple[str, int]], named: Collection[int]) -> bool:
    """Whether one of the posts that the member holds (paths of units, posts) is asked for; unit and post go together."""
    audience = Audience(frozenset(named), sitting.organisation.path)
    return any(audience.takes(post_id, path) for path, post_id in held)


def _course_to_do(sitting: Sitting, name: str, *, in_audience: bool, is_done: bool) -> str:
    """The course that is asked for first; what would keep the member out anyway asks for none."""
    return name if sitting.course_id is not None and in_audience and not is_done else ""


def _entry_with(
    sitting: Sitting,
    now: datetime,
    *,
    in_audience: bool,
    course_title: str,
    extra_percent: int,
    attempts_used: int,
    has_passed: bool,
    open_attempt: str,
) -> Entry:
    facts = Facts(
        state=sitting.state,
        opens_at=sitting.opens_at,
        closes_at=sitting.closes_at,
        duration_minutes=sitting.duration_minutes,
        extra_percent=extra_percent,
        in_audience=in_audience,
        course_title=course_title,
        attempts_used=attempts_used,
        max_attempts=sitting.max_attempts,
        has_passed=has_passed and sitting.release != Sitting.Release.AFTER_CLOSE,  # while it is open, nobody knows
    )
    return Entry(sitting, facts, eligibility(facts, now), open_attempt)


def _entry(sitting: Any, now: datetime) -> Entry:
    """Of a sitting that brought its facts along."""
    audience = sitting.in_audience
    return _entry_with(
        sitting,
        now,
        in_audience=audience,
        course_title=_course_to_do(
            sitting, sitting.course_name or "", in_audience=audience, is_done=sitting.course_done
        ),
        extra_percent=sitting.extra_percent or 0,
        attempts_used=sitting.attempts_used or 0,
        has_passed=sitting.has_passed,
        open_attempt=sitting.open_attempt or "",
    )


def entry_of(member: Member, code: str, now: datetime) -> Entry | None:
    sitting = Sitting.objects.select_related("organisation").filter(code=code).first()
    return entry_in(member, sitting, now) if sitting is not None else None


def entry_in(member: Member, sitting: Sitting, now: datetime) -> Entry:
    """Asked for by everybody on exam day, hence in plain queries: the same as subqueries of one statement costs the web process
    and the database three times as much."""
    held = list(
        current_assignments()
        .filter(member=member)
        .values_list("organisation__path", "post_id", "member__extra_time__percent")
    )
    extra_percent: int | None
    if held:
        extra_percent = held[0][2]
    else:  # on no post any more, but the attempts from before are still to be seen
        extra_percent = ExtraTime.objects.filter(member=member).values_list("percent", flat=True).first()
    attempts = list(
        Attempt.objects.filter(sitting=sitting, member=member).values_list("state", "code", "result__passed")
    )
    named = posts_named(sitting.pk) if sitting.state != Sitting.State.DRAFT else ()
    audience = _in_audience(sitting, [(path, post_id) for path, post_id, _percent in held], named)
    to_do = ""
    if sitting.course_id is not None and audience:
        done = Enrolment.objects.filter(member=member, course_id=sitting.course_id, completed_at__isnull=False).exists()
        to_do = "" if done else CoursePage.objects.values_list("title", flat=True).get(pk=sitting.course_id)
    return _entry_with(
        sitting,
        now,
        in_audience=audience,
        course_title=to_do,
        extra_percent=extra_percent or 0,
        attempts_used=len(attempts),
        has_passed=any(passed for _state, _code, passed in attempts),
        open_attempt=next((code for state, code, _passed in attempts if state == Attempt.State.OPEN), ""),
    )


# --- the candidate's list ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SittingLine:
    """One exam as a member's task. `state`: continue, ready, upcoming, blocked, passed, failed, waiting or over."""

    title: str
    state: str
    reason: str
    url: str
    opens_at: datetime
    closes_at: datetime
    minutes: int
    left_minutes: int | None  # of the attempt under way
    score_text: str
    pass_mark_text: str
    attempts_left: int | None
    question_count: int
    course_id: int | None  # of the course that must be completed before
    exam_id: int
    failed_url: str  # of the result to learn from before the next try


LATELY = timedelta(days=60)


def sittings_for_member(member: Member) -> list[SittingLine]:
    """The member's exams, those that can be sat first. Two queries, whatever their number."""
    now = timezone.now()
    in_unit = current_assignments().filter(within(OuterRef("organisation__path"), "organisation__path"), member=member)
    concerned = Q(Exists(in_unit), closes_at__gt=now) | Q(
        pk__in=Attempt.objects.filter(member=member).values("sitting"), closes_at__gt=now - LATELY
    )
    sittings = list(
        _with_facts(
            Sitting.objects.exclude(state=Sitting.State.DRAFT).filter(concerned).order_by("closes_at"),
            member,
        )
    )
    attempts: dict[int, Attempt] = {}
    for attempt in (
        Attempt.objects.filter(member=member, sitting__in=sittings).select_related("result", "sitting").order_by("pk")
    ):
        earlier = attempts.get(attempt.sitting_id)
        if earlier is None or attempt.state == Attempt.State.OPEN or not _has_passed(earlier, now):
            attempts[attempt.sitting_id] = attempt
    lines = []
    for sitting in sittings:
        entry = _entry(sitting, now)
        if not entry.is_hidden:
            lines.append(_line(entry, attempts.get(sitting.pk), now))
    order = ["continue", "ready", "upcoming", "blocked", "waiting", "failed", "passed", "over"]
    return sorted(lines, key=lambda line: order.index(line.state))


def _has_passed(attempt: Attempt, now: datetime) -> bool:
    """And may know it: which of several attempts a list leads to must not tell it before."""
    result = getattr(attempt, "result", None)
    return result is not None and result.passed and result_released(attempt.sitting, now)


def _line(entry: Entry, attempt: Attempt | None, now: datetime) -> SittingLine:
    from exams.models import marks_text

    sitting, facts = entry.sitting, entry.facts
    result = getattr(attempt, "result", None) if attempt is not None else None
    released = result is not None and result_released(sitting, now)
    url = reverse("exams:notice", args=[sitting.code])
    score = ""
    left = None
    failed_url = ""
    reason = entry.eligibility.reason
    if entry.open_attempt and attempt is not None:
        state, url = "continue", reverse("exams:room", args=[entry.open_attempt])
        left = max(0, int((attempt.deadline - now).total_seconds() // 60))
        reason = ""
    elif released and result is not None and result.passed:
        state, url, score = "passed", reverse("exams:result", args=[attempt.code]), result.score_text  # type: ignore[union-attr]
    elif entry.eligibility.allowed:
        state = "ready"
        if released and result is not None and attempt is not None:
            score, failed_url = result.score_text, reverse("exams:result", args=[attempt.code])
    elif attempt is not None:
        url = reverse("exams:result", args=[attempt.code])
        state = "failed" if released else "waiting"
        score = result.score_text if released and result is not None else ""
    elif entry.eligibility.barrier is Barrier.TOO_LATE:
        state = "over"
    else:
        state = "upcoming" if entry.eligibility.barrier is Barrier.TOO_EARLY else "blocked"
    return SittingLine(
        title=sitting.title,
        state=state,
        reason=reason,
        url=url,
        opens_at=facts.opens_at,
        closes_at=facts.closes_at,
        minutes=facts.minutes,
        left_minutes=left,
        score_text=score,
        pass_mark_text=marks_text(sitting.pass_mark),
        attempts_left=facts.attempts_left,
        question_count=sitting.question_count,
        course_id=sitting.course_id,
        exam_id=sitting.exam_id,
        failed_url=failed_url,
    )


# --- what may be shown when -------------------------------------------------------------------------------------------


def sitting_is_over(sitting: Sitting, now: datetime) -> bool:
    """Closed or its window has passed, and nobody is writing any more: extra time may outlast the window, and ending a sitting
    early takes the time of handing in everybody's sheet."""
    has_ended = sitting.state == Sitting.State.CLOSED or now > sitting.closes_at
    return has_ended and not sitting.attempts.filter(state=Attempt.State.OPEN).exists()


def sittings_over() -> QuerySet[Sitting]:
    """`sitting_is_over` for many."""
    writing = Attempt.objects.filter(sitting=OuterRef("pk"), state=Attempt.State.OPEN)
    has_ended = Q(state=Sitting.State.CLOSED) | Q(closes_at__lt=timezone.now())
    return Sitting.objects.filter(has_ended, ~Exists(writing))


def result_released(sitting: Sitting, now: datetime) -> bool:
    return sitting.release != Sitting.Release.AFTER_CLOSE or sitting_is_over(sitting, now)


def released_results() -> QuerySet[Result]:
    """All results that their candidates may know: `result_released` for many. Nothing that a result leads to (a notice, a
    certificate, a figure) may come before it."""
    writing = Attempt.objects.filter(sitting=OuterRef("attempt__sitting"), state=Attempt.State.OPEN)
    withheld = Q(attempt__sitting__release=Sitting.Release.AFTER_CLOSE) & (
        ~(Q(attempt__sitting__state=Sitting.State.CLOSED) | Q(attempt__sitting__closes_at__lt=timezone.now()))
        | Exists(writing)
    )
    return Result.objects.filter(~withheld)


def review_released(sitting: Sitting, now: datetime) -> bool:
    if sitting.release == Sitting.Release.NEVER_REVIEW:
        return False
    return sitting.release == Sitting.Release.AT_ONCE or sitting_is_over(sitting, now)


# --- the exam room ----------------------------------------------------------------------------------------------------


def milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def candidate_text(member: Member) -> str:
    from django.utils.translation import gettext as _

    end = member.phone[-4:] or member.number[-4:]
    return _("%(name)s（尾号 %(end)s）") % {"name": member.masked_name, "end": end}


def responses_of(attempt_id: int) -> list[list[Any]]:
    rows = Response.objects.filter(attempt_id=attempt_id).order_by("number")
    return [
        [n, epoch, sequence, json.loads(value), flagged]
        for n, epoch, sequence, value, flagged in rows.values_list("number", "epoch", "sequence", "value", "flagged")
    ]


def attempt_data(attempt: Attempt, *, device_bound: bool) -> dict[str, Any]:
    """The page's JSON block and the answer to resume: one query, for the responses."""
    now = timezone.now()
    code = attempt.code
    data = {
        "code": code,
        "state": "open" if attempt.state == Attempt.State.OPEN else "submitted",
        "epoch": attempt.epoch,
        "token": token_for(attempt),
        "server_now": milliseconds(now),
        "deadline": milliseconds(attempt.deadline),
        "left": max(0, milliseconds(attempt.deadline) - milliseconds(now)),
        "duration": milliseconds(attempt.deadline) - milliseconds(attempt.started_at),
        "grace": settings.EXAM_GRACE_SECONDS * 1000,
        "candidate": candidate_text(attempt.member),
        "device_bound": device_bound,
        "responses": responses_of(attempt.pk),
        "urls": {
            "save": reverse("exams:save", args=[code]),
            "submit": reverse("exams:submit", args=[code]),
            "resume": reverse("exams:resume", args=[code]),
            "result": reverse("exams:result", args=[code]),
            "home": "/",
            "login": f"{reverse(settings.LOGIN_URL)}?next={reverse('exams:signed_in')}",
        },
    }
    if attempt.submitted_at is not None:
        data["submitted_at"] = milliseconds(attempt.submitted_at)
    return data


def paper_data(attempt: Attempt) -> dict[str, Any]:
    """The paper while it is being written; afterwards only its name, the review has its own rules."""
    document = form_document(attempt.form_id)
    if attempt.state != Attempt.State.OPEN:
        return {"title": document["title"], "total": document["total"], "sections": [], "questions": []}
    return document


# --- by clause --------------------------------------------------------------------------------------------------------


def clauses_of(result: Result) -> list[ClauseScore]:
    rows = ResultClause.objects.filter(result=result).order_by("clause_id")
    return [ClauseScore(*row) for row in rows.values_list("clause_id", "score", "max_score")]


@dataclass(frozen=True)
class FailedClause:
    clause_id: int
    number: str
    title: str
    people: int
    score: int  # of all of them together, in hundredths of a mark
    max_score: int

    @property
    def percent(self) -> int:
        return self.score * 100 // self.max_score


FEWEST_PEOPLE = 10  # below that, a figure would speak of persons


def clauses_failed(
    organisation: Organisation, *, exam: Exam | None = None, since: datetime | None = None, most: int = 50
) -> list[FailedClause]:
    """Which clauses the people of a unit and below fail, worst first: of those who work there now, from results that they may know;
    no clause of which fewer than ten people were asked.

    One statement. A town of 2,000 people with four results a year each is 8,000 results and 300,000 rows, read by
    (member, -started_at) and by (result, clause): about a second on PostgreSQL. With 5 million members it stays that for a town; a
    city of 100,000 takes a minute and the whole country an hour, so figures for those are to be prepared, not asked by a page.
    """
    people = current_assignments().filter(within(organisation.path, "organisation__path"))
    results = released_results().filter(attempt__member__in=people.values("member"))
    if exam is not None:
        results = results.filter(attempt__sitting__exam=exam)
    if since is not None:
        results = results.filter(marked_at__gte=since)
    rows = (
        ResultClause.objects.filter(result__in=results.values("pk"))
        .values("clause_id", "clause__number", "clause__title")
        .annotate(
            people=Count("result__attempt__member", distinct=True), earned=Sum("score"), possible=Sum("max_score")
        )
        .filter(people__gte=FEWEST_PEOPLE, earned__lt=F("possible"))
        .annotate(share=F("earned") * 10_000 / F("possible"))
        .order_by("share", "clause_id")
        .values_list("clause_id", "clause__number", "clause__title", "people", "earned", "possible")
    )
    return [FailedClause(*row) for row in rows[:most]]
