from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, IntegerField, Subquery
from django.db.models.functions import Coalesce

from notices.models import Notice, collect

if TYPE_CHECKING:
    from django.db.models import OuterRef

SHOWN = 20


def unread_number(user: OuterRef) -> Coalesce:
    """How many notices a person has not read, as a part of the query that reads the account."""
    unread = Notice.objects.filter(user=user, read_at=None).order_by().values("user")
    return Coalesce(Subquery(unread.annotate(number=Count("pk")).values("number")), 0, output_field=IntegerField())


def notices_shown(*, user_id: int) -> list[Notice]:
    """With what their texts tell. The newest unread ones first; those that were read fill the page up."""
    mine = Notice.objects.filter(user_id=user_id).order_by("-created_at")
    unread = list(mine.filter(read_at=None)[:SHOWN])
    shown = unread + list(mine.filter(read_at__isnull=False)[: SHOWN - len(unread)])
    collect(shown)
    return shown
