"""What is passed, how its papers are drawn, and the papers: Exam → BlueprintVersion → Form. Marks are hundredths of a mark.

A few thousand exams at most, a handful of versions each, a form of about 40 KB for each set of a sitting. A trainer's page goes by
an exam's code, exam day by a form's primary key. Trainers see those of the units above and below them
(exams/access.py); a candidate sees a form's document only through an attempt.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.models import Edition
from people.models import public_code
from people.owning import Owned


def marks_text(score: int) -> str:
    """Hundredths of a mark as people write them: 9250 -> 92.5, 9200 -> 92."""
    return f"{score / 100:.2f}".rstrip("0").rstrip(".")


class BlueprintFrozen(Exception):
    """A version that a form was compiled from was about to change. services.blueprint_save makes the next version."""


class Exam(Owned):
    """考试: what a certification scheme asks for and a person passes once, whatever its papers look like this year."""

    code = models.CharField(max_length=32, unique=True, default=public_code, editable=False)
    title = models.CharField(_("名称"), max_length=100)
    revision = models.PositiveIntegerField(default=1, editable=False)  # of title and blueprint: is a page out of date?
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("考试")
        verbose_name_plural = _("考试")

    def __str__(self) -> str:
        return self.title

    @property
    def newest(self) -> BlueprintVersion:
        """The blueprint by which the next sitting is opened. An exam is made together with its first one."""
        return self.versions.select_related("edition").latest("number")


class BlueprintVersion(models.Model):
    """组卷蓝图: how many questions of which type and chapter, and their marks. Immutable once a form was compiled from it."""

    exam = models.ForeignKey(
        Exam, on_delete=models.CASCADE, related_name="versions", verbose_name=_("考试"), db_index=False
    )
    number = models.PositiveSmallIntegerField(_("版本"), default=1)
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="blueprints", verbose_name=_("标准版本")
    )
    used_at = models.DateTimeField(_("首次用于组卷"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("组卷蓝图")
        verbose_name_plural = _("组卷蓝图")
        constraints = [
            models.UniqueConstraint(fields=["exam", "number"], name="blueprint_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="blueprint_version_from_one"),
        ]

    def __str__(self) -> str:
        return _("%(exam)s（蓝图第 %(number)s 版）") % {"exam": self.exam.title, "number": self.number}

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None and kwargs.get("update_fields") != ["used_at"]:
            refuse_frozen(self.pk)
        super().save(*args, **kwargs)


def refuse_frozen(version_id: int) -> None:
    """Asks the database: the object at hand may be older than the form."""
    if BlueprintVersion.objects.filter(pk=version_id, used_at__isnull=False).exists():
        raise BlueprintFrozen("A form was compiled from this version of the blueprint; save the next one instead.")


class BlueprintRow(models.Model):
    version = models.ForeignKey(BlueprintVersion, on_delete=models.CASCADE, related_name="rows")
    order = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("题型"), max_length=24)
    chapter = models.CharField(_("章"), max_length=20, blank=True, default="")  # "" = any chapter, "4", "A"
    count = models.PositiveSmallIntegerField(_("题数"))
    marks_each = models.PositiveIntegerField(_("每题分值（百分之一分）"))

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("蓝图行")
        verbose_name_plural = _("蓝图行")
        constraints = [
            models.CheckConstraint(condition=Q(count__gte=1), name="blueprint_row_has_questions"),
            models.CheckConstraint(condition=Q(marks_each__gte=1), name="blueprint_row_has_marks"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        refuse_frozen(self.version_id)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        refuse_frozen(self.version_id)
        return super().delete(*args, **kwargs)


class Form(models.Model):
    """A compiled paper: one render-ready JSON document without any key. Immutable."""

    version = models.ForeignKey(BlueprintVersion, on_delete=models.PROTECT, related_name="forms")
    document = models.JSONField()  # {"title", "total", "sections", "questions"}: see exams/papers.py
    question_ids = models.JSONField()  # by question number 1..n: the question version's id
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("试卷")
        verbose_name_plural = _("试卷")


class FormKey(models.Model):
    """The key of a form, stored apart, so that no query for a page can bring it along."""

    form = models.OneToOneField(Form, on_delete=models.PROTECT, primary_key=True, related_name="key")
    document = models.JSONField()  # {"1": {"type", "marks", "key", "clause", "explanation", ...}}

    class Meta:
        verbose_name = _("试卷答案")
        verbose_name_plural = _("试卷答案")
