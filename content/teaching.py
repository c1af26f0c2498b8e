"""Where a clause is taught: courses lies above content, so it registers its answer here at start-up."""

from __future__ import annotations

from collections.abc import Callable, Iterable

# clause ids -> {clause id: [(lesson title, address), ...]}
TaughtIn = Callable[[Iterable[int]], dict[int, list[tuple[str, str]]]]
_sources: list[TaughtIn] = []


def register_teaching(source: TaughtIn) -> None:
    if source not in _sources:
        _sources.append(source)


def lessons_teaching(clause_ids: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    ids = list(clause_ids)
    found: dict[int, list[tuple[str, str]]] = {}
    for source in _sources:
        for clause_id, lessons in source(ids).items():
            found.setdefault(clause_id, []).extend(lessons)
    return found
