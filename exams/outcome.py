"""Result and review of an attempt, as far as the sitting's release policy lets them be seen. The only reader of keys besides
the marking: nothing here asks for a key before the policy has said yes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from content.teaching import Lesson, lessons_open_to, lessons_teaching
from exams import queries
from exams.eligibility import moment_text
from exams.following import what_follows
from exams.marking import ClauseScore, chapters_from
from exams.models import Attempt, Mark, Response, Result, Sitting, marks_text
from exams.papers import Chapter, form_clauses, form_entries, form_key, stem_text
from exams.types import Line, type_for

if TYPE_CHECKING:
    from collections.abc import Collection

    from people.models import User

LESSONS_HOLD = 30  # seconds until a lesson that was published or taken back shows beside results


@dataclass(frozen=True)
class ClauseLine:
    """A clause with what was earned on it and where it is taught."""

    number: str
    title: str
    url: str
    score: str
    max_score: str
    lessons: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ChapterLine:
    name: str
    title: str
    score: int
    max_score: int
    is_weak: bool

    @property
    def text(self) -> str:
        return f"{marks_text(self.score)}/{marks_text(self.max_score)}"


@dataclass(frozen=True)
class Outcome:
    released: bool
    waiting: str  # why there is nothing to see yet
    passed: bool
    score: str
    max_score: str
    pass_mark: str
    chapters: tuple[ChapterLine, ...]
    weak_clauses: tuple[ClauseLine, ...]
    review_url: str  # "" while the answers may not be seen
    review_when: str
    closed_how: str
    again_url: str
    again_text: str
    follows: str  # from having passed; "" when nothing does


def outcome_of(attempt: Attempt, *, actor: User) -> Outcome:
    now = timezone.now()
    sitting = attempt.sitting
    result = Result.objects.filter(attempt=attempt).first()
    released = result is not None and queries.result_released(sitting, now)
    if result is None or not released:
        return Outcome(
            released=False,
            waiting=_waiting(attempt, result, now),
            passed=False,
            score="",
            max_score="",
            pass_mark=marks_text(sitting.pass_mark),
            chapters=(),
            weak_clauses=(),
            review_url="",
            review_when="",
            closed_how=_closed_how(attempt),
            again_url="",
            again_text="",
            follows="",
        )
    can_review = queries.review_released(sitting, now)
    clauses = queries.clauses_of(result)
    again_url, again_text = _again(attempt, result, now)
    return Outcome(
        released=True,
        waiting="",
        passed=result.passed,
        score=result.score_text,
        max_score=result.max_score_text,
        pass_mark=marks_text(sitting.pass_mark),
        chapters=_chapters(result, clauses, attempt),
        weak_clauses=_weak_clauses(clauses, attempt.form_id, actor),
        review_url=reverse("exams:review", args=[attempt.code]) if can_review else "",
        review_when="" if can_review else _review_when(sitting),
        closed_how=_closed_how(attempt),
        again_url=again_url,
        again_text=again_text,
        follows=what_follows(attempt) if result.passed else "",
    )


def _lessons(form_id: int, clause_ids: Collection[int], actor: User) -> dict[int, list[tuple[str, str]]]:
    """What a person may open of the lessons that teach these clauses of a paper: [(title, address)].

    Where the paper's clauses are taught is kept: when an exam ends, thousands ask within minutes.
    """
    kept: dict[int, list[Lesson]] | None = cache.get(f"exams.lessons.{form_id}")
    if kept is None:
        kept = lessons_teaching(form_clauses(form_id))
        cache.set(f"exams.lessons.{form_id}", kept, LESSONS_HOLD)
    asked = {pk: kept[pk] for pk in clause_ids if pk in kept}
    taught = lessons_open_to(actor, asked)
    return {pk: [(lesson.title, lesson.url) for lesson in lessons] for pk, lessons in taught.items()}


def _clause_url(pk: int) -> str:
    try:
        return reverse("content:clause", args=[pk])
    except NoReverseMatch:
        return ""


def _waiting(attempt: Attempt, result: Result | None, now: datetime) -> str:
    sitting = attempt.sitting
    if result is None:
        return _("正在评分。有的题由老师阅卷，评完后在这里看成绩。")
    if now < sitting.closes_at:
        return _("成绩将在 %(when)s 之后公布。") % {"when": moment_text(sitting.closes_at)}
    return _("成绩将在全部考生交卷后公布。")


def _review_when(sitting: Sitting) -> str:
    if sitting.release == Sitting.Release.NEVER_REVIEW:
        return _("本场考试不公布答案。")
    if timezone.now() < sitting.closes_at:
        return _("本场考试 %(when)s 起可以回看。") % {"when": moment_text(sitting.closes_at)}
    return _("全部考生交卷后可以回看。")


def _closed_how(attempt: Attempt) -> str:
    moment = moment_text(attempt.submitted_at) if attempt.submitted_at is not None else ""
    if attempt.closed_by == Attempt.ClosedBy.DEADLINE:
        return _("时间到，系统已于 %(when)s 自动交卷。") % {"when": moment}
    if attempt.closed_by == Attempt.ClosedBy.STAFF:
        return _("管理员已于 %(when)s 交卷。") % {"when": moment}
    return _("已于 %(when)s 交卷。") % {"when": moment}


def _chapters(result: Result, clauses: list[ClauseScore], attempt: Attempt) -> tuple[ChapterLine, ...]:
    """A chapter is weak where the share earned is below that of the pass mark."""
    pass_mark = attempt.sitting.pass_mark
    return tuple(
        ChapterLine(
            name=str(Chapter(c.number, "")),
            title=c.title,
            score=c.score,
            max_score=c.max_score,
            is_weak=c.score * result.max_score < pass_mark * c.max_score,
        )
        for c in (chapters_from(form_key(attempt.form_id), clauses) if clauses else ())
    )


def _weak_clauses(clauses: list[ClauseScore], form_id: int, actor: User) -> tuple[ClauseLine, ...]:
    weak = {one.clause_id: one for one in clauses if one.score < one.max_score}
    if not weak:
        return ()
    taught = _lessons(form_id, weak, actor)
    return tuple(
        ClauseLine(
            number=clause.number,
            title=clause.title or clause.beginning,
            url=_clause_url(pk),
            score=marks_text(weak[pk].score),
            max_score=marks_text(weak[pk].max_score),
            lessons=tuple(taught.get(pk, ())),
        )
        for pk, clause in form_clauses(form_id).items()
        if pk in weak
    )


def _again(attempt: Attempt, result: Result, now: datetime) -> tuple[str, str]:
    """The next chance after a failed attempt."""
    if result.passed:
        return "", ""
    entry = queries.entry_in(attempt.member, attempt.sitting, now)
    if not entry.eligibility.allowed:
        return "", entry.eligibility.reason
    left = entry.facts.attempts_left
    text = (
        _("现在可以再考。")
        if left is None
        else _("还有 %(n)s 次机会，%(end)s 前可以再考。")
        % {
            "n": left,
            "end": moment_text(entry.facts.closes_at),
        }
    )
    return reverse("exams:notice", args=[attempt.sitting.code]), text


# --- review -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReviewedOption:
    text: str
    tone: str  # is-right, is-wrong or none
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ReviewedQuestion:
    """In words already: fifty questions with all their options are the longest page of an exam day, and a template that asks
    and translates for each of them takes twice as long."""

    number: int
    heading: str
    tone: str  # ok, warn, err
    verdict: str
    stem: str
    options: tuple[ReviewedOption, ...]
    is_unanswered: bool  # among options
    own: str
    right: str
    explanation: str
    clause: ClauseLine | None
    because: str
    lessons: tuple[tuple[str, str], ...]  # what the link says, address


@dataclass(frozen=True)
class Review:
    released: bool
    when: str
    questions: tuple[ReviewedQuestion, ...]
    wrong: int
    total: int


def review_of(attempt: Attempt, *, actor: User, show_all: bool) -> Review:
    """Wrong answers by clause; with `show_all` every question in the paper's order."""
    now = timezone.now()
    if not queries.review_released(attempt.sitting, now) or not queries.result_released(attempt.sitting, now):
        return Review(False, _review_when(attempt.sitting), (), 0, 0)
    key = form_key(attempt.form_id)
    entries = form_entries(attempt.form_id)
    scores: dict[int, int] = dict(
        Mark.objects.filter(attempt=attempt).order_by("number", "round").values_list("number", "score")
    )
    values: dict[int, Any] = {
        number: json.loads(value)
        for number, value in Response.objects.filter(attempt=attempt).values_list("number", "value")
    }
    if not scores:
        return Review(True, _("这份答卷只保留了成绩，没有保留每题的作答。"), (), 0, 0)
    wrong = [n for n in entries if scores.get(n, 0) < entries[n]["marks"]]
    shown = sorted(entries) if show_all else wrong
    clauses = _clauses({key[str(n)]["clause"] for n in shown}, attempt.form_id, actor)
    words = Words.now()
    questions = [_reviewed(n, entries[n], key[str(n)], values.get(n), scores.get(n, 0), clauses, words) for n in shown]
    if not show_all:
        order = {pk: place for place, pk in enumerate(clauses)}
        questions.sort(key=lambda q: (order.get(key[str(q.number)]["clause"], len(order)), q.number))
    return Review(True, "", tuple(questions), len(wrong), len(entries))


