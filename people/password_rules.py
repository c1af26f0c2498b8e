"""What a password must not be, in our own words: what is wrong, and the cure. Django asks all of them and tells all reasons."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    NumericPasswordValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class NotLikeTheAccount(UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return _("密码和您的工号、账号或姓名太像，容易被猜到。请换一句和它们无关的话。")

    get_help_text = get_error_message


class LongEnough(MinimumLengthValidator):
    def get_error_message(self) -> str:
        return _("密码太短，至少要 %(n)s 个字。请写长一些。") % {"n": self.min_length}

    get_help_text = get_error_message


class NotCommon(CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("用这个密码的人很多，容易被猜到。请换一句自己好记的话。")

    get_help_text = get_error_message


class NotOnlyDigits(NumericPasswordValidator):
    def get_error_message(self) -> str:
        return _("密码不能全是数字。请加上文字或字母。")

    get_help_text = get_error_message


class NotOnlyBlanks:
    def validate(self, password: str, user: Any = None) -> None:
        if not password.strip():
            raise ValidationError(self.get_help_text(), code="password_blank")

    def get_help_text(self) -> str:
        return _("密码不能全是空格。请写一句好记的话。")
