"""Who may see and take which course. What lies outside does not exist for the actor: 404."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Left, Length
from django.http import Http404
from django.utils import timezone

from courses.models import CoursePage, Enrolment, LessonPage
from people.access import has_power
from people.assignments import current_assignments
from people.audience import Audience
from people.models import Member
from people.owning import seen_by
from people.tree import within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from people.models import User


def for_post_of(member: Member) -> Q:
    """Courses that are for one of the member's posts: of a unit above it or of the whole installation, naming the post or
    none. Who has left the service learns nothing more."""
    if _has_left(member):
        return Q(pk__in=[])
    through = CoursePage.posts.through.objects
    held = current_assignments().filter(member=member)
    below = held.filter(within(OuterRef("unit__path"), "organisation__path"))
    named = through.filter(coursepage_id=OuterRef("pk"))
    named_here = through.filter(coursepage_id=OuterRef(OuterRef("pk"))).values("post_id")
    everywhere = Q(unit__isnull=True) & (
        ~Q(Exists(named)) | Q(Exists(named.filter(post_id__in=held.values("post_id"))))
    )
    here = (~Q(Exists(named)) & Q(Exists(below))) | Q(Exists(below.filter(post_id__in=named_here)))
    return everywhere | here


def _has_left(member: Member) -> bool:
    return member.left_on is not None and member.left_on < timezone.localdate()


def members_concerned(course: CoursePage) -> QuerySet[Member]:
    """Who holds a post that the course is for, the main one or another, in the unit that owns it; everybody on a post where
    it names none."""
    return Audience.of(course.unit, course.posts.all()).members()


def courses_visible_to(actor: User | AnonymousUser) -> QuerySet[CoursePage]:
    """Live courses: for members those of their post and those that were assigned or begun; for everyone with power over
    others all of the units above and below, and what they themselves were assigned or have begun."""
    live: QuerySet[CoursePage] = CoursePage.objects.live()
    if not actor.is_authenticated:
        return live.none()
    begun = Q(Exists(Enrolment.objects.filter(member__user=actor, course=OuterRef("pk"))))
    if has_power(actor):
        return live.filter(seen_by(actor, field="unit") | begun)
    member: Member | None = getattr(actor, "member", None)
    if member is None:
        return live.none()
    return live.filter(for_post_of(member) | begun)


def lessons_within(courses: QuerySet[CoursePage]) -> QuerySet[LessonPage]:
    """The lessons of these courses, drafts included."""
    above = Left("path", Length("path") - LessonPage.steplen)
    return LessonPage.objects.annotate(above=above).filter(above__in=courses.values("path"))


def courses_open_to(actor: User | AnonymousUser, courses: Mapping[int, Audience]) -> set[int]:
    """Which of these live courses are among `courses_visible_to`, asked without a statement where a member may open them
    for what the courses are: when an exam ends, thousands ask within minutes."""
    if has_power(actor):
        return set(courses_visible_to(actor).filter(pk__in=courses).values_list("pk", flat=True))
    member: Member | None = getattr(actor, "member", None)
    if member is None:
        return set()
    opened = set() if _has_left(member) else _for_post(member, courses)
    rest = courses.keys() - opened
    if rest:
        begun = Enrolment.objects.filter(member=member, course__in=rest, course__live=True)
        opened.update(begun.values_list("course", flat=True))
    return opened


def _for_post(member: Member, courses: Mapping[int, Audience]) -> set[int]:
    """`for_post_of`, of courses whose audience is known."""
    everybody = {pk for pk, audience in courses.items() if audience == Audience.of(None, ())}
    if len(everybody) == len(courses):
        return everybody
    held = list(current_assignments().filter(member=member).values_list("post", "organisation__path"))
    return everybody | {
        pk for pk, audience in courses.items() if any(audience.takes(post, path) for post, path in held)
    }


def course_for(actor: User | AnonymousUser, slug: str) -> CoursePage:
    course = courses_visible_to(actor).filter(slug=slug).select_related("edition").first()
    if course is None:
        raise Http404
    return course


def lesson_for(actor: User | AnonymousUser, pk: int) -> LessonPage:
    """A live lesson of a live course that the actor may see; its course hangs on it as `course`."""
    lesson = LessonPage.objects.live().filter(pk=pk).first()
    if lesson is None:
        raise Http404
    course = courses_visible_to(actor).filter(path=lesson.path[: -LessonPage.steplen]).first()
    if course is None:
        raise Http404
    lesson.course = course
    return lesson
