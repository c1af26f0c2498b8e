"""消息 and the number beside its name, on a phone and at a desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from notices.services import notice_send
from people.services import feedback_reply, feedback_send
from tests.browser.looking import problems_of, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from people.models import Member, User

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SIZES = [(360, 640), (1280, 800)]


@pytest.mark.parametrize("size", SIZES, ids=["phone", "desk"])
def test_the_number_is_seen_and_goes_when_the_notices_are_read(
    live_server: Any, chromium: Browser, learner: Member, administrator: User, size: tuple[int, int]
) -> None:
    feedback = feedback_send(actor=learner.user, text="演示：看不懂。", contact="", page="/")
    feedback_reply(actor=administrator, feedback=feedback, reply="演示：已改。")
    for number in range(2):
        notice_send(
            user_id=learner.user_id,
            kind="feedback_handed_on",
            key=f"演示{number}",
            parameters={"code": feedback.code, "note": "演示的说明很长，" * 12},
        )
    learner.user.text_size = "xlarge"
    learner.user.save(update_fields=["text_size"])
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    context.set_default_timeout(20_000)
    sign_in(context, learner.user, live_server.url)
    page = context.new_page()
    page.goto(f"{live_server.url}/notices/")
    seen = page.get_by_role("link", name="消息").filter(visible=True)
    expect(seen).to_have_count(1)
    expect(seen).to_contain_text("3")
    assert problems_of(page) == []
    page.goto(f"{live_server.url}/me/")
    page.get_by_role("navigation").get_by_role("link", name="消息").filter(visible=True).click()
    page.get_by_role("button", name="您提交的投诉建议已有答复").click()
    expect(page).to_have_url(f"{live_server.url}/feedback/mine/")
    expect(page.get_by_role("link", name="消息").filter(visible=True)).to_contain_text("2")
    page.goto(f"{live_server.url}/notices/")
    page.get_by_role("button", name="全部标为已读").click()
    expect(page.locator(".badge")).to_have_count(0)
    expect(page.locator(".task-list li")).to_have_count(3)
    assert problems_of(page) == []
    context.close()


def test_five_tabs_fit_a_phone_in_english(live_server: Any, chromium: Browser, learner: Member) -> None:
    learner.user.text_size = "xlarge"
    learner.user.save(update_fields=["text_size"])
    context = chromium.new_context(viewport={"width": 360, "height": 640})
    sign_in(context, learner.user, live_server.url)
    context.add_cookies([{"name": "language", "value": "en", "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/notices/")
    assert problems_of(page) == []
    context.close()
