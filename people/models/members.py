from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.masking import masked_name, masked_phone
from people.models.codes import public_code
from people.models.organisation import Organisation
from people.models.posts import Post

if TYPE_CHECKING:
    from datetime import date


class Member(models.Model):
    """A person of the roster. One account each; leaving ends the assignments and closes the account, nothing is deleted."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="member")
    code = models.CharField(max_length=32, unique=True, default=public_code, editable=False)
    number = models.CharField(_("工号"), max_length=32, unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    phone = models.CharField(_("手机号"), max_length=20, blank=True, default="")
    entered_on = models.DateField(_("入职日期"), null=True, blank=True)
    left_on = models.DateField(_("离岗日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("成员")
        verbose_name_plural = _("成员")
        constraints = [
            models.UniqueConstraint(fields=["phone"], condition=~Q(phone=""), name="member_phone_is_one_persons"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(entered_on__isnull=True) | Q(left_on__gte=F("entered_on")),
                name="member_leaves_after_entering",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def masked_name(self) -> str:
        return masked_name(self.name)

    @property
    def masked_phone(self) -> str:
        return masked_phone(self.phone)


class Assignment(models.Model):
    """Who held which post where, from when to when. A move ends one row and begins another.

    A member may hold several at once; whoever holds any has exactly one main one. The database sees to "at most one", the
    services that write assignments to "at least one".
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="assignments")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="assignments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="assignments")
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)
    is_main = models.BooleanField(_("主岗"), default=True)  # of one that has ended: whether it was to the last

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(ends_on__isnull=True, is_main=True),
                name="assignment_one_current_main_per_member",
            ),
            models.UniqueConstraint(
                fields=["member", "post", "organisation"],
                condition=Q(ends_on__isnull=True),
                name="assignment_held_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="assignment_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "post"], condition=Q(ends_on__isnull=True), name="assignment_current"),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.post} {self.organisation}"

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)
