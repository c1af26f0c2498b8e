from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy

from assessment.review.kinds import EvidenceKind, Happening, register
from courses.models import Enrolment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assessment.review.models import Evidence


class CourseEvidence(EvidenceKind):
    """A completed enrolment: that a course was completed, never how long it took."""

    code = "course"
    title = gettext_lazy("课程学完")
    topic = "courses.completed"

    def happenings(self, subjects: Sequence[int]) -> Iterable[Happening]:
        done = Enrolment.objects.filter(pk__in=subjects, completed_at__isnull=False).select_related("course")
        for enrolment in done:
            assert enrolment.completed_at is not None  # noqa: S101 - the query asks for it
            yield Happening(
                object_id=enrolment.pk,
                member_id=enrolment.member_id,
                title=enrolment.course.title,
                occurred_at=enrolment.completed_at,
                facts={"course": enrolment.course.slug},
            )

    def address(self, evidence: Evidence) -> str:
        return reverse("courses:course", args=[evidence.facts["course"]])


register(CourseEvidence())
