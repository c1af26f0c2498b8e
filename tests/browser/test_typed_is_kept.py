"""The sign-in ends while somebody writes: what was typed is there again after signing in, and only then."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from people.models import RoleGrant
from people.services import feedback_send
from tests.browser.looking import problems_of, sign_in
from tests.cast import make_user

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import SimpleNamespace

    from playwright.sync_api import Browser, BrowserContext, Page

    from people.models import Member, User

PASSWORD = "ein-langer-satz-2026"
BACK = "您填写的内容已经放回来了"


@pytest.fixture
def phone(chromium: Browser, live_server: Any, transactional_db: None) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 360, "height": 640}, locale="zh-CN", base_url=live_server.url)
    yield context
    context.close()


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user


def enter(context: BrowserContext, user: User, address: str) -> Page:
    sign_in(context, with_password(user), address)
    return context.new_page()


def sign_in_again(page: Page, user: User) -> None:
    expect(page.get_by_text("刚才填写的内容还没有提交。登录后会放回来。")).to_be_visible()
    page.get_by_label("手机号或工号").fill(user.username)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def test_an_answer_to_a_complaint_survives_the_end_of_the_sign_in(
    phone: BrowserContext, live_server: Any, learner: Member, administrator: User
) -> None:
    feedback = feedback_send(actor=learner.user, text="演示：解释看不懂。", contact="", page="/courses/")
    page = enter(phone, administrator, live_server.url)
    page.goto(f"/people/feedback/{feedback.code}/")
    field = page.locator("[name=reply]")
    field.fill("已经改好了，\n谢谢您。")
    phone.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    field.locator("xpath=ancestor::form").get_by_role("button").last.click()
    sign_in_again(page, administrator)
    page.wait_for_url(f"**/people/feedback/{feedback.code}/")
    expect(page.get_by_text(BACK)).to_be_visible()
    expect(field).to_have_value("已经改好了，\n谢谢您。")
    assert problems_of(page) == []
    field.locator("xpath=ancestor::form").get_by_role("button").last.click()
    expect(page.get_by_text("已经改好了，")).to_be_visible()
    feedback.refresh_from_db()
    assert feedback.reply.splitlines() == ["已经改好了，", "谢谢您。"]
    page.goto(f"/people/feedback/{feedback.code}/")
    expect(page.get_by_text(BACK)).to_have_count(0)


def test_a_form_of_the_cms_survives_it_too(phone: BrowserContext, live_server: Any, trainer: User) -> None:
    page = enter(phone, trainer, live_server.url)
    page.goto("/cms/exams/sittings/add/")
    page.locator("[name=title]").fill("十二月第一场")
    page.locator("[name=duration_minutes]").fill("45")
    phone.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.locator("main form").evaluate("(form) => { form.noValidate = true; form.requestSubmit(); }")
    sign_in_again(page, trainer)
    page.wait_for_url("**/cms/exams/sittings/add/")
    expect(page.get_by_text(BACK)).to_be_visible()
    expect(page.locator("[name=title]")).to_have_value("十二月第一场")
    expect(page.locator("[name=duration_minutes]")).to_have_value("45")


def test_who_signs_in_instead_finds_nothing_of_it(
    phone: BrowserContext, live_server: Any, learner: Member, administrator: User, organisation: SimpleNamespace
) -> None:
    feedback = feedback_send(actor=learner.user, text="演示：解释看不懂。", contact="", page="/courses/")
    page = enter(phone, administrator, live_server.url)
    other = with_password(make_user("second", "演示管理员二", RoleGrant.Role.ADMINISTRATOR, organisation.city))
    page.goto(f"/people/feedback/{feedback.code}/")
    page.locator("[name=reply]").fill("只有我知道。")
    phone.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.locator("form:has([name=reply])").get_by_role("button").last.click()
    sign_in_again(page, other)
    page.wait_for_url(f"**/people/feedback/{feedback.code}/")
    expect(page.locator("[name=reply]")).to_have_value("")
    assert page.evaluate("sessionStorage.length") == 0


def test_a_page_from_before_another_sign_in_says_so_and_keeps_the_text(
    phone: BrowserContext, live_server: Any, learner: Member
) -> None:
    page = enter(phone, learner.user, live_server.url)
    page.goto("/feedback/")
    page.locator("[name=text]").fill("路灯坏了三天。")
    phone.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    page.locator("form:has([name=text])").get_by_role("button").last.click()
    expect(page.get_by_role("heading", name="没有提交成功")).to_be_visible()
    expect(page).to_have_title(re.compile(r"^没有提交成功 - 网格e课堂$"))
    assert problems_of(page) == []
    page.get_by_role("link", name="回到刚才的页面").click()
    expect(page.locator("[name=text]")).to_have_value("路灯坏了三天。")
    page.locator("form:has([name=text])").get_by_role("button").last.click()
    page.wait_for_url(re.compile("/feedback/(?!$)|/feedback/$"))
    expect(page.get_by_text("路灯坏了三天。").or_(page.locator(".message--success")).first).to_be_visible()
