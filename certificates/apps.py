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
        from courses.signals import course_completed
        from exams.following import register_following
        from exams.signals import attempt_marked

        plugins_load()
        attempt_marked.connect(_attempt_marked, dispatch_uid="certificates.attempt_marked")
        course_completed.connect(_course_completed, dispatch_uid="certificates.course_completed")
        award_issued.connect(_award_issued, dispatch_uid="certificates.award_issued")
        register_following(award_after)


def _attempt_marked(attempt: Any, **kwargs: Any) -> None:
    from certificates.requirements.exam import ExamPassed
    from certificates.services import awards_consider

    if attempt.result.passed:
        asked = ExamPassed.objects.filter(exam_id=attempt.sitting.exam_id)
        awards_consider(member_ids=[attempt.member_id], asked=asked)


def _course_completed(enrolment: Any, **kwargs: Any) -> None:
    from certificates.requirements.course import CourseCompleted
    from certificates.services import awards_consider

    asked = CourseCompleted.objects.filter(course_id=enrolment.course_id)
    awards_consider(member_ids=[enrolment.member_id], asked=asked)


def _award_issued(award: Any, **kwargs: Any) -> None:
    """A scheme may ask for another one's certificate."""
    from certificates.requirements.certificate import CertificateHeld
    from certificates.services import awards_consider

    asked = CertificateHeld.objects.filter(asks_for_id=award.scheme_id)
    awards_consider(member_ids=[award.member_id], asked=asked)
