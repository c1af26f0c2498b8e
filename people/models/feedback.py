from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models.codes import public_code
from people.models.organisation import Organisation


class Feedback(models.Model):
    """投诉建议: required of every government app (State Council office rule 2026-12, complaints and suggestions)."""

    class State(models.TextChoices):
        OPEN = "open", _("待处理")
        HANDED_ON = "handed_on", _("已转办")
        ANSWERED = "answered", _("已答复")

    code = models.CharField(max_length=32, unique=True, default=public_code, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="feedback"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    contact = models.CharField(_("联系方式"), max_length=80, blank=True, default="")
    page = models.CharField(_("来源页面"), max_length=300, blank=True, default="")
    text = models.TextField(_("内容"), max_length=2000)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OPEN)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="feedback_to_handle"
    )
    hand_on_note = models.CharField(_("转办意见"), max_length=300, blank=True, default="")
    reply = models.TextField(_("答复"), max_length=2000, blank=True, default="")
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    replied_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("投诉建议")
        verbose_name_plural = _("投诉建议")
        indexes = [models.Index(fields=["state", "-created_at"], name="feedback_state_newest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="answered") | (~Q(reply="") & Q(replied_at__isnull=False)),
                name="feedback_answered_has_reply",
            )
        ]
