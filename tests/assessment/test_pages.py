from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from assessment.models import FiguresChecked
from assessment.standing.queries import percent_text
from assessment.standing.services import standings_rebuild
from certificates.models import Scheme
from certificates.services import award_issue
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
    assert "50.0%" in page
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


@pytest.mark.parametrize(
    ("due", "is_told"),
    [
        ("abc", True),
        ("-5", True),
        ("99999", True),
        ("000000000999999999999", True),
        ("9" * 5000, True),
        ("30", False),
        ("", False),
    ],
)
def test_a_number_of_days_that_is_none_is_told(
    client: Client, standings: None, supervisor: Any, organisation: Any, due: str, is_told: bool
) -> None:
    sign_in(client, supervisor)
    page = text(client.get(f"/standing/{organisation.east_town.code}/members/?due={due}"))
    assert ("“几天内到期”请填 0 到 3660 之间的整数" in page) == is_told


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


# --- several schemes --------------------------------------------------------------------------------------------------


@pytest.fixture
def two_schemes(standings: None, organisation: Any, posts: Any) -> Scheme:
    """The second one concerns liaison officers only; nobody holds its certificate."""
    edition = scenes.make_edition()
    sitting = scenes.make_sitting(organisation.city, edition, exam=scenes.make_exam(edition, "演示进阶考试"))
    scheme = scenes.make_scheme(sitting, code="advanced", title="进阶培训合格", letters="JJ")
    scheme.posts.set([posts.liaison])
    standings_rebuild()
    return scheme


def numbers_of(page: str) -> str:
    return re.search(r'<span class="hint">(\d+ / \d+)</span>', page)[1]  # type: ignore[index]


def test_the_page_opens_on_the_scheme_that_concerns_most_and_another_can_be_chosen(
    client: Client, two_schemes: Scheme, administrator: Any, organisation: Any
) -> None:
    sign_in(client, administrator)
    page = text(client.get("/standing/"))
    assert re.search(r'href="\?scheme=onboarding&amp;sort=order" aria-current="true"', page)
    assert numbers_of(page) == "1 / 3"
    page = text(client.get("/standing/?scheme=advanced"))
    assert numbers_of(page) == "0 / 1"
    assert "本单位在岗 3 人，本方案适用其中 1 人。" in page
    assert f'/standing/{organisation.east_town.code}/?scheme=advanced"' in page, "going down keeps the scheme"
    assert numbers_of(text(client.get("/standing/?scheme=all"))) == "1 / 3"
    assert numbers_of(text(client.get("/standing/?scheme=nonsense"))) == "1 / 3"


def test_all_schemes_show_for_each_person_what_needs_somebody_most(
    client: Client, two_schemes: Scheme, administrator: Any, organisation: Any, far_member: Any
) -> None:
    sitting = scenes.sitting_of(Scheme.objects.get(code="onboarding"))
    scenes.pass_exam(far_member, sitting)
    award_issue(actor=None, scheme=Scheme.objects.get(code="onboarding"), member=far_member)
    standings_rebuild()
    sign_in(client, administrator)
    assert numbers_of(text(client.get("/standing/?scheme=onboarding"))) == "2 / 3"
    assert numbers_of(text(client.get("/standing/?scheme=all"))) == "1 / 3", "the other certificate is missing"
    page = text(client.get(f"/standing/{organisation.city.code}/members/?q=D0003"))
    assert "进阶培训合格" in page and "岗前培训合格" not in page.split("<tbody>")[1]
    record = text(client.get(f"/standing/members/{far_member.code}/"))
    standings = record[record.index("<h2>取证情况</h2>") : record.index("<h2>证书</h2>")]
    assert standings.index("进阶培训合格") < standings.index("岗前培训合格"), "what needs somebody first"
    assert "未开始" in standings and "已取证" in standings


def test_who_needs_no_certificate_is_on_the_list_and_in_no_rate(
    client: Client, standings: None, administrator: Any, organisation: Any, posts: Any
) -> None:
    Scheme.objects.get().posts.set([posts.full_time])
    standings_rebuild()
    sign_in(client, administrator)
    page = text(client.get("/standing/?scheme=all"))
    assert numbers_of(page) == "1 / 2"
    assert "查看人员名单（3 人）" in page and "无需持证" in page
    everybody = text(client.get(f"/standing/{organisation.city.code}/members/"))
    assert "共 3 人" in everybody and "演示远邻" in everybody
    nobody = text(client.get(f"/standing/{organisation.city.code}/members/?status=not_required"))
    assert "共 1 人" in nobody and "演示远邻" in nobody
    west = text(client.get(f"/standing/{organisation.west_town.code}/"))
    assert 'aria-label="认证方案"' not in west, "there is nothing to choose"
    assert "没有人须持证" in west


def test_the_table_of_the_page_is_a_workbook_with_numbers(
    client: Client, two_schemes: Scheme, administrator: Any, organisation: Any
) -> None:
    sign_in(client, administrator)
    file: Any = client.get(f"/standing/{organisation.city.code}/table/?scheme=onboarding")
    book = load_workbook(io.BytesIO(b"".join(file.streaming_content)))
    head, east, west, whole = book["下级单位"].iter_rows(values_only=True)
    assert head[:4] == ("单位", "须持证人数", "持证人数", "持证率")
    assert east[:4] == ("演示东镇", 2, 1, 0.5) and west[:4] == ("演示西镇", 1, 0, 0)
    assert whole[:4] == ("合计", 3, 1, pytest.approx(1 / 3))
    assert book["下级单位"]["D2"].number_format == "0.0%"
    assert book["下级单位"].auto_filter.ref == "A1:M3", "the sum stays where it is when the units are sorted"
    assert dict(book["说明"].iter_rows(values_only=True))["认证方案"] == "岗前培训合格"


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (0, 0, "—"), (0, 7, "0.0%"), (7, 7, "100.0%"), (1, 3, "33.3%"), (2, 3, "66.7%"), (6525, 6526, "99.9%"),
        (1, 6526, "0.1%"), (6010, 6526, "92.1%"), (1, 2000, "0.1%"), (1999, 2000, "99.9%"),
    ],
)  # fmt: skip
def test_a_share_has_one_decimal_and_says_all_only_where_nobody_is_missing(part: int, whole: int, shown: str) -> None:
    assert percent_text(part, whole) == shown


def test_figures_that_nobody_checked_for_a_day_say_so(client: Client, standings: None, supervisor: Any) -> None:
    sign_in(client, supervisor)
    assert "没有更新" not in text(client.get("/standing/"))
    FiguresChecked.objects.update(at=timezone.now() - timedelta(hours=25))
    assert "没有更新" in text(client.get("/standing/"))
