"""A member learns on a phone and at a desk: cards, checks, the place that is found again, the end of a lesson."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from courses import services
from courses.models import Enrolment, LessonProgress
from tests.browser.course_scenes import Classroom
from tests.browser.exam_room.test_layout import violations
from tests.courses import scenes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

pytestmark = [pytest.mark.slow]

WINDOWS = [(360, 640), (1280, 800)]
OUTSIDE = """() => {
  const wide = document.documentElement.clientWidth, problems = [];
  if (document.documentElement.scrollWidth > wide) problems.push("sideways scroll " + document.documentElement.scrollWidth);
  for (const each of document.querySelectorAll("button, a[href], label, summary, video")) {
    const box = each.getBoundingClientRect();
    if (!each.getClientRects().length || each.classList.contains("skip-link")) continue;
    const name = each.className + " " + each.innerText.slice(0, 20);
    if (box.left < -0.5 || box.right > wide + 0.5) problems.push("outside: " + name);
    if (box.height < 43.9 && !each.closest("p, li, figcaption, .crumbs, .task-list__name")) problems.push("low " + Math.round(box.height) + ": " + name);
    if (each.matches(".check__option") && box.height < 56) problems.push("low option: " + name);
    if (each.matches("button, .button") && each.scrollWidth > each.clientWidth + 1) problems.push("cut: " + name);
  }
  for (const bar of document.querySelectorAll(".lesson__bar, .tabs")) {
    const box = bar.getBoundingClientRect();
    if (box.height && (box.top < -0.5 || box.bottom > innerHeight + 0.5)) problems.push("bar outside: " + bar.className);
  }
  return problems;
}"""
READING = """() => [...document.querySelectorAll(".lesson__card:not([hidden]) p:not(.hint), .lesson__card:not([hidden]) li, legend, .check__option")]
  .filter((e) => e.getClientRects().length).map((e) => parseFloat(getComputedStyle(e).fontSize))"""
SMALLEST = """() => Math.min(...[...document.querySelectorAll("main *")].filter((e) => e.getClientRects().length && e.innerText && e.innerText.trim())
  .map((e) => parseFloat(getComputedStyle(e).fontSize)))"""


@pytest.fixture
def classroom(live_server: Any, transactional_db: None, settings: Any, tmp_path: Path) -> Classroom:
    settings.MEDIA_ROOT = tmp_path / "media"
    room = Classroom(live_server.url)
    room.teach()
    return room


@pytest.fixture
def phone(classroom: Classroom, chromium: Browser) -> Iterator[BrowserContext]:
    context = classroom.context(chromium, classroom.member.user, has_touch=True)
    yield context
    context.close()


def opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"{page.url}: {error}"))
    page.goto(address)
    return page


def place(page: Page) -> str:
    return page.locator(".lesson__place .visually-hidden").inner_text()


def go_on(page: Page, times: int = 1) -> None:
    for _n in range(times):
        page.get_by_role("button", name="下一张").click()


def answer(page: Page, *options: str) -> None:
    card = page.locator("[data-card]:not([hidden])")
    for option in options:
        card.locator(".check__option", has_text=option).click()
    card.get_by_role("button", name="提交答案").click()


# --- the way ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("window", WINDOWS)
def test_from_the_tasks_to_the_end_of_the_course_by_taps(
    classroom: Classroom, chromium: Browser, window: tuple[int, int], tmp_path: Path
) -> None:
    context = classroom.context(chromium, classroom.member.user, window)
    page = opened(context, "/")
    page.get_by_role("link", name="开始学习：第 1 课").click()  # one tap to the first card
    expect(page.locator("h1")).to_contain_text("第 1 课 上门走访")
    assert place(page) == "第 1 张，共 10 张"
    go_on(page, 4)
    answer(page, "甲做法")
    expect(page.locator("[data-verdict]").first).to_contain_text("答错了")
    expect(page.locator("[data-verdict]").first).to_contain_text(scenes.FEEDBACK)
    answer(page, "乙做法")
    verdict = page.locator("[data-verdict]").first
    expect(verdict).to_contain_text("答对了")
    expect(verdict).to_contain_text(scenes.EXPLANATION)
    expect(verdict.get_by_role("link", name="依据：4.1.1")).to_be_visible()
    go_on(page, 5)
    expect(page.get_by_text("还没有答对的小测")).to_contain_text("第 2 题")
    page.get_by_role("button", name="完成本课").click()
    expect(page.locator(".message--error")).to_contain_text("第 2 题")  # and the card of that check is open
    expect(page.locator("legend:visible")).to_contain_text("走访后做什么")
    assert page.evaluate("scrollY") == 0
    answer(page, "甲做法", "丙做法")
    expect(page.locator("[data-card]:not([hidden]) [data-verdict]")).to_contain_text("答对了")
    go_on(page)
    expect(page.get_by_text("还没有答对的小测")).to_have_count(0)
    page.get_by_role("button", name="完成本课").click()
    expect(page.locator("h1")).to_have_text("本课学完")
    page.screenshot(path=tmp_path / f"done-{window[0]}.png")
    page.get_by_role("link", name="下一课：上报事项").click()
    go_on(page, 2)
    answer(page, "乙做法")
    expect(page.locator("[data-verdict]").first).to_contain_text("答对了")
    go_on(page)
    page.get_by_role("button", name="完成本课").click()
    page.get_by_role("link", name="下一课：收尾").click()
    go_on(page, 2)
    page.get_by_role("button", name="完成本课").click()
    page.get_by_role("link", name="下一课：图片和视频").click()
    go_on(page, 5)
    answer(page, "乙做法")
    expect(page.locator("[data-verdict]").first).to_contain_text("答对了")
    go_on(page)
    page.get_by_role("button", name="完成本课").click()
    expect(page.get_by_text("整门课程已学完")).to_be_visible()
    page.get_by_role("link", name="去看任务").click()
    expect(page.get_by_text("目前没有要做的事")).to_be_visible()
    assert Enrolment.objects.get().completed_at is not None
    context.close()


def test_the_place_is_found_again_after_a_reload_and_after_the_phone_was_switched_off(
    classroom: Classroom, chromium: Browser
) -> None:
    lesson = classroom.lessons[0]
    context = classroom.context(chromium, classroom.member.user)
    page = opened(context, lesson.get_url())
    with page.expect_response("**/position/"):
        go_on(page, 3)
    page.wait_for_load_state("networkidle")
    page.reload()
    assert place(page) == "第 4 张，共 10 张"
    with page.expect_response("**/position/"):
        page.get_by_role("button", name="上一张").click()
    context.close()  # the phone's memory is gone; the server's is not
    assert LessonProgress.objects.get().position == 2
    other = classroom.context(chromium, classroom.member.user)
    page = opened(other, classroom.course.get_url())
    page.get_by_role("link", name="从第 1 课继续").click()
    assert place(page) == "第 3 张，共 10 张"
    other.close()


def test_back_leaves_the_lesson_and_does_not_walk_through_the_cards(
    classroom: Classroom, phone: BrowserContext
) -> None:
    page = opened(phone, classroom.course.get_url())
    page.get_by_role("link", name="第 1 课 上门走访").click()
    go_on(page, 3)
    page.go_back()
    expect(page.locator("h1")).to_have_text(classroom.course.title)


def test_after_the_next_card_its_heading_has_the_focus(classroom: Classroom, phone: BrowserContext) -> None:
    page = opened(phone, classroom.lessons[0].get_url())
    page.get_by_role("button", name="下一张").focus()
    for heading in ("走访之前", "条款原文", "三步", "小测"):
        page.keyboard.press("Tab")  # away from it: a key press then has to find its way back
        page.get_by_role("button", name="下一张").press("Enter")
        assert heading in page.evaluate("document.activeElement.innerText")


def test_everything_can_be_done_without_scripts(classroom: Classroom, chromium: Browser) -> None:
    context = classroom.context(chromium, classroom.member.user, java_script_enabled=False)
    page = context.new_page()
    page.goto(classroom.lessons[1].get_url())
    expect(page.locator("[data-card]:visible")).to_have_count(4)
    page.get_by_role("button", name="完成本课").click()
    expect(page.locator(".message--error")).to_contain_text("还有小测没有答对：第 1 题")
    page.locator(".check__option", has_text="乙做法").click()
    page.get_by_role("button", name="提交答案").click()
    expect(page.locator(".message--success")).to_contain_text(scenes.EXPLANATION)
    page.get_by_role("button", name="完成本课").click()
    expect(page.locator("h1")).to_have_text("本课学完")
    context.close()


# --- trouble ----------------------------------------------------------------------------------------------------------


def test_trouble_is_told_as_what_it_is(classroom: Classroom, phone: BrowserContext) -> None:
    page = opened(phone, classroom.lessons[1].get_url())
    go_on(page, 2)
    verdict = page.locator("[data-verdict]")
    page.get_by_role("button", name="提交答案").click()
    expect(verdict).to_contain_text("请先选一个选项")
    phone.set_offline(True)
    answer(page, "乙做法")
    expect(verdict).to_contain_text("没有网络，答案还没有提交")
    phone.set_offline(False)
    page.get_by_role("button", name="提交答案").click()
    expect(verdict).to_contain_text("答对了")
    phone.clear_cookies(name="sessionid")
    page.get_by_role("button", name="提交答案").click()
    expect(verdict).to_contain_text("登录已过期，答案还没有提交")


def test_a_picture_that_fails_can_be_loaded_again(classroom: Classroom, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.route("**/media/images/**", lambda route: route.abort())
    page.goto(classroom.rich.get_url())
    go_on(page, 2)
    expect(page.get_by_text("图片没有加载出来")).to_be_visible()
    assert page.locator("figure img").get_attribute("alt") == "三个人站在楼道口看一张走访路线图"
    page.unroute("**/media/images/**")
    page.get_by_role("button", name="重新加载图片").click()
    expect(page.get_by_text("图片没有加载出来")).to_have_count(0)
    wait_for_picture(page)


# --- what is loaded ---------------------------------------------------------------------------------------------------


def wait_for_picture(page: Page) -> None:
    """Not by wait_for_function: it may need eval(), which our policy forbids."""
    for _turn in range(50):
        if page.locator("figure img").evaluate("img => img.naturalWidth") > 300:
            return
        page.wait_for_timeout(100)
    raise AssertionError("the picture did not come")


def test_pictures_come_small_and_videos_only_after_a_tap(classroom: Classroom, phone: BrowserContext) -> None:
    page = phone.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(classroom.rich.get_url())
    page.wait_for_load_state("networkidle")
    go_on(page, 2)
    wait_for_picture(page)
    assert all(url.endswith(".webp") for url in asked if "/media/" in url)
    go_on(page)
    page.wait_for_timeout(500)
    assert not [url for url in asked if url.endswith(".mp4")]
    assert page.locator("video track[kind=captions]").count() == 1
    with page.expect_response("**/*.mp4") as part:
        page.locator("video").evaluate("video => { video.play().catch(() => {}); }")
    assert part.value.status == 206


SHIFTS = """window.shifts = 0; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
}).observe({ type: "layout-shift", buffered: true });"""


def test_nothing_jumps_on_a_slow_network_wherever_one_had_stopped(classroom: Classroom, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.add_init_script(SHIFTS)

    def slow(route: Route) -> None:
        time.sleep(0.7)
        route.continue_()

    page.route("**/lesson.js", slow)
    for position in (0, 4, 9):
        services.position_save(actor=classroom.member, lesson=classroom.lessons[0], position=position)
        page.goto(classroom.lessons[0].get_url())
        page.wait_for_timeout(500)
        assert place(page) == f"第 {position + 1} 张，共 10 张"
        assert page.evaluate("window.shifts") <= 0.02, position


def test_nothing_that_reaches_the_browser_tells_what_is_right(classroom: Classroom, phone: BrowserContext) -> None:
    page = phone.new_page()
    for address in ("/", "/courses/", classroom.course.get_url(), *(each.get_url() for each in classroom.lessons)):
        reply = page.goto(address)
        assert reply is not None and reply.status == 200
        body = reply.text()
        assert scenes.EXPLANATION not in body and scenes.FEEDBACK not in body and "correct" not in body


# --- how it looks -----------------------------------------------------------------------------------------------------


def cards(page: Page) -> Iterator[int]:
    total = int(re.findall(r"\d+", place(page))[1])
    for n in range(total):
        yield n
        if n < total - 1:
            go_on(page)


@pytest.mark.parametrize("size", ["standard", "large", "xlarge"])
@pytest.mark.parametrize("window", [*WINDOWS, (320, 568)])
def test_everything_lies_inside_the_window_and_reads_at_the_chosen_size(
    classroom: Classroom, chromium: Browser, window: tuple[int, int], size: str
) -> None:
    classroom.look(size=size)
    context = classroom.context(chromium, classroom.member.user, window)
    page = context.new_page()
    for address in ("/", "/courses/", classroom.course.get_url()):
        page.goto(address)
        assert page.evaluate(OUTSIDE) == [], address
        assert page.evaluate(SMALLEST) >= 14, address
    wanted = {"standard": 18, "large": 22, "xlarge": 30}[size]
    for lesson in (classroom.lessons[0], classroom.rich):
        page.goto(lesson.get_url())
        for n in cards(page):
            assert page.evaluate(OUTSIDE) == [], (lesson.title, n)
            assert all(found >= wanted for found in page.evaluate(READING)), (lesson.title, n)
            assert (
                page.evaluate("parseFloat(getComputedStyle(document.querySelector('.lesson__bar .button')).fontSize)")
                <= 22
            )
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
@pytest.mark.parametrize("window", WINDOWS)
def test_axe_finds_nothing(classroom: Classroom, chromium: Browser, window: tuple[int, int], theme: str) -> None:
    classroom.look(theme=theme)
    context = classroom.context(chromium, classroom.member.user, window, bypass_csp=True)
    page = context.new_page()
    for address in ("/", "/courses/", classroom.course.get_url()):
        page.goto(address)
        assert violations(page) == [], address
    for lesson in (classroom.lessons[0], classroom.rich):
        page.goto(lesson.get_url())
        for n in cards(page):
            if page.locator("[data-card]:not([hidden]) [data-check]").count():
                answer(page, "甲做法")
                page.locator("[data-card]:not([hidden]) [data-verdict] .notice").wait_for()
            assert violations(page) == [], (lesson.title, n)
    context.close()


def test_on_a_phone_the_main_button_of_tasks_and_course_is_in_the_first_three_hundred_pixels(
    classroom: Classroom, phone: BrowserContext
) -> None:
    page = phone.new_page()
    for address in ("/", classroom.course.get_url()):
        page.goto(address)
        box = page.locator(".button--primary").bounding_box()
        assert box is not None and box["y"] + box["height"] <= 300, address
