"""Where each member stands towards each certification scheme, and the prepared figures from which supervisors' pages are made.

A supervisor sees the rows of their subtree (assessment/standing/access.py). Pages read prepared rows only: nothing counts members
while somebody waits.

A member has a row for each scheme that concerns them, and one for the person as a whole (`is_whole`), which tells the state that
needs somebody most. The whole row is what the list without a scheme shows, so that everybody on a post is on it exactly once, in
the unit of their main post; the rows of a scheme lie in the unit of the post for which the scheme concerns them.

At 5 million members and two schemes: Standing has 15 million rows. Every list is one range of one index, turned page by page from
where the last one ended: (path, number) for the order of the units, (urgency, path, number) for a state or the order of states,
each once for the whole rows and once behind the scheme. Orders by name, date and score read the unit's range and sort it.
Figure has a row for each unit, scheme and post that has anybody: a million units make some 10 million rows. A unit's children are
one range of (depth, path). A change writes a row into ChangedUnit, which nobody waits for; the refresher alone adds up, so that one
change costs the depth of the tree and no change of one city waits for another's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from certificates.models import Award, Scheme
from exams.models import marks_text
from people.models import Member, Organisation, Post

if TYPE_CHECKING:
    from collections.abc import Iterable


class Status(models.TextChoices):
    CERTIFIED = "certified", _("已取证")
    EXPIRING = "expiring", _("即将到期")
    EXPIRED = "expired", _("已过期")
    IN_TRAINING = "in_training", _("培训中")
    NOT_STARTED = "not_started", _("未开始")
    NOT_REQUIRED = "not_required", _("无需持证")  # no scheme concerns the person


# Those whom a scheme concerns: what the figures count.
CONCERNED = tuple(status for status in Status.values if status != Status.NOT_REQUIRED)
# What needs somebody first.
URGENCY = (
    Status.EXPIRED,
    Status.EXPIRING,
    Status.IN_TRAINING,
    Status.NOT_STARTED,
    Status.CERTIFIED,
    Status.NOT_REQUIRED,
)
RANK = {status: rank for rank, status in enumerate(URGENCY)}  # Standing.urgency


class Standing(models.Model):
    """Where a member on a post stands today towards a scheme, or as a whole. Prepared by events and a sweep."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="standings", db_index=False)
    is_whole = models.BooleanField()
    # Of a whole row: the scheme whose state it tells; NULL where none concerns the person.
    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    # Of the assignment for which the scheme concerns the person (the main one first); of a whole row: of the main one.
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    number = models.CharField(max_length=32)
    status = models.CharField(_("状态"), max_length=12, choices=Status)
    urgency = models.GeneratedField(
        expression=Case(
            *(When(status=status, then=Value(rank)) for status, rank in RANK.items()), default=Value(len(RANK))
        ),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
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
        constraints = [
            models.UniqueConstraint(
                fields=["member", "scheme"], condition=Q(is_whole=False), name="standing_once_per_scheme"
            ),
            models.UniqueConstraint(
                fields=["member"], condition=Q(is_whole=True), name="standing_one_whole_per_member"
            ),
            models.CheckConstraint(
                condition=Q(scheme__isnull=False) | Q(is_whole=True), name="standing_is_of_a_scheme_or_whole"
            ),
            models.CheckConstraint(
                condition=Q(scheme__isnull=True, status="not_required")
                | (Q(scheme__isnull=False) & ~Q(status="not_required")),
                name="standing_without_scheme_needs_nothing",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation_path", "number"], condition=Q(is_whole=True), name="standing_whole_by_unit"
            ),
            models.Index(
                fields=["urgency", "organisation_path", "number"],
                condition=Q(is_whole=True),
                name="standing_whole_by_urgency",
            ),
            models.Index(
                fields=["scheme", "organisation_path", "number"],
                condition=Q(is_whole=False),
                name="standing_scheme_by_unit",
            ),
            models.Index(
                fields=["scheme", "urgency", "organisation_path", "number"],
                condition=Q(is_whole=False),
                name="standing_scheme_by_urgency",
            ),
            models.Index(fields=["changes_on"], condition=Q(changes_on__isnull=False), name="standing_changes"),
        ]

    @property
    def score_text(self) -> str:
        return marks_text(self.best_score) if self.best_score is not None else ""


class CountedByStatus:
    """What follows from the numbers of members by status, in a row of figures and in a sum of such rows."""

    total: int
    certified: int
    expiring: int
    expired: int
    in_training: int
    not_started: int
    not_required: int

    @property
    def people(self) -> int:
        return self.total + self.not_required

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


COUNTED = ("total", *Status.values)


@dataclass
class Sum(CountedByStatus):
    """Figures added up."""

    total: int = 0
    certified: int = 0
    expiring: int = 0
    expired: int = 0
    in_training: int = 0
    not_started: int = 0
    not_required: int = 0

    @classmethod
    def of(cls, parts: Iterable[CountedByStatus]) -> Sum:
        whole = cls()
        for part in parts:
            whole.add(part)
        return whole

    def add(self, part: CountedByStatus, times: int = 1) -> None:
        for name in COUNTED:
            setattr(self, name, getattr(self, name) + times * getattr(part, name))


class Figure(CountedByStatus, models.Model):
    """How many members of a unit's subtree stand where towards a scheme, by post: the unit's own and its children's added up.

    Without a scheme: of the whole rows. A unit, scheme and post without anybody has no row.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="figures", db_index=False)
    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, null=True, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+", db_index=False)
    path = models.CharField(max_length=255)  # the unit's own, kept here so that a level is one indexed range
    depth = models.PositiveSmallIntegerField()
    total = models.PositiveIntegerField(default=0)  # those whom a scheme concerns
    certified = models.PositiveIntegerField(default=0)
    expiring = models.PositiveIntegerField(default=0)
    expired = models.PositiveIntegerField(default=0)
    in_training = models.PositiveIntegerField(default=0)
    not_started = models.PositiveIntegerField(default=0)
    not_required = models.PositiveIntegerField(default=0)  # who needs no certificate is counted beside them
    as_of = models.DateTimeField()  # when these numbers last changed

    class Meta:
        verbose_name = _("单位取证数")
        verbose_name_plural = _("单位取证数")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "scheme", "post"], name="figure_once_per_scheme_and_post"),
            models.UniqueConstraint(
                fields=["organisation", "post"], condition=Q(scheme__isnull=True), name="figure_once_whole_per_post"
            ),
            models.CheckConstraint(
                condition=Q(total=F("certified") + F("expiring") + F("expired") + F("in_training") + F("not_started")),
                name="figure_statuses_add_up",
            ),
            models.CheckConstraint(
                condition=Q(scheme__isnull=True) | Q(not_required=0), name="figure_of_a_scheme_counts_the_concerned"
            ),
        ]
        indexes = [models.Index(fields=["depth", "path"], name="figure_level")]


class ChangedUnit(models.Model):
    """A unit whose members' standings changed since its figures were added up. Only ever added, in the transaction of the change,
    and taken away by the refresher: nobody waits for anybody."""

    path = models.CharField(max_length=255, db_index=True)
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("待重算的单位")
        verbose_name_plural = _("待重算的单位")


class FiguresChecked(models.Model):
    """One row: until when all figures are known to agree with the standings. Pages say this time. The refresher locks it."""

    at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("取证数核对时间")
        verbose_name_plural = _("取证数核对时间")


class SchemePrepared(models.Model):
    """With which terms (posts, what is asked for, in use) a scheme's standings were prepared: other terms, other standings."""

    scheme = models.OneToOneField(Scheme, on_delete=models.CASCADE, primary_key=True, related_name="+")
    terms = models.CharField(max_length=64, blank=True, default="")
    claimed_at = models.DateTimeField(null=True)  # a worker prepares them anew since then

    class Meta:
        verbose_name = _("认证方案统计状态")
        verbose_name_plural = _("认证方案统计状态")
