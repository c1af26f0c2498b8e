"""Reads for learners' and trainers' screens. Each function is one query plan, whatever the number of lessons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Left, Length
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from content.access import editions_visible_to
from content.models import Edition
from content.teaching import Lesson
from courses.access import for_post_of, lessons_within, members_concerned
from courses.citing import items_below
from courses.models import CoursePage, Enrolment, LessonClause, LessonPage, LessonProgress
from people.audience import Audience
from people.owning import seen_by

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from content.models import Clause
    from courses.citing import Item
    from people.models import Member, User


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
    assigned: bool  # a cycle is under way or was completed
    started: bool
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
    def is_task(self) -> bool:
        """Whether the member is asked for it; an optional course becomes a task once it is begun or assigned."""
        return self.course.is_compulsory or self.assigned

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
    """The live courses for the member's post and those that were assigned or begun, each with its next lesson in the cycle
    that counts now. Two queries, whatever the number of courses."""
    own = Enrolment.objects.filter(member=member, course=OuterRef("pk"))
    current = Enrolment.objects.current_of(member, OuterRef("pk"))
    # What a post asked for that the member has left is no task any more.
    still_shown = Q(completed_at__isnull=False) | ~Q(reason=Enrolment.Reason.POST)
    courses = list(
        CoursePage.objects.live()
        .filter(for_post_of(member) | Exists(own.filter(still_shown)))
        .annotate(
            enrolment_id=Subquery(current.values("pk")),
            started_at=Subquery(current.values("started_at")),
            due_on=Subquery(current.values("due_on")),
            completed_at=Subquery(current.values("completed_at")),
        )
        .order_by("-is_onboarding", "path")
        .only("pk", "path", "title", "slug", "url_path", "summary", "is_onboarding", "is_compulsory")
    )
    passed = LessonProgress.objects.filter(
        enrolment__in=[getattr(course, "enrolment_id", None) for course in courses],
        lesson=OuterRef("pk"),
        passed_at__isnull=False,
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
        assigned=facts.enrolment_id is not None,
        started=facts.started_at is not None,
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
        current = Enrolment.objects.current_of(member, course.pk).values("pk")
        progress = LessonProgress.objects.filter(enrolment=Subquery(current), lesson=lesson).first()
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


def lessons_for_clauses(clause_ids: Iterable[int]) -> dict[int, list[Lesson]]:
    """Clause id -> the live lessons that teach it, in the order of their courses."""
    place = OuterRef("lesson__path")
    course = Page.objects.filter(path=Left(place, Length(place) - LessonPage.steplen), live=True)
    rows = (
        LessonClause.objects.filter(clause_id__in=list(clause_ids), lesson__live=True)
        .annotate(course=Subquery(course.values("pk")))
        .filter(course__isnull=False)
        .order_by("lesson__path")
        .values_list("clause_id", "lesson__title", "lesson__url_path", "course")
    )
    audiences = _audiences({course_id for _clause, _title, _path, course_id in rows})
    found: dict[int, list[Lesson]] = {}
    page = Page()  # knows the sites from its first address on
    addresses: dict[str, str] = {}
    for clause_id, title, path, course_id in rows:
        if path not in addresses:
            page.url_path = path
            addresses[path] = page.get_url() or ""
        found.setdefault(clause_id, []).append(Lesson(title, addresses[path], course_id, audiences[course_id]))
    return found


def _audiences(course_ids: set[int]) -> dict[int, Audience]:
    posts: dict[int, set[int]] = {}
    paths: dict[int, str] = {}
    if course_ids:
        rows = CoursePage.objects.filter(pk__in=course_ids).order_by().values_list("pk", "unit__path", "posts")
        for pk, path, post in rows:
            paths[pk] = path or ""
            posts.setdefault(pk, set()).update([post] if post else [])
    return {pk: Audience(frozenset(posts[pk]), path) for pk, path in paths.items()}


def lesson_counts(actor: User, edition_id: int) -> dict[int, int]:
    """Clause id -> number of lessons, drafts included, for the trainer's tree: of the units above and below the actor."""
    lessons = lessons_within(CoursePage.objects.filter(seen_by(actor, field="unit")))
    links = LessonClause.objects.filter(clause__edition_id=edition_id, lesson__in=lessons.values("pk"))
    rows = links.values("clause_id").annotate(n=Count("lesson_id"))
    return {row["clause_id"]: row["n"] for row in rows}


def editions_to_teach(actor: User) -> list[Edition]:
    """Of the units above and below the actor: editions in force first, then those to come, then what is superseded; the newest first in each group."""
    rank = Case(When(state=Edition.State.IN_FORCE, then=0), When(state=Edition.State.UPCOMING, then=1), default=2)
    newest = F("effective_on").desc(nulls_last=True)
    return list(editions_visible_to(actor).exclude(state=Edition.State.DRAFT).order_by(rank, newest, "-pk"))


@dataclass(frozen=True)
class Cycles:
    """A member's times of training in one course: the one that counts now, and those before it, the latest first."""

    current: Enrolment | None = None
    earlier: tuple[Enrolment, ...] = ()


def cycles_of(member: Member | None, course: CoursePage) -> Cycles:
    if member is None:
        return Cycles()
    found = list(Enrolment.objects.filter(member=member, course_id=course.pk).order_by("-cycle"))
    return Cycles(found[0], tuple(found[1:])) if found else Cycles()


def people_sentence(course: CoursePage) -> str:
    """For the editor: whom the course reaches as it was last saved, before it is published."""
    if course.pk is None:
        return _("保存草稿后，这里显示适用岗位现有多少人。")
    words = {"count": members_concerned(course).count()}
    if not course.is_compulsory:
        return _("按已保存的设置，这是选学课程，适用岗位现有 %(count)s 人，不给任何人安排任务。") % words
    return _("按已保存的设置，这是必学课程，适用岗位现有 %(count)s 人。发布后，他们都会收到学习任务。") % words
