"""Wagtail's date fields, but what a person mistyped stays there to be seen: the form says what is wrong with it."""

from __future__ import annotations

from typing import Any

from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput

AS_TYPED = {"validateOnBlur": False}


class TypedDate(AdminDateInput):
    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **AS_TYPED}


class TypedDateTime(AdminDateTimeInput):
    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **AS_TYPED}
