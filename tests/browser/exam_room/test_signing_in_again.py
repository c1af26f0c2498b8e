"""The sign-in runs out in the middle: sign in again in place, nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from tests.browser.exam_room.conftest import Candidate


def test_an_old_token_is_renewed_unseen_while_the_sign_in_lives(candidate: Candidate, phone: BrowserContext) -> None:
    room = candidate.enter(phone)
    candidate.spoil_token(room)
    room.choose("A")
    room.wait_level("saved")
    assert candidate.held() == {1: "A"}


def test_signing_in_again_happens_in_place_and_sends_the_answers(candidate: Candidate, phone: BrowserContext) -> None:
    room = candidate.enter(phone)
    candidate.sign_out(phone)
    candidate.spoil_token(room)
    room.choose("A")
    room.wait_level("signed_out")
    expect(room.page.locator("#panel-text")).to_have_text("登录已过期。答案在手机上，重新登录后会自动上传。")
    room.go(2)
    room.choose("B")
    if not room.page.locator("#panel-action").is_visible():  # the notice opens by itself, unless it was closed
        room.page.click("#save")
    room.page.click("#panel-action")
    candidate.fill_in_sign_in(room.page.frame_locator("#sign-in-frame"))
    expect(room.page.locator("#sign-in")).to_be_hidden(timeout=15_000)
    room.wait_level("saved")
    expect(room.page.locator("#place")).to_contain_text("第 2 题")
    assert candidate.held() == {1: "A", 2: "B"}
