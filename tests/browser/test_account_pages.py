"""The pages of accounts in a browser: nothing outside the window in any text size, nothing for axe to find in any colours,
everything reachable with the keyboard in the order of reading, and no need for scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as real_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.cache import cache
from playwright.sync_api import expect

from home.presets.grid import levels_make
from people.models import Organisation, Post, RoleGrant, User
from people.services import accounts_create, feedback_send
from tests.cast import PASSWORD, make_member, make_user

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.slow]

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE, DESK = (360, 640), (1280, 800)
NEW = "今天天气真好适合走访"

# Horizontal scroll only inside a table's own scroller; targets as large as fingers on the learners' pages.
OUTSIDE = """(smallest) => {
  const wide = document.documentElement.clientWidth, problems = [];
  if (document.documentElement.scrollWidth > wide) problems.push("sideways scroll " + document.documentElement.scrollWidth);
  for (const each of document.querySelectorAll("button, a[href], input:not([type=hidden]), select, textarea, summary")) {
    if (!each.getClientRects().length || each.closest(".skip-link, .visually-hidden, .table-scroll")) continue;
    const box = (each.matches("[type=radio], [type=checkbox]") ? each.closest("label") : each).getBoundingClientRect();
    const name = each.tagName + " " + (each.id || each.name || each.innerText);
    if (box.left < -0.5 || box.right > wide + 0.5) problems.push("outside: " + name);
    if (box.height < smallest || box.width < Math.min(smallest, 40)) problems.push("small " + Math.round(box.width) + "x" + Math.round(box.height) + ": " + name);
    if (each.scrollWidth > each.clientWidth + 1 && each.matches("button")) problems.push("cut: " + name);
  }
  for (const each of document.querySelectorAll("main *")) {
    if (!each.childNodes.length || ![...each.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
    if (each.getClientRects().length && parseFloat(getComputedStyle(each).fontSize) < 14) problems.push("tiny: " + each.innerText);
  }
  return problems;
}"""


class Office:
    """A city with a newcomer, a learner and an administrator, behind the live server."""

    def __init__(self, address: str, browser: Browser) -> None:
        self.address, self.browser = address, browser
        levels_make()
        city = Organisation.add_root(name="演示市", level_id="city")
        town = city.add_child(name="演示东镇", level_id="town")
        village = town.add_child(name="演示东镇幸福路社区（名称很长的社区居民委员会）", level_id="village")
        post = Post.objects.create(code="full_time_grid_member", name="网格长（专职网格员）")
        self.newcomer = self._with_password(make_member("D0001", "演示新人", post, village, phone="10000000001").user)
        self.newcomer.confirmed_at, self.newcomer.must_change_password = None, True
        self.newcomer.save()
        self.learner_member = make_member("D0002", "演示学员", post, village, phone="10000000002")
        self.learner = self._with_password(self.learner_member.user)
        self.administrator = make_user("administrator", "演示管理员", RoleGrant.Role.ADMINISTRATOR, city)
        make_user("supervisor", "演示主管", RoleGrant.Role.SUPERVISOR, town)
        accounts_create(numbers=["D0009"])
        self.feedback = feedback_send(
            actor=self.learner, text="演示：练习题的解释看不懂，请讲师看一看。", contact="", page="/courses/"
        )
        self.town, self.grant = town, RoleGrant.objects.get(user__username="supervisor")

    def _with_password(self, user: User) -> User:
        user.set_password(PASSWORD)
        user.save()
        return user

    def context(self, window: tuple[int, int], user: User | None = None, **more: Any) -> BrowserContext:
        context = self.browser.new_context(
            viewport={"width": window[0], "height": window[1]}, locale="zh-CN", base_url=self.address, **more
        )
        if user is not None:
            session = SessionStore()
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = "people.backends.MemberNumberOrPhone"
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session.save()
            name = real_settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": str(session.session_key), "url": self.address}])
        return context

    def pages(self) -> list[tuple[User | None, list[str]]]:
        member, grant = self.learner_member.code, self.grant.pk
        return [
            (None, ["/accounts/login/", "/accounts/password/reset/", "/feedback/", "/privacy/"]),
            (self.newcomer, ["/first-sign-in/"]),
            (
                self.learner,
                [
                    "/me/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/sessions/", "/accounts/logout/",
                    "/accounts/reauthenticate/", "/feedback/", "/feedback/mine/",
                ],
            ),
            (
                self.administrator,
                [
                    "/me/", "/people/members/", "/people/members/?find=东", f"/people/members/{member}/",
                    "/people/initial-passwords/", f"/people/initial-passwords/?unit={self.town.code}", "/people/grants/",
                    "/people/grants/new/", f"/people/grants/new/?unit={self.town.code}",
                    f"/people/staff/new/?unit={self.town.code}", f"/people/grants/{grant}/revoke/", "/people/feedback/",
                    f"/people/feedback/{self.feedback.code}/",
                ],
            ),
        ]  # fmt: skip


@pytest.fixture
def office(live_server: Any, transactional_db: None, chromium: Browser) -> Iterator[Office]:
    cache.clear()
    yield Office(live_server.url, chromium)
    for context in chromium.contexts:
        context.close()


def look(page: Page, path: str) -> None:
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, path
    assert page.locator("h1").count() == 1, path
    assert re.search(r" - 网格e课堂$", page.title()), path


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "(tags) => axe.run({ runOnly: tags }).then(({ violations }) => violations.map("
        "(v) => v.id + ': ' + v.nodes.map((n) => n.target + ' ' + (n.any[0] || {}).message).join('; ')))",
        AXE_TAGS,
    )
    return list(found)


def open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


@pytest.mark.parametrize("window", [PHONE, DESK])
@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_axe_finds_nothing(office: Office, window: tuple[int, int], theme: str) -> None:
    User.objects.update(theme=theme)
    found = {}
    for user, paths in office.pages():
        scheme: Any = "dark" if theme == "dark" else "light"
        page = office.context(window, user, color_scheme=scheme).new_page()
        for path in paths:
            look(page, path)
            open_all(page)
            found[path] = violations(page)
    assert {path: each for path, each in found.items() if each} == {}


@pytest.mark.parametrize("window", [(320, 568), PHONE, DESK])
@pytest.mark.parametrize("size", ["standard", "large", "xlarge"])
def test_nothing_lies_outside_the_window(office: Office, window: tuple[int, int], size: str) -> None:
    User.objects.update(text_size=size)
    found = {}
    for user, paths in office.pages():
        page = office.context(window, user).new_page()
        for path in paths:
            look(page, path)
            open_all(page)
            found[f"{path} {user}"] = page.evaluate(OUTSIDE, 43.9)
    assert {path: each for path, each in found.items() if each} == {}


def test_a_newcomer_gets_in_with_the_keyboard_alone(office: Office) -> None:
    page = office.context(PHONE).new_page()
    page.goto("/certificates/")
    page.locator("#id_login").focus()
    order = []
    for _step in range(5):
        page.keyboard.press("Tab")
        order.append(
            page.evaluate(
                "document.activeElement.innerText || document.activeElement.name || document.activeElement.type"
            )
        )
    assert order == ["password", "登录", "checkbox", "忘记密码", "查验证书"]
    page.locator("#id_login").focus()
    page.keyboard.type("D0001")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("核对您的信息")
    page.get_by_role("button", name="信息无误，下一步").press("Enter")
    expect(page.locator(".steps")).to_have_text("第 2 步，共 3 步")
    page.locator("#id_password1").fill("kurz")
    page.keyboard.press("Enter")
    expect(page.locator("[data-focus]")).to_be_focused()
    assert page.title().startswith("有错误：")
    page.locator("[data-focus] a").first.press("Enter")
    expect(page.locator("#id_password1")).to_be_focused()
    page.locator("#id_password1").fill(NEW)
    page.locator("#id_password2").fill(NEW)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("选择字号")
    page.get_by_label("超大").check()
    assert page.evaluate("document.documentElement.dataset.size") == "xlarge", "the choice is seen at once"
    page.get_by_role("button", name="信息无误，开始学习").press("Enter")
    page.wait_for_url("**/certificates/")
    assert page.evaluate("document.documentElement.dataset.size") == "xlarge"


def test_both_fields_and_the_button_stand_above_the_keyboard(office: Office) -> None:
    page = office.context(PHONE).new_page()
    look(page, "/accounts/login/")
    bottom = page.get_by_role("button", name="登录").bounding_box()
    assert bottom is not None
    assert bottom["y"] + bottom["height"] <= 300


def test_the_password_can_be_shown_and_is_sent_hidden(office: Office) -> None:
    page = office.context(PHONE).new_page()
    look(page, "/accounts/login/")
    page.locator("#id_password").fill("falsch")
    page.get_by_text("显示密码").click()
    expect(page.locator("#id_password")).to_have_attribute("type", "text")
    page.locator("#id_login").fill("D0002")
    page.get_by_role("button", name="登录").click()
    expect(page.locator("[data-focus]")).to_contain_text("工号、手机号或密码不对，请检查后重试。还可以试 4 次。")
    expect(page.locator("#id_login")).to_have_value("D0002")
    expect(page.locator("#id_password")).to_have_value("")


def test_everything_works_without_scripts(office: Office) -> None:
    page = office.context(PHONE, java_script_enabled=False).new_page()
    page.goto("/accounts/login/?next=/me/")
    assert not page.locator(".show-password").is_visible()
    page.locator("#id_login").fill("D0002")
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("button", name="深色").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.get_by_role("button", name="超大").click()
    assert page.locator("html").get_attribute("data-size") == "xlarge"
    page.get_by_role("button", name="退出登录").click()
    expect(page.locator("h1")).to_have_text("登录")


def test_an_administrator_opens_accounts_and_hands_power_on(office: Office) -> None:
    newcomer = SimpleNamespace(number="D0003")
    member = make_member(
        newcomer.number, "演示第三人", Post.objects.get(), Organisation.objects.get(level_id="village")
    )
    User.objects.filter(pk=member.user_id).update(confirmed_at=None)
    page = office.context(DESK, office.administrator).new_page()
    look(page, "/people/initial-passwords/")
    page.get_by_label("单位名称").fill("东镇")
    page.get_by_role("button", name="查找单位").click()
    page.get_by_role("link", name="演示东镇").first.click()
    page.get_by_role("button", name="生成 2 人的密码单").click()
    row = page.locator("tbody tr", has_text="D0003")
    password = row.locator(".mono").inner_text()
    assert violations(page) == []
    visitor = office.context(PHONE).new_page()
    visitor.goto("/accounts/login/")
    visitor.locator("#id_login").fill("D0003")
    visitor.locator("#id_password").fill(password)
    visitor.keyboard.press("Enter")
    expect(visitor.locator("h1")).to_have_text("核对您的信息")
    look(page, "/people/grants/")
    page.get_by_role("link", name="新增授权").click()
    page.get_by_label("单位名称").fill("东镇")
    page.get_by_role("button", name="查找单位").click()
    page.get_by_role("link", name="演示东镇").first.click()
    page.get_by_label("工号、账号或手机号").fill("D0002")
    page.get_by_role("radio", name="主管").check()
    page.get_by_role("button", name="授予权限").click()
    expect(page.locator("[role=status]").first).to_contain_text("已授权：演示学员，主管，演示东镇。")
