"""A second phone goes on; the first one fills blanks, overwrites nothing and becomes read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.exam_room.pages import Hold, cut, mend

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from tests.browser.exam_room.conftest import Candidate


def test_the_new_device_wins_and_the_old_one_fills_blanks(
    candidate: Candidate, phone: BrowserContext, other_phone: BrowserContext
) -> None:
    old = candidate.enter(phone)
    old.choose("A")
    old.wait_level("saved")
    cut(phone)
    old.choose("B")
    old.go(2)
    old.choose("C")
    new = candidate.take_over(other_phone)
    assert new.chosen() == ["A"]
    new.choose("D")
    new.wait_level("saved")
    mend(phone)
    old.wait_level("taken_over", 10)
    expect(old.page.locator("#panel-text")).to_have_text("这场考试已在另一台设备上继续，本页只能查看。")
    assert old.page.locator(".option input").first.is_disabled()
    assert candidate.held() == {1: "D", 2: "C"}


def test_an_idle_page_learns_within_thirty_seconds_that_another_device_went_on(
    candidate: Candidate, phone: BrowserContext, other_phone: BrowserContext
) -> None:
    old = candidate.enter(phone)
    candidate.take_over(other_phone)
    old.wait_level("taken_over", 31)


def test_going_on_here_again_brings_the_other_devices_answers(
    candidate: Candidate, phone: BrowserContext, other_phone: BrowserContext
) -> None:
    old = candidate.enter(phone)
    new = candidate.take_over(other_phone)
    new.choose("D")
    new.wait_level("saved")
    old.choose("A")
    old.wait_level("taken_over")
    old.page.click("#panel-action")
    old.wait_level("saved")
    assert old.chosen() == ["D"]
    old.choose("B")
    candidate.wait_for(lambda: candidate.held() == {1: "B"})
    new.wait_level("taken_over", 31)


def test_an_unsent_answer_of_the_old_device_survives_a_reload_without_overwriting(
    candidate: Candidate, phone: BrowserContext, other_phone: BrowserContext
) -> None:
    old = candidate.enter(phone)
    old.wait_level("ready")
    cut(phone)
    old.choose("A")
    old.go(2)
    old.choose("B")
    old.wait_kept(1, 2)
    old.page.close(run_before_unload=False)
    new = candidate.take_over(other_phone)
    new.choose("D")
    new.wait_level("saved")
    mend(phone)
    back = candidate.take_over(phone)
    back.wait_level("saved")
    assert candidate.held() == {1: "D", 2: "B"}


def test_a_held_back_request_of_the_old_device_does_not_overwrite(
    candidate: Candidate, phone: BrowserContext, other_phone: BrowserContext
) -> None:
    old = candidate.enter(phone)
    hold = Hold(old.page)
    old.choose("A")
    hold.wait()
    new = candidate.take_over(other_phone)
    new.choose("D")
    new.wait_level("saved")
    hold.release()
    old.wait_level("taken_over")
    assert candidate.held() == {1: "D"}
