from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentConfig(AppConfig):
    name = "assessment"
    verbose_name = _("考核评价")

    def ready(self) -> None:
        from assessment import receivers
        from assessment.review.kinds import discover
        from exams.signals import attempt_marked, members_marked
        from outbox.registry import hears
        from people.signals import members_changed

        for kind in discover():
            hears(kind.topic, receivers.recorder(kind), name=f"assessment.evidence.{kind.code}")
        hears("exams.result", receivers.results_told, name="assessment.standing")
        hears("courses.completed", receivers.completions_told, name="assessment.standing")
        hears("certificates.award", receivers.awards_told, name="assessment.standing")
        hears("courses.assigned", receivers.members_told, name="assessment.standing")
        hears("people.members", receivers.members_told, name="assessment.standing")
        # Until the apps below put all of this into the outbox they send signals too; told twice is as told once.
        attempt_marked.connect(_attempt_marked, dispatch_uid="assessment.attempt_marked")
        members_marked.connect(_members_marked, dispatch_uid="assessment.members_marked")
        members_changed.connect(_members_changed, dispatch_uid="assessment.members_changed")


def _told(code: str, subject: int) -> None:
    from assessment.receivers import recorder
    from assessment.review.kinds import kind_of

    kind = kind_of(code)
    assert kind is not None  # noqa: S101 - one of ours
    recorder(kind)([subject])


def _attempt_marked(attempt: Any, **kwargs: Any) -> None:
    _told("exam", attempt.result.pk)


def _members_marked(member_ids: list[int], **kwargs: Any) -> None:
    from assessment.receivers import members_told

    members_told(member_ids)


def _members_changed(member_ids: list[int], **kwargs: Any) -> None:
    from assessment.receivers import members_told
    from assessment.standing.services import figures_refresh

    members_told(member_ids)
    figures_refresh()
