from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = _("证书")

    def ready(self) -> None:
        from certificates.queries import award_after
        from certificates.requirements import plugins_load
        from certificates.signals import award_issued
        from exams.following import register_following
        from exams.signals import attempt_marked
        from outbox.registry import hears

        plugins_load()
        attempt_marked.connect(_attempt_marked, dispatch_uid="certificates.attempt_marked")
        hears("courses.completed", _courses_completed, name="certificates")
        award_issued.connect(_award_issued, dispatch_uid="certificates.award_issued")
        register_following(award_after)


def _attempt_marked(attempt: Any, **kwargs: Any) -> None:
    from certificates.requirements.exam import ExamPassed
    from certificates.services import awards_consider

    if attempt.result.passed:
        asked = ExamPassed.objects.filter(exam_id=attempt.sitting.exam_id)
        awards_consider(member_ids=[attempt.member_id], asked=asked)


def _courses_completed(enrolment_ids: list[int]) -> None:
    from certificates.requirements.course import CourseCompleted
    from certificates.services import awards_consider
    from courses.models import Enrolment

    members: dict[int, list[int]] = {}
    completed = Enrolment.objects.filter(pk__in=enrolment_ids, completed_at__isnull=False).order_by("pk")
    for course_id, member_id in completed.values_list("course_id", "member_id"):
        members.setdefault(course_id, []).append(member_id)
    for course_id, ids in members.items():
        awards_consider(member_ids=ids, asked=CourseCompleted.objects.filter(course_id=course_id))


def _award_issued(award: Any, **kwargs: Any) -> None:
    """A scheme may ask for another one's certificate."""
    from certificates.requirements.certificate import CertificateHeld
    from certificates.services import awards_consider

    asked = CertificateHeld.objects.filter(asks_for_id=award.scheme_id)
    awards_consider(member_ids=[award.member_id], asked=asked)
