"""Kinds of long work. An app registers a function in its tasks.py: ``@job("uploads.check")`` above ``def f(run): ...``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobs.services import Run

Work = Callable[["Run"], None]
_works: dict[str, Work] = {}


def job(kind: str) -> Callable[[Work], Work]:
    def register(work: Work) -> Work:
        if _works.get(kind, work).__qualname__ != work.__qualname__:
            raise ValueError(f"Two works for the job kind {kind}")
        _works[kind] = work
        return work

    return register


def work_for(kind: str) -> Work | None:
    return _works.get(kind)
