from __future__ import annotations

import logging
import secrets
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from jobs.services import task_send
from outbox.models import Event
from outbox.registry import topic_named, topics

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

logger = logging.getLogger(__name__)

# For a statement that makes the subjects itself, so that none of them waits yet: to be followed by a relation with their ids.
PUT_SQL = "INSERT INTO outbox_event (topic, subject, hold) SELECT %(topic)s, id, %(hold)s FROM "
BATCH = 100
# A claim of a teller that has not begun to tell for this long is another's; one that tells holds its rows locked.
CLAIM_LASTS = timedelta(seconds=30)
ROUND_SECONDS = 20.0
LONGEST_WAIT = timedelta(hours=1)
NUDGE_SECONDS = 1.0
_nudged: dict[str, float] = {}


def outbox_put(*, topic: str, subject: int, hold: str = "") -> None:
    """Tell the layers above of `subject` once the surrounding transaction is committed, and `hold` (if any) is released.

    One statement. Put twice before it is told, it is told once, and the last `hold` counts.
    """
    outbox_put_many(topic=topic, subjects=[subject], hold=hold)


def outbox_put_many(*, topic: str, subjects: Iterable[int], hold: str = "") -> None:
    urgent = topic_named(topic).urgent
    # In one order, so that two writers of the same subjects wait for each other and never in a circle.
    events = [Event(topic=topic, subject=subject, hold=hold) for subject in sorted(set(subjects))]
    if not events:
        return
    # An update, where doing nothing would do: it locks the row. A teller then leaves it until this transaction is committed,
    # and cannot tell the state from before.
    Event.objects.bulk_create(
        events,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["topic", "subject", "claim"],
        update_fields=["hold"],
    )
    if urgent and not hold:
        _nudge(topic)


def outbox_release(*, hold: str) -> int:
    """Let go what waits for `hold`. What is put under it later waits for the next release. Returns how many were let go."""
    held = Event.objects.filter(hold=hold)
    urgent = [topic for topic in held.values_list("topic", flat=True).distinct() if topic_named(topic).urgent]
    released = held.update(hold="", due_at=timezone.now())
    for topic in urgent:
        _nudge(topic)
    return released


def _nudge(topic: str) -> None:
    """Once a second from each process at most: on an exam day the round that follows takes what came in between."""

    def send() -> None:
        now = time.monotonic()
        if now - _nudged.get(topic, -NUDGE_SECONDS) >= NUDGE_SECONDS:
            _nudged[topic] = now
            task_send("outbox.tasks.tell", topic)

    transaction.on_commit(send)


def outbox_tell(*, topic: str | None = None, seconds: float = ROUND_SECONDS) -> int:
    """Tell what is due, of one topic or of all, the longest waiting first; stop after `seconds`. Returns how many were told.

    Any number of tellers may run at once. One that dies leaves its events to the next when its claim ends.
    """
    end = time.monotonic() + seconds
    names = [topic] if topic else sorted(topics())
    told = 0
    while names and time.monotonic() < end:
        for name in list(names):
            claim, subjects = _claim(name)
            if subjects:
                told += _tell_batch(name, claim, subjects)
            if len(subjects) < BATCH:
                names.remove(name)
    return told


def _claim(topic: str) -> tuple[str, list[int]]:
    """Take the next due events in a short transaction of its own; a put that meets one of them then makes a new row."""
    claim = secrets.token_hex(8)
    with transaction.atomic():
        # Not the database's now: SQLite's has no microseconds, and what is due this moment would lie in its future.
        due = Event.objects.filter(topic=topic, hold="", due_at__lte=timezone.now()).order_by("due_at", "id")
        taken = list(due.select_for_update(skip_locked=True).values_list("pk", "subject")[:BATCH])
        newest = {subject: pk for pk, subject in sorted(taken)}
        overtaken = [pk for pk, subject in taken if newest[subject] != pk]
        if overtaken:
            Event.objects.filter(pk__in=overtaken).delete()
        if newest:
            Event.objects.filter(pk__in=newest.values()).update(claim=claim, due_at=timezone.now() + CLAIM_LASTS)
    return claim, list(newest)


def _tell_batch(topic: str, claim: str, subjects: Sequence[int]) -> int:
    """All at once; one by one where that fails, so that the trouble with one subject holds up no other."""
    try:
        return _tell(topic, claim, subjects)
    except Exception as error:  # noqa: BLE001 - receivers are other apps' code
        if len(subjects) > 1:
            return sum(_tell_batch(topic, claim, [subject]) for subject in subjects)
        _put_behind(topic, claim, subjects[0], error)
        return 0


def _tell(topic: str, claim: str, subjects: Sequence[int]) -> int:
    with transaction.atomic():
        # Locked until the end: another teller passes these by however long the receivers take. Those that it has taken
        # before carry its claim and are not told here.
        mine = Event.objects.filter(topic=topic, claim=claim, subject__in=subjects).select_for_update()
        events = list(mine.order_by("due_at", "id").values_list("pk", "subject"))
        if not events:
            return 0
        Event.objects.filter(pk__in=[pk for pk, _subject in events]).delete()
        due = _without_waiting(topic, [subject for _pk, subject in events])
        for receiver in topic_named(topic).receivers.values() if due else ():
            receiver(due)
        return len(due)


def _without_waiting(topic: str, subjects: list[int]) -> list[int]:
    """Those that may be told; the others go back under what they wait for."""
    waiting = topic_named(topic).waiting
    held = waiting(subjects) if waiting is not None else {}
    for hold in sorted(set(held.values())):
        outbox_put_many(topic=topic, subjects=[subject for subject in held if held[subject] == hold], hold=hold)
    return [subject for subject in subjects if subject not in held]


def _put_behind(topic: str, claim: str, subject: int, error: Exception) -> None:
    """Wait 10 seconds, 20, 40, up to an hour. The first failure is logged with its trace, the error of the last one is kept."""
    event = Event.objects.filter(topic=topic, claim=claim, subject=subject).first()
    if event is None:
        return
    wait = min(timedelta(seconds=10 * 2 ** min(event.failures, 10)), LONGEST_WAIT)
    Event.objects.filter(pk=event.pk).update(
        failures=F("failures") + 1 if event.failures < 30_000 else event.failures,
        last_error=f"{type(error).__name__}: {error}".replace("\0", "")[:500],  # PostgreSQL keeps no NUL
        due_at=timezone.now() + wait,
    )
    if not event.failures:
        logger.error("%s %s could not be told; it is tried again", topic, subject, exc_info=error)
