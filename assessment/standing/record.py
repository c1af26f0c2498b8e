"""一人一档: everything about one person that the platform keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from assessment.review.queries import EvidenceLine, evidence_of
from assessment.standing.models import Standing
from certificates.models import Award
from courses.models import Enrolment
from exams.models import Attempt
from exams.queries import released_results
from people.assignments import LATEST_FIRST

if TYPE_CHECKING:
    from people.models import Assignment, Member

SHOWN = 50  # attempts and pieces of evidence on the page


@dataclass(frozen=True)
class MemberRecord:
    """Lists are newest first."""

    whole: Standing | None  # None for who is on no post
    standings: list[Standing]  # one for each scheme that concerns the person, what needs somebody first
    assignments: list[Assignment]
    awards: list[Award]
    attempts: list[Attempt]  # each with `is_released`: whether its result may be known
    enrolments: list[Enrolment]
    evidence: list[EvidenceLine]


def member_record(member: Member) -> MemberRecord:
    released = released_results().filter(attempt=OuterRef("pk"))
    rows = Standing.objects.filter(member=member).select_related("scheme", "organisation", "post")
    standings = list(rows.order_by("urgency", "scheme"))
    return MemberRecord(
        whole=next((row for row in standings if row.is_whole), None),
        standings=[row for row in standings if not row.is_whole],
        assignments=list(member.assignments.select_related("post", "organisation").order_by(*LATEST_FIRST)),
        awards=list(Award.objects.filter(member=member).select_related("scheme").order_by("-issued_on", "-pk")),
        attempts=list(
            Attempt.objects.filter(member=member)
            .select_related("sitting", "result")
            .annotate(is_released=Exists(released))
            .order_by("-started_at")[:SHOWN]
        ),
        enrolments=list(
            Enrolment.objects.filter(member=member).select_related("course").order_by("-assigned_at", "-pk")
        ),
        evidence=evidence_of(member, SHOWN),
    )
