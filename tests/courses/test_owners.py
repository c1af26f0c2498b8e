"""A course belongs to a unit: seen in its subtree, changed by the trainers there, by whatever address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from wagtail.models import Page, Workflow

from courses import services
from courses.access import courses_visible_to, members_concerned
from courses.models import CoursePage, LessonClause, LessonPage
from courses.queries import learner_courses
from people.models import RoleGrant, User
from tests.cast import make_user, sign_in
from tests.courses import scenes

if TYPE_CHECKING:
    from types import SimpleNamespace

    from django.test import Client

    from people.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def east_trainer(organisation: SimpleNamespace) -> User:
    return make_user("trainer-east", "演示东镇讲师", RoleGrant.Role.TRAINER, organisation.east_town)


@pytest.fixture
def theirs(organisation: SimpleNamespace) -> CoursePage:
    """A course of the west town, with a lesson."""
    course = scenes.make_course("西镇课程（演示）", slug="west", unit=organisation.west_town)
    scenes.make_lesson(course, "西镇一课", "one", [scenes.card()])
    return course


@pytest.fixture
def above(organisation: SimpleNamespace) -> CoursePage:
    course = scenes.make_course("全市课程（演示）", slug="city", unit=organisation.city)
    scenes.make_lesson(course, "全市一课", "one", [scenes.card()])
    return course


@pytest.fixture
def ours(organisation: SimpleNamespace) -> CoursePage:
    course = scenes.make_course("东镇课程（演示）", slug="east", unit=organisation.east_town)
    scenes.make_lesson(course, "东镇一课", "one", [scenes.card()])
    return course


@pytest.fixture
def east_desk(client: Client, east_trainer: User) -> Client:
    return sign_in(client, east_trainer)


def lesson_of(course: CoursePage) -> LessonPage:
    return scenes.lessons(course)[0]


def state() -> list[tuple[Any, ...]]:
    """All that could have been done to any page."""
    fields = (
        "pk",
        "path",
        "title",
        "slug",
        "live",
        "numchild",
        "locked",
        "latest_revision_id",
        "live_revision_id",
        "go_live_at",
    )
    return list(Page.objects.order_by("path").values_list(*fields))


# --- who sees it, whom it concerns ------------------------------------------------------------------------------------


def test_learners_see_the_courses_of_the_units_above_them(
    learner: Member, far_member: Member, ours: CoursePage, theirs: CoursePage, above: CoursePage
) -> None:
    everybody = scenes.make_course("全平台课程（演示）", slug="all")
    assert {line.course.pk for line in learner_courses(learner)} == {ours.pk, above.pk, everybody.pk}
    assert set(courses_visible_to(far_member.user)) == {theirs, above, everybody}


def test_a_course_of_a_town_concerns_its_people_only(
    learner: Member, neighbour: Member, far_member: Member, ours: CoursePage, posts: Any
) -> None:
    assert set(members_concerned(ours)) == {learner, neighbour}
    ours.posts.set([posts.liaison])
    ours.save()
    assert not members_concerned(ours).exists() and not learner_courses(learner)


def test_staff_see_what_is_above_and_below_them(
    supervisor: User, trainer: User, ours: CoursePage, theirs: CoursePage, above: CoursePage
) -> None:
    assert set(courses_visible_to(supervisor)) == {ours, above}
    assert set(courses_visible_to(trainer)) == {ours, theirs, above}


def test_staff_still_see_what_they_themselves_were_assigned(
    learner: Member, theirs: CoursePage, ours: CoursePage, organisation: SimpleNamespace
) -> None:
    """Who began it in another town, or was assigned it from there, is shown the task: it must open."""
    services.enrolment_assign(actor=None, members=[learner], course=theirs, reason="supervisor")
    assert set(courses_visible_to(learner.user)) == {theirs, ours}
    RoleGrant.objects.create(user=learner.user, role="supervisor", organisation=organisation.east_town)
    actor = User.objects.get(pk=learner.user_id)
    assert set(courses_visible_to(actor)) == {theirs, ours}
    assert theirs in {line.course for line in learner_courses(learner)}


# --- what a town's trainer may not ------------------------------------------------------------------------------------

GET = (
    "/cms/pages/{pk}/edit/",
    "/cms/pages/{pk}/delete/",
    "/cms/pages/{pk}/unpublish/",
    "/cms/pages/{pk}/move/",
    "/cms/pages/{pk}/copy/",
    "/cms/pages/{pk}/revisions/{revision}/revert/",
    "/cms/pages/{pk}/view_draft/",
    "/cms/pages/{pk}/history/",
    "/cms/pages/{pk}/revisions/{revision}/view/",
    "/cms/pages/{pk}/revisions/compare/earliest...latest/",
    "/cms/pages/{pk}/workflow_history/",
    "/cms/pages/{pk}/privacy/",
)
POST: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/cms/pages/{pk}/edit/", {"title": "改了", "slug": "changed", "action-publish": "1"}),
    ("/cms/pages/{pk}/delete/", {}),
    ("/cms/pages/{pk}/unpublish/", {"include_descendants": "on"}),
    ("/cms/pages/{pk}/move/{parent}/confirm/", {}),
    ("/cms/pages/{pk}/copy/", {"new_title": "抄", "new_slug": "copied", "new_parent_page": "{parent}", "alias": ""}),
    ("/cms/pages/{pk}/lock/", {}),
    ("/cms/pages/{pk}/set_position/", {"position": "0"}),
    ("/cms/pages/add/courses/lessonpage/{pk}/", {"title": "加一课", "slug": "added", "minutes": "5"}),
    ("/cms/bulk/wagtailcore/page/delete/?id={pk}", {}),
    ("/cms/bulk/wagtailcore/page/unpublish/?id={pk}", {"include_descendants": "on"}),
    ("/cms/bulk/wagtailcore/page/publish/?id={pk}", {"include_descendants": "on"}),
    ("/cms/bulk/wagtailcore/page/move/?id={pk}", {"chooser": "{parent}"}),
    ("/cms/api/main/pages/{pk}/action/publish/", {}),
    ("/cms/api/main/pages/{pk}/action/unpublish/", {"recursive": True}),
    ("/cms/api/main/pages/{pk}/action/delete/", {}),
    ("/cms/api/main/pages/{pk}/action/copy/", {"slug": "copied", "title": "抄"}),
    ("/cms/api/main/pages/{pk}/action/move/", {"destination_page_id": "{parent}", "position": "first-child"}),
    ("/cms/api/main/pages/{pk}/action/create_alias/", {"update_slug": "alias"}),
    ("/cms/api/main/pages/{pk}/action/revert_to_page_revision/", {"revision_id": "{revision}"}),
)


@pytest.mark.parametrize("whose", ["theirs", "above"])
@pytest.mark.parametrize("what", ["course", "lesson"])
def test_another_units_pages_change_by_no_address(
    east_desk: Client, ours: CoursePage, theirs: CoursePage, above: CoursePage, whose: str, what: str
) -> None:
    course = {"theirs": theirs, "above": above}[whose]
    page: Any = course if what == "course" else lesson_of(course)
    parent = page.get_parent() if what == "course" else ours
    names = {"pk": page.pk, "revision": page.latest_revision_id, "parent": parent.pk}
    before = state()
    for address in GET:
        reply = east_desk.get(address.format(**names))
        assert reply.status_code in (302, 403, 404), (address, reply.status_code)
    for address, data in POST:
        filled = {key: value.format(**names) if isinstance(value, str) else value for key, value in data.items()}
        reply = east_desk.post(address.format(**names), filled)
        assert state() == before, address
        assert reply.status_code in (302, 400, 403, 404, 405), (address, reply.status_code)


def test_a_review_under_way_lets_no_other_unit_in(
    east_desk: Client, east_trainer: User, trainer: User, theirs: CoursePage
) -> None:
    lesson = lesson_of(theirs)
    lesson.save_revision(user=trainer)
    Workflow.objects.get(name=services.REVIEW).start(lesson, trainer)
    lesson = LessonPage.objects.get(pk=lesson.pk)
    task_state = lesson.current_workflow_state.current_task_state
    before = state()
    assert east_desk.get(f"/cms/pages/{lesson.pk}/edit/").status_code == 302
    address = f"/cms/pages/workflow/action/{lesson.pk}/approve/{task_state.pk}/"
    assert east_desk.post(address, {"comment": ""}).status_code in (302, 403)
    task_state.refresh_from_db()
    assert state() == before and task_state.status == "in_progress"
    task = task_state.task.specific
    assert not task.get_task_states_user_can_moderate(east_trainer).exists()
    assert task.get_task_states_user_can_moderate(trainer).exists() and task.get_actions(lesson, trainer)


def test_lists_choosers_reports_and_the_api_show_no_pages_of_others(
    east_desk: Client, ours: CoursePage, theirs: CoursePage, above: CoursePage
) -> None:
    catalogue = ours.get_parent()
    for address in (
        f"/cms/pages/{catalogue.pk}/",
        "/cms/pages/search/?q=课程",
        "/cms/reports/aging-pages/",
        "/cms/reports/site-history/",
        f"/cms/api/main/pages/?child_of={catalogue.pk}",
    ):
        page = east_desk.get(address, follow=True).content.decode().replace("\\u", "\\u")
        assert "西镇课程" not in page, address
    found = east_desk.get(f"/cms/api/main/pages/?child_of={catalogue.pk}").json()["items"]
    assert [item["id"] for item in found] == [ours.pk]
    assert east_desk.get(f"/cms/api/main/pages/{theirs.pk}/").status_code == 404
    chooser = east_desk.get(f"/cms/choose-page/{catalogue.pk}/").json()["html"]
    assert "西镇课程" not in chooser and "全市课程" in chooser and "东镇课程" in chooser


# --- what a town's trainer may ----------------------------------------------------------------------------------------


def test_the_towns_trainer_changes_its_own_course(east_desk: Client, ours: CoursePage) -> None:
    assert east_desk.get(f"/cms/pages/{ours.pk}/edit/").status_code == 200
    lesson = lesson_of(ours)
    assert east_desk.get(f"/cms/pages/{lesson.pk}/edit/").status_code == 200
    east_desk.post(f"/cms/pages/{lesson.pk}/unpublish/")
    assert not LessonPage.objects.get(pk=lesson.pk).live
    assert east_desk.post(f"/cms/api/main/pages/{lesson.pk}/action/publish/").status_code == 200
    assert LessonPage.objects.get(pk=lesson.pk).live


def test_a_new_course_belongs_to_the_unit_of_who_makes_it(
    east_desk: Client, ours: CoursePage, organisation: SimpleNamespace, learner: Member
) -> None:
    form = {
        "title": "东镇新课（演示）",
        "slug": "east-new",
        "summary": "",
        "intro": '{"blocks": [], "entityMap": {}}',
        "due_days": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "action-publish": "1",
    }
    reply = east_desk.post(f"/cms/pages/add/courses/coursepage/{ours.get_parent().pk}/", form)
    assert reply.status_code == 302
    made = CoursePage.objects.get(slug="east-new")
    assert made.unit == organisation.east_town and made.live
    assert made in courses_visible_to(learner.user)


def test_it_uses_the_clauses_above_it(east_desk: Client, organisation: SimpleNamespace) -> None:
    edition = scenes.make_edition()
    services.trainer_group_ensure()
    wanted = [scenes.clause(edition, "4.1.1").pk]
    data = {"title": "从条款来（演示）", "clauses": wanted, "grouping": "parent", "key": "0" * 32}
    reply = east_desk.post(reverse("courses_from_clauses", args=[edition.pk]), data)
    assert reply.status_code == 302
    made = CoursePage.objects.get()
    assert made.unit == organisation.east_town
    assert east_desk.get(reply.headers["Location"]).status_code == 200


def test_the_citys_trainer_changes_them_all_and_the_catalogue(
    client: Client, trainer: User, theirs: CoursePage, above: CoursePage
) -> None:
    desk = sign_in(client, trainer)
    for page in (theirs, above, lesson_of(theirs), theirs.get_parent()):
        assert desk.get(f"/cms/pages/{page.pk}/edit/").status_code == 200


def test_a_clause_names_the_lessons_of_those_courses_alone_that_the_reader_may_open(
    client: Client, theirs: CoursePage, above: CoursePage, ours: CoursePage, learner: Member, far_member: Member
) -> None:
    clause = scenes.clause(scenes.make_edition(), "4.1.1")
    for course in (theirs, above, ours):
        LessonClause.objects.create(lesson=LessonPage.objects.child_of(course).get(), clause=clause)
    shown = {}
    for member in (learner, far_member):
        page = sign_in(client, member.user).get(reverse("content:clause", args=[clause.pk]))
        links = re.findall(r'href="(/courses/[^"]+)"', page.content.decode())
        assert links and {client.get(link).status_code for link in links} == {200}
        shown[member] = set(re.findall("全市一课|东镇一课|西镇一课", page.content.decode()))
    assert "全市一课" in shown[learner] & shown[far_member]
    assert sorted(len(names) for names in shown.values()) == [2, 2]
    assert shown[learner] != shown[far_member]
