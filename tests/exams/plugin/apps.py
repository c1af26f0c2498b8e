from __future__ import annotations

from django.apps import AppConfig


class PluginConfig(AppConfig):
    name = "tests.exams.plugin"
    label = "scale"
