"""Certification schemes, awards (one certificate of one person), their numbers and revocations.

A member sees their own awards, a supervisor those of the subtree; anyone who holds the number and name, or the code of the QR,
sees the masked summary of that one award (certificates/access.py). At 5 million members with a renewal every three years: two
million awards a year; every read goes by a unique key or by (member, -issued_on), every sweep by a partial index of what is left.
"""

from __future__ import annotations

import base64
import secrets
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import CoursePage
from exams.models import Blueprint
from people.models import Member, Post, public_code


def verification_token() -> str:
    """80 random bits as 16 upper-case base32 characters: fits the QR code's alphanumeric mode, can't be guessed."""
    return base64.b32encode(secrets.token_bytes(10)).decode()


class Scheme(models.Model):
    """认证方案: what must be fulfilled for which post, how long it is valid, what is printed."""

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
    course = models.ForeignKey(
        CoursePage,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="schemes",
        verbose_name=_("须学完的课程"),
    )
    blueprint = models.ForeignKey(
        Blueprint, on_delete=models.PROTECT, related_name="schemes", verbose_name=_("须考试合格的组卷蓝图")
    )
    validity_months = models.PositiveSmallIntegerField(_("有效期（月）"), default=36)
    renewal_days = models.PositiveSmallIntegerField(_("到期前多少天提醒"), default=90)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("认证方案")
        verbose_name_plural = _("认证方案")
        constraints = [models.CheckConstraint(condition=Q(validity_months__gte=1), name="scheme_validity_positive")]

    def __str__(self) -> str:
        return self.title


class NumberLedger(models.Model):
    """The last serial of a scheme's letters, region and year. Its row is locked while a number is given: no gap, no repeat."""

    letters = models.CharField(max_length=4)
    region_code = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("证书编号台账")
        verbose_name_plural = _("证书编号台账")
        constraints = [models.UniqueConstraint(fields=["letters", "region_code", "year"], name="ledger_one_per_year")]


class Award(models.Model):
    class State(models.TextChoices):
        ISSUED = "issued", _("有效")
        SUPERSEDED = "superseded", _("已换证")
        REVOKED = "revoked", _("已撤销")

    class RenderState(models.TextChoices):
        WAITING = "waiting", _("正在生成")
        READY = "ready", _("已生成")
        REFUSED = "refused", _("无法生成")
        DEFERRED = "deferred", _("首次打开时生成")  # awards taken over in bulk: nobody waits for thousands of PDFs

    code = models.CharField(max_length=32, unique=True, default=public_code, editable=False)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="awards")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="awards")
    cycle = models.PositiveSmallIntegerField(_("第几次取证"), default=1)
    number = models.CharField(_("证书编号"), max_length=32, unique=True)
    serial = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField()
    token = models.CharField(max_length=16, unique=True, default=verification_token, editable=False)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.ISSUED)
    issued_on = models.DateField(_("发证日期"))
    valid_until = models.DateField(_("有效期至"))
    # Everything printed, frozen at issue: {"name", "body", "issuer", "post", "scheme", "edition", "demonstration"}
    printed = models.JSONField()
    # What it rests on: {"attempt", "score", "pass_mark", "edition", "course", "course_completed_on"}
    evidence = models.JSONField()
    issued_at = models.DateTimeField(auto_now_add=True)
    render_state = models.CharField(max_length=8, choices=RenderState, default=RenderState.WAITING)
    render_note = models.CharField(max_length=300, blank=True, default="")
    pdf = models.CharField(max_length=255, blank=True, default="")
    picture = models.CharField(max_length=255, blank=True, default="")
    pdf_sha256 = models.CharField(max_length=64, blank=True, default="")
    drawn_as = models.CharField(max_length=10, blank=True, default="")  # the standing that the file shows
    render_failures = models.PositiveSmallIntegerField(default=0)  # those that failed wait behind those that did not
    to_announce = models.BooleanField(default=False)  # award_issued has still to be sent and received

    class Meta:
        verbose_name = _("证书")
        verbose_name_plural = _("证书")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "scheme"], condition=Q(state="issued"), name="award_one_live_per_member_and_scheme"
            ),
            models.UniqueConstraint(fields=["member", "scheme", "cycle"], name="award_cycle_once"),
            models.CheckConstraint(condition=Q(valid_until__gte=F("issued_on")), name="award_valid_after_issue"),
        ]
        indexes = [
            models.Index(fields=["member", "-issued_on"], name="award_members_newest"),
            models.Index(fields=["valid_until"], condition=Q(state="issued"), name="award_live_by_expiry"),
            models.Index(
                fields=["render_failures", "issued_at"], condition=Q(render_state="waiting"), name="award_to_render"
            ),
            models.Index(
                fields=["valid_until"],
                condition=Q(state="issued", render_state="ready", drawn_as="valid"),
                name="award_to_redraw",
            ),
            models.Index(fields=["issued_at"], condition=Q(render_state="refused"), name="award_refused"),
            models.Index(fields=["issued_at"], condition=Q(to_announce=True), name="award_to_announce"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def issued_moment(self) -> datetime:
        """When it counts as issued: one that was taken over, or issued for another day, at the beginning of that day."""
        if timezone.localdate(self.issued_at) == self.issued_on:
            return self.issued_at
        return timezone.make_aware(datetime.combine(self.issued_on, time.min))

    @property
    def is_expired(self) -> bool:
        return self.valid_until < timezone.localdate()

    @property
    def renewable_from(self) -> date:
        return self.valid_until - timedelta(days=self.scheme.renewal_days)

    @property
    def verify_url(self) -> str:
        """What the QR code holds: upper case, so that it stays in the small alphanumeric mode."""
        return f"{settings.BASE_URL}/V/{self.token}".upper()

    @property
    def standing(self) -> str:
        """valid, expired, revoked or superseded: what a person who checks it must know."""
        if self.state == self.State.REVOKED:
            return "revoked"
        if self.state == self.State.SUPERSEDED:
            return "superseded"
        return "expired" if self.is_expired else "valid"


class Revocation(models.Model):
    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="revocation")
    reason = models.CharField(_("撤销原因"), max_length=200)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("证书撤销")
        verbose_name_plural = _("证书撤销")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="revocation_has_reason")]
