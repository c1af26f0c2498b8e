"""A trainer builds a course from clauses and writes it in Wagtail's editor, by clicks, with rights from a role grant alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from courses.models import CoursePage, LessonPage
from tests.browser.cms_editor import mark_when_watching, wait_until_watching
from tests.browser.course_scenes import Classroom
from tests.browser.exam_room.test_layout import violations
from tests.catalogues import compile_overrides
from tests.courses import scenes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.slow]

WINDOWS = [(360, 640), (1280, 800)]


@pytest.fixture
def classroom(live_server: Any, transactional_db: None, settings: Any, tmp_path: Path) -> Classroom:
    compile_overrides(settings, tmp_path / "locale")
    settings.MEDIA_ROOT = tmp_path / "media"
    return Classroom(live_server.url)


@pytest.fixture
def desk(classroom: Classroom, chromium: Browser) -> Iterator[BrowserContext]:
    context = mark_when_watching(classroom.context(chromium, classroom.trainer, (1280, 800)))
    yield context
    context.close()


def opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"{page.url}: {error}"))
    page.goto(address)
    return page


def build(page: Page, title: str, *numbers: str, grouping: str = "") -> None:
    page.goto("/cms/courses/from-clauses/")
    page.locator("#id_title").fill(title)
    if grouping:
        page.get_by_label(grouping).check()
    for number in numbers:
        row = page.locator(".clause-ticks__row", has=page.get_by_text(number, exact=True))
        row.locator("input").check()
    page.get_by_role("button", name="建立课程草稿").click()
    page.wait_for_url("**/edit/")
    wait_until_watching(page)


def menu_action(page: Page, name: str) -> None:
    page.locator("footer [data-w-dropdown-target=toggle]").last.click()
    page.get_by_role("button", name=name).last.click()


@pytest.mark.parametrize("window", WINDOWS)
def test_ticks_go_down_the_tree_and_the_count_says_what_will_be_made(
    classroom: Classroom, chromium: Browser, window: tuple[int, int]
) -> None:
    context = classroom.context(chromium, classroom.trainer, window)
    page = opened(context, "/cms/courses/from-clauses/")
    count = page.locator("[data-count]")
    box = {
        number: page.locator(".clause-ticks__row", has=page.get_by_text(number, exact=True)).locator("input")
        for number in ("4", "4.1", "4.1.1", "4.1.2", "4.2", "4.2.1")
    }
    expect(count).to_have_text("已选 0 条，将有 0 课")
    box["4"].check()
    for each in box.values():
        expect(each).to_be_checked()
    expect(count).to_have_text("已选 4 条，将有 2 课")
    page.get_by_label("一条一课").check()
    expect(count).to_have_text("已选 4 条，将有 4 课")
    box["4.1.1"].uncheck()
    for number in ("4", "4.1"):
        expect(box[number]).not_to_be_checked()
    expect(box["4.2"]).to_be_checked()
    expect(count).to_have_text("已选 3 条，将有 3 课")
    page.get_by_role("button", name="建立课程草稿").click()
    expect(page.get_by_role("alert")).to_contain_text("请填写课程名称。")
    assert page.title().startswith("有错误：")
    expect(box["4.2"]).to_be_checked()
    expect(page.get_by_label("一条一课")).to_be_checked()
    page.get_by_role("link", name="请填写课程名称。").click()
    assert page.evaluate("document.activeElement.id") == "id_title"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    own = [line for line in violations(page) if re.search(r"clause-ticks|from-clauses|id_title|#errors", line)]
    assert own == []
    context.close()


def test_a_course_is_built_written_checked_published_and_learnt(
    classroom: Classroom, desk: BrowserContext, chromium: Browser
) -> None:
    page = opened(desk, "/cms/")
    build(page, "上门走访（演示）", "4.1")
    expect(page.locator(".messages")).to_contain_text("已建立课程草稿“上门走访（演示）”，共 1 课")
    lesson = LessonPage.objects.get()
    # Clauses, explanation, case and check stand there already.
    kinds = page.locator("[name^='body-'][name$='-type']").evaluate_all(
        "all => all.filter((e) => /^body-[0-9]+-type$/.test(e.name)).map((e) => e.value)"
    )
    assert kinds == ["clause", "clause", "text_card", "case", "check"]
    expect(page.locator("[data-contentpath=body]")).to_contain_text(
        "4.1.1 网格员应当做好人员第1项第1点工作。 · 2025年版"
    )
    page.locator("#id_objectives").fill("知道先亮证")
    page.locator("[name=body-2-value-text]").fill("先看服务对象的情况，再约时间。" * 20)
    page.locator("[name$='-value-situation']").fill("敲错了门。")
    page.locator("[name$='-value-analysis']").fill("道歉，再核对门牌。")
    page.locator("[name$='-value-stem']").fill("上门先做什么？")
    for field, text in zip(page.locator("[name*='options'][name$='-value-text']").all(), "甲乙丙", strict=True):
        field.fill(f"{text}做法")
    page.locator("[name$='-value-explanation']").fill(scenes.EXPLANATION)
    page.locator("text=已保存 >> visible=true").first.wait_for(timeout=15000)  # autosave

    page.click('[data-side-panel-toggle="preview"]')
    frame = page.frame_locator("#w-preview-iframe")
    expect(frame.locator("h1")).to_contain_text("人员之1")
    expect(frame.locator("[data-card]:visible")).to_have_count(7)
    assert page.locator("#w-preview-iframe").evaluate("frame => frame.contentWindow.innerWidth") == 360
    page.click('[data-side-panel-toggle="checks"]')
    expect(page.locator("[data-side-panel=checks]")).to_contain_text("卡片太长", timeout=15000, use_inner_text=True)
    page.locator("[name=body-2-value-text]").fill("先看服务对象的情况，再约时间。")
    expect(page.locator("[data-side-panel=checks]")).not_to_contain_text("卡片太长", timeout=15000, use_inner_text=True)

    menu_action(page, "发布")
    page.wait_for_url("**/cms/pages/*/")
    assert LessonPage.objects.get(pk=lesson.pk).live
    course = CoursePage.objects.get()
    page.goto(f"/cms/pages/{course.pk}/edit/")
    menu_action(page, "发布")
    page.wait_for_url("**/cms/pages/*/")
    phone = classroom.context(chromium, classroom.member.user)
    learner = opened(phone, "/courses/")
    learner.get_by_role("link", name="上门走访（演示）").click()
    learner.get_by_role("link", name="开始学习").click()
    expect(learner.locator("h1")).to_contain_text("第 1 课 人员之1")
    phone.close()


def test_what_was_typed_is_there_after_the_tab_was_killed(classroom: Classroom, desk: BrowserContext) -> None:
    page = opened(desk, "/cms/")
    build(page, "上门走访", "4.1.1")
    page.locator("#id_objectives").press_sequentially("知道先亮证", delay=800)  # as slowly as a person
    page.wait_for_timeout(5000)  # at most this much typing may be lost
    page.close(run_before_unload=False)
    again = opened(desk, f"/cms/pages/{LessonPage.objects.get().pk}/edit/")
    # A change made while a save is under way waits for the next one: the last second may be missing, never more.
    expect(again.locator("#id_objectives")).to_have_value(re.compile("^知道先亮"))


def test_two_quick_clicks_make_one_course(classroom: Classroom, desk: BrowserContext) -> None:
    page = opened(desk, "/cms/courses/from-clauses/")
    page.locator("#id_title").fill("上门走访")
    page.locator("input[name=clauses]").first.check()
    page.get_by_role("button", name="建立课程草稿").dblclick()
    page.wait_for_url("**/edit/")
    assert CoursePage.objects.count() == 1 and LessonPage.objects.count() == 2


def test_a_clause_is_found_and_chosen_in_the_editor(classroom: Classroom, desk: BrowserContext) -> None:
    page = opened(desk, "/cms/")
    build(page, "上门走访", "4.1.1")
    chooser = page.locator("[data-contentpath=body] .chooser").first
    chooser.get_by_role("button").last.click()
    page.locator("[data-chooser-action-choose]", has_text="换一条").locator("visible=true").first.click()
    dialog = page.locator(".modal-dialog:visible, [role=dialog]:visible").first
    dialog.get_by_label("编号或文字").fill("5.2.1")
    dialog.get_by_role("link", name="5.2.1").click()
    expect(page.locator("[data-contentpath=body]")).to_contain_text("5.2.1 网格员应当做好服务内容第2项第1点工作。")
