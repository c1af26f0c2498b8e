from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jobs.models import Job
from people.models.codes import public_code
from people.models.organisation import Organisation


class RosterImport(models.Model):
    """An uploaded roster and what it would change. Nothing else is written before a person confirms it."""

    class State(models.TextChoices):
        CHECKING = "checking", _("正在核对")
        REFUSED = "refused", _("有错误")
        READY = "ready", _("待确认")
        IMPORTING = "importing", _("正在导入")
        DONE = "done", _("已导入")
        CANCELLED = "cancelled", _("已取消")

    code = models.CharField(max_length=32, unique=True, default=public_code, editable=False)
    # NULL: from the command line
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=255)
    stored_as = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    options = models.JSONField(default=dict, blank=True)  # people.roster.options.Options
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    summary = models.JSONField(default=dict, blank=True)
    errors = models.JSONField(default=list, blank=True)  # the first of them; all are in the marked file
    marked_as = models.CharField(max_length=255, blank=True, default="")
    # What the preview showed. The import does exactly this, or nothing.
    plan_digest = models.CharField(max_length=64, blank=True, default="")
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("花名册导入")
        verbose_name_plural = _("花名册导入")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["ready", "importing"]) | ~Q(plan_digest=""), name="roster_ready_has_plan"
            )
        ]
        indexes = [models.Index(fields=["-created_at"], name="roster_newest")]


class RosterLine(models.Model):
    """One person (or new unit) that an import would change or has changed, as the preview shows it."""

    class Kind(models.TextChoices):
        UNIT = "unit", _("新增单位")
        NEW = "new", _("新增")
        CHANGED = "changed", _("变更")
        RETURNED = "returned", _("回岗")
        LEFT = "left", _("离岗")

    roster_import = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    row = models.PositiveIntegerField(null=True)  # in the file; those who leave stand in none
    number = models.CharField(max_length=32, blank=True, default="")
    name = models.CharField(max_length=200)
    changes = models.JSONField(default=list)  # [[what, before, after], ...]
    warning = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["roster_import", "position"], name="roster_line_has_its_place"),
        ]
        indexes = [models.Index(fields=["roster_import", "kind", "position"], name="roster_lines_by_kind")]
