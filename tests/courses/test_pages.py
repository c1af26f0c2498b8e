"""The catalogue, a course, a lesson and what is done there: who may, and what each page says."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone

from courses import services
from courses.models import CoursePage, Enrolment, LessonPage, LessonProgress
from people.models import Assignment, Post
from tests.cast import sign_in
from tests.courses import scenes

if TYPE_CHECKING:
    from people.models import Member, User

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


@pytest.fixture
def course() -> CoursePage:
    return scenes.make_onboarding()


@pytest.fixture
def lesson(course: CoursePage) -> LessonPage:
    return scenes.lessons(course)[0]


def addresses(course: CoursePage, lesson: LessonPage) -> list[str]:
    return ["/courses/", course.get_url(), lesson.get_url()]


def writes(lesson: LessonPage) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"/learn/{lesson.pk}/position/", {"position": "2"}),
        (f"/learn/{lesson.pk}/check/", {"check": scenes.check_ids(lesson)[0], "option": "1"}),
        (f"/learn/{lesson.pk}/complete/", {}),
    ]


def nothing_kept() -> bool:
    return not Enrolment.objects.exists() and not LessonProgress.objects.exists()


# --- who may ----------------------------------------------------------------------------------------------------------


def test_everything_needs_sign_in(client: Client, course: CoursePage, lesson: LessonPage) -> None:
    for address in [*addresses(course, lesson), f"/learn/{lesson.pk}/done/", "/media/images/x.webp"]:
        assert client.get(address).headers["Location"].startswith("/accounts/login/"), address
    for address, data in writes(lesson):
        assert client.post(address, data).headers["Location"].startswith("/accounts/login/"), address
    assert nothing_kept()


def test_a_member_reads_and_reading_writes_nothing(
    client: Client, learner: Member, course: CoursePage, lesson: LessonPage
) -> None:
    sign_in(client, learner.user)
    for address in addresses(course, lesson):
        assert client.get(address).status_code == 200, address
    assert nothing_kept()


def test_a_stranger_does_not_learn_that_there_is_a_course(
    client: Client, stranger: User, course: CoursePage, lesson: LessonPage
) -> None:
    sign_in(client, stranger)
    assert course.title not in client.get("/courses/").content.decode()
    for address in addresses(course, lesson)[1:]:
        assert client.get(address).status_code == 404, address
    for address, data in writes(lesson):
        assert client.post(address, data).status_code == 404, address
    assert client.get(f"/learn/{lesson.pk}/done/").status_code == 404
    assert client.get("/media/images/x.webp").status_code == 404
    assert nothing_kept()


def test_trainers_and_supervisors_read_without_a_record(
    client: Client, trainer: User, supervisor: User, course: CoursePage, lesson: LessonPage
) -> None:
    for user in (trainer, supervisor):
        sign_in(client, user)
        for address in addresses(course, lesson):
            assert client.get(address).status_code == 200, address
        page = client.get(lesson.get_url()).content.decode()
        assert "学习进度不作记录" in page and "完成本课" not in page and "提交答案" not in page
        for address, data in writes(lesson):
            assert client.post(address, data).status_code == 404, address
    assert nothing_kept()


def test_a_course_for_other_posts_does_not_exist_for_the_member(
    client: Client, learner: Member, far_member: Member, posts: Any, course: CoursePage, lesson: LessonPage
) -> None:
    course.posts.set([posts.liaison])
    course.save()
    for member, status in ((far_member, 200), (learner, 404)):
        sign_in(client, member.user)
        assert (course.title in client.get("/courses/").content.decode()) == (status == 200)
        for address in addresses(course, lesson)[1:]:
            assert client.get(address).status_code == status, (member, address)
    for address, data in writes(lesson):
        assert client.post(address, data).status_code == 404, address
    assert nothing_kept()


def test_who_changes_post_keeps_what_was_learnt_but_is_asked_for_nothing_more(
    client: Client, learner: Member, posts: Any, course: CoursePage, lesson: LessonPage
) -> None:
    course.posts.set([posts.full_time])
    course.save()
    services.position_save(actor=learner, lesson=lesson, position=1)
    Assignment.objects.filter(member=learner).update(post=posts.liaison)
    sign_in(client, learner.user)
    assert client.get(lesson.get_url()).status_code == 200
    assert course.title not in client.get("/courses/").content.decode()
    Enrolment.objects.update(completed_at=timezone.now())
    assert course.title in client.get("/courses/").content.decode()


def test_any_of_several_posts_opens_the_course(
    client: Client, learner: Member, posts: Any, organisation: Any, course: CoursePage, lesson: LessonPage
) -> None:
    course.posts.set([posts.liaison])
    course.save()
    sign_in(client, learner.user)
    assert client.get(lesson.get_url()).status_code == 404
    Assignment.objects.create(
        member=learner,
        post=posts.liaison,
        organisation=organisation.west_micro,
        starts_on=timezone.localdate(),
        is_main=False,
    )
    assert client.get(lesson.get_url()).status_code == 200


def test_a_member_without_a_post_learns_what_is_for_everybody(
    client: Client, learner: Member, posts: Any, course: CoursePage, lesson: LessonPage
) -> None:
    Assignment.objects.filter(member=learner).update(ends_on=timezone.localdate())
    sign_in(client, learner.user)
    assert client.get(lesson.get_url()).status_code == 200
    course.posts.set(Post.objects.all())
    course.save()
    assert client.get(lesson.get_url()).status_code == 404


def test_who_has_left_sees_their_own_record_only(
    client: Client, learner: Member, neighbour: Member, lesson: LessonPage
) -> None:
    services.position_save(actor=learner, lesson=lesson, position=1)
    for member, status in ((learner, 200), (neighbour, 404)):
        member.left_on = timezone.localdate() - timedelta(days=1)
        member.save()
        sign_in(client, member.user)
        assert client.get(lesson.get_url()).status_code == status


def test_drafts_and_what_lies_in_a_draft_are_not_found(
    client: Client, learner: Member, course: CoursePage, lesson: LessonPage
) -> None:
    sign_in(client, learner.user)
    draft = scenes.make_lesson(course, "没写完的课", "draft", [scenes.card()], live=False)
    assert client.get(f"{course.get_url()}draft/").status_code == 404
    assert client.post(f"/learn/{draft.pk}/complete/").status_code == 404
    assert "没写完的课" not in client.get(course.get_url()).content.decode()
    address = lesson.get_url()
    CoursePage.objects.get(pk=course.pk).unpublish()
    assert client.get(address).status_code == 404  # live itself, but its course is not
    assert client.post(f"/learn/{lesson.pk}/complete/").status_code == 404
    assert nothing_kept()


def test_a_lesson_under_another_courses_address_is_not_found(
    client: Client, learner: Member, course: CoursePage, lesson: LessonPage
) -> None:
    scenes.make_course("另一门课", slug="other")
    sign_in(client, learner.user)
    assert client.get(f"/courses/other/{lesson.slug}/").status_code == 404
    assert client.get("/courses/_util/login/").status_code == 404  # Wagtail's own sign-in page is not ours


def test_wrong_methods_are_refused(client: Client, learner: Member, course: CoursePage, lesson: LessonPage) -> None:
    sign_in(client, learner.user)
    for address in [*addresses(course, lesson), f"/learn/{lesson.pk}/done/", "/media/images/x.webp"]:
        assert client.post(address).status_code == 405, address
    for address, _data in writes(lesson):
        assert client.get(address).status_code == 405, address
    assert nothing_kept()


def test_without_the_forms_secret_nothing_is_written(learner: Member, lesson: LessonPage) -> None:
    client = sign_in(Client(enforce_csrf_checks=True), learner.user)
    for address, data in writes(lesson):
        assert client.post(address, data).status_code == 403, address
    assert nothing_kept()


# --- the catalogue and the course -------------------------------------------------------------------------------------


def test_the_catalogue_says_how_far_one_is_and_until_when(client: Client, learner: Member, course: CoursePage) -> None:
    sign_in(client, learner.user)
    assert "未开始" in client.get("/courses/").content.decode()
    services.lesson_pass(actor=learner, lesson=scenes.lessons(course)[2])
    page = client.get("/courses/").content.decode()
    day = timezone.localdate() + timedelta(days=30)
    assert "已学 1 / 3 课" in page and f"请在 {day.month}月{day.day}日前学完" in page and "学习中" in page
    Enrolment.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    assert "已逾期" in client.get("/courses/").content.decode()


def test_a_course_without_live_lessons_is_not_shown_as_ready(client: Client, learner: Member) -> None:
    course = scenes.make_course("新课程")
    scenes.make_lesson(course, "没写完的课", "draft", [scenes.card()], live=False)
    sign_in(client, learner.user)
    listed = client.get("/courses/").content.decode()
    assert "正在编写" in listed and "未开始" not in listed and "0 / 0" not in listed
    page = client.get(course.get_url()).content.decode()
    assert "课程正在编写" in page and "开始学习" not in page
    assert "新课程" not in client.get("/").content.decode()


def test_the_course_shows_the_rule_the_clauses_and_one_main_button(
    client: Client, learner: Member, course: CoursePage
) -> None:
    sign_in(client, learner.user)
    page = client.get(course.get_url()).content.decode()
    assert "每课看完并答对小测就算学完。学习时长不作考核。" in page
    assert "条款 4.1.1、4.1.2" in page and "依据：" in page and "演示文本" in page
    assert page.count("button--primary") == 1 and "开始学习" in page and len(re.findall(r"<h1\b", page)) == 1
    services.lesson_pass(actor=learner, lesson=scenes.lessons(course)[2])
    assert "从第 1 课继续" in client.get(course.get_url()).content.decode()


# --- the lesson -------------------------------------------------------------------------------------------------------


def test_a_clause_is_shown_live_with_number_text_items_and_edition(
    client: Client, learner: Member, lesson: LessonPage
) -> None:
    sign_in(client, learner.user)
    clause = scenes.clause(scenes.Edition.objects.get(), "4.1.2")
    page = client.get(lesson.get_url()).content.decode()
    assert "4.1.2" in page and clause.text in page and "2025年版" in page and "演示文本" in page
    assert re.search(r"a\)</span>\s*a\) 列项a；", page)
    assert f'href="/clauses/{clause.pk}/"' in page and "已废止" not in page
    clause.text = "改过的条文。"
    clause.save()
    assert "改过的条文。" in client.get(lesson.get_url()).content.decode()


def test_a_clause_of_a_superseded_edition_is_flagged(client: Client, learner: Member, lesson: LessonPage) -> None:
    scenes.Edition.objects.update(state="superseded")
    sign_in(client, learner.user)
    assert "这一版标准已废止" in client.get(lesson.get_url()).content.decode()


def test_the_page_does_not_hold_what_is_right_or_why(client: Client, learner: Member, lesson: LessonPage) -> None:
    sign_in(client, learner.user)
    page = client.get(lesson.get_url()).content.decode()
    assert "甲做法" in page
    for secret in (scenes.EXPLANATION, scenes.FEEDBACK, "correct", "true"):
        assert secret not in page, secret


def test_a_check_answers_with_a_hint_or_with_the_reason_and_the_clause(
    client: Client, learner: Member, lesson: LessonPage
) -> None:
    sign_in(client, learner.user)
    address, block_id = f"/learn/{lesson.pk}/check/", scenes.check_ids(lesson)[0]
    wrong = client.post(address, {"check": block_id, "option": "0"}, headers=JSON).json()
    assert (wrong["right"], wrong["title"], wrong["feedback"]) == (False, "答错了", scenes.FEEDBACK)
    assert scenes.EXPLANATION not in str(wrong) and nothing_kept()
    right = client.post(address, {"check": block_id, "option": "1"}, headers=JSON).json()
    assert (right["right"], right["explanation"]) == (True, scenes.EXPLANATION)
    assert right["clause"] == "依据：4.1.1" and right["clause_url"].startswith("/clauses/")
    assert LessonProgress.objects.get().checks == [block_id]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "请先选一个选项"),
        ({"option": "x"}, "请先选一个选项"),
        ({"option": "-1"}, "请先选一个选项"),
        ({"option": "1", "check": "no-such-block"}, "请刷新页面后再答"),
        ({"option": "²"}, "请先选一个选项"),
        ({"option": "9" * 5000}, "请先选一个选项"),
    ],
)
def test_a_bad_answer_is_explained_and_changes_nothing(
    client: Client, learner: Member, lesson: LessonPage, data: dict[str, str], words: str
) -> None:
    sign_in(client, learner.user)
    sent = {"check": scenes.check_ids(lesson)[0], **data}
    reply = client.post(f"/learn/{lesson.pk}/check/", sent, headers=JSON)
    assert reply.status_code == 400 and words in reply.json()["message"]
    assert words in client.post(f"/learn/{lesson.pk}/check/", sent, follow=True).content.decode()
    assert nothing_kept()


def test_without_scripts_the_page_comes_back_at_the_check_with_the_same_words(
    client: Client, learner: Member, lesson: LessonPage
) -> None:
    sign_in(client, learner.user)
    address, block_id = f"/learn/{lesson.pk}/check/", scenes.check_ids(lesson)[0]
    for option, words in (("0", scenes.FEEDBACK), ("1", scenes.EXPLANATION)):
        reply = client.post(address, {"check": block_id, "option": option})
        assert reply.headers["Location"] == f"{lesson.get_url()}#check-{block_id}"
        assert words in client.get(lesson.get_url()).content.decode()
    assert "您已答对这一题" in client.get(lesson.get_url()).content.decode()


@pytest.mark.parametrize("position", ["", "abc", "1.5", "9" * 30])
def test_a_bad_place_is_refused_or_clamped(client: Client, learner: Member, lesson: LessonPage, position: str) -> None:
    sign_in(client, learner.user)
    reply = client.post(f"/learn/{lesson.pk}/position/", {"position": position})
    if position.isdigit():
        assert reply.status_code == 204 and LessonProgress.objects.get().position == len(lesson.body) + 1
    else:
        assert reply.status_code == 400 and "整数" in reply.json()["message"] and nothing_kept()


def test_the_place_is_found_again_until_the_lesson_is_passed(
    client: Client, learner: Member, course: CoursePage
) -> None:
    lesson = scenes.lessons(course)[2]
    sign_in(client, learner.user)
    client.post(f"/learn/{lesson.pk}/position/", {"position": "2"})
    assert 'data-position="2"' in client.get(lesson.get_url()).content.decode()
    client.post(f"/learn/{lesson.pk}/complete/")
    page = client.get(lesson.get_url()).content.decode()
    assert 'data-position="0"' in page and "学完本课" in page


def test_finishing_too_early_says_what_is_missing_and_leads_there(
    client: Client, learner: Member, lesson: LessonPage
) -> None:
    sign_in(client, learner.user)
    client.post(f"/learn/{lesson.pk}/check/", {"check": scenes.check_ids(lesson)[0], "option": "1"})
    reply = client.post(f"/learn/{lesson.pk}/complete/")
    assert reply.headers["Location"] == f"{lesson.get_url()}#check-{scenes.check_ids(lesson)[1]}"
    page = client.get(lesson.get_url()).content.decode()
    assert "还有小测没有答对：第 2 题" in page
    assert client.get(f"/learn/{lesson.pk}/done/").headers["Location"] == lesson.get_url()


def test_finishing_leads_to_the_next_lesson_and_the_last_one_to_the_tasks(
    client: Client, learner: Member, course: CoursePage
) -> None:
    first, second, third = scenes.lessons(course)
    sign_in(client, learner.user)
    for each in (first, second):
        for block_id in scenes.check_ids(each):
            right = ["0", "2"] if block_id == scenes.check_ids(first)[1] else ["1"]
            client.post(f"/learn/{each.pk}/check/", {"check": block_id, "option": right})
    done = client.post(f"/learn/{first.pk}/complete/", follow=True).content.decode()
    assert "下一课：上报事项" in done and second.get_url() in done
    client.post(f"/learn/{second.pk}/complete/")
    done = client.post(f"/learn/{third.pk}/complete/", follow=True).content.decode()
    assert "整门课程已学完" in done and "去看任务" in done


def test_study_time_is_neither_asked_for_nor_kept(client: Client, learner: Member, lesson: LessonPage) -> None:
    """Internal rule and State Council rule: time on line must not become a criterion, so there is nothing to count it with."""
    sign_in(client, learner.user)
    page = client.get(lesson.get_url()).content.decode()
    assert not re.search(r"至少学习|还差 \d+ 分钟|学时", page)
    assert {field.name for field in LessonProgress._meta.get_fields()} == {
        "id", "enrolment", "lesson", "position", "checks", "started_at", "passed_at", "revision",
    }  # fmt: skip
