"""The learner's first page: one sentence, one button for the first thing that can be done, then the rest by turn."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from certificates.models import Award
from certificates.requirements.course import CourseCompleted
from certificates.requirements.exam import ExamPassed
from certificates.services import Asked, award_issue
from courses.models import CoursePage, Enrolment, LessonPage
from courses.services import lesson_pass
from exams.models import Attempt, Sitting
from home.queries import LearnerHome, learner_home
from people.models import Member
from tests.cast import sign_in
from tests.certificates import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_cache() -> None:
    cache.clear()


@pytest.fixture
def course(learner: Member) -> CoursePage:
    course = scenes.make_course(scenes.make_edition())
    for number, title in enumerate(("认识网格", "上门走访", "上报事项"), start=1):
        body = [("text_card", {"heading": "要点", "text": "先看条款，再看案例。"})]
        lesson = LessonPage(title=title, slug=f"lesson-{number}", minutes=6, body=body, live=False)
        course.add_child(instance=lesson)
        lesson.save_revision().publish()
    return course


@pytest.fixture
def sitting(organisation: Any, course: CoursePage) -> Sitting:
    return scenes.make_sitting(
        organisation.city, scenes.make_edition(), course=course, max_attempts=2, question_count=50
    )


def lessons(course: CoursePage) -> list[LessonPage]:
    return list(LessonPage.objects.child_of(course).order_by("path"))


def finish(learner: Member, course: CoursePage) -> None:
    for lesson in lessons(course):
        lesson_pass(actor=learner, lesson=lesson)


def names(tasks: list[Any]) -> list[str]:
    return [task.name for task in tasks]


def button(home: LearnerHome) -> str:
    return home.primary.label if home.primary is not None else ""


def test_it_needs_sign_in(client: Client) -> None:
    assert client.get("/").headers["Location"].startswith("/accounts/login/")


def test_without_any_task_it_says_so_and_offers_the_courses(client: Client, learner: Member) -> None:
    home = learner_home(learner)
    assert home.sentence == "目前没有要做的事。可以去看看课程。"
    assert home.primary is not None and home.primary.url == "/courses/"
    page = sign_in(client, learner.user).get("/").content.decode()
    assert "现在要做" not in page and "接下来" not in page


def test_a_newcomer_is_led_to_the_first_lesson_and_sees_why_the_exam_waits(learner: Member, sitting: Sitting) -> None:
    home = learner_home(learner)
    assert button(home) == "开始学习：第 1 课"
    assert home.sentence == "还差 3 课就能参加岗前考试。"
    assert names(home.now) == ["第 1 课 认识网格"]
    more, exam = home.later
    assert more.name == "第 1 课之后还有 2 课" and more.url
    assert exam.name == sitting.title and not exam.url and "请先学完课程" in exam.hint
    assert home.done == []


def test_the_button_goes_on_where_the_learner_stopped(learner: Member, course: CoursePage, sitting: Sitting) -> None:
    lesson_pass(actor=learner, lesson=lessons(course)[0])
    home = learner_home(learner)
    due = timezone.localdate() + timedelta(days=30)
    assert button(home) == "继续学习：第 2 课"
    assert home.primary is not None and home.primary.url.endswith("/lesson-2/")
    assert home.sentence == f"还差 2 课就能参加岗前考试，请在 {due.month}月{due.day}日前学完。"
    assert names(home.done) == ["已学 1 课，共 3 课"]


def test_an_overdue_course_says_by_how_much_and_can_still_be_done(learner: Member, course: CoursePage) -> None:
    lesson_pass(actor=learner, lesson=lessons(course)[0])
    Enrolment.objects.update(due_on=timezone.localdate() - timedelta(days=5))
    home = learner_home(learner)
    assert "已逾期 5 天" in home.sentence and home.now[0].tone == "err"
    assert button(home) == "继续学习：第 2 课"


def test_after_the_course_the_exam_comes_first(learner: Member, course: CoursePage, sitting: Sitting) -> None:
    finish(learner, course)
    home = learner_home(learner)
    assert button(home) == "开始考试"
    assert home.primary is not None and sitting.code in home.primary.url
    assert names(home.now) == [sitting.title] and "50 题" in home.now[0].hint
    assert names(home.done) == [course.title]


def test_a_running_exam_comes_before_everything_else(
    organisation: Any, learner: Member, course: CoursePage, sitting: Sitting
) -> None:
    free = scenes.make_sitting(organisation.city, scenes.make_edition(), title="随时可考")
    form = free.blueprint.forms.create(document={}, question_ids=[], digest="0" * 64)
    now = timezone.now()
    attempt = Attempt.objects.create(
        sitting=free,
        member=learner,
        form=form,
        started_at=now,
        deadline=now + timedelta(minutes=23, seconds=30),
    )
    home = learner_home(learner)
    assert button(home) == "继续考试（还剩 23 分钟）"
    assert home.primary is not None and attempt.code in home.primary.url
    assert names(home.now) == ["随时可考", "第 1 课 认识网格"]


def test_after_a_failed_attempt_the_score_and_the_chances_left_are_told(
    learner: Member, course: CoursePage, sitting: Sitting
) -> None:
    finish(learner, course)
    scenes.pass_exam(learner, sitting, score=7200)
    home = learner_home(learner)
    assert button(home) == "再考一次"
    assert "上次 72 分，没有合格。还可以考 1 次" in home.sentence
    assert names(home.now)[0] == "先看薄弱条款"
    assert home.now[0].url == f"/exams/attempts/{Attempt.objects.get().code}/result/"


def test_when_all_chances_are_used_the_reason_is_told(learner: Member, course: CoursePage, sitting: Sitting) -> None:
    finish(learner, course)
    for score in (7200, 7600):
        scenes.pass_exam(learner, sitting, score=score)
    home = learner_home(learner)
    assert home.now == [] and home.primary is None
    assert "机会已用完" in home.sentence
    assert home.done[-1].status == "未合格"


@pytest.fixture
def award(learner: Member, course: CoursePage, sitting: Sitting) -> Award:
    finish(learner, course)
    scenes.pass_exam(learner, sitting)
    return award_issue(actor=None, scheme=scenes.make_scheme(sitting, course), member=learner)


def test_who_holds_a_certificate_sees_it_and_is_not_asked_to_sit_again(
    client: Client, organisation: Any, learner: Member, award: Award, sitting: Sitting
) -> None:
    scenes.make_sitting(organisation.city, scenes.make_edition(), title="下一期", exam=sitting.exam)
    home = learner_home(learner)
    assert home.now == home.later == []
    assert button(home) == "查看证书" and home.sentence == "目前没有要做的事。"
    page = sign_in(client, learner.user).get("/").content.decode()
    assert f"证书有效期至 {award.valid_until:%Y-%m-%d}" in page
    assert "下一期" not in page


def test_an_exam_that_another_scheme_asks_for_with_a_higher_score_is_still_offered(
    organisation: Any, posts: Any, learner: Member, award: Award, sitting: Sitting
) -> None:
    scenes.make_sitting(organisation.city, scenes.make_edition(), title="下一期", exam=sitting.exam)
    better = Asked(ExamPassed(exam=sitting.exam, least_score=9500))
    scheme = scenes.make_scheme(sitting, requires=better, code="backbone", letters="GG")
    assert names(learner_home(learner).now) == ["下一期"], "the pass has 92, the scheme asks for 95"
    scheme.posts.add(posts.liaison)
    assert learner_home(learner).now == [], "it is not for the learner's post"
    scheme.posts.clear()
    scenes.pass_exam(learner, sitting, score=9600)
    assert learner_home(learner).now == [], "reached: the certificate follows"
    scheme.is_active = False
    scheme.save()
    scenes.make_scheme(sitting, requires=Asked(ExamPassed(exam=sitting.exam)), code="same", letters="TY")
    assert learner_home(learner).now == [], "passed is enough for this one"


def test_an_exam_is_offered_for_the_renewal_of_one_certificate_though_another_still_lasts(
    organisation: Any, learner: Member, award: Award, sitting: Sitting
) -> None:
    scenes.make_sitting(organisation.city, scenes.make_edition(), title="下一期", exam=sitting.exam)
    other = scenes.make_scheme(sitting, code="short", letters="DQ")
    ending = award_issue(actor=None, scheme=other, member=learner)
    assert learner_home(learner).now == []
    Award.objects.filter(pk=ending.pk).update(valid_until=timezone.localdate() + timedelta(days=10))
    assert names(learner_home(learner).now) == ["下一期"]


def test_an_expiring_certificate_says_what_is_to_be_done_again(learner: Member, course: CoursePage) -> None:
    finish(learner, course)
    requires = Asked(CourseCompleted(course=course))
    scheme = scenes.make_scheme(None, requires=requires)
    award_issue(actor=None, scheme=scheme, member=learner)
    Award.objects.update(valid_until=timezone.localdate() + timedelta(days=60))
    assert learner_home(learner).sentence == "“岗前培训合格”证书还有 60 天到期，换证须重新学完课程“岗前培训（演示）”。"


def test_an_expiring_certificate_says_how_many_days_are_left(client: Client, learner: Member, award: Award) -> None:
    Award.objects.update(valid_until=timezone.localdate() + timedelta(days=60))
    page = sign_in(client, learner.user).get("/").content.decode()
    assert "还有 60 天到期，换证须重新考试合格；开考后会出现在这里。" in page


def test_with_an_expired_certificate_the_exam_is_offered_again(
    organisation: Any, learner: Member, award: Award, sitting: Sitting
) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Award.objects.update(issued_on=yesterday - timedelta(days=900), valid_until=yesterday)
    again = scenes.make_sitting(organisation.city, scenes.make_edition(), title="下一期", exam=sitting.exam)
    home = learner_home(learner)
    assert [award.validity for award in home.certificates] == ["expired"]
    assert button(home) == "开始考试" and names(home.now) == [again.title]


def test_a_passed_exam_without_its_certificate_says_that_it_is_being_made(
    learner: Member, course: CoursePage, sitting: Sitting
) -> None:
    finish(learner, course)
    scenes.pass_exam(learner, sitting)
    assert "证书" not in learner_home(learner).sentence, "no scheme awards anything for this exam"
    scenes.make_scheme(sitting, course)
    assert "证书正在生成" in learner_home(learner).sentence


def test_other_units_exams_and_courses_for_other_posts_are_not_shown(
    far_member: Member, organisation: Any, course: CoursePage, posts: Any
) -> None:
    scenes.make_sitting(organisation.east_town, scenes.make_edition(), title="东镇考试")
    course.posts.add(posts.full_time)
    course.save()
    home = learner_home(far_member)
    assert home.now == home.later == home.done == []


def test_the_page_has_one_main_button_one_heading_and_eight_queries(
    client: Client, learner: Member, course: CoursePage, sitting: Sitting, django_assert_max_num_queries: Any
) -> None:
    lesson_pass(actor=learner, lesson=lessons(course)[0])
    sign_in(client, learner.user).get("/")
    with django_assert_max_num_queries(8):
        page = client.get("/").content.decode()
    assert page.count("button--primary") == 1
    assert len(re.findall(r"<h1\b", page)) == 1
    assert "还差 2 课就能参加岗前考试" in page and "继续学习：第 2 课" in page
    assert "<details" in page and "已完成（1）" in page
