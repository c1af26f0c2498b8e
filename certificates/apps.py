from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = _("证书")

    def ready(self) -> None:
        from certificates.queries import award_after
        from courses.signals import course_completed
        from exams.following import register_following
        from exams.signals import attempt_marked

        attempt_marked.connect(_attempt_marked, dispatch_uid="certificates.attempt_marked")
        course_completed.connect(_course_completed, dispatch_uid="certificates.course_completed")
        register_following(award_after)


def _attempt_marked(attempt: Any, **kwargs: Any) -> None:
    from certificates.services import awards_consider

    if attempt.result.passed:
        awards_consider(member=attempt.member, blueprint_id=attempt.sitting.blueprint_id)


def _course_completed(enrolment: Any, **kwargs: Any) -> None:
    from certificates.services import awards_consider

    awards_consider(member=enrolment.member, course_id=enrolment.course_id)
