from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = _("通知")

    def ready(self) -> None:
        from notices import channels

        for module in iter_modules(channels.__path__):
            import_module(f"{channels.__name__}.{module.name}")
        autodiscover_modules("notice_channels", "notice_kinds")
