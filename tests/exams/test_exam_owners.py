"""An exam belongs to a unit: trainers hold what is above them and what is theirs, and change only what is theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from acts import Refused
from exams import services
from exams.access import exams_seen_by
from exams.models import BlueprintRow, BlueprintVersion, Exam, Form, Sitting
from exams.papers import PaperRefused, needs
from people.models import RoleGrant
from tests.cast import make_user, sign_in
from tests.courses.scenes import make_course
from tests.exams import scenes
from tests.replies import words

if TYPE_CHECKING:
    from types import SimpleNamespace

    from django.test import Client

    from content.models import Edition
    from people.models import Organisation, User

ROWS = [services.Row(kind="single_choice", chapter="4", count=1, marks_each=200)]
EXAM_GET = ("exams_cms:blueprint", "exams_cms:blueprint_sample")
EXAM_POST = ("exams_cms:blueprint", "exams_cms:blueprint_delete")
SITTING_GET = (
    "exams_cms:sitting",
    "exams_cms:sitting_edit",
    "exams_cms:sitting_live",
    "exams_cms:sitting_open",
    "exams_cms:late",
)
SITTING_POST = (
    "exams_cms:sitting_edit",
    "exams_cms:sitting_delete",
    "exams_cms:sitting_open",
    "exams_cms:sitting_extend",
    "exams_cms:sitting_close",
)


@pytest.fixture
def edition(db: None) -> Edition:
    edition = scenes.make_edition()
    scenes.make_bank(edition)
    return edition


@pytest.fixture
def east_trainer(organisation: SimpleNamespace) -> User:
    return make_user("trainer-east", "演示东镇讲师", RoleGrant.Role.TRAINER, organisation.east_town)


def exam_of(actor: User, edition: Edition, title: str) -> Exam:
    return services.blueprint_save(actor=actor, exam=None, title=title, edition=edition, rows=ROWS).exam


@pytest.fixture
def of_the_city(edition: Edition, trainer: User) -> Exam:
    return exam_of(trainer, edition, "全市考试")


@pytest.fixture
def of_the_west(edition: Edition, west_trainer: User) -> Exam:
    return exam_of(west_trainer, edition, "西镇考试")


def state() -> list[Any]:
    """All that could have been done to any exam or sitting."""
    return [
        list(Exam.objects.order_by("pk").values()),
        list(BlueprintVersion.objects.order_by("pk").values()),
        list(BlueprintRow.objects.order_by("pk").values()),
        list(Sitting.objects.order_by("pk").values()),
        Form.objects.count(),
    ]


def blueprint_data(exam: Exam) -> dict[str, Any]:
    return {
        "title": "改了",
        "seen": exam.revision,
        "edition": exam.newest.edition_id,
        "rows-TOTAL_FORMS": "1",
        "rows-INITIAL_FORMS": "0",
        "rows-0-kind": "single_choice",
        "rows-0-chapter": "",
        "rows-0-count": "2",
        "rows-0-marks_each": "2",
    }


def test_a_new_exam_belongs_to_the_outermost_unit_of_its_author(
    of_the_city: Exam, of_the_west: Exam, organisation: SimpleNamespace
) -> None:
    assert of_the_city.owner == organisation.city
    assert of_the_west.owner == organisation.west_town


def test_a_trainer_sees_the_own_the_ones_above_and_the_ones_below_but_no_other_towns(
    of_the_city: Exam, of_the_west: Exam, trainer: User, west_trainer: User, east_trainer: User
) -> None:
    assert set(exams_seen_by(trainer)) == set(exams_seen_by(west_trainer)) == {of_the_city, of_the_west}
    assert set(exams_seen_by(east_trainer)) == {of_the_city}


def test_lists_and_choices_show_whose_each_is_and_none_of_another_town(
    client: Client, of_the_city: Exam, of_the_west: Exam, west_trainer: User, east_trainer: User
) -> None:
    sign_in(client, east_trainer)
    for address in ("exams_cms:blueprints", "exams_cms:sitting_add"):
        page = words(client.get(reverse(address)))
        assert "全市考试" in page and "西镇考试" not in page
    assert "1 份组卷蓝图" in words(client.get(reverse("wagtailadmin_home")))
    sign_in(client, west_trainer)
    page = words(client.get(reverse("exams_cms:blueprints")))
    assert "全市考试" in page and "西镇考试" in page and str(of_the_west.owner) in page
    assert "2 份组卷蓝图" in words(client.get(reverse("wagtailadmin_home")))


def test_another_towns_exam_does_not_exist_at_any_address(
    client: Client, of_the_west: Exam, west_trainer: User, east_trainer: User, organisation: SimpleNamespace
) -> None:
    plan = scenes.make_sitting(of_the_west, organisation.west_town, title="西镇场次")
    sign_in(client, east_trainer)
    before = state()
    for thing, gets, posts in ((of_the_west, EXAM_GET, EXAM_POST), (plan, SITTING_GET, SITTING_POST)):
        for name in gets:
            assert client.get(reverse(name, args=[thing.code])).status_code == 404, name
        for name in posts:
            reply = client.post(reverse(name, args=[thing.code]), blueprint_data(of_the_west))
            assert reply.status_code == 404, name
    assert "西镇场次" not in words(client.get(reverse("exams_cms:sittings")))
    assert state() == before


def test_the_citys_exam_is_read_and_held_by_a_town_and_changed_by_nobody_there(
    client: Client, of_the_city: Exam, west_trainer: User, edition: Edition, organisation: SimpleNamespace
) -> None:
    sign_in(client, west_trainer)
    page = words(client.get(reverse("exams_cms:blueprint", args=[of_the_city.code])))
    assert f"这场考试归“{of_the_city.owner}”所有。您可以按它安排场次，不能修改。" in page
    assert "保存蓝图" not in page and "删除这份蓝图" not in page
    assert client.get(reverse("exams_cms:blueprint_sample", args=[of_the_city.code])).status_code == 200
    before = state()
    for name in EXAM_POST:
        # The CMS leads whoever may not do something to its first page, and says so there.
        reply = client.post(reverse(name, args=[of_the_city.code]), blueprint_data(of_the_city))
        assert reply["Location"] == reverse("wagtailadmin_home"), name
    with pytest.raises(PermissionDenied):
        services.blueprint_save(
            actor=west_trainer,
            exam=of_the_city,
            title="改了",
            edition=edition,
            rows=ROWS,
            seen=of_the_city.revision,
        )
    with pytest.raises(PermissionDenied):
        services.exam_delete(actor=west_trainer, exam=of_the_city)
    assert state() == before
    held = scenes.open_planned(
        west_trainer, scenes.make_sitting(of_the_city, organisation.west_town, pass_mark=100, form_count=1)
    )
    assert held.state == "open"


def test_the_own_exam_is_changed_and_deleted_also_by_the_trainer_above(
    client: Client, of_the_west: Exam, west_trainer: User, trainer: User
) -> None:
    sign_in(client, west_trainer)
    address = reverse("exams_cms:blueprint", args=[of_the_west.code])
    page = words(client.get(address))
    assert "保存蓝图" in page and "删除这份蓝图" in page
    assert client.post(address, blueprint_data(of_the_west)).status_code == 302
    of_the_west.refresh_from_db()
    assert (of_the_west.title, of_the_west.newest.rows.get().count) == ("改了", 2)
    sign_in(client, trainer)
    client.post(reverse("exams_cms:blueprint_delete", args=[of_the_west.code]))
    assert not Exam.objects.filter(pk=of_the_west.pk).exists()


def plan(exam: Exam, organisation: Organisation) -> services.SittingPlan:
    now = timezone.now()
    return services.SittingPlan(
        title="演示场次",
        exam=exam,
        organisation=organisation,
        posts=[],
        opens_at=now,
        closes_at=now + timedelta(hours=5),
        duration_minutes=60,
        pass_mark=100,
        max_attempts=1,
        form_count=1,
        release="at_once",
        course=None,
    )


def test_a_towns_exam_is_not_held_for_other_towns(
    of_the_west: Exam, trainer: User, east_trainer: User, organisation: SimpleNamespace
) -> None:
    services.sitting_save(actor=trainer, sitting=None, plan=plan(of_the_west, organisation.west_town))
    for elsewhere in (organisation.city, organisation.east_town):
        with pytest.raises(Refused, match="只能安排给这个单位和下属单位"):
            services.sitting_save(actor=trainer, sitting=None, plan=plan(of_the_west, elsewhere))
    with pytest.raises(PermissionDenied):
        services.sitting_save(actor=east_trainer, sitting=None, plan=plan(of_the_west, organisation.east_town))
    assert Sitting.objects.count() == 1


def test_a_form_holds_only_questions_that_the_exams_owner_may_use(
    of_the_city: Exam,
    of_the_west: Exam,
    edition: Edition,
    west_trainer: User,
    trainer: User,
    organisation: SimpleNamespace,
) -> None:
    """Whoever opens the sitting, and wherever it is held."""
    everybodys = next(need.have for need in needs(of_the_city.newest))
    wests = [
        scenes.make_question(edition, "single_choice", "4", 70 + n, owner=organisation.west_town).pk for n in range(9)
    ]
    easts = scenes.make_question(edition, "single_choice", "4", 90, owner=organisation.east_town).pk
    assert [need.have for need in needs(of_the_city.newest)] == [everybodys]
    assert [need.have for need in needs(of_the_west.newest)] == [everybodys + 9]
    rows = [services.Row(kind="single_choice", chapter="4", count=everybodys + 9, marks_each=100)]
    for exam, actor in ((of_the_west, west_trainer), (of_the_city, trainer)):
        services.blueprint_save(
            actor=actor, exam=exam, title=exam.title, edition=edition, rows=rows, seen=exam.revision
        )
        exam.refresh_from_db()
    with pytest.raises(PaperRefused, match=f"题库只有 {everybodys} 道"):
        scenes.open_planned(west_trainer, scenes.make_sitting(of_the_city, organisation.west_town, pass_mark=100))
    held = scenes.open_planned(trainer, scenes.make_sitting(of_the_west, organisation.west_town, pass_mark=100))
    for form in held.forms.all():
        assert set(wests) <= set(form.question_ids)
        assert easts not in form.question_ids


def test_a_sitting_asks_for_no_course_of_another_town(
    client: Client, east_trainer: User, organisation: SimpleNamespace
) -> None:
    make_course("西镇课程（演示）", slug="west", unit=organisation.west_town)
    make_course("全市课程（演示）", slug="city", unit=organisation.city)
    page = words(sign_in(client, east_trainer).get(reverse("exams_cms:sitting_add")))
    assert "全市课程（演示）" in page and "西镇课程（演示）" not in page
