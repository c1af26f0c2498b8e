"""Kinds of evidence. A new one is one module: in assessment/review/evidence/, or `evidence_kinds.py` of any app."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from django.apps import apps
from django.utils.module_loading import module_has_submodule

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from assessment.review.models import Evidence


@dataclass(frozen=True)
class Happening:
    """One event that counts, as its kind tells it for the record."""

    object_id: int
    member_id: int
    title: str
    occurred_at: datetime
    facts: dict[str, Any] = field(default_factory=dict)  # JSON; all that is ever shown of it


class EvidenceKind:
    code: ClassVar[str]  # stands in the rows: never changed
    title: ClassVar[str | _StrPromise]
    topic: ClassVar[str]  # the outbox's topic whose subjects may be evidence of this kind

    def happenings(self, subjects: Sequence[int]) -> Iterable[Happening]:
        """What of these counts. One that does not, or is gone, is left out."""
        raise NotImplementedError

    def summary(self, facts: dict[str, Any]) -> str:
        """The facts in one line, in the reader's language."""
        return ""

    def address(self, evidence: Evidence) -> str:
        """Where a supervisor can look at the thing itself; empty where there is no such page."""
        return ""


_kinds: dict[str, EvidenceKind] = {}


def register(kind: EvidenceKind) -> None:
    other = _kinds.setdefault(kind.code, kind)
    if type(other).__qualname__ != type(kind).__qualname__:
        raise ValueError(f"Two kinds of evidence with the code {kind.code}")


def kind_of(code: str) -> EvidenceKind | None:
    """None for rows of a kind whose app is no longer installed."""
    return _kinds.get(code)


def discover() -> list[EvidenceKind]:
    """Import every module of kinds; all that are registered, by code."""
    ours = import_module("assessment.review.evidence")
    for module in pkgutil.iter_modules(ours.__path__):
        import_module(f"{ours.__name__}.{module.name}")
    for app in apps.get_app_configs():
        if app.module is not None and module_has_submodule(app.module, "evidence_kinds"):
            import_module(f"{app.name}.evidence_kinds")
    return [kind for _code, kind in sorted(_kinds.items())]
