from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.models.requirements import AwardBasis, Mention, Requirement
from certificates.requirements import requirement_kind
from exams.models import Exam, Result, marks_text
from exams.queries import released_results

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from people.models import Organisation


class ExamBasis(AwardBasis):
    """Its index on the result answers whether an exam has carried a certificate before."""

    ground = "result"

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="award_bases")
    score = models.PositiveIntegerField()
    max_score = models.PositiveIntegerField()
    pass_mark = models.PositiveIntegerField()

    class Meta:
        verbose_name = gettext_lazy("发证依据：考试")
        verbose_name_plural = gettext_lazy("发证依据：考试")
        constraints = [models.UniqueConstraint(fields=["award", "result"], name="exam_basis_once")]


@requirement_kind
class ExamPassed(Requirement):
    kind = "exam"
    anew_by_default = True
    basis = ExamBasis
    member_path = "attempt__member"
    moment = "marked_at"

    exam = models.ForeignKey(
        Exam, on_delete=models.PROTECT, related_name="requirements", verbose_name=gettext_lazy("须合格的考试")
    )
    # In hundredths of a mark; empty: passed is enough
    least_score = models.PositiveIntegerField(
        gettext_lazy("至少得分"), null=True, blank=True, validators=[MinValueValidator(1)]
    )

    class Meta:
        verbose_name = gettext_lazy("考试合格")
        verbose_name_plural = gettext_lazy("考试合格")
        constraints = [
            models.CheckConstraint(
                condition=Q(least_score__isnull=True) | Q(least_score__gte=1), name="exam_least_score_positive"
            )
        ]

    def text(self) -> str:
        words = {"exam": self.exam.title, "score": self._least()}
        if self.least_score is None:
            return _("考试“%(exam)s”合格") % words
        return _("考试“%(exam)s”合格，成绩不低于%(score)s分") % words

    def grounds(self) -> QuerySet[Result]:
        found = released_results().filter(attempt__sitting__exam_id=self.exam_id, passed=True)
        if self.least_score is not None:
            found = found.filter(score__gte=self.least_score)
        return found.select_related("attempt__sitting__version__edition")

    def ground_text(self, ground: Result) -> str:
        return _("考试“%(exam)s”合格，%(score)s分（合格线%(mark)s分）") % {
            "exam": self.exam.title,
            **self._marks(ground),
        }

    def missing(self) -> str:
        words = {"exam": self.exam.title, "score": self._least()}
        if self.least_score is None:
            return _("“%(exam)s”考试还没有合格。") % words
        return _("“%(exam)s”考试还没有合格，或者成绩低于%(score)s分。") % words

    def again(self) -> str:
        return _("重新考试合格")

    def mention(self, ground: Result) -> Mention:
        edition = ground.attempt.sitting.blueprint.edition
        return Mention(
            began=ground.attempt.started_at,
            ended=ground.marked_at,
            phrase=_("考试成绩%(score)s分（合格线%(mark)s分）") % self._marks(ground),
            edition=edition,
        )

    def frozen(self, ground: Result) -> dict[str, Any]:
        return {
            "score": ground.score,
            "max_score": ground.max_score,
            "pass_mark": ground.attempt.sitting.pass_mark,
        }

    def belongs_to(self) -> Organisation | None:
        return self.exam.owner

    def _marks(self, ground: Result) -> dict[str, str]:
        return {"score": marks_text(ground.score), "mark": marks_text(ground.attempt.sitting.pass_mark)}

    def _least(self) -> str:
        return marks_text(self.least_score) if self.least_score is not None else ""
