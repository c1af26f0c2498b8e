"""Reads for learners' and trainers' screens. Each function is one query plan, whatever the number of lessons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, Exists, F, OuterRef, Subquery, When
from django.db.models.functions import Left, Length
from django.utils import timezone
from wagtail.models import Page

from content.models import Edition
from courses.access import for_post_of
from courses.citing import items_below
from courses.models import CoursePage, Enrolment, LessonClause, LessonPage, LessonProgress

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from content.models import Clause
    from courses.citing import Item
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


def learner_courses(member: Member) -> list[CourseLine]:
    """The live courses that the member is to learn and those that they have completed, each with its next lesson. Two queries,
    whatever the number of courses."""
    own = Enrolment.objects.filter(member=member, course=OuterRef("pk"))
    passed = LessonProgress.objects.filter(enrolment__member=member, lesson=OuterRef("pk"), passed_at__isnull=False)
    courses = (
        CoursePage.objects.live()
        .filter(for_post_of(member) | Exists(own.filter(completed_at__isnull=False)))
        .annotate(
            enrolment_id=Subquery(own.values("pk")[:1]),
            due_on=Subquery(own.values("due_on")[:1]),
            completed_at=Subquery(own.values("completed_at")[:1]),
        )
        .order_by("-is_onboarding", "path")
        .only("pk", "path", "title", "slug", "url_path", "summary", "is_onboarding")
    )
    lessons: dict[str, list[LessonPage]] = {}
    for lesson in (
        LessonPage.objects.live()
        .annotate(is_passed=Exists(passed))
        .order_by("path")
        .only("pk", "path", "title", "slug", "url_path", "minutes")
    ):
        lessons.setdefault(lesson.path[: -LessonPage.steplen], []).append(lesson)
    return [_course_line(course, lessons.get(course.path, [])) for course in courses]


def _course_line(course: CoursePage, lessons: list[LessonPage]) -> CourseLine:
    """Both come with what `learner_courses` has annotated."""
    number, upcoming = next(
        ((n, lesson) for n, lesson in enumerate(lessons, start=1) if not getattr(lesson, "is_passed", False)), (0, None)
    )
    facts: Any = course
    return CourseLine(
        course=course,
        enrolled=facts.enrolment_id is not None,
        done=sum(getattr(lesson, "is_passed", False) for lesson in lessons),
        total=len(lessons),
        due_on=facts.due_on,
        completed_at=facts.completed_at,
        next_lesson=upcoming,
        next_number=number,
    )


@dataclass(frozen=True)
class Reading:
    """All that the page of one lesson shows, for one reader."""

    lesson: LessonPage
    number: int  # place among the live lessons of the course; 0 for one that is not live
    total: int
    following: LessonPage | None
    progress: LessonProgress | None
    clauses: tuple[Clause, ...]
    clause_items: dict[int, list[Item]]

    @property
    def passed_at(self) -> datetime | None:
        return self.progress.passed_at if self.progress is not None else None

    @property
    def answered(self) -> list[str]:
        return list(self.progress.checks) if self.progress is not None else []

    @property
    def checks(self) -> list[str]:
        return [str(block.id) for block in self.lesson.body if block.block_type == "check"]

    @property
    def unanswered(self) -> list[tuple[int, str]]:
        """(number from 1, block id) of the checks that were not yet answered rightly."""
        answered = set(self.answered)
        return [(n, block_id) for n, block_id in enumerate(self.checks, start=1) if block_id not in answered]

    @property
    def position(self) -> int:
        """The card to open; a lesson that was finished begins anew."""
        return self.progress.position if self.progress is not None and self.progress.passed_at is None else 0


def lesson_reading(member: Member | None, lesson: LessonPage) -> Reading:
    course = lesson.course
    progress = None
    if member is not None:
        progress = LessonProgress.objects.filter(enrolment__member=member, lesson=lesson).first()
    live = list(
        LessonPage.objects.child_of(course).live().order_by("path").only("pk", "path", "title", "slug", "url_path")
    )
    here = next((i for i, each in enumerate(live) if each.pk == lesson.pk), -1)
    shown = [block.value for block in lesson.body if block.block_type == "clause" and block.value is not None]
    return Reading(
        lesson=lesson,
        number=here + 1,
        total=len(live),
        following=live[here + 1] if 0 <= here < len(live) - 1 else None,
        progress=progress,
        clauses=_clauses_of(lesson, shown),
        clause_items=items_below(shown),
    )


def _clauses_of(lesson: LessonPage, shown: list[Clause]) -> tuple[Clause, ...]:
    """What a draft shows is not linked yet, so the blocks count beside the links."""
    linked = [link.clause for link in lesson.clause_links.select_related("clause").order_by("sort_order", "pk")]
    return tuple({clause.pk: clause for clause in [*linked, *shown]}.values())


def lessons_for_clauses(clause_ids: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    """Clause id -> [(lesson title, address)] of the live lessons that teach it."""
    place = OuterRef("lesson__path")
    course = Page.objects.filter(path=Left(place, Length(place) - LessonPage.steplen), live=True)
    rows = (
        LessonClause.objects.filter(Exists(course), clause_id__in=list(clause_ids), lesson__live=True)
        .order_by("lesson__path")
        .values_list("clause_id", "lesson__title", "lesson__url_path")
    )
    found: dict[int, list[tuple[str, str]]] = {}
    page = Page()  # knows the sites from its first address on
    addresses: dict[str, str] = {}
    for clause_id, title, path in rows:
        if path not in addresses:
            page.url_path = path
            addresses[path] = page.get_url() or ""
        found.setdefault(clause_id, []).append((title, addresses[path]))
    return found


def lesson_counts(edition_id: int) -> dict[int, int]:
    """Clause id -> number of lessons, drafts included, for the trainer's tree."""
    rows = LessonClause.objects.filter(clause__edition_id=edition_id).values("clause_id").annotate(n=Count("lesson_id"))
    return {row["clause_id"]: row["n"] for row in rows}


def editions_to_teach() -> list[Edition]:
    """Editions in force first, then those to come, then what is superseded; the newest first in each group."""
    rank = Case(When(state=Edition.State.IN_FORCE, then=0), When(state=Edition.State.UPCOMING, then=1), default=2)
    newest = F("effective_on").desc(nulls_last=True)
    return list(Edition.objects.exclude(state=Edition.State.DRAFT).order_by(rank, newest, "-pk"))
