"""What the forms of questions, blueprints and sittings share. Meaning is checked by the services."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from exams.types import all_types


def marks_field(label: Any, **kwargs: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=Decimal("0.01"), max_value=1000, decimal_places=2, **kwargs)


def hundredths(marks: Decimal) -> int:
    return int(marks * 100)


def kind_choices() -> list[tuple[str, str]]:
    return [(code, kind.title) for code, kind in all_types().items()]
