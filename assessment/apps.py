from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentConfig(AppConfig):
    name = "assessment"
    verbose_name = _("考核评价")

    def ready(self) -> None:
        from assessment import receivers
        from assessment.review.kinds import discover
        from outbox.registry import hears

        for kind in discover():
            hears(kind.topic, receivers.recorder(kind), name=f"assessment.evidence.{kind.code}")
        hears("exams.result", receivers.results_told, name="assessment.standing")
        hears("courses.completed", receivers.completions_told, name="assessment.standing")
        hears("certificates.award", receivers.awards_told, name="assessment.standing")
        hears("courses.assigned", receivers.members_told, name="assessment.standing")
        hears("people.members", receivers.members_told, name="assessment.standing")
