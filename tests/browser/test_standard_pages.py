"""The standard in a real browser: imported, corrected and confirmed by clicks, read on a phone and on a desk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from playwright.sync_api import expect

import uploads.tasks  # noqa: F401 - a worker finds the kinds of work by itself
from config.celery import app
from content.importers import read_standard
from content.models import Clause, Edition
from content.services.editions import edition_create, edition_publish
from home.presets.grid import levels_make
from people.models import Organisation, RoleGrant, User
from tests.cast import make_user
from uploads.models import Upload

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCREENS = ROOT / "build" / "screens"
SAMPLE = ROOT / "content" / "demo" / "edition-2025.md"
OURS = "'.nice-padding'"  # the frame, and the messages that fade in, are Wagtail's
WINDOWS = [(360, 640), (1280, 800)]
# A running sentence that begins with a number was taken for a clause of its own.
DOUBTFUL = """# 走访工作规程（演示文本）

# 4 走访

4.1 网格员应当在下列期限内走访：

a) 独居老人，每周1次；

b) 其他住户，每季度1次；

d) 商户，每月1次。

4.2 走访前宜预约。

4.3 走访记录应当场填写。
"""
OUTSIDE = """() => {
  const wide = document.documentElement.clientWidth, problems = [];
  if (document.documentElement.scrollWidth > wide) problems.push("sideways scroll " + document.documentElement.scrollWidth);
  for (const each of document.querySelectorAll("main a[href], main button, main summary")) {
    const box = each.getBoundingClientRect();
    if (!each.getClientRects().length || each.closest(".table-scroll")) continue;
    const name = each.className + " " + each.innerText;
    if (box.left < -0.5 || box.right > wide + 0.5) problems.push("outside: " + name);
    if (box.height < 43.9 || box.width < 43.9) problems.push("small " + Math.round(box.width) + "x" + Math.round(box.height) + ": " + name);
  }
  return problems;
}"""


class Desk:
    def __init__(self, browser: Browser, address: str, settings: Any) -> None:
        self.browser, self.address, self.settings = browser, address, settings
        levels_make()
        city = Organisation.add_root(name="演示市", level_id="city")
        self.trainer = make_user("trainer", "演示讲师", RoleGrant.Role.TRAINER, city)
        self.reader = make_user("reader", "演示读者")
        self.contexts: list[BrowserContext] = []

    def open(self, user: User, window: tuple[int, int]) -> Page:
        context = self.browser.new_context(
            viewport={"width": window[0], "height": window[1]}, locale="zh-CN", base_url=self.address
        )
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "people.backends.MemberNumberOrPhone"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        cookie = {"name": self.settings.SESSION_COOKIE_NAME, "value": str(session.session_key), "url": self.address}
        context.add_cookies([cookie])  # type: ignore[list-item]
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        return context.new_page()

    def edition(self) -> Edition:
        with SAMPLE.open("rb") as file:
            parsed = read_standard(file, SAMPLE.name)
        edition = edition_create(actor=self.trainer, parsed=parsed, is_demonstration=True, source_name=SAMPLE.name)
        return edition_publish(actor=self.trainer, edition=edition)


@pytest.fixture
def desk(live_server: Any, transactional_db: None, chromium: Browser, settings: Any) -> Iterator[Desk]:
    before, app.conf.task_always_eager = app.conf.task_always_eager, True
    made = Desk(chromium, live_server.url, settings)
    yield made
    for context in made.contexts:
        context.close()
    app.conf.task_always_eager = before


def violations(page: Page, part: str = "document") -> list[str]:
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        f"(tags) => axe.run({part}, {{ runOnly: tags }}).then(({{ violations }}) => violations.map("
        "(v) => v.id + ': ' + v.nodes.map((n) => n.target + ' ' + (n.any[0] || {}).message).join('; ')))",
        AXE_TAGS,
    )
    return list(found)


def shoot(page: Page, name: str, window: tuple[int, int], whole: bool = False) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"standard-{name}-{window[0]}.png", full_page=whole)


@pytest.mark.parametrize("window", WINDOWS)
def test_a_reader_finds_the_clause_and_its_neighbours(desk: Desk, window: tuple[int, int]) -> None:
    edition = desk.edition()
    page = desk.open(desk.reader, window)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/standards/")
    shoot(page, "list", window)
    assert violations(page) == []
    assert page.evaluate(OUTSIDE) == []
    page.get_by_role("link", name=edition.label).click()
    expect(page.locator(".demo-mark")).to_contain_text("不是正式发布的标准")
    shoot(page, "edition", window)
    assert violations(page) == []
    assert page.evaluate(OUTSIDE) == []
    page.locator("summary", has_text="5 ").first.click()
    shoot(page, "edition-open", window)
    assert violations(page) == []
    assert page.evaluate(OUTSIDE) == []
    listed = Clause.objects.filter(edition=edition, kind="clause", numchild__gt=2, title="").order_by("path")[0]
    page.goto(f"/clauses/{listed.pk}/")
    shoot(page, "clause", window, whole=True)
    assert violations(page) == []
    assert page.evaluate(OUTSIDE) == []
    page.get_by_role("link", name="下一条").click()
    expect(page.locator("h1")).not_to_contain_text(f"{listed.number} ")
    page.get_by_role("link", name="上一条").click()
    expect(page.locator("h1")).to_contain_text(listed.number)
    with_table = Clause.objects.filter(edition=edition).exclude(tables=[]).first()
    if with_table is not None:
        page.goto(f"/clauses/{with_table.pk}/")
        shoot(page, "table", window, whole=True)
        assert violations(page) == []
        assert page.evaluate(OUTSIDE) == []
    assert errors == []


@pytest.mark.parametrize("size", ["large", "xlarge"])
def test_nothing_is_cut_in_large_type(desk: Desk, size: str) -> None:
    edition = desk.edition()
    User.objects.filter(pk=desk.reader.pk).update(text_size=size)
    page = desk.open(desk.reader, (320, 568))
    clause = Clause.objects.filter(edition=edition, numchild__gt=2, title="").order_by("path")[0]
    for path in ("/standards/", f"/standards/{edition.code}/", f"/clauses/{clause.pk}/"):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert page.evaluate(OUTSIDE) == [], path


@pytest.mark.parametrize("theme", ["dark", "contrast"])
def test_axe_finds_nothing_in_other_colours(desk: Desk, theme: str) -> None:
    edition = desk.edition()
    User.objects.filter(pk=desk.reader.pk).update(theme=theme)
    page = desk.open(desk.reader, (360, 640))
    clause = Clause.objects.filter(edition=edition, numchild__gt=2, title="").order_by("path")[0]
    for path in ("/standards/", f"/standards/{edition.code}/", f"/clauses/{clause.pk}/"):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert violations(page) == [], path


@pytest.mark.parametrize("window", WINDOWS)
def test_a_trainer_imports_the_standard_by_clicks(desk: Desk, window: tuple[int, int]) -> None:
    page = desk.open(desk.trainer, window)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/cms/standards/")
    expect(page.locator(".nice-padding")).to_contain_text("先导入一份标准")
    shoot(page, "cms-empty", window)
    page.get_by_role("link", name="导入标准").click()
    expect(page.locator(".step")).to_contain_text("第 1 步")
    shoot(page, "cms-upload", window, whole=True)
    assert violations(page, OURS) == []
    page.set_input_files("input[type=file]", str(SAMPLE))
    page.get_by_role("button", name="上传并识别").click()
    expect(page.locator(".step")).to_contain_text("第 2 步")
    shoot(page, "cms-tree", window)
    assert violations(page, OURS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    rows = page.locator(".line").count()
    page.locator(".bar a", has_text=f"确认导入 {rows} 条").click()
    expect(page.locator(".step")).to_contain_text("第 3 步")
    expect(page.locator("#id_label")).to_have_value("2025年版")
    shoot(page, "cms-confirm", window, whole=True)
    assert violations(page, OURS) == []
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_role("link", name="从条款建课").last).to_be_visible()
    shoot(page, "cms-edition", window, whole=True)
    assert violations(page, OURS) == []
    edition = Edition.objects.get()
    assert (edition.state, edition.clauses.count()) == ("in_force", rows)
    page.locator("#main").get_by_role("link", name="从条款建课").click()
    expect(page.get_by_role("button", name="建立课程草稿")).to_be_visible()
    page.goto("/cms/standards/")
    expect(page.locator("#main")).to_contain_text("演示文本")
    shoot(page, "cms-list", window)
    assert violations(page, OURS) == []
    assert errors == []


def test_a_doubtful_tree_is_corrected_row_by_row(desk: Desk, tmp_path: Path) -> None:
    window = (1280, 800)
    file = tmp_path / "走访工作规程.md"
    file.write_text(DOUBTFUL)
    page = desk.open(desk.trainer, window)
    page.goto("/cms/standards/import/")
    page.set_input_files("input[type=file]", str(file))
    page.get_by_role("button", name="上传并识别").click()
    expect(page.locator("#doubts")).to_contain_text("可能漏了 c)")
    page.locator("#doubts li", has_text="可能漏了 c)").get_by_role("link").click()
    doubt = page.locator(".line--doubt", has_text="可能漏了 c)")
    expect(doubt).to_contain_text("4.1 d)")
    expect(doubt).to_be_in_viewport()
    shoot(page, "cms-doubt", window)
    page.get_by_role("button", name="降级 4.1 d)").click()
    expect(page.locator(".messages li", has_text="已把“4.1 d)”降一级。")).to_be_in_viewport()
    expect(page.locator(".line", has_text="4.1 b) d)")).to_be_visible()
    second = page.context.new_page()
    second.goto(page.url)
    page.get_by_role("button", name="合并 4.3 到前一条").click()
    merged = page.locator(".line", has_text="4.2")
    expect(merged).to_contain_text("4.3 走访记录应当场填写。")
    expect(merged).to_be_in_viewport()
    expect(page.locator(".messages li.appear, .messages li")).to_be_in_viewport()
    page.wait_for_timeout(800)  # the message slides in
    shoot(page, "cms-corrected", window)
    second.get_by_role("button", name="升级 4.1 b) d)").click()
    told = second.locator(".messages li", has_text="这次导入刚在另一个窗口里改过")
    expect(told).to_be_in_viewport()
    second.wait_for_timeout(800)
    shoot(second, "cms-stale", window)
    page.get_by_role("button", name="撤销上一步").click()
    expect(page.locator(".line", has_text="走访记录应当场填写")).to_contain_text("4.3")
    page.get_by_role("button", name="取消导入").click()
    expect(page.locator("body")).to_contain_text("没有写入任何数据")
    assert not Edition.objects.exists()
    assert Upload.objects.get().state == "cancelled"


@pytest.mark.parametrize("window", WINDOWS)
def test_a_refused_file_is_explained_on_the_spot(desk: Desk, tmp_path: Path, window: tuple[int, int]) -> None:
    file = tmp_path / "重复.md"
    file.write_text(DOUBTFUL.replace("4.3 走", "4.2 走"))
    page = desk.open(desk.trainer, window)
    page.goto("/cms/standards/import/")
    page.set_input_files("input[type=file]", str(file))
    page.get_by_role("button", name="上传并识别").click()
    expect(page.locator("#errors")).to_contain_text("编号“4.2”重复")
    assert "有错误：" in page.title()
    shoot(page, "cms-refused", window)
    assert violations(page, OURS) == []
    page.locator(".nice-padding").get_by_role("link", name="重新上传").click()
    page.get_by_role("button", name="上传并识别").click()
    expect(page.locator("#errors")).to_contain_text("请选择要导入的文件")
    assert violations(page, OURS) == []


def test_publishing_says_what_happens(desk: Desk) -> None:
    desk.edition()
    with SAMPLE.open("rb") as file:
        parsed = read_standard(file, SAMPLE.name)
    draft = edition_create(
        actor=desk.trainer,
        parsed=type(parsed)(**{**parsed.__dict__, "digest": "e" * 64}),
        label="2026年版",
        is_demonstration=True,
    )
    for window in WINDOWS:
        page = desk.open(desk.trainer, window)
        page.goto(f"/cms/standards/editions/{draft.pk}/publish/")
        expect(page.locator("#main")).to_contain_text("改为“废止”，仍可查看")
        shoot(page, "cms-publish", window, whole=True)
        assert violations(page, OURS) == []
    page.get_by_role("button", name="设为现行").click()
    expect(page.locator("body")).to_contain_text("设为现行。")
    assert sorted(Edition.objects.values_list("label", "state")) == [
        ("2025年版", "superseded"),
        ("2026年版", "in_force"),
    ]
