"""投诉建议: sent by anybody, handed on to whoever can answer, answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from acts import Refused
from audit.services import record
from notices.services import notice_send
from people.access import handlers_for
from people.assignments import current_assignments
from people.models import Feedback, RoleGrant
from people.tree import ancestor_paths

if TYPE_CHECKING:
    from people.models import Organisation, User


def feedback_send(*, actor: User | None, text: str, contact: str, page: str) -> Feedback:
    """Without an actor it belongs to no unit, and those who administer the whole tree see it."""
    unit = _unit_of(actor) if actor is not None else None
    with transaction.atomic():
        feedback = Feedback.objects.create(
            author=actor, organisation=unit, text=text, contact=contact[:80], page=page[:300]
        )
        record(actor=actor, action="feedback.send", target=f"feedback:{feedback.code}")
        for user_id in _nearest_administrators(unit):
            notice_send(
                user_id=user_id,
                kind="feedback_sent",
                key=f"feedback-sent:{feedback.code}",
                parameters={"code": feedback.code},
            )
    return feedback


def feedback_hand_on(*, actor: User, feedback: Feedback, handler: User, note: str) -> None:
    """Raises Refused."""
    if not handlers_for(actor, feedback).filter(pk=handler.pk).exists():
        raise Refused(_("不能转办给此人：只能转给管理这个单位的管理员或主管。"))
    with transaction.atomic():
        changed = (
            Feedback.objects.filter(pk=feedback.pk)
            .exclude(state=Feedback.State.ANSWERED)
            .update(state=Feedback.State.HANDED_ON, handler=handler, hand_on_note=note)
        )
        if not changed:
            raise Refused(_("这条投诉建议已有答复，不能再转办。"))
        entry = record(actor=actor, action="feedback.hand_on", target=f"feedback:{feedback.code}")
        notice_send(
            user_id=handler.pk,
            kind="feedback_handed_on",
            key=f"feedback-handed-on:{feedback.code}:{entry.pk}",
            parameters={"code": feedback.code, "note": note},
        )


def feedback_reply(*, actor: User, feedback: Feedback, reply: str) -> None:
    """Answered once; the author is told. Raises Refused."""
    with transaction.atomic():
        changed = (
            Feedback.objects.filter(pk=feedback.pk)
            .exclude(state=Feedback.State.ANSWERED)
            .update(state=Feedback.State.ANSWERED, reply=reply, replied_by=actor, replied_at=timezone.now())
        )
        if not changed:
            raise Refused(_("这条投诉建议已有答复。您写的没有发出，请先看已有的答复。"))
        record(actor=actor, action="feedback.reply", target=f"feedback:{feedback.code}")
        if feedback.author_id is not None:
            notice_send(
                user_id=feedback.author_id,
                kind="feedback_answered",
                key=f"feedback-answered:{feedback.code}",
                parameters={},
            )


def _unit_of(account: User) -> Organisation | None:
    """Where the person stands, or works."""
    assignment = current_assignments().filter(member__user=account, is_main=True).select_related("organisation").first()
    if assignment is not None:
        return assignment.organisation
    grant = (
        RoleGrant.objects.filter(user=account, revoked_at__isnull=True)
        .select_related("organisation")
        .order_by("organisation__depth", "organisation__path")
        .first()
    )
    return grant.organisation if grant is not None else None


def _nearest_administrators(unit: Organisation | None) -> list[int]:
    """Those with the smallest subtree around the unit: the city is not told what its town will answer."""
    grants = RoleGrant.objects.filter(
        role=RoleGrant.Role.ADMINISTRATOR, revoked_at__isnull=True, user__is_active=True
    ).order_by("-organisation__depth")
    if unit is None:
        grants = grants.filter(organisation__depth=1)
    else:
        grants = grants.filter(organisation__path__in=ancestor_paths(unit.path))
    rows = list(grants.values_list("user_id", "organisation__depth"))
    return sorted({user_id for user_id, depth in rows if depth == rows[0][1]})
