"""Reads for learners' and trainers' screens. Each function is one query plan, whatever the number of lessons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils import timezone

from courses.models import CoursePage, Enrolment, LessonClause, LessonPage
from people.models import Assignment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from people.models import Member


@dataclass(frozen=True)
class LessonLine:
    """One row of a course's task list."""

    lesson: LessonPage
    number: int
    passed: bool
    started: bool
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class CourseLine:
    """A course as a member's task: how far, until when, what next."""

    course: CoursePage
    enrolled: bool
    done: int
    total: int
    due_on: date | None
    completed_at: datetime | None
    next_lesson: LessonPage | None
    next_number: int

    @property
    def completed(self) -> bool:
        return self.completed_at is not None

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and not self.completed and self.due_on < timezone.localdate()

    @property
    def left(self) -> int:
        return self.total - self.done


def lessons_of(course: CoursePage) -> list[LessonPage]:
    return list(LessonPage.objects.child_of(course).live().order_by("path"))


def lesson_lines(course: CoursePage, enrolment: Enrolment | None) -> list[LessonLine]:
    lessons = lessons_of(course)
    progress = {p.lesson_id: p for p in enrolment.progress.all()} if enrolment is not None else {}
    numbers: dict[int, list[str]] = {}
    links = LessonClause.objects.filter(lesson__in=lessons).order_by("sort_order", "pk")
    for lesson_id, number in links.values_list("lesson_id", "clause__number"):
        numbers.setdefault(lesson_id, []).append(number)
    return [
        LessonLine(
            lesson=lesson,
            number=position,
            passed=lesson.pk in progress and progress[lesson.pk].passed_at is not None,
            started=lesson.pk in progress,
            clauses=tuple(numbers.get(lesson.pk, ())),
        )
        for position, lesson in enumerate(lessons, start=1)
    ]


def courses_for(member: Member) -> list[CoursePage]:
    """Live courses for the member's current post: those that name it and those that name none."""
    posts = Assignment.objects.filter(member=member, ends_on__isnull=True).values("post_id")
    return list(
        CoursePage.objects.live()
        .filter(Q(posts__isnull=True) | Q(posts__in=posts))
        .distinct()
        .order_by("-is_onboarding", "path")
    )


def learner_courses(member: Member) -> list[CourseLine]:
    """The member's courses, each with its next lesson. Three queries, whatever the number of courses."""
    courses = courses_for(member)
    lessons = list(
        LessonPage.objects.live().order_by("path").only("pk", "path", "title", "slug", "url_path", "minutes")
    )
    enrolments: dict[int, tuple[date | None, datetime | None]] = {}
    passed: dict[int, set[int]] = {}
    rows = Enrolment.objects.filter(member=member).values_list(
        "course_id", "due_on", "completed_at", "progress__lesson_id", "progress__passed_at"
    )
    for course_id, due_on, completed_at, lesson_id, passed_at in rows:
        enrolments[course_id] = (due_on, completed_at)
        if passed_at is not None:
            passed.setdefault(course_id, set()).add(lesson_id)
    lines = []
    for course in courses:
        own = [
            lesson for lesson in lessons if lesson.path.startswith(course.path) and len(lesson.path) > len(course.path)
        ]
        known = passed.get(course.pk, set())
        upcoming = next(((i, lesson) for i, lesson in enumerate(own, start=1) if lesson.pk not in known), None)
        due_on, completed_at = enrolments.get(course.pk, (None, None))
        lines.append(
            CourseLine(
                course=course,
                enrolled=course.pk in enrolments,
                done=sum(lesson.pk in known for lesson in own),
                total=len(own),
                due_on=due_on,
                completed_at=completed_at,
                next_lesson=upcoming[1] if upcoming else None,
                next_number=upcoming[0] if upcoming else 0,
            )
        )
    return lines


def lessons_for_clauses(clause_ids: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    """Clause id -> [(lesson title, address)] of the live lessons that teach it."""
    links = (
        LessonClause.objects.filter(clause_id__in=list(clause_ids), lesson__live=True)
        .select_related("lesson")
        .order_by("lesson__path")
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for link in links:
        found.setdefault(link.clause_id, []).append((link.lesson.title, link.lesson.get_url() or ""))
    return found


def lesson_counts(edition_id: int) -> dict[int, int]:
    """Clause id -> number of lessons, drafts included, for the trainer's tree."""
    rows = LessonClause.objects.filter(clause__edition_id=edition_id).values("clause_id").annotate(n=Count("lesson_id"))
    return {row["clause_id"]: row["n"] for row in rows}
