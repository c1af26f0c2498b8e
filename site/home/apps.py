from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("首页")

    def ready(self) -> None:
        from home.defaults import defaults_name

        # After the last app that has tables, when the others have made their rows.
        last = [app for app in apps.get_app_configs() if app.models_module][-1]
        post_migrate.connect(defaults_name, sender=last, dispatch_uid="home.defaults")
