from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = _("证书")

    def ready(self) -> None:
        from certificates import receivers
        from certificates.queries import award_after
        from certificates.requirements import plugins_load
        from exams.following import register_following
        from exams.signals import attempt_marked
        from outbox.registry import announces, hears

        plugins_load()
        announces("certificates.award", urgent=True)
        hears("exams.result", receivers.results_told, name="certificates.award")
        hears("courses.completed", receivers.completions_told, name="certificates.award")
        hears("certificates.award", receivers.awards_told, name="certificates.award")
        # Until exams puts its events into the outbox; told twice is as told once.
        attempt_marked.connect(_attempt_marked, dispatch_uid="certificates.attempt_marked")
        register_following(award_after)


def _attempt_marked(attempt: Any, **kwargs: Any) -> None:
    from certificates.receivers import results_told

    results_told([attempt.result.pk])
