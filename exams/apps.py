from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExamsConfig(AppConfig):
    name = "exams"
    verbose_name = _("考试")

    def ready(self) -> None:
        from exams.saving import RESULT_TOPIC
        from exams.services import results_waiting
        from exams.types.registry import discover
        from outbox.registry import announces

        discover()
        announces(RESULT_TOPIC, waiting=results_waiting)
