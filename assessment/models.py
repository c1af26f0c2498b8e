"""Evidence for the review, and the prepared figures from which supervisors' pages are made.

A supervisor sees the rows of their subtree (assessment/access.py). Pages read prepared rows only: nothing counts members while
somebody waits. At 5 million members: MemberStanding 5 million rows, read by ranges of (organisation_path, number) and turned page
by page from where the last one ended; OrganisationFigure one row for each unit, its children one range of (depth, path), kept by
adding up the children, so that one change costs the depth of the tree.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certificates.models import Award
from exams.models import marks_text
from people.models import Member, Organisation, Post


class Evidence(models.Model):
    """Something that counts for the annual review. Never study time, log-ins or clicks (State Council office rule 2026-12)."""

    class Kind(models.TextChoices):
        EXAM = "exam", _("考试成绩")
        COURSE = "course", _("课程学完")
        AWARD = "award", _("取得证书")

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    source = models.CharField(max_length=80, unique=True)  # "attempt:<code>": the same event twice is one row
    title = models.CharField(_("事项"), max_length=200)
    occurred_at = models.DateTimeField(_("时间"))
    detail = models.JSONField(default=dict)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("佐证材料")
        verbose_name_plural = _("佐证材料")
        indexes = [models.Index(fields=["member", "-occurred_at"], name="evidence_members_newest")]


class Status(models.TextChoices):
    CERTIFIED = "certified", _("已取证")
    EXPIRING = "expiring", _("即将到期")
    EXPIRED = "expired", _("已过期")
    IN_TRAINING = "in_training", _("培训中")
    NOT_STARTED = "not_started", _("未开始")


class MemberStanding(models.Model):
    """Where a member on a post stands today, prepared from evidence by events and a sweep."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, primary_key=True, related_name="standing")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_index=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    number = models.CharField(max_length=32)
    status = models.CharField(_("状态"), max_length=12, choices=Status)
    award = models.ForeignKey(Award, on_delete=models.SET_NULL, null=True, related_name="+")
    award_number = models.CharField(max_length=32, blank=True, default="")
    valid_until = models.DateField(null=True)
    best_score = models.PositiveIntegerField(null=True)
    best_max_score = models.PositiveIntegerField(null=True)
    due_on = models.DateField(null=True)
    changes_on = models.DateField(null=True)  # the next day on which the status changes by itself
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("取证情况")
        verbose_name_plural = _("取证情况")
        indexes = [
            models.Index(fields=["organisation_path", "number"], name="standing_unit_number"),
            models.Index(fields=["status", "organisation_path", "number"], name="standing_status_unit"),
            models.Index(fields=["changes_on"], condition=Q(changes_on__isnull=False), name="standing_changes"),
        ]

    @property
    def score_text(self) -> str:
        return marks_text(self.best_score) if self.best_score is not None else ""


class OrganisationFigure(models.Model):
    """Members on a post in a unit's subtree, by status and post: the unit's own and its children's added up."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, primary_key=True, related_name="figure")
    total = models.PositiveIntegerField(default=0)
    certified = models.PositiveIntegerField(default=0)
    expiring = models.PositiveIntegerField(default=0)
    expired = models.PositiveIntegerField(default=0)
    in_training = models.PositiveIntegerField(default=0)
    not_started = models.PositiveIntegerField(default=0)
    by_post = models.JSONField(default=dict)  # post id -> {status: count}
    path = models.CharField(
        max_length=255, default=""
    )  # the unit's own, kept here so that a level is one indexed range
    depth = models.PositiveSmallIntegerField(default=0)
    is_dirty = models.BooleanField(default=True)
    as_of = models.DateTimeField(null=True)  # when these numbers last changed

    class Meta:
        verbose_name = _("单位取证数")
        verbose_name_plural = _("单位取证数")
        constraints = [
            models.CheckConstraint(
                condition=Q(total=F("certified") + F("expiring") + F("expired") + F("in_training") + F("not_started")),
                name="figure_statuses_add_up",
            )
        ]
        indexes = [
            models.Index(fields=["is_dirty"], condition=Q(is_dirty=True), name="figure_dirty"),
            models.Index(fields=["depth", "path"], name="figure_level"),
        ]

    @property
    def holding(self) -> int:
        """Members with a certificate in force, the expiring ones included."""
        return self.certified + self.expiring

    @property
    def lacking(self) -> int:
        return self.total - self.holding

    @property
    def rate(self) -> float | None:
        """Share of members with a certificate in force, 0..1; None where there is nobody."""
        return self.holding / self.total if self.total else None


class FiguresChecked(models.Model):
    """One row: until when all figures are known to agree with the standings. Pages say this time."""

    at = models.DateTimeField()

    class Meta:
        verbose_name = _("取证数核对时间")
        verbose_name_plural = _("取证数核对时间")
