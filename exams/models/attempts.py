"""What happens on exam day: attempts, responses, marks, results.

At 5 million members with four sittings a year: 20 million attempts, a billion responses a year. Every read on the hot path goes by
primary key or by (attempt, number); the sweep goes by the partial index of open attempts.
A row may be seen by its member and by trainers and supervisors over the sitting's subtree (exams/access.py).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from content.models import Clause
from exams.models.bank import Question
from exams.models.blueprints import Form, marks_text
from exams.models.sittings import Sitting
from people.models import Member, public_code


class ExtraTime(models.Model):
    """便利延长: more time for one person in every exam; only the kind of reason is kept, no diagnosis."""

    member = models.OneToOneField(Member, on_delete=models.PROTECT, related_name="extra_time")
    percent = models.PositiveSmallIntegerField(_("延长（%）"))
    reason = models.CharField(_("事由类别"), max_length=60)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("便利安排")
        verbose_name_plural = _("便利安排")
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=200), name="extra_time_percent_sensible")
        ]


class Attempt(models.Model):
    class State(models.TextChoices):
        OPEN = "open", _("作答中")
        SUBMITTED = "submitted", _("已交卷")  # for as long as the hand-in's transaction takes
        MARKING = "marking", _("正在评分")  # some of its questions wait for a person
        MARKED = "marked", _("已评分")

    class ClosedBy(models.TextChoices):
        NOBODY = "", _("未交卷")
        MEMBER = "member", _("本人交卷")
        DEADLINE = "deadline", _("到时自动交卷")
        STAFF = "staff", _("管理员交卷")

    code = models.CharField(max_length=32, unique=True, default=public_code, editable=False)
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="attempts", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="attempts", db_index=False)
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="attempts")
    ordinal = models.PositiveSmallIntegerField(_("第几次"), default=1)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OPEN)
    closed_by = models.CharField(max_length=10, choices=ClosedBy, blank=True, default="")
    epoch = models.PositiveIntegerField(default=1)
    device = models.CharField(max_length=64, blank=True, default="")
    started_at = models.DateTimeField(_("开始时间"))
    deadline = models.DateTimeField(_("截止时间"))  # the one deadline; changed only by services.attempt_extend
    extra_percent = models.PositiveSmallIntegerField(default=0)
    submitted_at = models.DateTimeField(_("交卷时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("答卷")
        verbose_name_plural = _("答卷")
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "member"], condition=Q(state="open"), name="attempt_one_open_per_member_and_sitting"
            ),
            models.UniqueConstraint(fields=["sitting", "member", "ordinal"], name="attempt_ordinal_once"),
            models.CheckConstraint(condition=Q(deadline__gt=F("started_at")), name="attempt_deadline_after_start"),
            models.CheckConstraint(
                condition=Q(state="open", submitted_at__isnull=True)
                | (~Q(state="open") & Q(submitted_at__isnull=False)),
                name="attempt_submitted_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["deadline"], condition=Q(state="open"), name="attempt_open_by_deadline"),
            models.Index(fields=["member", "-started_at"], name="attempt_members_newest"),
            models.Index(fields=["sitting", "code"], condition=Q(state="marking"), name="attempt_waits_for_marks"),
        ]


class Response(models.Model):
    """The newest confirmed answer to one question. Written only by exams/saving.py in one guarded statement."""

    # The unique constraint serves as the index of the foreign key, here and below.
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="responses", db_index=False)
    number = models.PositiveSmallIntegerField()
    value = models.TextField(default="null")  # JSON text: a label, a list of labels, a list of texts, null = cleared
    flagged = models.BooleanField(default=False)
    epoch = models.PositiveIntegerField()
    sequence = models.BigIntegerField()
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("作答")
        verbose_name_plural = _("作答")
        constraints = [models.UniqueConstraint(fields=["attempt", "number"], name="response_one_per_question")]


class LateAnswer(models.Model):
    """Answers that came after the deadline and its grace: never marked by themselves, a person decides."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="late_answers", db_index=False)
    number = models.PositiveSmallIntegerField()
    value = models.TextField()
    epoch = models.PositiveIntegerField()
    sequence = models.BigIntegerField()
    answered_at = models.DateTimeField()  # by the candidate's page, on the server's clock
    arrived_at = models.DateTimeField()

    class Meta:
        verbose_name = _("迟到作答")
        verbose_name_plural = _("迟到作答")
        constraints = [
            models.UniqueConstraint(fields=["attempt", "number", "epoch", "sequence"], name="late_answer_kept_once")
        ]


class Mark(models.Model):
    """Append-only; the newest of an attempt's question counts (`round` grows with a regrade). `marked_by` is empty for the key's."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="marks", db_index=False)
    number = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField(default=1)
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveIntegerField()
    max_score = models.PositiveIntegerField()
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    comment = models.CharField(_("评语"), max_length=500, blank=True, default="")
    marked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("评分")
        verbose_name_plural = _("评分")
        constraints = [
            models.UniqueConstraint(fields=["attempt", "number", "round"], name="mark_once_per_round"),
            models.CheckConstraint(condition=Q(score__lte=F("max_score")), name="mark_between_zero_and_maximum"),
        ]


class Result(models.Model):
    """Made when every mark is in. Written by exams/saving.py together with its scores by clause and its event."""

    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="result")
    score = models.PositiveIntegerField(_("得分（百分之一分）"))
    max_score = models.PositiveIntegerField(_("满分（百分之一分）"))
    passed = models.BooleanField(_("合格"))
    marked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("成绩")
        verbose_name_plural = _("成绩")
        constraints = [
            models.CheckConstraint(condition=Q(score__lte=F("max_score")), name="result_score_within_maximum")
        ]

    @property
    def score_text(self) -> str:
        return marks_text(self.score)

    @property
    def max_score_text(self) -> str:
        return marks_text(self.max_score)


class ResultClause(models.Model):
    """What was earned on one clause of the standard: each question counts for its main clause. Some forty rows for a result."""

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="clauses", db_index=False)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveIntegerField()
    max_score = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("条款得分")
        verbose_name_plural = _("条款得分")
        constraints = [
            models.UniqueConstraint(fields=["result", "clause"], name="result_clause_once"),
            models.CheckConstraint(condition=Q(score__lte=F("max_score")), name="result_clause_score_within_maximum"),
        ]
