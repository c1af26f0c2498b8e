"""The Back button: closes what is open, asks before leaving, never loses an answer, never traps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.exam_room.pages import cut

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from tests.browser.exam_room.conftest import Candidate


def back(page: object) -> None:
    page.evaluate("history.back()")  # type: ignore[attr-defined]
    page.wait_for_timeout(300)  # type: ignore[attr-defined]


def test_back_asks_and_staying_keeps_everything(candidate: Candidate, phone: BrowserContext) -> None:
    room = candidate.enter(phone)
    for number in (1, 2):
        room.go(number)
        room.choose("A")
        back(room.page)
        expect(room.page.locator("#leave")).to_be_visible()
        expect(room.page.locator("#leave-title")).to_have_text("离开考场？计时不会停止，已答的题会保留。")
        expect(room.page.locator("#leave-stay")).to_be_focused()
        room.page.click("#leave-stay")
        expect(room.page.locator("#place")).to_contain_text(f"第 {number} 题")
        assert room.chosen() == ["A"]
    room.wait_level("saved")
    assert candidate.held() == {1: "A", 2: "A"}


def test_back_closes_the_sheet_the_settings_and_the_check_first(candidate: Candidate, phone: BrowserContext) -> None:
    room = candidate.enter(phone)
    for opener, opened in (("#open-sheet", "#sheet"), ("#open-comfort", "#comfort")):
        room.page.click(opener)
        expect(room.page.locator(opened)).to_be_visible()
        back(room.page)
        expect(room.page.locator(opened)).to_be_hidden()
        expect(room.page.locator("#leave")).to_be_hidden()
    room.open_check()
    back(room.page)
    expect(room.page.locator("#check")).to_be_hidden()
    expect(room.page.locator("#stage")).to_be_visible()


def test_leaving_really_leaves(candidate: Candidate, phone: BrowserContext) -> None:
    room = candidate.enter(phone)
    back(room.page)
    room.page.click("#leave-go")
    room.page.wait_for_url(re.compile(r"^(?!.*/attempts/).*$"))
    assert candidate.state() == "open"


def test_leaving_with_unsent_answers_says_so_and_keeps_them(candidate: Candidate, phone: BrowserContext) -> None:
    room = candidate.enter(phone)
    cut(phone)
    room.choose("A")
    room.wait_kept(1)
    back(room.page)
    expect(room.page.locator("#leave-unsent")).to_have_text("还有 1 题没有上传，答案已存到手机，回到考场后会继续上传。")


def test_back_asks_after_a_reload_too(candidate: Candidate, phone: BrowserContext) -> None:
    room = candidate.enter(phone)
    room.page.reload()
    room.page.wait_for_selector(".question__set")
    back(room.page)
    expect(room.page.locator("#leave")).to_be_visible()


def test_back_after_handing_in_says_that_it_was_handed_in(candidate: Candidate, phone: BrowserContext) -> None:
    room = candidate.enter(phone)
    room.choose("A")
    room.open_check()
    room.page.click("#hand-in")
    room.page.wait_for_url(re.compile(r"/result/$"))
    room.page.go_back()
    expect(room.page.locator("#end-title")).to_contain_text(re.compile(r"本场考试已.*交卷。"), timeout=10_000)
    expect(room.page.locator("#stage")).to_be_hidden()
    assert candidate.submissions() == 1
