"""A password that nobody can see is no password."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class NotOnlyBlanks:
    def validate(self, password: str, user: Any = None) -> None:
        if not password.strip():
            raise ValidationError(_("密码不能全是空格。"), code="password_blank")

    def get_help_text(self) -> str:
        return _("密码不能全是空格。")
