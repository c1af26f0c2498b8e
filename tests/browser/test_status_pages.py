"""The supervisor's pages in a browser: from the city to one person by clicks, and the list as file, as address and on paper."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from django.core.cache import cache
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import expect

from assessment.models import Standing
from assessment.standing.services import standings_rebuild
from certificates.models import Award
from certificates.services import award_issue
from home.presets.grid import levels_make
from people.models import Organisation, Post, RoleGrant, User
from tests.browser.looking import Weight, problems_of, sign_in
from tests.cast import make_member, make_user
from tests.certificates import scenes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.slow]

PHONE, SMALL, DESK = (360, 640), (320, 568), (1280, 800)


class City:
    """Six towns with a village, a grid and a micro-grid each, and people of every status."""

    def __init__(self, address: str, browser: Browser) -> None:
        self.address, self.browser = address, browser
        levels_make()
        city = Organisation.add_root(name="演示市", level_id="city")
        posts = [
            Post.objects.create(code=f"post-{n}", name=name, order=n)
            for n, name in enumerate(("总网格长", "网格长（专职网格员）", "微网格联络员"))
        ]
        sitting = scenes.make_sitting(city, scenes.make_edition())
        scheme = scenes.make_scheme(sitting)
        further = scenes.make_sitting(
            city, scenes.make_edition(), exam=scenes.make_exam(scenes.make_edition(), "演示进阶考试")
        )
        advanced = scenes.make_scheme(further, code="advanced", title="微网格联络员进阶培训合格", letters="JJ")
        advanced.posts.set(posts[2:])
        today = timezone.localdate()
        place = 0
        for town_number, name in enumerate("东南西北中上"):
            city.refresh_from_db()
            town = city.add_child(name=f"演示{name}镇", level_id="town")
            village = town.add_child(name=f"演示{name}镇幸福路社区（名称很长的居民委员会）", level_id="village")
            grid = village.add_child(name="第一网格", level_id="grid", grid_kind="integrated_grid")
            micro = grid.add_child(name="1号微网格", level_id="micro_grid")
            for n in range(14):
                unit = (village, grid, micro, micro)[n % 4]
                unit.refresh_from_db()
                member = make_member(f"S{place:03}", f"演示成员{place}", posts[n % 3], unit, phone=f"1000000{place:04}")
                place += 1
                if n % 3 == 2:
                    scenes.pass_exam(member, sitting, score=100)
                elif n < 4 + 2 * town_number:
                    scenes.pass_exam(member, sitting)
                    award = award_issue(actor=None, scheme=scheme, member=member)
                    days = (500, 30, -1)[n % 3]
                    Award.objects.filter(pk=award.pk).update(
                        issued_on=today - timedelta(days=900), valid_until=today + timedelta(days=days)
                    )
        standings_rebuild()
        self.supervisor = make_user("supervisor", "演示主管", RoleGrant.Role.SUPERVISOR, city)
        self.of_town = make_user(
            "of-town", "演示镇主管", RoleGrant.Role.SUPERVISOR, Organisation.objects.get(name="演示东镇")
        )
        self.city = city

    def context(self, window: tuple[int, int], user: User | None = None, **more: Any) -> BrowserContext:
        context = self.browser.new_context(
            viewport={"width": window[0], "height": window[1]}, locale="zh-CN", base_url=self.address, **more
        )
        sign_in(context, user or self.supervisor, self.address)
        return context


@pytest.fixture
def city(live_server: Any, transactional_db: None, chromium: Browser) -> Iterator[City]:
    cache.clear()
    yield City(live_server.url, chromium)
    cache.clear()


def people_on(page: Page) -> int:
    found = re.search(r"共 ([\d,]+) 人", page.inner_text("main"))
    assert found
    return int(found[1].replace(",", ""))


@pytest.mark.parametrize(
    ("window", "size", "theme"),
    [
        (PHONE, "standard", "light"),
        (SMALL, "xlarge", "light"),
        (PHONE, "large", "dark"),
        (DESK, "standard", "light"),
        (DESK, "xlarge", "dark"),
        (DESK, "standard", "contrast"),
    ],
)
def test_every_page_is_whole_in_every_window(city: City, window: tuple[int, int], size: str, theme: str) -> None:
    User.objects.filter(pk=city.supervisor.pk).update(text_size=size, theme=theme)
    context = city.context(window)
    page = context.new_page()
    code = city.city.code
    member = Standing.objects.filter(status="certified").first()
    assert member is not None
    grid = Organisation.objects.filter(level_id="grid").first()
    assert grid is not None
    found = []
    for path in (
        "/standing/", "/standing/?scheme=all&sort=rate", f"/standing/{grid.code}/", f"/standing/{code}/members/?status=expired&sort=-name",
        f"/standing/{code}/members/?q=没有的", f"/standing/members/{member.member.code}/", "/certificates/problems/",
    ):  # fmt: skip
        page.goto(path)
        found += problems_of(page)
    context.close()
    assert found == []


@pytest.mark.parametrize("window", [PHONE, DESK])
def test_down_to_one_person_and_back_up_by_the_path(city: City, window: tuple[int, int]) -> None:
    context = city.context(window)
    page = context.new_page()
    page.goto("/standing/")
    for unit in ("演示东镇", "演示东镇幸福路社区（名称很长的居民委员会）", "第一网格", "1号微网格"):
        page.get_by_role("rowheader", name=unit).get_by_role("link").click()
        expect(page.get_by_role("heading", level=1, name=f"{unit}取证情况")).to_be_visible()
    expect(page.get_by_text("该单位没有下级。")).to_be_visible()
    page.get_by_role("link", name=re.compile("查看人员名单")).click()
    page.locator(".members tbody th a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("的培训档案")
    crumbs = page.get_by_role("navigation", name="单位路径")
    assert crumbs.get_by_role("link").all_inner_texts()[:2] == ["演示市", "演示东镇"]
    crumbs.get_by_role("link", name="演示东镇", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="演示东镇取证情况")).to_be_visible()
    context.close()


@pytest.mark.parametrize("window", [PHONE, DESK])
def test_a_number_leads_to_its_people_and_to_a_file_of_just_them(city: City, window: tuple[int, int]) -> None:
    context = city.context(window)
    page = context.new_page()
    page.goto("/standing/")
    links = page.locator(".heat tbody a[href*='/members/']")
    for place in range(0, links.count(), 7):
        link = links.nth(place)
        number = int(link.inner_text().replace(",", ""))
        link.click()
        assert people_on(page) == number
        with page.expect_download() as download:
            page.get_by_role("link", name=f"导出 Excel（{number} 行）").click()
        book = load_workbook(io.BytesIO(download.value.path().read_bytes()))
        assert book["人员名单"].max_row == number + 1
        page.go_back()
    context.close()


def test_filters_stand_in_the_address_and_a_colleague_sees_own_people_only(city: City) -> None:
    context = city.context(DESK)
    page = context.new_page()
    page.goto(f"/standing/{city.city.code}/members/")
    page.get_by_label("培训中").check()
    page.get_by_label("岗位").select_option(label="微网格联络员")
    page.get_by_role("button", name="筛选").click()
    wanted = Standing.objects.filter(is_whole=True, status="in_training", post__name="微网格联络员").count()
    assert people_on(page) == wanted
    page.get_by_role("link", name="姓名", exact=False).first.click()
    expect(page.get_by_role("columnheader", name="姓名")).to_have_attribute("aria-sort", "ascending")
    assert people_on(page) == wanted, "ordering keeps the filters"
    address = page.url
    page.reload()
    assert people_on(page) == wanted
    context.close()
    context = city.context(DESK, city.of_town)
    page = context.new_page()
    answer = page.goto(address)
    assert answer is not None and answer.status == 404
    context.close()


def test_it_reads_without_scripts_and_weighs_little(city: City) -> None:
    context = city.context(DESK, java_script_enabled=False)
    page = context.new_page()
    weight = Weight(page)
    page.goto("/standing/", wait_until="networkidle")
    assert len(weight.requests) <= 15 and weight.kilobytes <= 120
    page.locator(".numbers__link").nth(1).click()
    assert (
        people_on(page) == Standing.objects.filter(scheme__code="onboarding", is_whole=False, status="expiring").count()
    )
    context.close()


def test_lists_print_with_heads_page_numbers_and_no_bars(city: City) -> None:
    context = city.context(DESK)
    page = context.new_page()
    for path, head in ((f"/standing/{city.city.code}/members/", "证书编号"), ("/standing/", "即将到期")):
        page.goto(path)
        document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
        sheets = ["".join(sheet.get_textpage().get_text_bounded().split()) for sheet in document]
        total = len(sheets)
        assert round(document[0].get_width()) == 842, "landscape"
        for number, text in enumerate(sheets, start=1):
            assert f"第{number}页，共{total}页" in text
            assert head in text or number == total
            assert "投诉建议" not in text and "筛选" not in text
        assert "打印人：演示主管" in "".join(sheets)
    context.close()
