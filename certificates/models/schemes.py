from __future__ import annotations

from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Post
from people.owning import Owned

if TYPE_CHECKING:
    from datetime import date


class Scheme(Owned):
    """认证方案: for whom it is (the posts, in the owner's subtree), how long its certificate is valid, what is printed. What must be fulfilled for it is a tree of
    requirements (models/requirements.py)."""

    class RenewalFrom(models.TextChoices):
        ISSUE = "issue", _("从换证之日起算")
        OLD_END = "old_end", _("从原证书到期之日起算")

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    title = models.CharField(_("名称"), max_length=100)
    letters = models.CharField(
        _("编号字头"),
        max_length=4,
        validators=[RegexValidator(r"^[A-HJ-NP-Z]{2,4}$", _("请用2到4个大写字母，不用 I 和 O。"))],
    )
    region_code = models.CharField(
        _("行政区划代码"), max_length=6, validators=[RegexValidator(r"^\d{6}$", _("请填写6位数字的行政区划代码。"))]
    )
    issuer = models.CharField(_("发证机关"), max_length=40)
    posts = models.ManyToManyField(Post, blank=True, related_name="schemes", verbose_name=_("适用岗位（不选为全部）"))
    validity_months = models.PositiveSmallIntegerField(_("有效期（月）"), default=36)
    renewal_days = models.PositiveSmallIntegerField(_("到期前多少天提醒"), default=90)
    renewal_from = models.CharField(_("换证后的有效期"), max_length=8, choices=RenewalFrom, default=RenewalFrom.ISSUE)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("认证方案")
        verbose_name_plural = _("认证方案")
        constraints = [
            models.CheckConstraint(condition=Q(validity_months__gte=1), name="scheme_validity_positive"),
            models.CheckConstraint(
                condition=Q(renewal_from__in=["issue", "old_end"]), name="scheme_renewal_from_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def valid_until(self, issued_on: date, previous_end: date | None = None) -> date:
        """The last day. `previous_end` is that of the certificate which is replaced while it is in force."""
        begins = issued_on
        if previous_end is not None and previous_end >= issued_on and self.renewal_from == self.RenewalFrom.OLD_END:
            begins = previous_end + relativedelta(days=1)
        anniversary = begins + relativedelta(months=self.validity_months)
        # From 29 February for 36 months there is no anniversary: the month's last day is the last day, none is taken away.
        return anniversary if anniversary.day < begins.day else anniversary - relativedelta(days=1)
