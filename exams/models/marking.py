"""Answers that people mark. A row for each from the hand-in on: some five of a paper of fifty, 100 million a year at 5 million members.

What waits is a small part of it and has an index of its own. Seen by markers and trainers over the sitting's subtree.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exams.models.attempts import Attempt
from exams.models.bank import Question
from exams.models.sittings import Sitting
from people.models import public_code


class AnswerToMark(models.Model):
    """待阅答案. Waits, is claimed by a marker until the claim lapses, is marked; the marks themselves are rows of Mark."""

    code = models.CharField(max_length=32, unique=True, default=public_code, editable=False)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="answers_to_mark", db_index=False)
    number = models.PositiveSmallIntegerField()
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    part = models.PositiveSmallIntegerField(default=1)  # of a question that takes several numbers
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="answers_to_mark")
    submitted_at = models.DateTimeField()  # of the attempt: the oldest comes first
    # Who has it for the moment, and for good once it is marked.
    marker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    claimed_until = models.DateTimeField(null=True, blank=True)
    marked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("待阅答案")
        verbose_name_plural = _("待阅答案")
        constraints = [
            models.UniqueConstraint(fields=["attempt", "number"], name="answer_to_mark_once"),
            models.CheckConstraint(
                condition=Q(marker__isnull=True, claimed_until__isnull=True, marked_at__isnull=True)
                | Q(marker__isnull=False, claimed_until__isnull=False, marked_at__isnull=True)
                | Q(marker__isnull=False, claimed_until__isnull=True, marked_at__isnull=False),
                name="answer_to_mark_waits_is_claimed_or_marked",
            ),
        ]
        indexes = [
            models.Index(
                fields=["sitting", "question", "part", "submitted_at"],
                condition=Q(marked_at__isnull=True),
                name="answer_to_mark_waiting",
            ),
            models.Index(
                fields=["marker", "sitting"], condition=Q(marker__isnull=False), name="answer_to_mark_of_marker"
            ),
        ]
