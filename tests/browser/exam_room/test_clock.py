"""The time is the server's, whatever the phone's own clock says; it is spoken seldom."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.exam_room.pages import cut

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from tests.browser.exam_room.conftest import Candidate

MOVABLE_CLOCK = "window.shift = 0; const steady = Date.now; Date.now = () => steady.call(Date) + window.shift;"


@pytest.mark.parametrize("hours", [1, -1])
@pytest.mark.parametrize("in_front", [True, False])
def test_a_phone_clock_that_is_moved_changes_nothing(
    candidate: Candidate, phone: BrowserContext, hours: int, in_front: bool
) -> None:
    phone.add_init_script(MOVABLE_CLOCK)
    room = candidate.enter(phone)
    if not in_front:
        room.page.evaluate("room.hide()")
    room.page.evaluate("(ms) => { window.shift = ms; }", hours * 3600_000)
    if not in_front:
        room.page.evaluate("room.cameBack()")
    room.page.wait_for_timeout(3500)
    assert abs(room.seconds_left() - candidate.seconds_left()) < 2


def test_sleep_without_network_counts_as_time(candidate: Candidate, phone: BrowserContext) -> None:
    phone.add_init_script(MOVABLE_CLOCK)
    room = candidate.enter(phone)
    before = room.seconds_left()
    cut(phone)
    room.page.evaluate("room.hide()")
    room.page.evaluate("window.shift = 600000")
    room.page.evaluate("room.cameBack()")
    room.page.wait_for_timeout(3500)
    assert 600 < before - room.seconds_left() < 610
    expect(room.page.locator("#clock")).to_have_attribute("title", "时间以服务器为准。")


def test_more_time_given_during_the_exam_is_shown_within_thirty_seconds(
    candidate: Candidate, phone: BrowserContext
) -> None:
    room = candidate.enter(phone)
    candidate.extend(minutes=10)
    # 30 s at the most, and what a busy machine adds.
    expect(room.page.locator("#panel-text")).to_contain_text("考试延长 10 分钟，新的结束时间", timeout=40_000)
    assert abs(room.seconds_left() - candidate.seconds_left()) < 2


def test_minutes_above_ten_seconds_below_and_a_sign_from_five(candidate: Candidate, phone: BrowserContext) -> None:
    candidate.set_left(seconds=42 * 60 + 30)
    room = candidate.enter(phone)
    expect(room.page.locator("#clock-text")).to_have_text("还剩 42 分钟")
    candidate.set_left(seconds=570)
    room.page.evaluate("room.queue.ask()")
    expect(room.page.locator("#clock-text")).to_have_text(re.compile(r"^09:2\d$"), timeout=10_000)
    candidate.set_left(seconds=290)
    room.page.evaluate("room.queue.ask()")
    expect(room.page.locator("#clock-icon")).to_have_attribute("href", "#i-warning", timeout=10_000)


def test_time_can_be_hidden_until_the_last_five_minutes(candidate: Candidate, phone: BrowserContext) -> None:
    candidate.set_left(seconds=1200)
    room = candidate.enter(phone)
    room.page.click("#open-comfort")
    room.page.check("#hide-time")
    room.page.click("#comfort-close")
    expect(room.page.locator("#clock-text")).to_have_text("时间已隐藏")
    candidate.set_left(seconds=280)
    room.page.evaluate("room.queue.ask()")
    expect(room.page.locator("#clock-text")).to_contain_text("04:", timeout=5000)


def test_the_timer_is_silent_and_the_marks_are_spoken(candidate: Candidate, phone: BrowserContext) -> None:
    candidate.set_left(seconds=303)
    room = candidate.enter(phone)
    expect(room.page.locator("#clock")).to_have_attribute("aria-live", "off")
    spoken = room.page.locator("#say-politely")
    expect(spoken).to_have_text("")
    expect(spoken).to_contain_text("还剩 5 分钟。已答 0 题，未答", timeout=8000)


def test_thirty_seconds_before_the_end_comes_an_alert(candidate: Candidate, phone: BrowserContext) -> None:
    candidate.set_left(seconds=33)
    room = candidate.enter(phone)
    expect(room.page.locator("#say-now")).to_contain_text("还剩 30 秒", timeout=8000)
