from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentConfig(AppConfig):
    name = "assessment"
    verbose_name = _("考核评价")

    def ready(self) -> None:
        from certificates.signals import award_changed, award_issued
        from exams.signals import attempt_marked, members_marked
        from outbox.registry import hears
        from people.signals import members_changed

        attempt_marked.connect(_attempt_marked, dispatch_uid="assessment.attempt_marked")
        members_marked.connect(_members_marked, dispatch_uid="assessment.members_marked")
        hears("courses.completed", _courses_completed, name="assessment")
        hears("courses.assigned", _members_assigned, name="assessment")
        award_issued.connect(_award_issued, dispatch_uid="assessment.award_issued")
        award_changed.connect(_award_changed, dispatch_uid="assessment.award_changed")
        members_changed.connect(_members_changed, dispatch_uid="assessment.members_changed")


def _attempt_marked(attempt: Any, **kwargs: Any) -> None:
    from assessment.models import Evidence
    from assessment.services import evidence_record

    result = attempt.result
    evidence_record(
        member=attempt.member,
        kind=Evidence.Kind.EXAM,
        source=f"attempt:{attempt.code}",
        title=attempt.sitting.title,
        occurred_at=result.marked_at,
        detail={"score": result.score, "max_score": result.max_score, "passed": result.passed},
    )


def _members_marked(member_ids: list[int], **kwargs: Any) -> None:
    from assessment.services import standings_refresh

    standings_refresh(member_ids)


def _members_assigned(member_ids: list[int]) -> None:
    from assessment.services import standings_refresh

    standings_refresh(member_ids)


def _courses_completed(enrolment_ids: list[int]) -> None:
    from assessment.models import Evidence
    from assessment.services import evidence_record, standings_refresh
    from courses.models import Enrolment

    completed = Enrolment.objects.filter(pk__in=enrolment_ids, completed_at__isnull=False).order_by("pk")
    for enrolment in completed.select_related("member", "course"):
        assert enrolment.completed_at is not None  # noqa: S101 - filtered
        evidence_record(
            member=enrolment.member,
            kind=Evidence.Kind.COURSE,
            source=f"enrolment:{enrolment.pk}",
            title=enrolment.course.title,
            occurred_at=enrolment.completed_at,
            detail={},
        )
    standings_refresh(sorted(set(completed.values_list("member_id", flat=True))))


def _award_issued(award: Any, **kwargs: Any) -> None:
    from assessment.models import Evidence
    from assessment.services import evidence_record, standings_refresh

    evidence_record(
        member=award.member,
        kind=Evidence.Kind.AWARD,
        source=f"award:{award.code}",
        title=award.scheme.title,
        occurred_at=award.issued_moment,
        detail={"number": award.number, "valid_until": award.valid_until.isoformat()},
    )
    standings_refresh([award.member_id])


def _award_changed(award: Any, **kwargs: Any) -> None:
    from assessment.services import standings_refresh

    standings_refresh([award.member_id])


def _members_changed(member_ids: list[int], **kwargs: Any) -> None:
    from assessment.services import figures_refresh, standings_refresh

    standings_refresh(member_ids)
    figures_refresh()
