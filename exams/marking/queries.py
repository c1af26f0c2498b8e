"""What waits for a marker. Candidates are nameless here: nothing reads a member."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Min, Q
from django.utils import timezone

from exams.marking.access import answers_for, answers_in_scope
from exams.marking.ahead import ahead_sentence, questions_ahead
from exams.marking.queue import free
from exams.models import AnswerToMark, Attempt, Mark, Question, Response, Sitting, marks_text
from exams.papers import form_entries, form_key, stem_text
from exams.types import type_for

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from people.models import User

CHANGEABLE_SHOWN = 50


def waiting_for(actor: User) -> QuerySet[AnswerToMark]:
    """Not marked, and not in other hands. Served by the partial index of what waits, however much is marked."""
    return answers_for(actor).filter(free(timezone.now()) | Q(marker=actor, marked_at__isnull=True))


def waiting_number(actor: User) -> int:
    return waiting_for(actor).count()


def withheld_from(actor: User, sitting: Sitting | None = None) -> list[str]:
    """Why answers that wait are not given to the actor, a sentence for each sitting that is to be handed in first."""
    ahead = questions_ahead(actor)
    if not ahead:
        return []
    answers = answers_in_scope(actor).filter(marked_at__isnull=True, question__lineage__in=list(ahead))
    if sitting is not None:
        answers = answers.filter(sitting=sitting)
    lineages = answers.order_by().values_list("question__lineage", flat=True).distinct()
    return [ahead_sentence(title) for title in sorted({ahead[lineage] for lineage in lineages})]


def sittings_waiting(actor: User) -> QuerySet[AnswerToMark, Any]:
    """One line for each sitting, that of the oldest answer first; `sittings_named` gives their names."""
    return (
        waiting_for(actor)
        .values("sitting_id")
        .annotate(waiting=Count("pk"), oldest=Min("submitted_at"))
        .order_by("oldest", "sitting_id")
    )


@dataclass(frozen=True)
class SittingWaiting:
    code: str
    title: str
    waiting: int
    oldest: datetime


def sittings_named(rows: list[dict[str, Any]]) -> list[SittingWaiting]:
    held = Sitting.objects.only("code", "title").in_bulk([row["sitting_id"] for row in rows])
    return [
        SittingWaiting(
            code=held[row["sitting_id"]].code,
            title=held[row["sitting_id"]].title,
            waiting=row["waiting"],
            oldest=row["oldest"],
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Progress:
    marked: int
    total: int

    @property
    def left(self) -> int:
        return self.total - self.marked


def progress_of(sitting: Sitting) -> Progress:
    """Over all markers."""
    return Progress(
        **AnswerToMark.objects.filter(sitting=sitting).aggregate(
            marked=Count("pk", filter=Q(marked_at__isnull=False)), total=Count("pk")
        )
    )


@dataclass(frozen=True)
class QuestionWaiting:
    question_id: int
    part: int
    in_parts: bool
    stem: str
    kind: str
    waiting: int  # for this marker
    marked: int
    total: int


def questions_of(actor: User, sitting: Sitting) -> list[QuestionWaiting]:
    """The questions of a sitting that people mark, of whichever form, those that wait first."""
    is_waiting = free(timezone.now()) | Q(marker=actor, marked_at__isnull=True)
    rows = list(
        answers_for(actor)
        .filter(sitting=sitting)
        .values("question_id", "part")
        .annotate(
            waiting=Count("pk", filter=is_waiting),
            marked=Count("pk", filter=Q(marked_at__isnull=False)),
            total=Count("pk"),
        )
        .order_by("question_id", "part")
    )
    asked: dict[int, Any] = (
        Question.objects.non_polymorphic().only("stem", "kind", "numbers").in_bulk([row["question_id"] for row in rows])
    )
    lines = [
        QuestionWaiting(
            stem=asked[row["question_id"]].stem,
            kind=type_for(asked[row["question_id"]].kind).title,
            in_parts=asked[row["question_id"]].numbers > 1,
            **row,
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: not line.waiting)


@dataclass(frozen=True)
class Changeable:
    code: str
    number: int
    marked_at: datetime
    score: str


def changeable_by(actor: User, sitting: Sitting) -> list[Changeable]:
    """What the actor has marked and may still change, the newest first."""
    rows = list(
        answers_for(actor)
        .filter(sitting=sitting, marker=actor, marked_at__isnull=False, attempt__state=Attempt.State.MARKING)
        .order_by("-marked_at", "-pk")[:CHANGEABLE_SHOWN]
    )
    marks = Mark.objects.filter(attempt__in={row.attempt_id for row in rows}).order_by("round")
    scores = {(mark.attempt_id, mark.number): mark.score for mark in marks}
    return [
        Changeable(row.code, row.number, row.marked_at, marks_text(scores[row.attempt_id, row.number]))
        for row in rows
        if row.marked_at is not None
    ]


@dataclass(frozen=True)
class Shown:
    """An answer beside what it is marked by."""

    number: int
    kind: str
    stem: str
    answer: str
    is_empty: bool
    criteria: tuple[str, ...]
    explanation: str
    most: str
    step: int  # in hundredths of a mark, as is `choices`
    choices: tuple[str, ...]  # empty where they would be too many to choose among
    points: str  # the mark that it has
    comment: str
    is_changeable: bool
    is_others: bool


MOST_CHOICES = 21


def answer_shown(actor: User, answer: AnswerToMark) -> Shown:
    form_id, number = answer.attempt.form_id, answer.number
    entry, about = form_entries(form_id)[number], form_key(form_id)[str(number)]
    kind = type_for(entry["type"])
    text = Response.objects.filter(attempt=answer.attempt, number=number).values_list("value", flat=True).first()
    value = json.loads(text) if text is not None else None
    mark = Mark.objects.filter(attempt=answer.attempt, number=number).order_by("-round").first()
    most = about["marks"]
    scores = [*range(0, most, kind.step), most]
    in_hand = answer.marked_at is not None or (answer.claimed_until or timezone.now()) > timezone.now()
    return Shown(
        number=number,
        kind=kind.title,
        stem=stem_text(entry),
        answer=kind.in_words(entry, value),
        is_empty=value is None,
        criteria=kind.criteria(entry, about["key"]),
        explanation=about["explanation"],
        most=marks_text(most),
        step=kind.step,
        choices=tuple(marks_text(score) for score in scores) if len(scores) <= MOST_CHOICES else (),
        points=marks_text(mark.score) if mark is not None else "",
        comment=mark.comment if mark is not None else "",
        is_changeable=answer.attempt.state == Attempt.State.MARKING,
        is_others=answer.marker_id not in (None, actor.pk) and in_hand,
    )
