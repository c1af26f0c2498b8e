from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from acts import Refused
from audit.services import record
from outbox.services import outbox_put
from people.assignments import current_assignments
from people.models import Member
from people.services.accounts import check_manageable
from people.services.closing import account_shut

if TYPE_CHECKING:
    from datetime import date

    from people.models import User


def member_leave(*, actor: User, member: Member, on: date) -> None:
    """The member leaves the post: all that they hold ends, the account closes, the record stays. Raises Refused."""
    check_manageable(actor, member.user)
    if on > timezone.localdate():
        raise Refused(_("离岗日期不能晚于今天。请到当天再登记。"))
    with transaction.atomic():
        held = Member.objects.select_for_update().select_related("user").get(pk=member.pk)
        if held.left_on is not None:
            raise Refused(_("此人已于 %(day)s 离岗，无需重复登记。") % {"day": held.left_on.isoformat()})
        current = current_assignments().filter(member=held)
        began = current.aggregate(last=Max("starts_on"))["last"]
        earliest = max((day for day in (held.entered_on, began) if day), default=on)
        if on < earliest:
            raise Refused(_("离岗日期不能早于任职开始的 %(day)s。") % {"day": earliest.isoformat()})
        current.update(ends_on=on)
        held.left_on = on
        held.save(update_fields=["left_on"])
        account_shut(actor=actor, account=held.user)
        record(actor=actor, action="member.leave", target=f"member:{held.code}", detail={"on": on.isoformat()})
        outbox_put(topic="people.members", subject=held.pk)