def _clauses(ids: set[int], form_id: int, actor: User) -> dict[int, ClauseLine]:
    """In the order of the standard."""
    taught = _lessons(form_id, ids, actor)
    return {
        pk: ClauseLine(
            number=clause.number,
            title=clause.title,
            url=_clause_url(pk),
            score="",
            max_score="",
            lessons=tuple(taught.get(pk, ())),
        )
        for pk, clause in form_clauses(form_id).items()
        if pk in ids
    }


@dataclass(frozen=True)
class Words:
    """What every reviewed question says again, translated once."""

    heading: str
    right: str
    partly: str
    wrong: str
    marks: str
    right_answer: str
    own_choice: str
    because: str
    learn: str

    @classmethod
    def now(cls) -> Words:
        return cls(
            heading=_("第 %(n)s 题 · %(kind)s"),
            right=_("答对"),
            partly=_("部分答对"),
            wrong=_("答错"),
            marks=_("%(score)s/%(marks)s 分"),
            right_answer="✓ " + _("正确答案"),
            own_choice=_("您的选择"),
            because=_("依据：第 %(number)s 条"),
            learn=_("去学：%(title)s"),
        )


def _option(line: Line, words: Words) -> ReviewedOption:
    return ReviewedOption(
        text=line.text,
        tone="is-right" if line.is_right else "is-wrong" if line.is_own else "",
        notes=((words.right_answer,) if line.is_right else ()) + ((words.own_choice,) if line.is_own else ()),
    )


def _reviewed(
    number: int,
    entry: dict[str, Any],
    key: dict[str, Any],
    value: Any,
    score: int,
    clauses: dict[int, ClauseLine],
    words: Words,
) -> ReviewedQuestion:
    kind = type_for(entry["type"])
    marks = words.marks % {"score": marks_text(score), "marks": marks_text(entry["marks"])}
    if score == entry["marks"]:
        tone, verdict = "ok", words.right
    else:
        tone, verdict = ("warn", words.partly) if score > 0 else ("err", words.wrong)
    shown = kind.reviewed(entry, key["key"], value)
    clause = clauses.get(key["clause"])
    return ReviewedQuestion(
        number=number,
        heading=words.heading % {"n": number, "kind": kind.title},
        tone=tone,
        verdict=f"{verdict} {marks}",
        stem=stem_text(entry),
        options=tuple(_option(line, words) for line in shown.lines),
        is_unanswered=not any(line.is_own for line in shown.lines),
        own=shown.own,
        right=shown.right,
        explanation=key["explanation"],
        clause=clause,
        because=words.because % {"number": clause.number} if clause is not None else "",
        lessons=tuple((words.learn % {"title": title}, url) for title, url in clause.lessons)
        if clause is not None
        else (),
    )
