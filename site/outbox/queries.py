from __future__ import annotations

from typing import TYPE_CHECKING

from outbox.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterable


def untold(*, topic: str, subjects: Iterable[int]) -> set[int]:
    """Those of which the layers above have still to hear, held ones included."""
    return set(Event.objects.filter(topic=topic, subject__in=subjects).values_list("subject", flat=True))


def holds(beginning: str) -> list[str]:
    """What events wait for, of the holds that begin so. One read of the index of held events."""
    held = Event.objects.exclude(hold="").filter(hold__startswith=beginning)
    return list(held.order_by("hold").values_list("hold", flat=True).distinct())
