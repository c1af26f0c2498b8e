"""One life for every file that people import: received, checked, refused or shown, confirmed once, undone in time, forgotten."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jobs.models import Job


def upload_code() -> str:
    return secrets.token_hex(10)


class Upload(models.Model):
    class State(models.TextChoices):
        CHECKING = "checking", _("核对中")
        REFUSED = "refused", _("不能导入")
        READY = "ready", _("待确认")
        APPLYING = "applying", _("导入中")
        DONE = "done", _("已导入")
        UNDONE = "undone", _("已撤销")
        CANCELLED = "cancelled", _("已取消")

    code = models.CharField(max_length=32, unique=True, default=upload_code, editable=False)
    kind = models.CharField(_("类别"), max_length=60)  # a name in uploads.kinds
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="uploads",
        db_index=False,
    )
    file_name = models.CharField(_("文件名"), max_length=255)  # as the person calls it; it opens no path
    stored_as = models.CharField(max_length=255, blank=True, default="")  # in the private storage; "" = forgotten
    size = models.PositiveBigIntegerField(_("大小"), default=0)
    digest = models.CharField(max_length=64)  # SHA-256 of the file
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.CHECKING)
    options = models.JSONField(default=dict, blank=True)  # how the person wants it read
    summary = models.JSONField(default=dict, blank=True)
    errors = models.JSONField(default=list, blank=True)
    plan_digest = models.CharField(max_length=64, blank=True, default="")  # of what the person saw and confirms
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    finished_at = models.DateTimeField(_("导入时间"), null=True, blank=True)
    undo_until = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    forget_at = models.DateTimeField()

    class Meta:
        verbose_name = _("上传的文件")
        verbose_name_plural = _("上传的文件")
        constraints = [
            models.CheckConstraint(condition=~Q(state="ready") | ~Q(plan_digest=""), name="upload_ready_has_its_plan"),
            models.CheckConstraint(
                condition=~Q(state__in=["applying", "done", "undone"]) | Q(confirmed_at__isnull=False),
                name="upload_applied_was_confirmed",
            ),
            models.CheckConstraint(
                condition=~Q(state="undone") | Q(undone_at__isnull=False), name="upload_undone_has_its_time"
            ),
        ]
        indexes = [
            models.Index(fields=["uploaded_by", "kind", "-created_at"], name="upload_persons_newest"),
            models.Index(fields=["forget_at"], condition=~Q(stored_as=""), name="upload_to_forget"),
        ]

    def __str__(self) -> str:
        return self.file_name
