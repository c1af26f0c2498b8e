"""The Job row is the record of every long work. The broker may lose a message; the row does not, and a sweep sends it again."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


def job_code() -> str:
    return secrets.token_hex(10)


class Job(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("未完成")

    code = models.CharField(max_length=32, unique=True, default=job_code, editable=False)
    kind = models.CharField(_("类别"), max_length=60)  # a name in jobs.registry
    title = models.CharField(_("名称"), max_length=120)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="jobs", db_index=False
    )
    arguments = models.JSONField(default=dict, blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField(_("已处理"), default=0)
    total = models.PositiveIntegerField(_("总数"), default=0)
    message = models.CharField(_("结果"), max_length=500, blank=True, default="")
    log = models.JSONField(_("逐条说明"), default=list, blank=True)  # [{"level", "message"}]
    result_file = models.CharField(max_length=255, blank=True, default="")  # in the private storage
    result_name = models.CharField(max_length=255, blank=True, default="")  # the name the person downloads
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    alive_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("后台任务")
        verbose_name_plural = _("后台任务")
        constraints = [
            models.CheckConstraint(condition=Q(total=0) | Q(done__lte=F("total")), name="job_done_within_total")
        ]
        indexes = [
            models.Index(
                fields=["state", "alive_at"], condition=Q(state__in=["queued", "running"]), name="job_unfinished"
            ),
            models.Index(fields=["owner", "-created_at"], name="job_owners_newest"),
        ]

    def __str__(self) -> str:
        return self.title
