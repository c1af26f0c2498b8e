"""Two taps in the time of one are one: nobody skips a question or hands in because a thumb trembled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from tests.browser.exam_room.conftest import Candidate

APART = 500  # milliseconds between two taps that are meant


def test_a_double_tap_moves_one_question_on_and_one_back(candidate: Candidate, phone: BrowserContext) -> None:
    room = candidate.enter(phone)
    place = room.page.locator("#place")
    room.settle()
    room.page.dblclick("#next")
    expect(place).to_contain_text("第 2 题")
    room.page.wait_for_timeout(APART)
    expect(place).to_contain_text("第 2 题")
    room.next()
    expect(place).to_contain_text("第 3 题")
    room.page.wait_for_timeout(APART)
    room.page.dblclick("#previous")
    room.page.wait_for_timeout(APART)
    expect(place).to_contain_text("第 2 题")


def test_a_double_tap_on_the_last_question_but_one_stops_at_the_last(
    candidate: Candidate, phone: BrowserContext
) -> None:
    room = candidate.enter(phone)
    room.go(candidate.total - 1)
    room.page.wait_for_timeout(APART)
    room.page.dblclick("#next")
    room.page.wait_for_timeout(APART)
    expect(room.page.locator("#place")).to_contain_text(f"第 {candidate.total} 题")
    expect(room.page.locator("#check")).to_be_hidden()


def test_a_double_tap_on_the_way_to_the_check_does_not_hand_in(candidate: Candidate, phone: BrowserContext) -> None:
    """«检查并交卷» and «确认交卷» lie at the same place of the screen."""
    room = candidate.enter(phone)
    room.go(candidate.total)
    room.page.wait_for_timeout(APART)
    box = room.page.locator("#next").bounding_box()
    assert box is not None
    room.page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    room.page.wait_for_timeout(2 * APART)
    expect(room.page.locator("#check")).to_be_visible()
    assert candidate.state() == "open"
    room.page.click("#hand-in")
    room.page.wait_for_url("**/result/")
