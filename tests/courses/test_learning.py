"""A member's way through a course, through the services alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.db.models import ProtectedError
from django.utils import timezone
from wagtail.models import Revision

from acts import Refused
from courses import services, tasks
from courses.models import CoursePage, Enrolment, LessonPage, LessonProgress
from outbox.models import Event
from outbox.services import outbox_tell
from tests.cast import sign_in
from tests.courses import scenes

if TYPE_CHECKING:
    from django.test import Client

    from people.models import Member, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> CoursePage:
    return scenes.make_onboarding()


def to_tell() -> list[int]:
    """The enrolments whose completion waits to be told to the layers above."""
    return list(Event.objects.filter(topic="courses.completed").order_by("subject").values_list("subject", flat=True))


def right(lesson: LessonPage, block_id: str) -> list[int]:
    block = next(block for block in lesson.body if block.id == block_id)
    return [i for i, option in enumerate(block.value["options"]) if option["correct"]]


def answer_all(member: Member, lesson: LessonPage) -> None:
    for block_id in scenes.check_ids(lesson):
        services.check_answer(actor=member, lesson=lesson, block_id=block_id, chosen=right(lesson, block_id))


def finish(member: Member, lesson: LessonPage) -> LessonProgress:
    answer_all(member, lesson)
    return services.lesson_pass(actor=member, lesson=lesson)


# --- enrolling, the place, the checks ---------------------------------------------------------------------------------


def test_the_first_step_enrols_with_a_date_and_the_second_changes_nothing(learner: Member, course: CoursePage) -> None:
    first = services.enrolment_begin(actor=learner, course=course)
    assert first.due_on == timezone.localdate() + timedelta(days=30)
    course.due_days = 5
    assert services.enrolment_begin(actor=learner, course=course) == first
    assert Enrolment.objects.get().due_on == first.due_on


def test_a_course_without_a_term_has_no_due_date(learner: Member) -> None:
    course = scenes.make_course(due_days=None)
    assert services.enrolment_begin(actor=learner, course=course).due_on is None


def test_the_place_is_kept_between_the_first_and_the_last_card(learner: Member, course: CoursePage) -> None:
    lesson = scenes.lessons(course)[0]
    for sent, kept in ((3, 3), (-4, 0), (900, len(lesson.body) + 1)):
        services.position_save(actor=learner, lesson=lesson, position=sent)
        assert LessonProgress.objects.get().position == kept


def test_a_wrong_answer_gets_its_own_hint_and_is_not_counted(learner: Member, course: CoursePage) -> None:
    lesson = scenes.lessons(course)[0]
    block_id = scenes.check_ids(lesson)[0]
    verdict = services.check_answer(actor=learner, lesson=lesson, block_id=block_id, chosen=[0])
    assert not verdict.right and verdict.feedback == scenes.FEEDBACK
    assert not LessonProgress.objects.exists()


def test_all_right_options_and_no_other_are_needed(course: CoursePage) -> None:
    lesson = scenes.lessons(course)[0]
    block_id = scenes.check_ids(lesson)[1]  # options 0 and 2
    verdicts = {
        chosen: services.check_mark(lesson, block_id, chosen).right
        for chosen in ((0,), (2,), (0, 2), (2, 0, 2), (0, 1, 2), (), (0, 2, 9))
    }
    assert [chosen for chosen, is_right in verdicts.items() if is_right] == [(0, 2), (2, 0, 2)]


def test_a_right_answer_is_kept_once_and_a_later_wrong_one_does_not_take_it_away(
    learner: Member, course: CoursePage
) -> None:
    lesson = scenes.lessons(course)[1]
    (block_id,) = scenes.check_ids(lesson)
    for chosen in ([1], [1], [0]):
        services.check_answer(actor=learner, lesson=lesson, block_id=block_id, chosen=chosen)
    assert LessonProgress.objects.get().checks == [block_id]


def test_a_check_of_another_lesson_or_of_an_older_version_is_refused_in_words(
    learner: Member, course: CoursePage
) -> None:
    first, second, _third = scenes.lessons(course)
    for block_id in (scenes.check_ids(second)[0], "", "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(Refused, match="请刷新页面"):
            services.check_answer(actor=learner, lesson=first, block_id=block_id, chosen=[1])


# --- passing ----------------------------------------------------------------------------------------------------------


def test_a_lesson_is_finished_only_when_its_checks_are_right(learner: Member, course: CoursePage) -> None:
    lesson = scenes.lessons(course)[0]
    with pytest.raises(Refused, match="第 1、2 题"):
        services.lesson_pass(actor=learner, lesson=lesson)
    first = scenes.check_ids(lesson)[0]
    services.check_answer(actor=learner, lesson=lesson, block_id=first, chosen=right(lesson, first))
    with pytest.raises(Refused, match="第 2 题"):
        services.lesson_pass(actor=learner, lesson=lesson)
    assert LessonProgress.objects.get().passed_at is None
    assert finish(learner, lesson).passed_at is not None


def test_passing_again_keeps_the_first_day_and_the_first_revision(learner: Member, course: CoursePage) -> None:
    lesson = scenes.lessons(course)[2]
    passed = services.lesson_pass(actor=learner, lesson=lesson)
    lesson.title = "收尾（新）"
    lesson.save_revision().publish()
    again = services.lesson_pass(actor=learner, lesson=LessonPage.objects.get(pk=lesson.pk))
    assert (again.passed_at, again.revision_id) == (passed.passed_at, passed.revision_id)


def test_what_was_passed_stays_readable_after_the_lesson_was_rewritten_and_the_revisions_were_purged(
    learner: Member, neighbour: Member, course: CoursePage
) -> None:
    lesson = scenes.lessons(course)[2]
    learnt = services.lesson_pass(actor=learner, lesson=lesson).revision
    assert learnt is not None
    for wording in ("第二稿", "第三稿", "第四稿"):
        lesson.body = [scenes.card("收尾", wording)]
        lesson.save_revision().publish()
    before = Revision.objects.for_instance(lesson).count()
    call_command("purge_revisions", verbosity=0)
    assert Revision.objects.for_instance(lesson).count() == 2 < before
    kept = Revision.objects.get(pk=learnt.pk).as_object()
    assert "先看服务对象" in kept.body[0].value["text"]
    with pytest.raises(ProtectedError):
        learnt.delete()
    newest = services.lesson_pass(actor=neighbour, lesson=LessonPage.objects.get(pk=lesson.pk)).revision
    assert newest is not None and newest.pk != learnt.pk


# --- completing -------------------------------------------------------------------------------------------------------


def test_the_last_lesson_completes_the_course_and_it_is_told_once(learner: Member, course: CoursePage) -> None:
    lessons = scenes.lessons(course)
    for lesson in lessons[:2]:
        finish(learner, lesson)
    assert Enrolment.objects.get().completed_at is None and to_tell() == []
    finish(learner, lessons[2])
    assert to_tell() == [Enrolment.objects.get().pk]
    assert outbox_tell(topic="courses.completed") == 1
    finish(learner, lessons[2])
    assert to_tell() == []


def test_a_lesson_that_is_added_later_does_not_undo_a_completion(learner: Member, course: CoursePage) -> None:
    for lesson in scenes.lessons(course):
        finish(learner, lesson)
    completed_at = Enrolment.objects.get().completed_at
    scenes.make_lesson(course, "新的一课", "new", [scenes.card()])
    assert completed_at is not None and Enrolment.objects.get().completed_at == completed_at


@pytest.mark.parametrize("take_back", ["unpublish", "delete"])
def test_when_a_lesson_is_taken_back_who_had_passed_the_others_has_completed(
    learner: Member,
    neighbour: Member,
    course: CoursePage,
    take_back: str,
    django_capture_on_commit_callbacks: Any,
) -> None:
    first, second, third = scenes.lessons(course)
    for lesson in (first, second):
        finish(learner, lesson)
    finish(neighbour, first)
    with django_capture_on_commit_callbacks(execute=True):
        getattr(LessonPage.objects.get(pk=third.pk), take_back)()
    assert Enrolment.objects.get(member=learner).completed_at is not None
    assert Enrolment.objects.get(member=neighbour).completed_at is None
    assert to_tell() == [Enrolment.objects.get(member=learner).pk]


def test_a_course_that_is_taken_back_with_its_lessons_completes_for_nobody(
    client: Client, learner: Member, trainer: User, course: CoursePage
) -> None:
    """By Wagtail's own page: the course goes first, then its lessons one after the other."""
    finish(learner, scenes.lessons(course)[2])
    sign_in(client, trainer)
    client.post(f"/cms/pages/{course.pk}/unpublish/", {"include_descendants": "on"})
    assert not LessonPage.objects.live().exists()
    assert Enrolment.objects.get().completed_at is None


