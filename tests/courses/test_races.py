"""Two clicks at the same moment, on a real database and with real transactions."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections

from courses import services
from courses.models import CoursePage, Enrolment, LessonPage, LessonProgress
from home.presets.grid import levels_make
from outbox.models import Event
from people.models import Organisation, Post, RoleGrant
from tests.cast import make_member, make_user
from tests.courses import scenes

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(act: Callable[[], Any], times: int = 4) -> None:
    start = threading.Barrier(times)
    trouble: list[BaseException] = []

    def run() -> None:
        try:
            start.wait(10)
            act()
        except BaseException as problem:
            trouble.append(problem)
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=run) for _n in range(times)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join(60)
    assert trouble == []


def test_the_last_lesson_finished_four_times_at_once_completes_and_announces_once() -> None:
    course = scenes.make_onboarding()
    levels_make()
    city = Organisation.add_root(name="演示市", level_id="city")
    post = Post.objects.create(code="full_time_grid_member", name="网格长（专职网格员）")
    learner = make_member("D0001", "演示学员", post, city)
    *_others, last = scenes.lessons(course)
    for lesson in _others:
        lesson.unpublish()
    at_once(lambda: services.lesson_pass(actor=learner, lesson=LessonPage.objects.get(pk=last.pk)))
    assert Enrolment.objects.count() == LessonProgress.objects.count() == 1
    told = Event.objects.filter(topic="courses.completed").values_list("subject", flat=True)
    assert list(told) == [Enrolment.objects.get().pk]


def test_the_same_form_sent_four_times_at_once_makes_one_course() -> None:
    levels_make()
    city = Organisation.objects.filter(depth=1).first() or Organisation.add_root(name="演示市", level_id="city")
    trainer = make_user("trainer", "演示讲师", RoleGrant.Role.TRAINER, city)
    services.catalogue_ensure()
    edition = scenes.make_edition()
    clauses = [scenes.clause(edition, "4")]
    made: list[int] = []

    def click() -> None:
        course = services.course_from_clauses(
            actor=trainer, edition=edition, clauses=clauses, title="上门走访", key="a" * 32
        )
        made.append(course.pk)

    at_once(click)
    assert CoursePage.objects.count() == 1 and len(made) == 4 and len(set(made)) == 1
    assert LessonPage.objects.count() == 2
