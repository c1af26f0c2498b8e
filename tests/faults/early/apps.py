from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class EarlyConfig(AppConfig):
    name = "tests.faults.early"

    def ready(self) -> None:
        from tests.faults.early.saving import confirm_first

        vars(import_module("exams.views.room"))["answers_save"] = confirm_first
