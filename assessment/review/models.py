from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import Member


class Evidence(models.Model):
    """Something that counts for the annual review. Never study time, log-ins or clicks (State Council office rule 2026-12).

    At 5 million members: some ten million rows a year; a person's are read by (member, year), a year's of one kind by (kind, year).
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="evidence", db_index=False)
    kind = models.CharField(_("类别"), max_length=20)  # the code of an assessment.review.kinds.EvidenceKind
    object_id = models.PositiveBigIntegerField()  # what it is evidence of: the kind knows the table
    year = models.PositiveSmallIntegerField(_("年度"))  # in local time: the review's year
    title = models.CharField(_("事项"), max_length=200)
    occurred_at = models.DateTimeField(_("时间"))
    facts = models.JSONField(default=dict)  # what is shown, as it was when it happened; the kind makes words of it
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("佐证材料")
        verbose_name_plural = _("佐证材料")
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="evidence_once_per_object")]
        indexes = [
            models.Index(fields=["member", "year"], name="evidence_members_year"),
            models.Index(fields=["kind", "year"], name="evidence_kinds_year"),
        ]
