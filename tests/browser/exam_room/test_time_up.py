"""The end of the time, with and without a network. Nothing that was answered in time is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.exam_room.pages import cut, mend

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from tests.browser.exam_room.conftest import Candidate


def test_time_up_online_sends_what_is_left_and_hands_in(candidate: Candidate, phone: BrowserContext) -> None:
    room = candidate.enter(phone)
    number = candidate.first("fill_blank")
    room.go(number)
    candidate.set_left(seconds=8)
    room.page.evaluate("room.queue.ask()")
    expect(room.page.locator("#clock-text")).to_contain_text("00:0", timeout=8000)
    room.page.locator(".blank__input").first.fill("7")
    expect(room.page.locator("#end-title")).to_have_text("时间到，已自动交卷。", timeout=20_000)
    assert candidate.state() == "marked"
    assert candidate.held()[number][0] == "7"
    expect(room.page.locator("#end-result")).to_be_visible()


def test_time_up_offline_tells_what_is_not_sent_and_sends_it_within_the_grace(
    candidate: Candidate, phone: BrowserContext
) -> None:
    candidate.set_left(seconds=14)
    room = candidate.enter(phone)
    room.choose("A")
    room.wait_level("saved")
    cut(phone)
    room.go(2)
    room.choose("B")
    expect(room.page.locator("#end-text")).to_have_text(
        "时间到。手机没有网络，还有 1 题没有上传。请保留本页，联网后会自动上传，由管理员决定是否采纳。", timeout=30_000
    )
    expect(room.page.locator("#stage")).to_be_hidden()
    mend(phone)
    expect(room.page.locator("#end-title")).to_have_text("时间到，已自动交卷。", timeout=10_000)
    assert candidate.held() == {1: "A", 2: "B"}


def test_answers_that_come_after_the_grace_are_kept_for_a_person(candidate: Candidate, phone: BrowserContext) -> None:
    candidate.set_left(seconds=12)
    room = candidate.enter(phone)
    cut(phone)
    room.choose("B")
    expect(room.page.locator("#end-title")).to_have_text("时间到", timeout=30_000)
    candidate.close_long_ago()
    mend(phone)
    expect(room.page.locator("#end-text")).to_contain_text("有 1 题在结束后才上传，已交给管理员", timeout=10_000)
    assert candidate.held() == {}
    assert candidate.late() == {1: "B"}
    expect(room.page.locator("#end-result")).to_be_visible()


def test_a_reload_after_the_end_still_delivers_what_the_phone_holds(
    candidate: Candidate, phone: BrowserContext
) -> None:
    room = candidate.enter(phone)
    cut(phone)
    room.choose("C")
    room.wait_kept(1)
    room.page.close(run_before_unload=False)
    candidate.close_long_ago()
    mend(phone)
    page = candidate.visit(phone)
    expect(page.locator("#end-title")).to_contain_text("交卷", timeout=10_000)
    candidate.wait_for(lambda: candidate.late() == {1: "C"})


def test_time_that_is_prolonged_after_the_end_opens_the_paper_again(
    candidate: Candidate, phone: BrowserContext
) -> None:
    candidate.set_left(seconds=6)
    room = candidate.enter(phone)
    cut(phone)
    room.choose("A")
    expect(room.page.locator("#end-title")).to_have_text("时间到", timeout=30_000)
    candidate.extend(minutes=10)
    mend(phone)
    expect(room.page.locator("#stage")).to_be_visible(timeout=10_000)
    room.wait_level("saved")
    room.choose("B")
    candidate.wait_for(lambda: candidate.held() == {1: "B"})
