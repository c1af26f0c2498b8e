"""Sittings: when, for whom and with which forms an exam is sat. Marks are integers in hundredths of a mark."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models import CoursePage
from exams.models.blueprints import BlueprintVersion, Exam, Form
from people.models import Organisation, Post, public_code


class Sitting(models.Model):
    """场次. Immutable once opened, except for its state and, by a recorded act, a later end."""

    class State(models.TextChoices):
        DRAFT = "draft", _("准备中")
        OPEN = "open", _("已开放")
        CLOSED = "closed", _("已结束")

    class Release(models.TextChoices):
        AT_ONCE = "at_once", _("交卷后立即公布成绩和答案")
        RESULT_ONLY = "result_only", _("交卷后公布成绩，场次结束后公布答案")
        AFTER_CLOSE = "after_close", _("场次结束后公布成绩和答案")
        NEVER_REVIEW = "never_review", _("交卷后公布成绩，不公布答案")

    code = models.CharField(max_length=32, unique=True, default=public_code, editable=False)
    title = models.CharField(_("名称"), max_length=100)
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="sittings", verbose_name=_("考试"))
    # The blueprint that it was opened by; a plan has none yet.
    version = models.ForeignKey(
        BlueprintVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sittings",
        verbose_name=_("组卷蓝图"),
        editable=False,
    )
    forms = models.ManyToManyField(Form, through="SittingForm", related_name="sittings")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="sittings", verbose_name=_("参加单位")
    )
    posts = models.ManyToManyField(Post, blank=True, related_name="+", verbose_name=_("参加岗位（不选为全部）"))
    opens_at = models.DateTimeField(_("开始时间"))
    closes_at = models.DateTimeField(_("结束时间"))
    duration_minutes = models.PositiveSmallIntegerField(_("考试时长（分钟）"))
    pass_mark = models.PositiveIntegerField(_("合格线（百分之一分）"))
    total_marks = models.PositiveIntegerField(_("满分（百分之一分）"), default=0, editable=False)
    question_count = models.PositiveSmallIntegerField(default=0, editable=False)
    max_attempts = models.PositiveSmallIntegerField(_("每人次数（空为不限）"), null=True, blank=True, default=1)
    form_count = models.PositiveSmallIntegerField(_("试卷套数"), default=2)
    release = models.CharField(_("成绩公布"), max_length=12, choices=Release, default=Release.RESULT_ONLY)
    course = models.ForeignKey(
        CoursePage, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("须先学完的课程")
    )
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.DRAFT)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("考试场次")
        verbose_name_plural = _("考试场次")
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="sitting_closes_after_opening"),
            models.CheckConstraint(condition=Q(duration_minutes__gte=1), name="sitting_has_time"),
            models.CheckConstraint(
                condition=Q(max_attempts__isnull=True) | Q(max_attempts__gte=1),
                name="sitting_attempts_null_is_unlimited",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", version__isnull=True) | (~Q(state="draft") & Q(version__isnull=False)),
                name="sitting_opened_by_a_version",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(pass_mark__lte=F("total_marks")), name="sitting_pass_mark_within_total"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "closes_at"], name="sitting_state_close"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def blueprint(self) -> BlueprintVersion:
        """Of an opened sitting. A plan has none: it follows its exam's newest until then."""
        if self.version is None:
            raise BlueprintVersion.DoesNotExist("This sitting has not been opened.")
        return self.version


class SittingForm(models.Model):
    """Which forms a sitting hands out, in their order."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="handed_out", db_index=False)
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="handed_out")
    order = models.PositiveSmallIntegerField(_("套"))

    class Meta:
        verbose_name = _("场次试卷")
        verbose_name_plural = _("场次试卷")
        constraints = [
            models.UniqueConstraint(fields=["sitting", "order"], name="sitting_form_order_once"),
            models.UniqueConstraint(fields=["sitting", "form"], name="sitting_form_once"),
        ]
