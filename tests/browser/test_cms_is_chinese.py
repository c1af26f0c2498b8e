"""A trainer meets no English in the CMS: text, titles, names for screen readers, and what waits in closed dialogs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore

from people.models import User
from tests.browser import cms_scenes
from tests.browser.cms_editor import mark_when_watching, wait_until_watching
from tests.cast import make_user
from tests.catalogues import compile_overrides

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.slow]

# Names, formats, keys, identifiers: the same in Chinese.
ALLOWED = re.compile(
    r"\b(Wagtail|URL|PDF|Excel|Word|Markdown|JavaScript|CSV|XLSX|TSV|JPG|JPEG|PNG|GIF|WEBP|WebM|WebVTT|MP4|Ctrl|Alt|Shift|Esc|localhost)\b"
    r"|\S+\.(png|txt)\b"  # names of uploaded files
    r"|\bcourses\.\w+page\b"  # the report of page types names them as the code does
    r"|^English$"  # a language in its own language
)
WORD = re.compile(r"[A-Za-z]{3,}")
# Every text and every name of an element, shown or waiting in a closed panel, dialog or template.
COLLECT = r"""() => {
  const found = [], skipped = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "IFRAME", "CODE"]);
  const note = (text, element) => {
    if (!/[A-Za-z]{3,}/.test(text)) return;
    const path = [];
    for (let each = element; each && each.tagName && path.length < 3; each = each.parentElement)
      path.unshift(each.tagName.toLowerCase() + (each.id ? "#" + each.id : "") + (each.classList[0] ? "." + each.classList[0] : ""));
    found.push([text.trim().replace(/\s+/g, " ").slice(0, 160), path.join(" > ")]);
  };
  const walk = (parent) => {
    for (const node of parent.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) note(node.data, node.parentElement);
      if (node.nodeType !== Node.ELEMENT_NODE || skipped.has(node.tagName)) continue;
      // Two that are never shown: a button of the calendar that is always hidden, a counter without a number.
      if (node.matches(".xdsoft_save_selected, [data-side-panel-toggle-counter][hidden]")) continue;
      for (const name of ["aria-label", "aria-description", "title", "placeholder", "alt"])
        if (node.hasAttribute(name)) note(node.getAttribute(name), node);
      if (node.matches("input[type=submit], input[type=button], input[type=reset]")) note(node.value, node);
      walk(node.tagName === "TEMPLATE" ? node.content : node);
    }
  };
  note(document.title, document.documentElement);
  walk(document.body);
  return found;
}"""


class Reader:
    def __init__(self, page: Page, scenes: SimpleNamespace) -> None:
        self.page = page
        self.scenes = scenes
        self.found: dict[tuple[str, str], str] = {}
        self.errors: list[str] = []
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        page.on("dialog", lambda dialog: dialog.accept())

    def read(self, place: str) -> None:
        for text, where in self.page.evaluate(COLLECT):
            if WORD.search(ALLOWED.sub("", text)):
                self.found.setdefault((text, where), place)

    def open(self, path: str) -> None:
        answer = self.page.goto(f"/cms/{path}", wait_until="load")
        assert answer is not None
        assert answer.status == 200, path
        assert "/accounts/" not in self.page.url, path
        if "json" in answer.headers.get("content-type", ""):  # a dialog, as the scripts fetch it
            self.page.set_content(json.loads(answer.text())["html"])
        self.page.wait_for_timeout(150)  # components that the scripts build

    def look(self, path: str) -> None:
        self.open(path)
        self.read(path)

    def do(self, name: str, act: Callable[[Page], Any], wait: int = 500) -> None:
        act(self.page)
        self.read_after(name, wait)

    def read_after(self, name: str, wait: int) -> None:
        self.page.wait_for_timeout(wait)
        self.read(name)

    def report(self) -> str:
        return "\n".join(f"{place}: {text!r} in {where}" for (text, where), place in self.found.items())


@pytest.fixture
def cms(live_server: Any, transactional_db: None, settings: Any, tmp_path: Path, chromium: Browser) -> Iterator[Reader]:
    compile_overrides(settings, tmp_path / "locale")
    settings.MEDIA_ROOT = tmp_path / "media"
    user = make_user("90001", "演示超级管理员")
    User.objects.filter(pk=user.pk).update(is_superuser=True, is_staff=True)
    user.refresh_from_db()
    scenes = cms_scenes.build(user)
    scenes.user = user
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=live_server.url
    )
    mark_when_watching(context)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "people.backends.MemberNumberOrPhone"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key), "url": live_server.url}]
    )
    yield Reader(context.new_page(), scenes)
    context.close()


def page_screens(s: SimpleNamespace) -> list[str]:
    lesson, course, both = s.lesson.pk, s.course.pk, f"id={s.lesson.pk}&id={s.course.pk}&next=/cms/"
    return [
        "", "pages/", f"pages/{s.catalogue.pk}/", f"pages/{course}/", f"pages/{course}/?ordering=ord",
        f"pages/{s.catalogue.pk}/add_subpage/", f"pages/add/courses/lessonpage/{course}/",
        f"pages/add/courses/coursepage/{s.catalogue.pk}/", f"pages/{course}/edit/", f"pages/{s.catalogue.pk}/edit/",
        *(f"pages/{each.pk}/edit/" for each in (s.lesson, s.waiting, s.locked, s.planned, s.withdrawn)),
        *(f"pages/{each.pk}/history/" for each in (s.lesson, s.planned, s.waiting)),
        f"pages/{lesson}/usage/", f"pages/{lesson}/revisions/{s.first.pk}/revert/",
        f"pages/{lesson}/revisions/compare/live...latest/", f"pages/{s.waiting.pk}/workflow_history/",
        f"pages/{s.waiting.pk}/workflow_history/detail/{s.state.pk}/",
        f"pages/workflow/confirm_cancellation/{s.waiting.pk}/", f"pages/{lesson}/privacy/",
        f"pages/{course}/delete/", f"pages/{lesson}/delete/", f"pages/{course}/unpublish/", f"pages/{lesson}/unpublish/",
        f"pages/{lesson}/move/", f"pages/{lesson}/move/{course}/confirm/", f"pages/{course}/copy/",
        "pages/search/", "pages/search/?q=走访", "pages/search/?q=没有的", "pages/usage/courses/lessonpage/",
        f"bulk/wagtailcore/page/delete/?{both}", f"bulk/wagtailcore/page/publish/?{both}",
        f"bulk/wagtailcore/page/unpublish/?{both}", f"bulk/wagtailcore/page/move/?{both}",
    ]  # fmt: skip


def file_screens(s: SimpleNamespace) -> list[str]:
    image = f"id={s.image.pk}&next=/cms/"
    return [
        "images/", "images/?layout=list", f"images/{s.image.pk}/", f"images/{s.image.pk}/delete/",
        f"images/usage/{s.image.pk}/", "images/add/", "images/multiple/add/",
        f"bulk/wagtailimages/image/delete/?{image}", f"bulk/wagtailimages/image/add_tags/?{image}",
        f"bulk/wagtailimages/image/add_to_collection/?{image}",
        "documents/", f"documents/edit/{s.document.pk}/", f"documents/delete/{s.document.pk}/",
        f"documents/usage/{s.document.pk}/", "documents/add/", "documents/multiple/add/",
        "collections/", "collections/add/", f"collections/{s.folder.pk}/", f"collections/{s.folder.pk}/delete/",
    ]  # fmt: skip


def choosers(s: SimpleNamespace) -> list[str]:
    return [
        f"choose-page/{s.catalogue.pk}/?allow_external_link=true&allow_email_link=true", "choose-external-link/",
        "choose-email-link/", "choose-phone-link/", "choose-anchor-link/", "images/chooser/",
        f"images/chooser/{s.image.pk}/select_format/", "documents/chooser/", "clause-chooser/",
        "workflows/task_chooser/",
    ]  # fmt: skip


def office_screens(s: SimpleNamespace) -> list[str]:
    user, group, site, flow, task = (each.pk for each in (s.user, s.group, s.site, s.workflow, s.task))
    return [
        "users/", "users/new/", f"users/edit/{user}/", f"users/delete/{user}/", f"users/history/{user}/",
        "groups/", "groups/new/", f"groups/edit/{group}/", f"groups/delete/{group}/", f"groups/history/{group}/",
        "sites/", "sites/new/", f"sites/edit/{site}/", f"sites/delete/{site}/", f"sites/history/{site}/",
        "redirects/", "redirects/add/", f"redirects/{s.redirect.pk}/", f"redirects/{s.redirect.pk}/delete/",
        "redirects/import/", "workflows/list/", "workflows/add/", f"workflows/edit/{flow}/",
        f"workflows/disable/{flow}/", f"workflows/usage/{flow}/", "workflows/tasks/select_type/",
        "workflows/tasks/index/", f"workflows/tasks/edit/{task}/", f"workflows/tasks/disable/{task}/",
        "workflows/tasks/add/wagtailcore/groupapprovaltask/", "reports/locked/", "reports/workflow/",
        "reports/workflow_tasks/", "reports/site-history/", "reports/aging-pages/", "reports/page-types-usage/",
        "account/", "standards/", "standards/import/", f"standards/editions/{s.edition.pk}/", "courses/from-clauses/", "exams/questions/", "exams/questions/add/single_choice/",
        "exams/blueprints/", "exams/blueprints/add/", "exams/sittings/", "exams/sittings/add/", "exams/extra-time/",
    ]  # fmt: skip


@pytest.mark.parametrize("screens", [page_screens, file_screens, choosers, office_screens])
def test_no_screen_shows_english(cms: Reader, screens: Callable[[SimpleNamespace], list[str]]) -> None:
    for path in screens(cms.scenes):
        cms.look(path)
    assert not cms.found, cms.report()
    assert cms.errors == []


def test_the_reader_finds_english_wherever_it_hides(cms: Reader) -> None:
    cms.page.set_content(
        "<title>Home</title><p>保存 saved</p><template><b>Waiting</b></template><input placeholder='Search'>"
        "<div hidden>Later</div><p>PDF、Excel 和 Wagtail</p>"
    )
    cms.read("here")
    assert {text for text, _where in cms.found} == {"Home", "保存 saved", "Waiting", "Search", "Later"}


def test_no_panel_of_the_editor_shows_english(cms: Reader) -> None:
    cms.look("")
    cms.page.keyboard.press("?")
    cms.page.locator("text=显示键盘快捷键 >> visible=true").first.wait_for()
    cms.read("shortcuts")

    cms.open(f"pages/{cms.scenes.lesson.pk}/edit/")
    for name in ("status", "preview", "checks", "comments"):
        cms.page.click(f'[data-side-panel-toggle="{name}"]')
        cms.read_after(name, wait=1500)
    cms.do("menu", lambda page: page.locator("footer [data-w-dropdown-target=toggle]").last.click())
    cms.page.keyboard.press("Escape")
    cms.do("more", lambda page: page.locator("#w-slim-header-buttons [data-w-dropdown-target=toggle]").click())
    cms.page.keyboard.press("Escape")
    cms.do("blocks", lambda page: page.locator(".c-sf-add-button").first.click())

    cms.open(f"pages/{cms.scenes.waiting.pk}/edit/")
    cms.do("moderation", lambda page: page.locator("footer [data-w-dropdown-target=toggle]").last.click())
    cms.page.locator("[data-workflow-action-name=reject]").last.click()
    cms.page.locator(".modal-dialog:visible, [role=dialog]:visible").first.wait_for()
    cms.read("reject")
    assert not cms.found, cms.report()


def test_no_text_editor_or_link_shows_english(cms: Reader) -> None:
    cms.open(f"pages/{cms.scenes.course.pk}/edit/")
    wait_until_watching(cms.page)
    cms.page.locator(".public-DraftEditor-content").first.click()
    cms.do("slash", lambda page: page.keyboard.type("/"))
    cms.page.keyboard.press("Backspace")
    cms.page.keyboard.type("上门走访")
    cms.do("selected", lambda page: page.keyboard.press("Control+A"))
    cms.page.locator("text=已保存 >> visible=true").first.wait_for()
    cms.read("autosave")
    cms.do("link", lambda page: page.locator("button[name=LINK]").first.click(), wait=1000)
    for name in ("外部链接", "电子邮件", "电话"):
        cms.page.locator(".modal a", has_text=name).first.click()
        cms.read_after(name, wait=1000)
    assert not cms.found, cms.report()


def test_no_mistake_is_answered_in_english(cms: Reader, tmp_path: Path) -> None:
    wrong = tmp_path / "不是图片.txt"
    wrong.write_text("演示")
    cms.open(f"pages/add/courses/lessonpage/{cms.scenes.course.pk}/")
    cms.page.locator("footer [data-w-dropdown-target=toggle]").last.click()
    cms.page.locator("button[name=action-publish]").last.click()
    cms.page.locator(".w-field--error:visible, .error-message:visible").first.wait_for()
    cms.read("publish")
    cms.open("images/multiple/add/")
    cms.page.set_input_files("#fileupload", [str(wrong)])
    cms.page.locator("text=不支持的图片格式 >> visible=true").first.wait_for()
    cms.read("upload")
    cms.open(
        f"pages/{cms.scenes.course.pk}/?ordering=title"
    )  # in the course's own order there are handles to drag instead
    cms.do("bulk", lambda page: page.locator("tbody input[type=checkbox]").first.click(), wait=800)
    assert not cms.found, cms.report()