def test_lessons_that_are_taken_back_in_one_act_complete_for_nobody_in_between(
    client: Client, learner: Member, trainer: User, course: CoursePage, django_capture_on_commit_callbacks: Any
) -> None:
    first, second, third = scenes.lessons(course)
    finish(learner, third)
    sign_in(client, trainer)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/cms/bulk/wagtailcore/page/unpublish/?id={first.pk}&id={second.pk}&id={third.pk}&next=/cms/")
    assert not LessonPage.objects.live().exists()
    assert Enrolment.objects.get().completed_at is None


def test_a_course_that_comes_back_with_fewer_lessons_is_completed_by_who_passed_those(
    learner: Member, course: CoursePage, django_capture_on_commit_callbacks: Any
) -> None:
    first, second, third = scenes.lessons(course)
    for lesson in (first, second):
        finish(learner, lesson)
    with django_capture_on_commit_callbacks(execute=True):
        course.unpublish()
        LessonPage.objects.get(pk=third.pk).unpublish()
    assert Enrolment.objects.get().completed_at is None
    with django_capture_on_commit_callbacks(execute=True):
        course.get_latest_revision().publish()
    assert Enrolment.objects.get().completed_at is not None


def test_once_a_day_who_passed_all_that_came_back_in_parts_has_completed(learner: Member, course: CoursePage) -> None:
    first, second, third = scenes.lessons(course)
    for lesson in (first, second):
        finish(learner, lesson)
    LessonPage.objects.filter(pk=third.pk).update(live=False)
    tasks.catch_up_completions()
    assert Enrolment.objects.get().completed_at is not None


def test_lessons_whose_time_runs_out_together_complete_for_nobody_in_between(
    learner: Member, course: CoursePage, django_capture_on_commit_callbacks: Any
) -> None:
    finish(learner, scenes.lessons(course)[2])
    LessonPage.objects.update(expire_at=timezone.now() - timedelta(minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.publish_scheduled()
    assert not LessonPage.objects.live().exists()
    assert Enrolment.objects.get().completed_at is None


def test_what_is_scheduled_appears_and_goes_when_its_time_has_come(course: CoursePage) -> None:
    first, second, _third = scenes.lessons(course)
    first.unpublish()
    first.go_live_at = timezone.now() - timedelta(minutes=1)
    first.save_revision(approved_go_live_at=first.go_live_at)
    LessonPage.objects.filter(pk=second.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    tasks.publish_scheduled()
    assert set(LessonPage.objects.live().values_list("title", flat=True)) == {"上门走访", "收尾"}
