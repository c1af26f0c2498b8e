"""The question bank. A question is a chain of versions (`lineage` + `version`); a version that a paper used never changes."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from polymorphic.models import PolymorphicModel

from content.models import Clause
from exams.types.registry import type_for
from people.owning import Owned


class QuestionFrozen(Exception):
    """A version that a paper used was about to change. services.question_revise makes the next version."""


class Question(Owned, PolymorphicModel):
    """What every type has. Each type adds its fields in a model of its own, in its folder of exams/types."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        READY = "ready", _("可用")
        RETIRED = "retired", _("停用")

    class Difficulty(models.TextChoices):
        EASY = "easy", _("易")
        MEDIUM = "medium", _("中")
        HARD = "hard", _("难")

    type_code = ""  # the glossary's identifier; each type sets its own

    code = models.CharField(_("题号"), max_length=40)
    lineage = models.UUIDField(default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)
    is_current = models.BooleanField(_("最新版本"), default=True, editable=False)
    kind = models.CharField(_("题型"), max_length=24, editable=False)  # type_code as a column: filters, blueprints
    numbers = models.PositiveSmallIntegerField(_("占题号数"), default=1, editable=False)  # on a paper; by its type
    stem = models.TextField(_("题干"))
    explanation = models.TextField(_("解析"), blank=True, default="")
    difficulty = models.CharField(_("难度"), max_length=8, choices=Difficulty, default=Difficulty.MEDIUM)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.DRAFT)
    used_at = models.DateTimeField(_("首次用于考试"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    clauses = models.ManyToManyField(
        Clause, through="QuestionClause", related_name="questions", verbose_name=_("依据条款")
    )

    class Meta:
        verbose_name = _("试题")
        verbose_name_plural = _("试题")
        constraints = [
            models.UniqueConstraint(fields=["lineage", "version"], name="question_version_once"),
            models.UniqueConstraint(
                fields=["lineage"], condition=models.Q(is_current=True), name="question_one_current_version"
            ),
            models.UniqueConstraint(fields=["code", "version"], name="question_code_once_per_version"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="question_version_from_one"),
            models.CheckConstraint(condition=models.Q(numbers__gte=1), name="question_takes_a_number"),
        ]
        indexes = [models.Index(fields=["is_current", "state", "kind"], name="question_drawable")]

    def __str__(self) -> str:
        return self.stem[:60]

    # What may still change once a paper holds this version: its place in the bank, never its content.
    MUTABLE_WHEN_USED = frozenset({"state", "is_current", "used_at"})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.kind = self.type_code
        if self.kind:
            self.numbers = max(1, type_for(self.kind).numbers(self))
        changed = kwargs.get("update_fields")
        touches_content = changed is None or not self.MUTABLE_WHEN_USED.issuperset(changed)
        if self.pk is not None and touches_content and self._was_used():
            raise QuestionFrozen(f"Version {self.version} of question {self.code} is on a paper; revise it instead.")
        super().save(*args, **kwargs)

    def _was_used(self) -> bool:
        """Asks the database: this object may be older than the paper."""
        return Question.objects.non_polymorphic().filter(pk=self.pk, used_at__isnull=False).exists()

    @property
    def is_used(self) -> bool:
        return self.used_at is not None


class QuestionCounter(models.Model):
    """The newest number that was given to a question code of a letter: D-00012."""

    letter = models.CharField(max_length=4, unique=True)
    newest = models.PositiveIntegerField(default=0)


class QuestionClause(models.Model):
    """On which clauses a question rests; the main one counts for the blueprint's chapter and the score by clause."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="clause_links", db_index=False)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="question_links")
    is_main = models.BooleanField(_("主要条款"), default=False)

    class Meta:
        verbose_name = _("试题条款")
        verbose_name_plural = _("试题条款")
        constraints = [
            models.UniqueConstraint(fields=["question", "clause"], name="question_clause_once"),
            models.UniqueConstraint(
                fields=["question"], condition=models.Q(is_main=True), name="question_one_main_clause"
            ),
        ]
