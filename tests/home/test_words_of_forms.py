"""A field left empty is named in our own words, never in the framework's."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import pytest
from django import forms

if TYPE_CHECKING:
    from collections.abc import Iterator

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
