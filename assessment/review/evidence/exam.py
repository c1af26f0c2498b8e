from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.review.kinds import EvidenceKind, Happening, register
from exams.models import marks_text
from exams.queries import released_results

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class ExamEvidence(EvidenceKind):
    """A result that its candidate may know."""

    code = "exam"
    title = gettext_lazy("考试成绩")
    topic = "exams.result"

    def happenings(self, subjects: Sequence[int]) -> Iterable[Happening]:
        for result in released_results().filter(pk__in=subjects).select_related("attempt__sitting"):
            yield Happening(
                object_id=result.pk,
                member_id=result.attempt.member_id,
                title=result.attempt.sitting.title,
                occurred_at=result.marked_at,
                facts={"score": result.score, "max_score": result.max_score, "passed": result.passed},
            )

    def summary(self, facts: dict[str, Any]) -> str:
        marks = {"score": marks_text(facts["score"]), "total": marks_text(facts["max_score"])}
        if facts["passed"]:
            return _("%(score)s 分（满分 %(total)s 分），合格") % marks
        return _("%(score)s 分（满分 %(total)s 分），未合格") % marks


register(ExamEvidence())
