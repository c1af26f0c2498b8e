"""The line of answers that wait for a person, and the claim that gives an answer to one marker at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from exams.models import AnswerToMark, Attempt

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from django.db.models import QuerySet

    from people.models import User

CLAIM = timedelta(minutes=20)  # an answer of 5,000 characters is read in ten
TRIED_AT_ONCE = 50  # more than markers of one sitting press the button at the same moment


def answers_queue(*, attempt: Attempt, numbers: Iterable[int], key: dict[str, Any]) -> None:
    """In the hand-in's transaction."""
    submitted_at = attempt.submitted_at or timezone.now()
    AnswerToMark.objects.bulk_create(
        AnswerToMark(
            attempt=attempt,
            number=number,
            question_id=key[str(number)]["question"],
            part=key[str(number)].get("part", 1),
            sitting_id=attempt.sitting_id,
            submitted_at=submitted_at,
        )
        for number in numbers
    )


def free(now: datetime) -> Q:
    """Neither marked nor in somebody's hands."""
    return Q(marked_at__isnull=True) & (Q(marker__isnull=True) | Q(claimed_until__lte=now))


def others_than_own(actor: User) -> QuerySet[AnswerToMark]:
    """Nobody marks their own paper, nor reads here what it is marked by."""
    return AnswerToMark.objects.exclude(attempt__in=Attempt.objects.filter(member__user=actor.pk).values("pk"))


def answer_claim(*, actor: User, answers: QuerySet[AnswerToMark]) -> AnswerToMark | None:
    """The answer among `answers` that the actor already has, or else the one that waits longest. None when all are marked or in
    other hands."""
    now = timezone.now()
    until = now + CLAIM
    unmarked = answers.filter(marked_at__isnull=True)
    held = unmarked.filter(marker=actor, claimed_until__gt=now).order_by("submitted_at", "pk").first()
    if held is not None and AnswerToMark.objects.filter(
        pk=held.pk, marker=actor, claimed_until__gt=now, marked_at__isnull=True
    ).update(claimed_until=until):
        return held
    while True:
        waiting = list(unmarked.filter(free(now)).order_by("submitted_at", "pk")[:TRIED_AT_ONCE])
        for answer in waiting:
            if AnswerToMark.objects.filter(free(now), pk=answer.pk).update(marker=actor, claimed_until=until):
                return answer
        if not waiting:
            return None


def answer_put_back(*, actor: User, answer: AnswerToMark) -> bool:
    """Whether it was in the actor's hands."""
    return bool(
        AnswerToMark.objects.filter(pk=answer.pk, marker=actor, marked_at__isnull=True).update(
            marker=None, claimed_until=None
        )
    )
