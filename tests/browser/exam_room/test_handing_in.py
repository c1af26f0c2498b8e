"""The last look, and handing in once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.exam_room.pages import SAVE, SUBMIT, Hold, answer_with, cut, mend

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from tests.browser.exam_room.conftest import Candidate

RESULT = re.compile(r"/result/$")


def test_the_check_names_what_is_open_and_flagged_and_leads_there_and_back(
    candidate: Candidate, phone: BrowserContext
) -> None:
    room = candidate.enter(phone)
    room.choose("A")
    room.page.click("#flag")
    room.open_check()
    expect(room.page.locator("#check-title")).to_be_focused()
    expect(room.page.locator("#check-lead")).to_have_text(
        f"还有 {candidate.total - 1} 题未答、1 题标记待查。交卷后不能再修改。"
    )
    room.page.get_by_role("link", name="第 3 题，未答").last.click()
    expect(room.page.locator("#place")).to_contain_text("第 3 题")
    room.page.click("#return-to-check")
    expect(room.page.locator("#check")).to_be_visible()
    room.page.click("#back-to-questions")
    expect(room.page.locator("#return")).to_be_hidden()


def test_hand_in_leads_to_the_result(candidate: Candidate, phone: BrowserContext) -> None:
    room = candidate.enter(phone)
    room.choose("A")
    room.open_check()
    room.page.click("#hand-in")
    room.page.wait_for_url(RESULT)
    assert candidate.state() == "marked"


def test_a_double_tap_hands_in_once(candidate: Candidate, phone: BrowserContext) -> None:
    room = candidate.enter(phone)
    room.choose("A")
    room.wait_level("saved")
    room.open_check()
    hold = Hold(room.page, SUBMIT)
    room.page.dblclick("#hand-in")
    hold.wait()
    room.page.locator("#hand-in").click(force=True)
    room.page.wait_for_timeout(400)
    assert len(hold.routes) == 1
    expect(room.page.locator("#hand-in")).to_have_text("正在交卷…")
    hold.release()
    room.page.wait_for_url(RESULT)


def test_a_lost_reply_is_asked_for_again_with_the_same_key(candidate: Candidate, phone: BrowserContext) -> None:
    room = candidate.enter(phone)
    room.choose("A")
    room.wait_level("saved")
    room.open_check()
    bodies: list[str | None] = []
    room.page.on("request", lambda request: bodies.append(request.post_data) if SUBMIT.search(request.url) else None)
    dropped: list[int] = []

    def drop_the_first_reply(route: object) -> None:
        if dropped:
            route.continue_()  # type: ignore[attr-defined]
        else:
            dropped.append(route.fetch().status)  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]

    room.page.route(SUBMIT, drop_the_first_reply)
    room.page.click("#hand-in")
    room.page.wait_for_url(RESULT, timeout=15_000)
    assert dropped == [200]
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]


def test_after_ten_seconds_the_page_says_that_nothing_can_be_lost(candidate: Candidate, phone: BrowserContext) -> None:
    room = candidate.enter(phone)
    room.choose("A")
    room.wait_level("saved")
    room.open_check()
    hold = Hold(room.page, SUBMIT)
    room.page.click("#hand-in")
    expect(room.page.locator("#check-trouble")).to_contain_text("即使现在关掉页面", timeout=12_000)
    hold.release()
    room.page.wait_for_url(RESULT)


def test_hand_in_waits_for_unsent_answers_and_goes_on_by_itself(candidate: Candidate, phone: BrowserContext) -> None:
    room = candidate.enter(phone)
    hold = Hold(room.page, SAVE)
    room.choose("A")
    room.open_check()
    room.page.click("#hand-in")
    expect(room.page.locator("#hand-in")).to_have_text("还有 1 题正在上传")
    assert candidate.state() == "open"
    hold.release()
    room.page.wait_for_url(RESULT)
    assert candidate.held() == {1: "A"}


def test_without_network_hand_in_is_refused_with_words_and_goes_on_later(
    candidate: Candidate, phone: BrowserContext
) -> None:
    room = candidate.enter(phone)
    cut(phone)
    room.choose("A")
    room.open_check()
    room.page.click("#hand-in")
    expect(room.page.locator("#check-trouble")).to_contain_text("现在没有网络，暂时交不了卷", timeout=10_000)
    expect(room.page.locator("#hand-in")).to_have_text("重试")
    mend(phone)
    room.page.wait_for_url(RESULT, timeout=15_000)
    assert candidate.held() == {1: "A"}


def test_going_back_to_the_questions_calls_the_waiting_hand_in_off(candidate: Candidate, phone: BrowserContext) -> None:
    room = candidate.enter(phone)
    hold = Hold(room.page, SAVE)
    room.choose("A")
    room.open_check()
    room.page.click("#hand-in")
    room.page.click("#back-to-questions")
    hold.release()
    room.wait_level("saved")
    room.page.wait_for_timeout(500)
    assert candidate.state() == "open"


def test_enter_on_the_check_does_not_hand_in_by_accident(candidate: Candidate, phone: BrowserContext) -> None:
    room = candidate.enter(phone)
    room.open_check()
    room.page.keyboard.press("Enter")
    room.page.wait_for_timeout(500)
    assert candidate.state() == "open"


def test_a_sitting_closed_by_somebody_else_is_told_with_the_way_to_the_result(
    candidate: Candidate, phone: BrowserContext
) -> None:
    room = candidate.enter(phone)
    room.choose("A")
    room.wait_level("saved")
    candidate.close_long_ago()
    room.go(2)
    room.choose("B")
    expect(room.page.locator("#end-title")).to_be_visible(timeout=10_000)
    expect(room.page.locator("#end-result")).to_have_attribute("href", RESULT)
    assert candidate.held() == {1: "A"}


def test_a_busy_server_during_hand_in_is_retried(candidate: Candidate, phone: BrowserContext) -> None:
    room = candidate.enter(phone)
    room.open_check()
    answer_with(room.page, 503, pattern=SUBMIT)
    room.page.click("#hand-in")
    expect(room.page.locator("#hand-in")).to_have_text("正在交卷…")
    room.page.wait_for_timeout(500)
    room.page.unroute(SUBMIT)
    room.page.wait_for_url(RESULT, timeout=15_000)
