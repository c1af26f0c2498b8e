from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from assessment.models import Evidence
from assessment.services import standings_rebuild
from certificates.models import Award, Scheme
from certificates.services import award_issue
from certificates.signals import award_issued
from exams.models import Sitting
from tests.cast import make_member, sign_in
from tests.certificates import scenes


@pytest.fixture
def standings(organisation: Any, learner: Any, neighbour: Any, far_member: Any) -> None:
    sitting = scenes.make_sitting(organisation.city, scenes.make_edition())
    scenes.pass_exam(learner, sitting)
    award_issue(actor=None, scheme=scenes.make_scheme(sitting), member=learner)
    standings_rebuild()


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_overview_opens_on_my_unit_with_three_numbers(client: Client, standings: None, supervisor: Any) -> None:
    page = text(sign_in(client, supervisor).get("/standing/"))
    assert "演示东镇取证情况" in page
    assert "50%" in page
    assert "1 / 2" in page
    assert "演示西镇" not in page


def test_drill_down_stays_inside_my_subtree(
    client: Client, standings: None, supervisor: Any, organisation: Any
) -> None:
    sign_in(client, supervisor)
    for unit in (organisation.east_village, organisation.east_grid, organisation.east_micro):
        assert client.get(f"/standing/{unit.code}/").status_code == 200
    for unit in (organisation.city, organisation.west_town, organisation.west_micro):
        for path in ("", "members/", "export/"):
            assert client.get(f"/standing/{unit.code}/{path}").status_code == 404


def test_the_member_list_and_the_export_hold_nobody_of_another_town(
    client: Client, standings: None, supervisor: Any, organisation: Any
) -> None:
    sign_in(client, supervisor)
    page = text(client.get(f"/standing/{organisation.east_town.code}/members/"))
    assert "演示学员" in page
    assert "演示邻居" in page
    assert "演示远邻" not in page
    export: Any = client.get(f"/standing/{organisation.east_town.code}/export/")
    book = load_workbook(io.BytesIO(b"".join(export.streaming_content)))
    names = [row[0].value for row in book["人员名单"].iter_rows(min_row=2)]
    assert names == ["演示学员", "演示邻居"]


def test_filters_in_the_address_select_and_are_kept_for_the_export(
    client: Client, standings: None, supervisor: Any, organisation: Any
) -> None:
    sign_in(client, supervisor)
    base = f"/standing/{organisation.east_town.code}/members/"
    assert "共 1 人" in text(client.get(base, {"status": "certified"}))
    assert "共 0 人" in text(client.get(base, {"status": "expired"}))
    assert "共 1 人" in text(client.get(base, {"q": "D0002"}))
    page = text(client.get(base, {"status": "certified", "sort": "name"}))
    assert f"/standing/{organisation.east_town.code}/export/?status=certified&amp;sort=name" in page
    for hostile in ("'; drop table x", "__import__", "-member__user__password", "%00", "9" * 50):
        assert (
            client.get(base, {"sort": hostile, "q": hostile, "due": hostile, "post": hostile, "p": hostile}).status_code
            == 200
        )


def test_a_persons_page_shows_the_record_to_the_supervisor_only(
    client: Client, standings: None, supervisor: Any, other_supervisor: Any, learner: Any, neighbour: Any, trainer: Any
) -> None:
    path = f"/standing/members/{learner.code}/"
    page = text(sign_in(client, supervisor).get(path))
    assert "GY-990000-" in page
    assert "100****0001" in page
    assert learner.phone not in page
    assert sign_in(client, other_supervisor).get(path).status_code == 404
    for user in (neighbour.user, trainer, learner.user):
        assert sign_in(client, user).get(path).status_code in (403, 404)


def test_a_record_shows_no_result_before_its_candidate_may_know_it(
    client: Client, standings: None, supervisor: Any, learner: Any
) -> None:
    path = f"/standing/members/{learner.code}/"
    assert "92 分（满分 100 分）" in text(sign_in(client, supervisor).get(path))
    Sitting.objects.update(release="after_close")
    page = text(client.get(path))
    assert "92 分" not in page and ">合格<" not in page and "已交卷" in page


def test_pages_need_sign_in_and_the_role(
    client: Client, standings: None, organisation: Any, learner: Any, stranger: Any
) -> None:
    for path in (
        "/standing/",
        f"/standing/{organisation.east_town.code}/",
        f"/standing/{organisation.east_town.code}/members/",
    ):
        client.logout()
        assert client.get(path).status_code == 302
        assert sign_in(client, stranger).get(path).status_code == 403
        assert sign_in(client, learner.user).get(path).status_code == 403
        assert client.post(path).status_code == 405


@pytest.mark.parametrize(("due", "is_told"), [("abc", True), ("-5", True), ("99999", True), ("30", False), ("", False)])
def test_a_number_of_days_that_is_none_is_told(
    client: Client, standings: None, supervisor: Any, organisation: Any, due: str, is_told: bool
) -> None:
    sign_in(client, supervisor)
    page = text(client.get(f"/standing/{organisation.east_town.code}/members/?due={due}"))
    assert ("“几天内到期”请填 0 到 3660 之间的整数" in page) == is_told


def test_evidence_of_a_certificate_bears_the_day_of_issue(standings: None, organisation: Any, neighbour: Any) -> None:
    day = timezone.localdate() - timedelta(days=100)
    scenes.pass_exam(neighbour, Sitting.objects.get())
    award = award_issue(actor=None, scheme=Scheme.objects.get(), member=neighbour, issued_on=day)
    award_issued.send(sender=Award, award=award)
    assert timezone.localdate(Evidence.objects.get(kind="award", member=neighbour).occurred_at) == day


def test_no_cell_of_the_export_is_a_formula(
    client: Client, organisation: Any, posts: Any, supervisor: Any, standings: None
) -> None:
    make_member("F1", "=HYPERLINK(1)", posts.liaison, organisation.east_micro)
    make_member("F2", "＝1+1", posts.liaison, organisation.east_micro)
    make_member("F3", "@SUM(A1)", posts.liaison, organisation.east_micro)
    standings_rebuild()
    response = sign_in(client, supervisor).get(f"/standing/{organisation.east_town.code}/export/")
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content)))["人员名单"]  # type: ignore[attr-defined]
    for row in sheet.iter_rows(min_row=2):
        assert row[0].data_type != "f"
        assert not str(row[0].value).startswith(("=", "＝", "@"))


def test_pages_take_few_statements(
    client: Client, standings: None, supervisor: Any, organisation: Any, django_assert_max_num_queries: Any
) -> None:
    sign_in(client, supervisor)
    for path in ("/standing/", f"/standing/{organisation.east_town.code}/members/"):
        with django_assert_max_num_queries(12):
            assert client.get(path).status_code == 200
