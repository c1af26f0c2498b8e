from __future__ import annotations

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
        from outbox.registry import announces, hears

        plugins_load()
        announces("certificates.award", urgent=True)
        hears("exams.result", receivers.results_told, name="certificates.award")
        hears("courses.completed", receivers.completions_told, name="certificates.award")
        hears("certificates.award", receivers.awards_told, name="certificates.award")
        register_following(award_after)
