"""The trainer's desk: what there is, what is missing, where to go on."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from content.models import Clause, Edition, Standard
from courses.models import CoursePage, LessonClause, LessonPage
from courses.services import lesson_clauses_sync
from exams.models import Question
from home.desk import Desk, gaps
from people.models import RoleGrant, User
from tests.browser import cms_scenes
from tests.cast import make_user, sign_in
from tests.exams import scenes

if TYPE_CHECKING:
    from django.test import Client

    from people.models import Member

pytestmark = pytest.mark.django_db


def numbers(edition: Edition, actor: User) -> tuple[list[str], list[str]]:
    without_lesson, without_question = gaps(User.objects.get(pk=actor.pk), edition)
    return [c.number for c in without_lesson.clauses], [c.number for c in without_question.clauses]


def test_a_clause_without_lesson_or_question_is_a_gap_until_it_has_both(trainer: User) -> None:
    edition = scenes.make_edition()
    assert numbers(edition, trainer) == (["4.1", "4.2", "5.1", "5.2"], ["4.1", "4.2", "5.1", "5.2"])
    question = scenes.make_question(edition, "single_choice", "4", 0)
    assert numbers(edition, trainer)[1] == ["4.2", "5.1", "5.2"]
    Question.objects.filter(pk=question.pk).update(state=Question.State.DRAFT)
    assert "4.1" in numbers(edition, trainer)[1], "a draft is asked of nobody"


def test_a_lesson_on_the_parent_teaches_its_clauses_and_one_on_an_item_teaches_its_clause(trainer: User) -> None:
    world = cms_scenes.build(trainer)
    clause = Clause.objects.get(edition=world.edition, number="4.1")
    lesson_clauses_sync(LessonPage.objects.get(pk=world.lesson.pk))
    assert numbers(world.edition, trainer)[0] == []
    item = clause.add_child(edition=world.edition, number="4.1 a)", kind=Clause.Kind.ITEM, text="佩戴工作证；")
    LessonClause.objects.all().delete()
    assert numbers(world.edition, trainer)[0] == ["4.1"]
    LessonClause.objects.create(lesson=world.lesson, clause=item)
    assert numbers(world.edition, trainer)[0] == []
    LessonClause.objects.all().delete()
    LessonClause.objects.create(lesson=world.lesson, clause=Clause.objects.get(edition=world.edition, number="4"))
    assert numbers(world.edition, trainer)[0] == []


def test_the_trainers_first_page_leads_through_the_work(
    client: Client, trainer: User, organisation: SimpleNamespace
) -> None:
    cms_scenes.build(trainer)
    page = sign_in(client, trainer).get("/cms/").content.decode()
    for words in ("从标准到考试", "没有课的条款", "没有题的条款", "导入标准", "从条款建课", "新建场次"):
        assert words in page
    for address in re.findall(r'class="button button-small button-secondary" href="([^"]+)"', page):
        assert client.get(address, follow=True).status_code == 200, address


def test_each_standard_in_force_has_its_own_gaps_and_a_new_one_takes_over_nothing(
    client: Client, trainer: User, organisation: SimpleNamespace
) -> None:
    world = cms_scenes.build(trainer)
    lesson_clauses_sync(LessonPage.objects.get(pk=world.lesson.pk))
    new = Edition.objects.create(
        standard=Standard.objects.create(code="new", title="新导入的标准"),
        code="new",
        title="新导入的标准",
        label="2026年版",
        state="in_force",
        numbering="gbt",
    )
    Clause.add_root(edition=new, number="1", kind="clause", text="网格员应甲。")
    sign_in(client, trainer)
    page = client.get("/cms/").content.decode()
    assert "2 份现行标准" in page
    assert f'<strong aria-current="true">{world.edition}</strong>' in page
    assert f'<a href="?edition={new.pk}">{new}</a>' in page
    assert "没有课的条款：1 条" in client.get(f"/cms/?edition={new.pk}").content.decode()
    assert client.get("/cms/?edition=x").status_code == 200


def test_a_towns_desk_shows_nothing_of_another_town(
    client: Client, trainer: User, organisation: SimpleNamespace
) -> None:
    world = cms_scenes.build(trainer)
    scenes.make_question(world.edition, "single_choice", "4", 0)
    Standard.objects.update(owner=organisation.west_town)
    CoursePage.objects.update(unit=organisation.west_town)
    Question.objects.non_polymorphic().update(owner=organisation.west_town)
    east = make_user("trainer-east", "演示东镇讲师", RoleGrant.Role.TRAINER, organisation.east_town)
    west = make_user("trainer-west", "演示西镇讲师", RoleGrant.Role.TRAINER, organisation.west_town)
    page = sign_in(client, east).get("/cms/").content.decode()
    for words in ("还没有现行标准", "0 门课程，0 课", "0 道可用的题"):
        assert words in page
    page = sign_in(client, west).get("/cms/").content.decode()
    for words in ("还没有现行标准", "0 门课程，0 课", "0 道可用的题"):
        assert words not in page


def test_what_another_town_teaches_and_asks_covers_no_clause(trainer: User, organisation: SimpleNamespace) -> None:
    world = cms_scenes.build(trainer)
    lesson_clauses_sync(LessonPage.objects.get(pk=world.lesson.pk))
    scenes.make_question(world.edition, "single_choice", "4", 0)
    CoursePage.objects.update(unit=organisation.west_town)
    Question.objects.non_polymorphic().update(owner=organisation.west_town)
    east = make_user("trainer-east", "演示东镇讲师", RoleGrant.Role.TRAINER, organisation.east_town)
    west = make_user("trainer-west", "演示西镇讲师", RoleGrant.Role.TRAINER, organisation.west_town)
    assert numbers(world.edition, east) == (["4.1"], ["4.1"])
    assert numbers(world.edition, west) == numbers(world.edition, trainer) == ([], [])
    CoursePage.objects.update(unit=organisation.city)
    Question.objects.non_polymorphic().update(owner=None)
    assert numbers(world.edition, east) == ([], [])


def test_the_desk_asks_the_same_few_things_at_any_size(trainer: User, rf: Any, django_assert_num_queries: Any) -> None:
    cms_scenes.build(trainer)
    request = rf.get("/cms/")
    request.user = User.objects.get(pk=trainer.pk)  # a request's user remembers nothing of earlier acts
    with django_assert_num_queries(11):  # the budget of all panels is 12
        Desk().get_context_data({"request": request})


@pytest.mark.parametrize("path", ["/cms/", "/cms/exams/questions/", "/cms/pages/1/"])
def test_who_may_not_enter_the_cms_is_told_so(client: Client, learner: Member, supervisor: User, path: str) -> None:
    for user in (learner.user, supervisor):
        answer = sign_in(client, user).get(path, follow=True)
        assert answer.status_code == 403
        assert answer.redirect_chain == []
        assert "您没有查看此页的权限" in answer.content.decode()


def test_a_stranger_at_the_cms_signs_in_first(client: Client, db: None) -> None:
    answer = client.get("/cms/", follow=True)
    assert answer.redirect_chain == [("/accounts/login/?next=/cms/", 302)]
