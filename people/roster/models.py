"""What is the roster's own of an upload: its unit, the marked workbook, and the lines that the preview shows."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models.organisation import Organisation
from uploads.models import Upload


class RosterImport(models.Model):
    """Beside the upload, whose life it shares. Its options are people.roster.options.Options."""

    upload = models.OneToOneField(Upload, on_delete=models.CASCADE, primary_key=True, related_name="roster")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    marked_as = models.CharField(max_length=255, blank=True, default="")  # all errors, in the private storage

    class Meta:
        verbose_name = _("花名册导入")
        verbose_name_plural = _("花名册导入")


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
