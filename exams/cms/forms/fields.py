"""What the forms of questions, blueprints and sittings share. Meaning is checked by the services."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from exams.types import all_types

LEAST_MARKS, MOST_MARKS = Decimal("0.01"), 1000


def number_field(label: Any, *, least: int, most: int, missing: Any = None, **kwargs: Any) -> forms.IntegerField:
    """Whatever is wrong with the number, both ends are told: who has met one end should not have to find the other."""
    between = format_lazy(_("请填写 {least} 到 {most} 之间的整数。"), least=least, most=most)
    errors = dict.fromkeys(("invalid", "min_value", "max_value"), between)
    if missing is not None:
        errors["required"] = missing
    return forms.IntegerField(label=label, min_value=least, max_value=most, error_messages=errors, **kwargs)


class Marks(forms.DecimalField):
    """0.001 is too small and has too many decimals: the one sentence about both is said once."""

    def run_validators(self, value: Any) -> None:
        try:
            super().run_validators(value)
        except forms.ValidationError as wrong:
            raise forms.ValidationError(wrong.messages[0]) from wrong


def marks_field(label: Any, *, missing: Any, **kwargs: Any) -> Marks:
    between = format_lazy(_("请填写 {least} 到 {most} 之间的分值，最多两位小数。"), least=LEAST_MARKS, most=MOST_MARKS)
    wrong = ("invalid", "min_value", "max_value", "max_digits", "max_decimal_places", "max_whole_digits")
    return Marks(
        label=label,
        min_value=LEAST_MARKS,
        max_value=MOST_MARKS,
        decimal_places=2,
        error_messages={**dict.fromkeys(wrong, between), "required": missing},
        **kwargs,
    )


def hundredths(marks: Decimal) -> int:
    return int(marks * 100)


def kind_choices() -> list[tuple[str, str]]:
    return [(code, kind.title) for code, kind in all_types().items()]
