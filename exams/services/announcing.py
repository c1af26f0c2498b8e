"""Telling the upper layers what was marked, as soon as the candidates themselves may know it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from exams import queries
from exams.models import Attempt, Result, Sitting
from exams.signals import attempt_marked, members_marked

if TYPE_CHECKING:
    from datetime import datetime

logger = logging.getLogger(__name__)


def sittings_release(*, now: datetime | None = None) -> int:
    """Hand the results of sittings that are over to the sweep that announces them. Gives back how many sittings that were.

    Nobody is writing there, and marking belongs to the end of writing, so that no withheld result comes after this."""
    over = Sitting.objects.filter(
        Q(state=Sitting.State.CLOSED) | Q(closes_at__lt=now or timezone.now()),
        ~Exists(Attempt.objects.filter(sitting=OuterRef("pk"), state=Attempt.State.OPEN)),
        release=Sitting.Release.AFTER_CLOSE,
        results_released=False,
    )
    released = 0
    for pk in list(over.values_list("pk", flat=True)):
        with transaction.atomic():
            if over.filter(pk=pk).update(results_released=True):
                Result.objects.filter(attempt__sitting_id=pk, withheld=True).update(withheld=False)
                released += 1
    return released


def results_announce(*, most: int = 200) -> int:
    """Send attempt_marked for released results whose commit nobody has heard of. Sent again when a process died before it was noted,
    so receivers are safe to run twice; a result whose receiver fails waits behind the others and is tried again."""
    sittings_release()
    waiting = (
        queries.released_results()
        .filter(announced_at__isnull=True, withheld=False)
        .select_related("attempt__sitting", "attempt__member")
        .order_by("announce_failures", "marked_at")[:most]
    )
    heard = [
        result
        for result in waiting
        if _heard(result, attempt_marked.send_robust(sender=Attempt, attempt=result.attempt))
    ]
    told = [result.pk for result in _members_told(heard)]
    return Result.objects.filter(pk__in=told, announced_at__isnull=True).update(announced_at=timezone.now())


def _heard(result: Result, outcomes: list[tuple[Any, Any]]) -> bool:
    failed = [(receiver, answer) for receiver, answer in outcomes if isinstance(answer, Exception)]
    for receiver, answer in failed:
        logger.error("%s failed for attempt %s", receiver, result.attempt.code, exc_info=answer)
    if failed:
        Result.objects.filter(pk=result.pk).update(announce_failures=F("announce_failures") + 1)
    return not failed


def _members_told(results: list[Result]) -> list[Result]:
    """All at once; one by one where that fails, so that the trouble with one member holds up nobody else."""
    if not results:
        return []
    members = sorted({result.attempt.member_id for result in results})
    outcomes = members_marked.send_robust(sender=Attempt, member_ids=members)
    if len(results) == 1:
        return results if _heard(results[0], outcomes) else []
    if any(isinstance(answer, Exception) for _receiver, answer in outcomes):
        return [told for result in results for told in _members_told([result])]
    return results
