from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notices import kinds

if TYPE_CHECKING:
    from notices.kinds import Parameters


def _award(parameters: Parameters) -> str:
    return reverse("certificates:detail", args=[parameters["code"]])


kinds.register("award_ready", text=_("您的培训合格证书已生成，编号 %(number)s。"), action=_("查看证书"), link=_award)
kinds.register(
    "award_revoked",
    text=_("您的证书 %(number)s 已被撤销。原因：%(reason)s"),
    action=_("查看证书"),
    link=_award,
)
