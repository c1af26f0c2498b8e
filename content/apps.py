from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    name = "content"
    verbose_name = _("标准")

    def ready(self) -> None:
        from content.receivers import trainers_tell
        from outbox.registry import announces, hears

        announces("content.edition")
        announces("content.came_into_force")  # by itself, on its day
        hears("content.came_into_force", trainers_tell, name="content.trainers")
