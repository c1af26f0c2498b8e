"""A question belongs to a unit: trainers use what is above them and what is theirs, and change only what is theirs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from content.models import Clause, Edition, Standard
from exams import services
from exams.access import questions_seen_by
from exams.models import Question
from exams.papers import pool
from people.models import RoleGrant
from tests.cast import make_user, sign_in
from tests.exams import scenes
from tests.exams.test_cms_bank import question_data
from tests.exams.test_questions import draft
from tests.replies import words

if TYPE_CHECKING:
    from django.test import Client

    from people.models import User


@pytest.fixture
def edition(db: None) -> Edition:
    return scenes.make_edition()


@pytest.fixture
def east_trainer(organisation: SimpleNamespace) -> User:
    return make_user("trainer-east", "演示东镇讲师", RoleGrant.Role.TRAINER, organisation.east_town)


@pytest.fixture
def of_the_city(edition: Edition, trainer: User) -> Question:
    return services.question_create(actor=trainer, draft=draft(stem="全市的题（　　）。"))


@pytest.fixture
def of_the_west(edition: Edition, west_trainer: User) -> Question:
    return services.question_create(actor=west_trainer, draft=draft(stem="西镇的题（　　）。"))


def test_a_new_question_belongs_to_the_outermost_unit_of_its_author(
    of_the_city: Question, of_the_west: Question, organisation: SimpleNamespace
) -> None:
    assert of_the_city.owner == organisation.city
    assert of_the_west.owner == organisation.west_town


def test_a_trainer_sees_the_own_the_ones_above_and_the_ones_below_but_no_other_towns(
    of_the_city: Question, of_the_west: Question, trainer: User, west_trainer: User, east_trainer: User
) -> None:
    def seen(actor: User) -> set[int]:
        return set(questions_seen_by(actor).values_list("pk", flat=True))

    assert seen(trainer) == seen(west_trainer) == {of_the_city.pk, of_the_west.pk}
    assert seen(east_trainer) == {of_the_city.pk}


def test_the_list_shows_whose_each_question_is(
    client: Client, of_the_city: Question, of_the_west: Question, west_trainer: User, east_trainer: User
) -> None:
    sign_in(client, east_trainer)
    page = words(client.get(reverse("exams_cms:questions")))
    assert "全市的题" in page and "西镇的题" not in page
    sign_in(client, west_trainer)
    page = words(client.get(reverse("exams_cms:questions")))
    assert "全市的题" in page and "西镇的题" in page and str(of_the_west.owner) in page


def test_another_towns_question_does_not_exist(client: Client, of_the_west: Question, east_trainer: User) -> None:
    sign_in(client, east_trainer)
    assert client.get(reverse("exams_cms:question", args=[of_the_west.pk])).status_code == 404
    assert client.post(reverse("exams_cms:question", args=[of_the_west.pk]), question_data()).status_code == 404
    state = reverse("exams_cms:question_state", args=[of_the_west.pk])
    assert client.post(state, {"state": "retired"}).status_code == 404


def test_the_citys_question_is_read_by_a_town_and_changed_by_nobody_there(
    client: Client, of_the_city: Question, west_trainer: User
) -> None:
    sign_in(client, west_trainer)
    address = reverse("exams_cms:question", args=[of_the_city.pk])
    page = words(client.get(address))
    assert f"这道题归“{of_the_city.owner}”所有。您可以用它组卷，不能修改。" in page
    assert "保存试题" not in page
    # The CMS leads whoever may not do something to its first page, and says so there.
    assert client.post(address, question_data())["Location"] == reverse("wagtailadmin_home")
    state = reverse("exams_cms:question_state", args=[of_the_city.pk])
    assert client.post(state, {"state": "retired"})["Location"] == reverse("wagtailadmin_home")
    with pytest.raises(PermissionDenied):
        services.question_revise(actor=west_trainer, question=of_the_city, draft=draft())
    of_the_city.refresh_from_db()
    assert (of_the_city.stem, of_the_city.state) == ("全市的题（　　）。", "ready")


def test_the_own_question_is_changed_and_all_its_versions_keep_the_owner(
    client: Client, of_the_west: Question, west_trainer: User, trainer: User
) -> None:
    sign_in(client, west_trainer)
    assert "保存试题" in words(client.get(reverse("exams_cms:question", args=[of_the_west.pk])))
    Question.objects.non_polymorphic().filter(pk=of_the_west.pk).update(used_at="2026-11-01T00:00:00Z")
    # The city's trainer mends it: it stays the town's.
    newest = services.question_revise(actor=trainer, question=Question.objects.get(pk=of_the_west.pk), draft=draft())
    assert newest.version == 2
    assert newest.owner == of_the_west.owner


def test_an_exam_draws_from_its_unit_and_from_above(
    of_the_city: Question, of_the_west: Question, edition: Edition, organisation: SimpleNamespace
) -> None:
    everybodys = scenes.make_question(edition, "single_choice", "4", 1)

    def drawn(owner: Any) -> set[int]:
        return {pk for ids in pool(edition, owner).values() for pk in ids}

    assert drawn(organisation.west_town) == {of_the_city.pk, of_the_west.pk, everybodys.pk}
    assert drawn(organisation.east_town) == drawn(organisation.city) == {of_the_city.pk, everybodys.pk}
    assert drawn(None) == {everybodys.pk}


def test_the_list_and_the_pool_take_as_many_statements_for_one_question_as_for_thirty(
    client: Client, of_the_city: Question, of_the_west: Question, west_trainer: User, edition: Edition
) -> None:
    sign_in(client, west_trainer)

    def statements() -> tuple[int, int]:
        client.get(reverse("exams_cms:questions"))
        with CaptureQueriesContext(connection) as listed:
            client.get(reverse("exams_cms:questions"))
        with CaptureQueriesContext(connection) as pooled:
            pool(edition, of_the_west.owner)
        return len(listed), len(pooled)

    few = statements()
    for n in range(30):
        scenes.make_question(edition, "single_choice", "4", 50 + n, owner=of_the_west.owner)
    assert statements() == few
    assert few[1] == 2


def test_another_towns_standard_is_offered_shown_and_accepted_nowhere(
    client: Client, edition: Edition, organisation: SimpleNamespace, east_trainer: User, west_trainer: User
) -> None:
    data = question_data(main_clause="4", other_clauses="")
    standard = Standard.objects.create(code="west", title="西镇自己的标准", owner=organisation.west_town)
    theirs = Edition.objects.create(
        standard=standard, code="west-2025", title=standard.title, label="2025年版", state="in_force", numbering="gbt"
    )
    Clause.add_root(edition=theirs, number="4", kind="chapter", title="西镇的章")
    add = reverse("exams_cms:question_add", args=["single_choice"])
    questions, blueprint = reverse("exams_cms:questions"), reverse("exams_cms:blueprint_add")
    asked = f"?edition={theirs.pk}"

    def pages() -> str:
        addresses = (add, add + asked, questions, questions + asked, blueprint, blueprint + asked)
        return "".join(words(client.get(address)) for address in addresses)

    sign_in(client, east_trainer)
    assert "西镇" not in pages()
    reply = client.post(add, {**data, "edition": theirs.pk})
    assert reply.status_code == 422 and "西镇" not in words(reply)
    assert not Question.objects.exists()
    Edition.objects.filter(pk=edition.pk).update(state="superseded")
    assert "西镇" not in pages(), "also where it is the only one in force"
    sign_in(client, west_trainer)
    assert "西镇的章" in words(client.get(add + asked)) and "西镇自己的标准" in words(client.get(blueprint))
    assert client.post(add, {**data, "edition": theirs.pk}).status_code == 302


def test_the_clauses_of_a_draft_are_not_listed_by_its_number(client: Client, edition: Edition, trainer: User) -> None:
    Clause.objects.filter(edition=edition).update(title="未公布的章")
    Edition.objects.filter(pk=edition.pk).update(state="draft")
    sign_in(client, trainer)
    page = words(client.get(reverse("exams_cms:question_add", args=["single_choice"]), {"edition": edition.pk}))
    assert "未公布的章" not in page
