"""Beside a result stand only lessons whose page opens. They are asked for in another way than the page asks: both agree."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from content.teaching import Lesson, lessons_open_to, lessons_teaching
from courses.access import courses_visible_to
from courses.models import CoursePage, Enrolment
from people.models import Assignment
from tests.cast import make_member, make_user
from tests.courses import scenes

if TYPE_CHECKING:
    from types import SimpleNamespace

    from people.models import Member, User

pytestmark = pytest.mark.django_db

CLAUSE = "4.1.2"


@pytest.fixture
def courses(organisation: SimpleNamespace, posts: SimpleNamespace) -> dict[str, CoursePage]:
    """Of each owner one for all posts, one for a post, one for two; each with a lesson on the same clause."""
    edition = scenes.make_edition()
    found = {}
    for owner, unit in (("everywhere", None), ("city", "city"), ("east", "east_town"), ("west", "west_town")):
        for whom, named in (("all", []), ("liaison", [posts.liaison]), ("two", [posts.full_time, posts.head])):
            name = f"{owner}-{whom}"
            place = getattr(organisation, unit) if unit else None
            found[name] = course = scenes.make_course(f"{name}（演示）", slug=name, edition=edition, unit=place)
            course.posts.set(named)
            course.save_revision().publish()
            scenes.make_lesson(course, f"课 {name}", "one", [("clause", scenes.clause(edition, CLAUSE))])
    return found


@pytest.fixture
def people(
    organisation: SimpleNamespace,
    posts: SimpleNamespace,
    learner: Member,
    far_member: Member,
    courses: dict[str, CoursePage],
) -> dict[str, User | AnonymousUser]:
    double = make_member("D0010", "演示双岗", posts.full_time, organisation.east_grid)
    Assignment.objects.create(
        member=double,
        post=posts.liaison,
        organisation=organisation.west_micro,
        starts_on=timezone.localdate(),
        is_main=False,
    )
    idle = make_member("D0011", "演示待岗", posts.full_time, organisation.east_grid)
    yesterday = timezone.localdate() - timedelta(days=1)
    Assignment.objects.filter(member=idle).update(ends_on=yesterday)
    left = make_member("D0012", "演示离岗", posts.full_time, organisation.east_grid)
    Assignment.objects.filter(member=left).update(ends_on=yesterday)
    left.left_on = yesterday
    left.save()
    for member in (learner, left):  # assigned by hand, outside their post
        Enrolment.objects.create(member=member, course=courses["west-liaison"])
    users = {
        name: member.user
        for name, member in {
            "learner": learner,
            "far": far_member,
            "double": double,
            "idle": idle,
            "left": left,
        }.items()
    }
    return {
        **users,
        "trainer": make_user("t-east", "演示讲师", "trainer", organisation.east_town),
        "no member": make_user("nobody", "演示路人"),
        "not signed in": AnonymousUser(),
    }


def everything_taught(courses: dict[str, CoursePage]) -> dict[int, list[Lesson]]:
    edition = courses["city-all"].edition
    assert edition is not None
    return lessons_teaching([scenes.clause(edition, CLAUSE).pk])


def test_both_ways_give_each_person_the_same_courses(
    people: dict[str, User | AnonymousUser], courses: dict[str, CoursePage]
) -> None:
    names = {course.pk: name for name, course in courses.items()}
    taught = everything_taught(courses)
    assert {lesson.course_id for lessons in taught.values() for lesson in lessons} == names.keys()
    seen = {}
    for who, user in people.items():
        (lessons,) = lessons_open_to(user, taught).values()
        seen[who] = {names[lesson.course_id] for lesson in lessons}
        assert seen[who] == {names[course.pk] for course in courses_visible_to(user)}, who
    assert seen["learner"] == {
        "everywhere-all",
        "everywhere-two",
        "city-all",
        "city-two",
        "east-all",
        "east-two",
        "west-liaison",
    }
    assert seen["double"] == {name for name in courses if name not in ("east-liaison", "west-two")}
    assert seen["left"] == {"west-liaison"}
    assert seen["idle"] == {"everywhere-all"}
    assert seen["no member"] == seen["not signed in"] == set()


def test_a_course_that_was_taken_back_is_open_to_nobody_who_had_begun_it(
    people: dict[str, User | AnonymousUser], courses: dict[str, CoursePage]
) -> None:
    taught = everything_taught(courses)
    courses["west-liaison"].unpublish()
    (lessons,) = lessons_open_to(people["left"], taught).values()
    assert lessons == []
