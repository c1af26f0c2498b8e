"""What this app does when the apps below tell that something happened: batches, safe to run twice."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from assessment.review.services import evidence_record
from assessment.standing.services import standings_refresh
from certificates.models import Award
from courses.models import Enrolment
from exams.models import Result

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessment.review.kinds import EvidenceKind


@cache
def recorder(kind: EvidenceKind) -> Callable[[list[int]], None]:
    """A receiver that keeps evidence of one kind."""

    def record(subjects: list[int]) -> None:
        evidence_record(kind=kind, subjects=subjects)

    return record


def results_told(subjects: list[int]) -> None:
    standings_refresh(Result.objects.filter(pk__in=subjects).values_list("attempt__member_id", flat=True))


def completions_told(subjects: list[int]) -> None:
    standings_refresh(Enrolment.objects.filter(pk__in=subjects).values_list("member_id", flat=True))


def awards_told(subjects: list[int]) -> None:
    standings_refresh(Award.objects.filter(pk__in=subjects).values_list("member_id", flat=True))


def members_told(subjects: list[int]) -> None:
    standings_refresh(subjects)
