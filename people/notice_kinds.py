from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notices import kinds

if TYPE_CHECKING:
    from notices.kinds import Parameters


def _feedback(parameters: Parameters) -> str:
    return reverse("people:feedback", args=[parameters["code"]])


def _mine(parameters: Parameters) -> str:
    return reverse("people:feedback_mine")


kinds.register("feedback_sent", text=_("有一条新的投诉建议等待处理。"), action=_("去处理"), link=_feedback)
kinds.register("feedback_handed_on", text=_("一条投诉建议转给您办理：%(note)s"), action=_("去处理"), link=_feedback)
kinds.register("feedback_answered", text=_("您提交的投诉建议已有答复。"), action=_("看答复"), link=_mine)
kinds.register(
    "audit_broken",
    text=_("审计记录核对没有通过（记录编号 %(entry)s），可能被删改。请立即联系系统运维人员核查。"),
)
