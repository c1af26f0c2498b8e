"""The list of members: filters in the address, orders, pages that begin after a row, and the file of what it shows."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

import assessment.tasks  # noqa: F401 - a worker finds the kinds of work by itself
from assessment.models import Standing
from assessment.standing import exports, listing
from assessment.standing.models import URGENCY
from assessment.standing.services import figures_refresh, standings_rebuild, standings_refresh, units_changed
from jobs.models import Job
from jobs.services import job_run
from people.models import Level, Member, RoleGrant
from tests.cast import make_member, sign_in
from tests.certificates import scenes


@pytest.fixture
def crowd(organisation: Any, posts: Any) -> Any:
    scenes.make_scheme(scenes.make_sitting(organisation.city, scenes.make_edition()))
    for n in range(25):
        post = posts.full_time if n % 2 else posts.liaison
        make_member(f"M{n:03}", f"演示{(n * 7) % 25:02}", post, organisation.east_grid)
    standings_rebuild()
    for n, row in enumerate(Standing.objects.filter(is_whole=True).order_by("number")):
        row.best_score = None if n % 3 == 0 else n * 100 % 700
        row.valid_until = None if n % 4 == 0 else date(2026, 1 + n % 12, 3)
        row.status = URGENCY[n % 5]
        values = {"best_score": row.best_score, "valid_until": row.valid_until, "status": row.status}
        Standing.objects.filter(member=row.member_id).update(**values)
    return organisation


def numbers_of(page: str) -> list[str]:
    return re.findall(r'<td class="members__code" data-label="工号">(\w+)</td>', page)


def follow(client: Client, page: str, rel: str) -> str | None:
    link = re.search(rf'href="(\?[^"]+)" rel="{rel}"', page)
    if link is None:
        return None
    return client.get(client.path + link[1].replace("&amp;", "&")).content.decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize("order", [*listing.ORDERS, *(f"-{name}" for name in listing.ORDERS)])
def test_turning_pages_forward_and_back_shows_everybody_once_in_every_order(
    client: Client, crowd: Any, supervisor: Any, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    monkeypatch.setattr(listing, "PER_PAGE", 4)
    sign_in(client, supervisor)
    client.path = f"/standing/{crowd.east_town.code}/members/"  # type: ignore[attr-defined]
    page: str | None = client.get(client.path, {"sort": order}).content.decode()  # type: ignore[attr-defined]
    pages: list[list[str]] = []
    while page is not None and len(pages) < 10:
        last = page
        pages.append(numbers_of(page))
        page = follow(client, page, "next")
    everybody = [number for part in pages for number in part]
    assert len(everybody) == len(set(everybody)) == 25
    assert [len(part) for part in pages] == [4, 4, 4, 4, 4, 4, 1]
    backwards: list[list[str]] = []
    page = follow(client, last, "prev")
    while page is not None and len(backwards) < 10:
        backwards.append(numbers_of(page))
        page = follow(client, page, "prev")
    assert backwards == pages[-2::-1]


def test_an_order_turns_round_and_says_so(client: Client, crowd: Any, supervisor: Any) -> None:
    sign_in(client, supervisor)
    path = f"/standing/{crowd.east_town.code}/members/"
    up = client.get(path, {"sort": "name"}).content.decode()
    down = client.get(path, {"sort": "-name"}).content.decode()
    assert numbers_of(up) == numbers_of(down)[::-1]
    assert up.count('aria-sort="ascending"') == 1 and "sort=-name" in up
    assert down.count('aria-sort="descending"') == 1
    for order in ("valid_until", "-valid_until"):
        page = client.get(path, {"sort": order}).content.decode()
        dates = re.findall(r'<td class="members__code"\s+data-label="有效期至">([\d—-]+)</td>', page)
        assert dates[-1] == "—" and dates[0] != "—", "who has no date comes last either way"


def test_an_address_with_a_foreign_or_broken_place_shows_the_first_page(
    client: Client, crowd: Any, supervisor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PER_PAGE", 4)
    sign_in(client, supervisor)
    path = f"/standing/{crowd.east_town.code}/members/"
    first = client.get(path).content.decode()
    link = re.search(r"after=([^\"&]+)", first)
    assert link
    for cursor in ("x", "%00", link[1][:-2], "😀" * 40):
        assert numbers_of(client.get(path, {"after": cursor}).content.decode()) == numbers_of(first)
    other_order = client.get(path, {"after": link[1], "sort": "score"}).content.decode()
    assert len(numbers_of(other_order)) == 4


def test_filters_name_post_status_and_those_of_the_unit_itself(
    client: Client, crowd: Any, supervisor: Any, posts: Any
) -> None:
    sign_in(client, supervisor)
    path = f"/standing/{crowd.east_town.code}/members/"

    def count(**query: Any) -> str:
        page = client.get(path, query).content.decode()
        return re.search(r'role="status">共 ([\d,]+) 人', page)[1]  # type: ignore[index]

    assert count() == "25"
    assert count(post=posts.liaison.pk) == "13"
    assert count(status=["expired", "certified"]) == "10"
    assert count(q="M00") == "10"
    for typed in ("m00", "Ｍ００", "M 00", " Ｍ\u200b００　"):
        assert count(q=typed) == "10", typed
    assert count(own=1) == "0"
    grid = f"/standing/{crowd.east_grid.code}/members/"
    assert "共 25 人" in client.get(grid, {"own": 1}).content.decode()
    assert 'name="own" value="1" checked' in client.get(grid, {"own": 1}).content.decode()


def test_a_large_unit_is_counted_by_its_figure_and_a_dirty_one_by_its_rows(
    crowd: Any, posts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    standings_refresh(list(Standing.objects.values_list("member_id", flat=True)))
    figures_refresh()
    for most in (listing.COUNT_MOST, 3):
        monkeypatch.setattr(listing, "COUNT_MOST", most)
        for chosen, expected in (
            (listing.MemberFilter(), 25),
            (listing.MemberFilter(post=posts.liaison.pk), 13),
            (listing.MemberFilter(post=987654), 0),
            (listing.MemberFilter(status=("not_started",)), 25),
            (listing.MemberFilter(query="M00"), 10),
        ):
            assert listing.members_count(crowd.east_town, chosen) == expected
    Standing.objects.filter(number="M000").delete()
    assert listing.members_count(crowd.east_town, listing.MemberFilter()) == 25
    units_changed([crowd.west_grid.path])
    assert listing.members_count(crowd.east_town, listing.MemberFilter()) == 25, "a change elsewhere is none of ours"
    units_changed([crowd.east_grid.path])
    assert listing.members_count(crowd.east_town, listing.MemberFilter()) == 24


def test_statements_do_not_grow_with_the_unit(
    client: Client, crowd: Any, supervisor: Any, posts: Any, organisation: Any
) -> None:
    sign_in(client, supervisor)
    paths = (
        "/standing/",
        f"/standing/{crowd.east_grid.code}/",
        f"/standing/{crowd.east_town.code}/members/",
        f"/standing/members/{Standing.objects.earliest('number').member.code}/",
    )

    def counts() -> list[int]:
        found = []
        for path in paths:
            client.get(path)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(path).status_code == 200
            found.append(len(queries))
        return found

    few = counts()
    for n in range(30):
        unit = organisation.east_grid.add_child(name=f"演示{n}号微网格", level_id="micro_grid")
        organisation.east_grid.refresh_from_db()
        for place in range(4):
            make_member(f"Z{n:02}{place}", f"演示又{n}", posts.liaison, unit)
    standings_rebuild()
    assert counts() == few
    assert max(few) <= 12


def test_a_large_export_goes_to_the_background_and_gives_the_same_file(
    client: Client, crowd: Any, supervisor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, supervisor)
    query = f"/standing/{crowd.east_town.code}/export/?status=expired&status=expiring&sort=-score"
    at_once: Any = client.get(query)
    expected = rows_of(b"".join(at_once.streaming_content))
    monkeypatch.setattr(exports, "IN_REQUEST_MOST", 3)
    assert "后台准备" in client.get(f"/standing/{crowd.east_town.code}/members/").content.decode()
    answer = client.get(query)
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/jobs/{job.code}/"
    job_run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == ("done", "已导出 10 行。")
    file: Any = client.get(f"/jobs/{job.code}/file/")
    assert rows_of(b"".join(file.streaming_content)) == expected


def rows_of(content: bytes) -> list[tuple[Any, ...]]:
    return list(load_workbook(io.BytesIO(content))["人员名单"].iter_rows(values_only=True))


def test_a_background_export_asks_again_whether_its_owner_may(
    client: Client, crowd: Any, supervisor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "IN_REQUEST_MOST", 3)
    sign_in(client, supervisor).get(f"/standing/{crowd.east_town.code}/export/")
    RoleGrant.objects.filter(user=supervisor).delete()
    job = Job.objects.get()
    job_run(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == "failed" and "已不在您的管辖范围" in job.message and not job.result_file


def test_the_file_says_what_was_chosen_and_holds_dates_as_dates_and_codes_as_text(
    client: Client, crowd: Any, supervisor: Any, posts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "ROWS_PER_SHEET", 8)
    monkeypatch.setattr(exports, "CHUNK", 4)
    export: Any = sign_in(client, supervisor).get(
        f"/standing/{crowd.east_town.code}/export/?post={posts.liaison.pk}&due=9&q=M0"
    )
    about = dict(load_workbook(io.BytesIO(b"".join(export.streaming_content)))["说明"].iter_rows(values_only=True))
    assert about["岗位"] == "微网格联络员" and about["搜索"] == "M0" and about["几天内到期"] == "9"
    assert about["范围"] == "含下级单位" and "持证率 = " in about["口径"]
    export = client.get(f"/standing/{crowd.east_town.code}/export/")
    assert "%E5%8F%96%E8%AF%81%E6%83%85%E5%86%B5_" in export.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(b"".join(export.streaming_content)))
    sheets = [name for name in book.sheetnames if name.startswith("人员名单")]
    assert [book[name].max_row - 1 for name in sheets] == [8, 8, 8, 1]
    assert all(book[name].auto_filter.ref == f"A1:M{book[name].max_row}" for name in sheets)
    head = [cell.value for cell in book["人员名单"][1]]
    place = head.index("有效期至")
    dates = [row[place] for name in sheets for row in book[name].iter_rows(min_row=2) if row[place].value is not None]
    assert dates and all(cell.is_date for cell in dates)
    assert all(row[1].data_type == "s" for row in book["人员名单"].iter_rows(min_row=2))


def test_the_file_has_a_column_for_each_level_and_the_scheme(client: Client, crowd: Any, supervisor: Any) -> None:
    export: Any = sign_in(client, supervisor).get(f"/standing/{crowd.east_town.code}/export/?scheme=onboarding")
    head, first, *_others = rows_of(b"".join(export.streaming_content))
    row = dict(zip(head, first, strict=True))
    levels = list(Level.objects.values_list("name", flat=True))
    assert [row[level] for level in levels[:4]] == [
        "演示市", "演示东镇", "演示东镇一村", "演示东镇一村第一网格",
    ]  # fmt: skip
    assert not row[levels[4]] and row["认证方案"] == "岗前培训合格"


def test_a_scheme_in_the_address_selects_and_is_kept(client: Client, crowd: Any, supervisor: Any, posts: Any) -> None:
    edition = scenes.make_edition()
    sitting = scenes.make_sitting(crowd.city, edition, exam=scenes.make_exam(edition, "演示进阶考试"))
    advanced = scenes.make_scheme(sitting, code="advanced", title="进阶培训合格", letters="JJ")
    advanced.posts.set([posts.liaison])
    standings_rebuild()
    sign_in(client, supervisor)
    path = f"/standing/{crowd.east_town.code}/members/"
    for query, n in (("", 25), ("scheme=onboarding", 25), ("scheme=advanced", 13), ("scheme=nonsense", 25)):
        assert f"共 {n} 人" in client.get(f"{path}?{query}").content.decode(), query
    page = client.get(f"{path}?scheme=advanced&status=not_started").content.decode()
    assert '<option value="advanced" selected>' in page
    assert f"/standing/{crowd.east_town.code}/export/?scheme=advanced&amp;status=not_started&amp;sort=unit" in page
    assert 'name="status" value="not_required"' not in page, "towards a scheme everybody needs it"
    assert "请先选方案" in client.get(f"{path}?due=30").content.decode()
    assert "请先选方案" not in client.get(f"{path}?due=30&scheme=advanced").content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        "演示 罗雾",
        "演示\u200b罗雾",
        "罗雾",
        "ys01-0006",
        "ＹＳ０１－０００６",
        "YS 01‐0006",
        "0006",
        "10040000006",
        "100 4000 0006",
        "100-4000-0006",
        "１００－４０００－０００６",
        "+86 100 4000 0006",
    ],
)
def test_a_person_is_found_however_name_number_or_telephone_are_typed(
    client: Client, organisation: Any, posts: Any, supervisor: Any, typed: str
) -> None:
    member = make_member("YS01-0006", "演示罗雾", posts.full_time, organisation.east_grid)
    other = make_member("YS01-0099", "演示王晴", posts.full_time, organisation.east_grid)
    Member.objects.filter(pk=member.pk).update(phone="10040000006")
    Member.objects.filter(pk=other.pk).update(phone="10040000099")
    standings_rebuild()
    sign_in(client, supervisor)
    page = client.get(f"/standing/{organisation.east_town.code}/members/", {"q": typed}).content.decode()
    assert "演示罗雾" in page and "演示王晴" not in page
    assert ">10040000006<" not in page


@pytest.mark.parametrize("typed", ["1004000000", "004000", "演示 王雾", "YS01 0007"])
def test_part_of_a_telephone_number_and_half_a_name_find_nobody(
    client: Client, organisation: Any, posts: Any, supervisor: Any, typed: str
) -> None:
    member = make_member("YS01-0006", "演示罗雾", posts.full_time, organisation.east_grid)
    Member.objects.filter(pk=member.pk).update(phone="10040000006")
    standings_rebuild()
    sign_in(client, supervisor)
    page = client.get(f"/standing/{organisation.east_town.code}/members/", {"q": typed}).content.decode()
    assert "演示罗雾" not in page


def test_the_filter_offers_no_scheme_of_another_town(client: Client, crowd: Any, posts: Any, supervisor: Any) -> None:
    edition = scenes.make_edition()
    for letters, owner in (("XA", crowd.west_town), ("DA", crowd.east_town), ("SA", crowd.city)):
        sitting = scenes.make_sitting(crowd.city, edition, exam=scenes.make_exam(edition, f"演示考试{letters}"))
        scenes.make_scheme(sitting, code=letters.lower(), title=f"方案{letters}", letters=letters, owner=owner)
    standings_rebuild()
    path = f"/standing/{crowd.east_town.code}/members/"
    page = sign_in(client, supervisor).get(f"{path}?scheme=xa").content.decode()
    assert "方案DA" in page and "方案SA" in page and "岗前培训合格" in page
    assert "方案XA" not in page and 'value="xa"' not in page
