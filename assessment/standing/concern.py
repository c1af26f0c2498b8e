"""What each scheme asks for and whom it concerns, in the form in which a batch of members is compared with it."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certificates.concern import audience_of
from certificates.models import Scheme
from certificates.requirements.course import CourseCompleted
from certificates.requirements.exam import ExamPassed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from people.audience import Audience
    from people.models import Assignment


@dataclass(frozen=True)
class Terms:
    scheme: Scheme
    audience: Audience
    courses: frozenset[int]  # in its tree of requirements, wherever
    exams: frozenset[int]

    @property
    def is_in_use(self) -> bool:
        return self.scheme.is_active

    @property
    def digest(self) -> str:
        """Other for other terms: when it changes, all standings towards the scheme may."""
        ids = map(sorted, (self.audience.posts, self.courses, self.exams))
        terms = [self.is_in_use, self.audience.path, self.scheme.renewal_days, *ids]
        return hashlib.sha256(json.dumps(terms).encode()).hexdigest()

    def concerning(self, assignments: Iterable[Assignment]) -> Assignment | None:
        """The first of a member's current assignments for which the scheme asks; they come main first."""
        takes = self.audience.takes
        return next((each for each in assignments if takes(each.post_id, each.organisation.path)), None)


def all_terms() -> list[Terms]:
    """Those of every scheme, in four statements."""
    courses, exams = defaultdict(set), defaultdict(set)
    for scheme_id, course_id in CourseCompleted.objects.non_polymorphic().values_list("scheme_id", "course_id"):
        courses[scheme_id].add(course_id)
    for scheme_id, exam_id in ExamPassed.objects.non_polymorphic().values_list("scheme_id", "exam_id"):
        exams[scheme_id].add(exam_id)
    return [
        Terms(
            scheme=scheme,
            audience=audience_of(scheme),
            courses=frozenset(courses[scheme.pk]),
            exams=frozenset(exams[scheme.pk]),
        )
        for scheme in Scheme.objects.select_related("owner").prefetch_related("posts").order_by("pk")
    ]
