"""A result that its candidate may not know yet waits in the outbox, under its sitting's hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exams import queries
from exams.models import Result, Sitting
from outbox.queries import holds
from outbox.services import outbox_release

if TYPE_CHECKING:
    from collections.abc import Sequence

SITTING = "sitting:"


def hold_of(sitting_id: int) -> str:
    return f"{SITTING}{sitting_id}"


def results_release() -> int:
    """Let go the results of sittings that are over. Gives back how many that were. One statement when none is held."""
    held = [int(hold.removeprefix(SITTING)) for hold in holds(SITTING)]
    over = queries.sittings_over().filter(pk__in=held) if held else Sitting.objects.none()
    return sum(outbox_release(hold=hold_of(pk)) for pk in list(over.values_list("pk", flat=True)))


def results_waiting(subjects: Sequence[int]) -> dict[int, str]:
    """Result -> its sitting's hold, for those that may not be known now: a sitting may have been prolonged since they were let go.

    The sittings stay locked until the receivers are done, so that what they may know does not change under them.
    """
    late = Sitting.objects.filter(release=Sitting.Release.AFTER_CLOSE, attempts__result__in=subjects).values("pk")
    if not list(Sitting.objects.select_for_update().filter(pk__in=late).order_by("pk").values_list("pk")):
        return {}
    told = queries.released_results().filter(pk__in=subjects).values("pk")
    waiting = Result.objects.filter(pk__in=subjects).exclude(pk__in=told)
    return {pk: hold_of(sitting) for pk, sitting in waiting.values_list("pk", "attempt__sitting_id")}
