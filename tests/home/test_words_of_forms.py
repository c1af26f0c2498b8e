"""A field left empty is named in our own words, never in the framework's."""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING, Any

import pytest
from django import forms

from tests.catalogues import compile_overrides

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODULES = (
    "certificates.forms",
    "content.cms.forms",
    "courses.forms",
    "exams.cms.forms.blueprints",
    "exams.cms.forms.questions",
    "exams.cms.forms.sittings",
    "exams.marking.forms",
    "people.forms",
    "people.roster.forms",
)
OF_DJANGO = forms.Field.default_error_messages["required"]


def required_fields() -> Iterator[tuple[str, forms.Field]]:
    for name in MODULES:
        for found in vars(importlib.import_module(name)).values():
            if not isinstance(found, type) or not issubclass(found, forms.Form) or found.__module__ != name:
                continue
            if any(base.__module__.startswith("allauth.") for base in found.__mro__):
                continue  # worded field by field in `__init__`; tests/people ask the pages
            for label, field in found.base_fields.items():
                if field.required:
                    yield f"{found.__name__}.{label}", field


FIELDS = dict(required_fields())


@pytest.mark.parametrize("name", FIELDS)
def test_an_empty_field_is_told_in_our_words(name: str) -> None:
    assert FIELDS[name].error_messages["required"] != OF_DJANGO


def test_the_forms_were_found() -> None:
    assert {"PlanForm.opens_at", "QuestionForm.stem", "FeedbackForm.text"} <= FIELDS.keys()


def fields_of(*kinds: type[forms.Field]) -> dict[str, forms.Field]:
    return {
        f"{found.__name__}.{label}": field
        for name in MODULES
        for found in vars(importlib.import_module(name)).values()
        if isinstance(found, type) and issubclass(found, forms.Form) and found.__module__ == name
        for label, field in found.base_fields.items()
        if isinstance(field, kinds) and not isinstance(field.widget, forms.HiddenInput)
    }


NUMBERS = fields_of(forms.IntegerField, forms.DecimalField)
TEXTS = {name: field for name, field in fields_of(forms.CharField).items() if getattr(field, "max_length", None)}


@pytest.mark.parametrize("typed", ["-7", "99999999", "多", "1.2345", "0.001"])
@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_out_of_range_is_told_both_ends(name: str, typed: str) -> None:
    field = NUMBERS[name]
    with pytest.raises(forms.ValidationError) as told:
        field.clean(typed)
    assert len(told.value.messages) == 1
    assert f"{field.min_value} 到 {field.max_value} 之间" in told.value.messages[0]  # type: ignore[attr-defined]


@pytest.fixture
def compiled(settings: Any, tmp_path: Path) -> None:
    compile_overrides(settings, tmp_path)


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("name", TEXTS)
def test_a_text_too_long_is_told_how_long_it_may_be(name: str) -> None:
    field = TEXTS[name]
    with pytest.raises(forms.ValidationError) as told:
        field.clean("字" * (field.max_length + 1))  # type: ignore[attr-defined]
    assert re.search(rf"最多.*{field.max_length} 个字", " ".join(told.value.messages))  # type: ignore[attr-defined]


def test_the_numbers_and_texts_were_found() -> None:
    assert {"PlanForm.duration_minutes", "RowForm.marks_each", "ExtendForm.minutes"} <= NUMBERS.keys()
    assert {"QuestionForm.stem", "GrantForm.account"} <= TEXTS.keys()
