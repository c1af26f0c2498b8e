"""Who is to learn a course and until when; the next time of training; what was learnt before stays."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from acts import Refused
from audit.models import Entry
from courses import queries, services, tasks  # noqa: F401 - tasks registers the work
from courses.models import CoursePage, Enrolment, LessonProgress
from home.queries import learner_home
from jobs.models import Job
from jobs.services import job_run
from outbox.services import outbox_put_many, outbox_tell
from people.models import Assignment
from tests.cast import sign_in
from tests.courses import scenes

if TYPE_CHECKING:
    from datetime import datetime

    from django.test import Client

    from people.models import Member, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> CoursePage:
    return scenes.make_onboarding()


def today() -> Any:
    return timezone.localdate()


def complete(member: Member, course: CoursePage) -> Enrolment:
    for lesson in scenes.lessons(course):
        for block in services.check_blocks(lesson):
            right = [i for i, option in enumerate(block.value["options"]) if option["correct"]]
            services.check_answer(actor=member, lesson=lesson, block_id=block.id, chosen=right)
        services.lesson_pass(actor=member, lesson=lesson)
    return Enrolment.objects.filter(member=member, course=course).latest("cycle")


# --- by rule ----------------------------------------------------------------------------------------------------------


def test_publishing_a_compulsory_course_gives_a_task_to_whom_it_concerns(
    learner: Member, neighbour: Member, far_member: Member, posts: Any
) -> None:
    course = scenes.make_course(posts=[posts.full_time])
    job = Job.objects.get(kind="courses.assign")
    job_run(job_id=job.pk)
    assert set(Enrolment.objects.values_list("member", flat=True)) == {learner.pk, neighbour.pk}
    row = Enrolment.objects.get(member=learner)
    assert (row.reason, row.assigned_by, row.started_at, row.cycle) == ("post", None, None, 1)
    assert row.due_on == today() + timedelta(days=30)
    assert services.assign_to_course(course=course) == 0  # run twice = once


def test_who_never_opens_is_late_too(learner: Member, course: CoursePage, client: Client) -> None:
    services.assign_to_course(course=course)
    Enrolment.objects.update(due_on=today() - timedelta(days=3))
    home = learner_home(learner)
    assert "已逾期 3 天" in home.sentence
    assert home.primary is not None and home.primary.label.startswith("开始学习")
    assert "已逾期" in sign_in(client, learner.user).get("/courses/").content.decode()


def test_opening_begins_the_task_and_leaves_its_day(learner: Member, course: CoursePage) -> None:
    services.assign_to_course(course=course)
    Enrolment.objects.update(due_on=today() + timedelta(days=4))
    services.enrolment_begin(actor=learner, course=course)
    row = Enrolment.objects.get()
    assert row.started_at is not None and row.due_on == today() + timedelta(days=4)


def test_an_optional_course_and_one_without_a_term_make_no_rows(learner: Member) -> None:
    optional = scenes.make_course(is_compulsory=False)
    without_term = scenes.make_course("另一门", slug="other", due_days=None)
    assert services.assign_to_course(course=optional) == services.assign_to_course(course=without_term) == 0
    assert not Enrolment.objects.exists() and not Job.objects.exists()


def test_an_optional_course_is_a_task_only_once_it_is_begun(learner: Member, client: Client) -> None:
    course = scenes.make_course(is_compulsory=False)
    lesson = scenes.make_lesson(course, "收尾", "closing", [scenes.card("收尾")])
    scenes.make_lesson(course, "再来", "more", [scenes.card("再来")])
    home = learner_home(learner)
    assert not home.now and home.primary is not None and home.primary.url == "/courses/"
    assert "选学" in sign_in(client, learner.user).get("/courses/").content.decode()
    services.position_save(actor=learner, lesson=lesson, position=1)
    row = Enrolment.objects.get()
    assert (row.reason, row.due_on) == ("own", None)
    assert "第 1 课" in learner_home(learner).now[0].name


def test_who_takes_a_post_gets_its_courses_and_who_leaves_it_loses_what_was_not_opened(
    learner: Member, neighbour: Member, posts: Any
) -> None:
    course = scenes.make_course(posts=[posts.liaison])
    outbox_put_many(topic="people.members", subjects=[learner.pk, neighbour.pk])
    outbox_tell(topic="people.members")
    assert not Enrolment.objects.exists()
    Assignment.objects.filter(member__in=[learner, neighbour]).update(post=posts.liaison)
    outbox_put_many(topic="people.members", subjects=[learner.pk, neighbour.pk])
    outbox_tell(topic="people.members")
    assert Enrolment.objects.filter(course=course).count() == 2
    services.enrolment_begin(actor=neighbour, course=course)
    Assignment.objects.filter(member__in=[learner, neighbour]).update(post=posts.full_time)
    outbox_put_many(topic="people.members", subjects=[learner.pk, neighbour.pk])
    outbox_tell(topic="people.members")
    assert [row.member_id for row in Enrolment.objects.all()] == [neighbour.pk]  # what was begun stays


def test_a_course_that_becomes_optional_takes_back_what_nobody_opened(learner: Member, neighbour: Member) -> None:
    course = scenes.make_course()
    services.assign_to_course(course=course)
    services.enrolment_begin(actor=neighbour, course=course)
    CoursePage.objects.update(is_compulsory=False)
    services.assign_to_course(course=CoursePage.objects.get())
    assert [row.member_id for row in Enrolment.objects.all()] == [neighbour.pk]


def test_taking_a_course_back_for_a_while_keeps_the_days(learner: Member, course: CoursePage) -> None:
    services.assign_to_course(course=course)
    Enrolment.objects.update(due_on=today() + timedelta(days=2))
    course.unpublish()
    services.assign_to_course(course=CoursePage.objects.get())
    assert Enrolment.objects.get().due_on == today() + timedelta(days=2)


def test_the_rule_works_in_chunks(
    learner: Member, neighbour: Member, far_member: Member, course: CoursePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("courses.services.enrolling.CHUNK", 2)
    steps: list[tuple[int, int]] = []
    assert services.assign_to_course(course=course, progress=lambda done, total: steps.append((done, total))) == 3
    assert steps == [(2, 3), (3, 3)]


def test_an_assigned_course_that_nobody_opened_can_be_deleted(learner: Member) -> None:
    course = scenes.make_course()
    services.assign_to_course(course=course)
    course.delete()
    assert not CoursePage.objects.exists() and not Enrolment.objects.exists()


# --- by a person ------------------------------------------------------------------------------------------------------


def test_a_supervisor_assigns_with_a_day_and_it_is_on_record(
    supervisor: User, learner: Member, neighbour: Member
) -> None:
    course = scenes.make_course(is_compulsory=False)
    services.enrolment_begin(actor=neighbour, course=course)
    day = today() + timedelta(days=9)
    done = services.enrolment_assign(
        actor=supervisor, members=[learner, neighbour], course=course, reason="supervisor", due_on=day, note="补缺"
    )
    assert (done.new, done.open, done.completed) == (1, 1, 0)
    row = Enrolment.objects.get(member=learner)
    assert (row.assigned_by, row.reason, row.due_on, row.note) == (supervisor, "supervisor", day, "补缺")
    assert Entry.objects.get(action="enrolment.assign").detail["new"] == 1
    assert [line.is_task for line in queries.learner_courses(learner)] == [True]


def test_people_of_another_town_a_day_past_and_a_draft_are_refused_in_words(
    supervisor: User, learner: Member, far_member: Member
) -> None:
    course = scenes.make_course(is_compulsory=False)

    def assign(members: list[Member], **more: Any) -> None:
        services.enrolment_assign(actor=supervisor, members=members, course=course, reason="supervisor", **more)

    with pytest.raises(Refused, match="演示远邻"):
        assign([learner, far_member])
    with pytest.raises(Refused, match="已经过去"):
        assign([learner], due_on=today() - timedelta(days=1))
    course.live = False
    with pytest.raises(Refused, match="还没有发布"):
        assign([learner])
    assert not Enrolment.objects.exists()


# --- again ------------------------------------------------------------------------------------------------------------


def test_who_was_trained_is_trained_again_and_loses_nothing(
    supervisor: User, learner: Member, course: CoursePage, client: Client
) -> None:
    first = complete(learner, course)
    kept = list(LessonProgress.objects.filter(enrolment=first).order_by("pk").values())
    done = services.enrolment_again(actor=supervisor, members=[learner], course=course, reason="make_up")
    assert done.new == 1
    second = Enrolment.objects.get(cycle=2)
    assert (second.started_at, second.completed_at, second.reason) == (None, None, "make_up")
    line = queries.learner_courses(learner)[0]
    assert (line.done, line.total, line.completed) == (0, 3, False)
    page = sign_in(client, learner.user).get(course.get_url()).content.decode()
    assert "已学 0 / 3 课" in page and "此前已于" in page
    lesson = scenes.lessons(course)[2]
    services.position_save(actor=learner, lesson=lesson, position=1)
    services.lesson_pass(actor=learner, lesson=lesson)
    assert list(LessonProgress.objects.filter(enrolment=first).order_by("pk").values()) == kept
    assert LessonProgress.objects.filter(enrolment=second).count() == 1
    assert queries.learner_courses(learner)[0].done == 1
    assert complete(learner, course) == second
    assert services.enrolment_again(actor=None, members=[learner], course=course, reason="post").new == 1


def test_again_leaves_a_cycle_under_way_and_begins_the_first_of_who_had_none(
    learner: Member, neighbour: Member, course: CoursePage
) -> None:
    services.enrolment_begin(actor=learner, course=course)
    done = services.enrolment_again(actor=None, members=[learner, neighbour], course=course, reason="make_up")
    assert (done.new, done.open) == (1, 1)
    assert set(Enrolment.objects.values_list("member", "cycle")) == {(learner.pk, 1), (neighbour.pk, 1)}


def test_again_leaves_the_next_cycle_that_is_under_way_and_counts_it_as_open(
    learner: Member, course: CoursePage
) -> None:
    complete(learner, course)
    for expected in ((1, 0, 0), (0, 1, 0)):
        done = services.enrolment_again(actor=None, members=[learner], course=course, reason="make_up")
        assert (done.new, done.open, done.completed) == expected
    assigned = services.enrolment_assign(actor=None, members=[learner], course=course, reason="make_up")
    assert (assigned.new, assigned.open, assigned.completed) == (0, 1, 0)
    assert sorted(Enrolment.objects.values_list("cycle", flat=True)) == [1, 2]


def test_reading_a_completed_course_begins_no_new_cycle(learner: Member, course: CoursePage) -> None:
    first = complete(learner, course)
    services.position_save(actor=learner, lesson=scenes.lessons(course)[0], position=2)
    assert services.enrolment_begin(actor=learner, course=course) == first
    assert Enrolment.objects.count() == 1


def make(member: Member, course: CoursePage, cycle: int, *, started: datetime | None, done: datetime | None) -> None:
    with transaction.atomic():
        Enrolment.objects.create(
            member=member, course=course, cycle=cycle, reason="post", started_at=started, completed_at=done
        )


def test_the_database_keeps_one_open_cycle_and_one_row_for_each(learner: Member, course: CoursePage) -> None:
    now = timezone.now()
    make(learner, course, 1, started=now, done=now)
    make(learner, course, 2, started=None, done=None)
    for cycle, started, done, name in (
        (3, None, None, "enrolment"),
        (2, now, now, "enrolment"),
        (3, None, now, "enrolment_completed_was_started"),
        (0, now, now, "enrolment_cycle_from_one"),
    ):
        with pytest.raises(IntegrityError, match=name):
            make(learner, course, cycle, started=started, done=done)


# --- in the editor ----------------------------------------------------------------------------------------------------


def test_the_editor_says_how_many_people_a_course_reaches(
    desk: Client, learner: Member, neighbour: Member, far_member: Member, posts: Any
) -> None:
    course = scenes.make_course(posts=[posts.full_time])
    assert "这是必学课程，适用岗位现有 2 人" in desk.get(f"/cms/pages/{course.pk}/edit/").content.decode()
    CoursePage.objects.update(is_compulsory=False)
    course.refresh_from_db()
    course.save_revision()
    assert "这是选学课程，适用岗位现有 2 人" in desk.get(f"/cms/pages/{course.pk}/edit/").content.decode()


def test_a_second_course_of_the_same_title_gets_another_address(desk: Client) -> None:
    course = scenes.make_course("走访（演示）", slug="走访-演示")
    form = {
        "title": "走访（演示）",
        "slug": "走访-演示",
        "summary": "",
        "intro": '{"blocks": [], "entityMap": {}}',
        "due_days": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    }
    reply = desk.post(f"/cms/pages/add/courses/coursepage/{course.get_parent().pk}/", form)
    assert reply.status_code == 302, reply.content.decode()
    assert set(CoursePage.objects.values_list("slug", flat=True)) == {"走访-演示", "走访-演示-2"}
