from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from acts import Refused
from audit.services import record
from exams.models import Attempt, ExtraTime

if TYPE_CHECKING:
    from people.models import Member, User


def extra_time_grant(*, actor: User, member: Member, percent: int, reason: str) -> int:
    """More time for one person in every exam from now on, the running ones included; gives back how many those are.

    Only the kind of reason is kept, no diagnosis.
    """
    if not 1 <= percent <= 200:
        raise Refused(_("延长的比例要在 1% 到 200% 之间。"))
    if not reason.strip():
        raise Refused(_("请选择事由类别。"))
    running = 0
    with transaction.atomic():
        ExtraTime.objects.update_or_create(
            member=member, defaults={"percent": percent, "reason": reason.strip()[:60], "granted_by": actor}
        )
        for attempt in (
            Attempt.objects.select_for_update(of=("self",))
            .filter(member=member, state=Attempt.State.OPEN, extra_percent__lt=percent)
            .select_related("sitting")
        ):
            minutes = attempt.sitting.duration_minutes
            more = -(-minutes * percent // 100) - -(-minutes * attempt.extra_percent // 100)
            attempt.deadline += timedelta(minutes=more)
            attempt.extra_percent = percent
            attempt.save(update_fields=["deadline", "extra_percent"])
            running += 1
        record(actor=actor, action="extra_time.grant", target=f"member:{member.code}", detail={"percent": percent})
    return running


def extra_time_withdraw(*, actor: User, member: Member) -> None:
    """For exams not yet begun; a running one keeps its deadline."""
    with transaction.atomic():
        ExtraTime.objects.filter(member=member).delete()
        record(actor=actor, action="extra_time.withdraw", target=f"member:{member.code}")
