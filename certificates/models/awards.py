from __future__ import annotations

import base64
import secrets
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.models.schemes import Scheme
from people.models import Member, public_code


def verification_token() -> str:
    """80 random bits as 16 upper-case base32 characters: fits the QR code's alphanumeric mode, can't be guessed."""
    return base64.b32encode(secrets.token_bytes(10)).decode()


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


class Validity(models.TextChoices):
    """What a person who checks a certificate must know."""

    VALID = "valid", _("有效")
    EXPIRED = "expired", _("已过期")
    REVOKED = "revoked", _("已撤销")
    SUPERSEDED = "superseded", _("已换证")


class AwardQuerySet(models.QuerySet["Award"]):
    def in_force(self) -> AwardQuerySet:
        return self.filter(state=Award.State.ISSUED, valid_until__gte=timezone.localdate())

    def spending(self) -> AwardQuerySet:
        """Those whose exam earns nothing else any more: ended, or of a scheme whose place another one has taken."""
        return self.filter(
            ~Q(state=Award.State.ISSUED) | Q(valid_until__lt=timezone.localdate()) | Q(scheme__is_active=False)
        )

    def expiring(self) -> AwardQuerySet:
        """In force, and in their scheme's time of renewal: `Award.is_expiring` for many."""
        today = timezone.localdate()
        # By the few lengths that there are: adding a column of days to a date is another expression in each database.
        lengths = Scheme.objects.order_by().values_list("renewal_days", flat=True).distinct()
        soon = Q(pk__in=[])
        for days in lengths:
            soon |= Q(scheme__renewal_days=days, valid_until__lte=today + timedelta(days=days))
        return self.in_force().filter(soon)


class Award(models.Model):
    """One certificate of one person. Everything printed is frozen in it; what it rests on are rows (models/requirements.py)."""

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
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="awards", db_index=False)
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
    issued_at = models.DateTimeField(auto_now_add=True)
    render_state = models.CharField(max_length=8, choices=RenderState, default=RenderState.WAITING)
    render_note = models.CharField(max_length=300, blank=True, default="")
    drawn_as = models.CharField(max_length=10, blank=True, default="")  # the validity that the newest files show
    render_failures = models.PositiveSmallIntegerField(default=0)  # those that failed wait behind those that did not

    objects = AwardQuerySet.as_manager()

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
    def validity(self) -> Validity:
        if self.state == self.State.ISSUED:
            return Validity.EXPIRED if self.is_expired else Validity.VALID
        return Validity(self.state)

    @property
    def is_in_force(self) -> bool:
        return self.validity == Validity.VALID

    @property
    def is_expiring(self) -> bool:
        """In force, and in the scheme's time of renewal. Everything that says 快到期 asks here or `AwardQuerySet.expiring`."""
        return self.is_in_force and timezone.localdate() >= self.renewable_from

    @property
    def days_left(self) -> int:
        return (self.valid_until - timezone.localdate()).days


class Revocation(models.Model):
    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="revocation")
    reason = models.CharField(_("撤销原因"), max_length=200)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("证书撤销")
        verbose_name_plural = _("证书撤销")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="revocation_has_reason")]
