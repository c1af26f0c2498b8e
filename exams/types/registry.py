"""Finds the question types: every folder beside this module, and `question_types` of every installed app."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from exams.types.base import QuestionType

FOLDER = Path(__file__).parent
_types: dict[str, QuestionType] = {}
Kind = TypeVar("Kind", bound="type[QuestionType]")


def register(kind: Kind) -> Kind:
    for other in _types.values():
        if other.code == kind.code or other.letter == kind.letter:
            raise ImproperlyConfigured(f"Question types {other.code} and {kind.code} share a code or a letter.")
    _types[kind.code] = kind()
    return kind


def _folders() -> list[str]:
    return [f"exams.types.{found.name}" for found in pkgutil.iter_modules([str(FOLDER)]) if found.ispkg]


def discover_models() -> None:
    """While Django loads the models of `exams`. An app with types of its own has its models where Django looks for them."""
    for folder in _folders():
        importlib.import_module(f"{folder}.models")


def discover() -> None:
    """Once all models are there."""
    for folder in _folders():
        importlib.import_module(f"{folder}.kind")
    for app in apps.get_app_configs():
        if app.name != "exams" and find_spec(f"{app.name}.question_types") is not None:
            importlib.import_module(f"{app.name}.question_types")
    all_types.cache_clear()


def type_for(code: str) -> QuestionType:
    """Raises KeyError for a type that is not installed."""
    return _types[code]


@cache
def all_types() -> dict[str, QuestionType]:
    """In the order of their sections on a paper."""
    return {kind.code: kind for kind in sorted(_types.values(), key=lambda kind: (kind.order, kind.code))}
