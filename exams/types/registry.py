from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exams.types.base import QuestionType

_types: dict[str, QuestionType] = {}


def register(kind: type[QuestionType]) -> type[QuestionType]:
    _types[kind.code] = kind()
    return kind


def type_for(code: str) -> QuestionType:
    """Raises KeyError for a type that is not installed."""
    return _types[code]


def all_types() -> dict[str, QuestionType]:
    return dict(_types)
