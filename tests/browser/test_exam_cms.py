"""A trainer at the question bank, the blueprint and the opening of a sitting, in Wagtail's pages, by clicks."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from exams.models import Question, Sitting
from tests.browser.looking import AXE, AXE_TAGS, sign_in
from tests.catalogues import compile_overrides
from tests.exams import scenes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import SimpleNamespace

    from playwright.sync_api import Browser, Page

    from people.models import User

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SIZES = {"phone": (360, 640), "desk": (1280, 800)}


@pytest.fixture
def planned(trainer: User, organisation: SimpleNamespace) -> Sitting:
    edition = scenes.make_edition()
    scenes.make_bank(edition)
    return scenes.make_sitting(scenes.make_exam(edition), organisation.city)


@pytest.fixture(params=SIZES)
def page(
    request: pytest.FixtureRequest,
    live_server: Any,
    chromium: Browser,
    trainer: User,
    planned: Sitting,
    settings: Any,
    tmp_path: Path,
) -> Iterator[Page]:
    compile_overrides(settings, tmp_path / "locale")
    width, height = SIZES[request.param]
    context = chromium.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", base_url=live_server.url
    )
    context.set_default_timeout(20_000)
    sign_in(context, trainer, live_server.url)
    made = context.new_page()
    errors: list[str] = []
    made.on("pageerror", lambda error: errors.append(f"{made.url}: {error}"))
    yield made
    assert errors == []
    context.close()


def look(page: Page, name: str) -> None:
    """Nothing wider than the window, and nothing for axe to find in what is ours; Wagtail's frame and messages are not."""
    folder = os.environ.get("LOOK_INTO")
    if folder:
        assert page.viewport_size
        page.screenshot(path=Path(folder) / f"{name}-{page.viewport_size['width']}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "(tags) => axe.run({ include: ['main'], exclude: ['.messages'] }, { runOnly: tags }).then(({ violations }) => violations.map("
        "(v) => v.id + ': ' + v.nodes.map((n) => n.target + ' ' + (n.any[0] || {}).message).join('; ')))",
        AXE_TAGS,
    )
    assert found == []


def test_a_question_is_written_with_a_pinned_option(page: Page) -> None:
    page.goto("/cms/exams/questions/add/single_choice/")
    look(page, "question-empty")
    page.get_by_label("题干").fill("发现消防通道被堵，首先应当（　　）。")
    rows = page.locator("[data-rows] > li:visible")
    for place, text in enumerate(("当场劝导", "置之不理", "改天再说", "前两项都对")):
        if place == rows.count():
            page.get_by_role("button", name="增加选项").click()
        rows.nth(place).locator("input[type=text], textarea").fill(text)
    rows.nth(0).get_by_label("正确").check()
    rows.nth(1).get_by_label("固定").check()
    page.get_by_label("主要依据条款").fill("9.9")
    page.get_by_label("解析").fill("依据第4.1条。")
    page.get_by_role("button", name="保存").first.click()

    # What is wrong is named, and nothing that was typed or ticked is lost.
    expect(page.get_by_text("里没有第 9.9 条。").first).to_be_visible()
    expect(rows.nth(0).get_by_label("正确")).to_be_checked()
    expect(rows.nth(1).get_by_label("固定")).to_be_checked()
    look(page, "question-refused")
    page.get_by_label("主要依据条款").fill("4.1")
    page.get_by_role("button", name="保存").first.click()
    expect(page.get_by_text("已新增试题").first).to_be_visible()
    made: Any = Question.objects.order_by("-pk")[0]
    assert [(option["text"], option["correct"], option["pinned"]) for option in made.options] == [
        ("当场劝导", True, False),
        ("置之不理", False, True),
        ("改天再说", False, False),
        ("前两项都对", False, True),
    ], "the one that speaks of the others stays in its place without being told"


def test_opening_a_sitting_asks_first_and_refuses_what_was_not_shown(page: Page, planned: Sitting) -> None:
    page.goto(f"/cms/exams/sittings/{planned.code}/open/")
    for sentence in ("13 题", "26 分", "人可以参加"):
        expect(page.get_by_text(sentence).first).to_be_visible()
    look(page, "opening")
    # Somebody prolongs the window meanwhile.
    Sitting.objects.filter(pk=planned.pk).update(closes_at=timezone.now() + timedelta(days=3))
    page.get_by_role("button", name="确认开放").click()
    expect(page.get_by_role("button", name="确认开放")).to_be_visible()
    expect(page.locator(".messages")).to_contain_text("时间")
    planned.refresh_from_db()
    assert planned.state == "draft"
    look(page, "opening-changed")
    page.get_by_role("button", name="确认开放").click()
    expect(page.get_by_text("已开放").first).to_be_visible()
    planned.refresh_from_db()
    assert planned.state == "open"
    look(page, "sitting")
    page.goto(f"/cms/exams/blueprints/{planned.exam.code}/")
    look(page, "blueprint")
