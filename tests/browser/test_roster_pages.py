"""An administrator imports a roster by clicks: 上传 → 核对 → 导入, refused and mended, on a desk and read on a phone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from playwright.sync_api import expect

import uploads.tasks  # noqa: F401 - a worker finds the kinds of work by itself
from config.celery import app
from people.models import Member
from tests.people.roster import files
from tests.people.roster.files import person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.django_db(transaction=True)]

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WINDOWS = {"phone": (360, 640), "desk": (1280, 800)}
OUTSIDE = """() => {
  const wide = document.documentElement.clientWidth, problems = [];
  if (document.documentElement.scrollWidth > wide) problems.push("sideways scroll " + document.documentElement.scrollWidth);
  for (const each of document.querySelectorAll("button, a[href], input:not([type=hidden]), select, summary")) {
    const box = each.getBoundingClientRect();
    if (!each.getClientRects().length || each.classList.contains("skip-link") || each.closest(".table-scroll")) continue;
    if (box.left < -0.5 || box.right > wide + 0.5) problems.push("outside: " + each.outerHTML.slice(0, 80));
  }
  return problems;
}"""


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> Iterator[None]:
    private = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path / "private")},
    }
    settings.STORAGES = {**settings.STORAGES, "private": private}
    before, app.conf.task_always_eager = app.conf.task_always_eager, True
    yield
    app.conf.task_always_eager = before


def context_for(browser: Browser, user: Any, address: str, window: str, settings: Any) -> BrowserContext:
    width, height = WINDOWS[window]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", base_url=address)
    context.set_default_timeout(10_000)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "people.backends.MemberNumberOrPhone"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key), "url": address}])
    return context


def look(page: Page, name: str, window: str) -> None:
    """Nothing for axe, nothing outside the window; a picture where they are wanted."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "(tags) => axe.run({ runOnly: tags }).then(({ violations }) => violations.map("
        "(v) => v.id + ': ' + v.nodes.map((n) => n.target + ' ' + (n.any[0] || {}).message).join('; ')))",
        AXE_TAGS,
    )
    assert found == [], name
    assert page.evaluate(OUTSIDE) == [], name
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"roster-{window}-{name}.png"), full_page=True)


def send(page: Page, path: Path) -> None:
    page.goto("/people/roster/")
    page.get_by_role("link", name="上传花名册").click()
    page.get_by_label("花名册文件").set_input_files(path)
    page.get_by_label("这是哪个单位的花名册").select_option(label="演示市")


@pytest.mark.parametrize("window", list(WINDOWS))
def test_a_roster_is_refused_mended_and_imported(
    live_server: Any,
    chromium: Browser,
    administrator: Any,
    organisation: Any,
    posts: Any,
    learner: Member,
    tmp_path: Path,
    settings: Any,
    window: str,
) -> None:
    context = context_for(chromium, administrator, live_server.url, window, settings)
    page = context.new_page()
    page.goto("/people/roster/")
    look(page, "1-list-empty", window)
    people = [person(n) for n in range(1, 64)]
    people[2]["手机号"] = "1009"
    people[3]["所属单位"] = "演示东镇/演示东镇一村/演示东镇一村1网格"
    people[4]["手机号"] = "1009"
    path = tmp_path / "演示花名册.xlsx"
    path.write_bytes(files.xlsx(files.rows(people)))
    send(page, path)
    look(page, "2-upload", window)
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_text("发现 3 处错误，没有导入任何数据")).to_be_visible()
    look(page, "3-refused", window)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载标注错误的表格").click()
    assert download.value.suggested_filename == "演示花名册_标注错误.xlsx"
    assert not Member.objects.filter(number="Y00001").exists()
    people[2]["手机号"], people[4]["手机号"] = "10091111111", "10092222222"
    people[3]["所属单位"] = "演示东镇/演示东镇一村/演示东镇一村第二网格"
    people[5].update(工号=learner.number, 姓名="演示学员", 手机号="10093333333")
    path.write_bytes(files.xlsx(files.rows(people)))
    send(page, path)
    page.get_by_label("这是完整花名册，名单外人员按离岗处理").check()
    page.get_by_role("button", name="上传并核对").click()
    confirm = page.get_by_role("button", name="确认导入：新增 62，变更 1，离岗 0")
    expect(confirm).to_be_visible()
    look(page, "4-preview", window)
    page.get_by_role("link", name="变更").click()
    expect(page.get_by_text("10093333333")).to_be_visible()
    look(page, "5-preview-changed", window)
    page.get_by_text("换一种读法，重新核对").click()
    look(page, "6-recheck", window)
    page.get_by_text("同时新建这 1 个单位").click()
    confirm.click()
    expect(page.get_by_text("导入完成：新增 62 人，变更 1 人，离岗 0 人，新建单位 1 个。")).to_be_visible()
    look(page, "7-done", window)
    assert Member.objects.filter(number="Y00001").exists()
    page.goto("/people/roster/")
    look(page, "8-list", window)
    context.close()


def test_the_keyboard_alone_is_enough(
    live_server: Any, chromium: Browser, administrator: Any, posts: Any, tmp_path: Path, settings: Any
) -> None:
    context = context_for(chromium, administrator, live_server.url, "desk", settings)
    page = context.new_page()
    path = tmp_path / "演示花名册.csv"
    path.write_bytes(files.text(files.rows([person(1)]), "gb18030"))
    send(page, path)
    page.get_by_role("button", name="上传并核对").press("Enter")
    page.get_by_role("button", name="确认导入：新增 1，变更 0，离岗 0").press("Enter")
    expect(page.get_by_text("导入完成：新增 1 人")).to_be_visible()
    context.close()
