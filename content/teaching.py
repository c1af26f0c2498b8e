"""Where a clause is taught: courses lies above content, so it registers its answers here at start-up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from people.audience import Audience
    from people.models import User


class Lesson(NamedTuple):
    title: str
    url: str
    course_id: int
    audience: Audience  # of its course


# clause ids -> {clause id: lessons in their order}, whoever asks
TaughtIn = Callable[[Iterable[int]], dict[int, list[Lesson]]]
# courses, each with whom it is for -> those of them that the actor may open
OpenTo = Callable[["User | AnonymousUser", Mapping[int, "Audience"]], set[int]]
_sources: list[tuple[TaughtIn, OpenTo]] = []


def register_teaching(taught_in: TaughtIn, open_to: OpenTo) -> None:
    if (taught_in, open_to) not in _sources:
        _sources.append((taught_in, open_to))


def lessons_teaching(clause_ids: Iterable[int]) -> dict[int, list[Lesson]]:
    """The same for everybody, so it may be kept; what is shown to a person goes through `lessons_open_to`."""
    ids = list(clause_ids)
    found: dict[int, list[Lesson]] = {}
    for taught_in, _open_to in _sources:
        for clause_id, lessons in taught_in(ids).items():
            found.setdefault(clause_id, []).extend(lessons)
    return found


def lessons_open_to(actor: User | AnonymousUser, taught: Mapping[int, Iterable[Lesson]]) -> dict[int, list[Lesson]]:
    """Without the lessons of courses that are not for the actor: their address answers 404."""
    courses = {lesson.course_id: lesson.audience for lessons in taught.values() for lesson in lessons}
    allowed: set[int] = set()
    if courses:
        for _taught_in, open_to in _sources:
            allowed |= open_to(actor, courses)
    return {
        clause_id: [lesson for lesson in lessons if lesson.course_id in allowed]
        for clause_id, lessons in taught.items()
    }
