"""Waiting for an import, in the site's frame and in the CMS's: under way, taken by nobody, given up, over."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from jobs.models import Job
from people.roster.models import RosterImport
from tests.browser.looking import AXE, AXE_TAGS, problems_of, sign_in
from tests.content.wizard import waiting

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from uploads.models import Upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WINDOWS = [(360, 640), (1280, 800)]
FOUND = """(tags) => axe.run('.nice-padding', { runOnly: tags }).then(({ violations }) => violations.map(
    (v) => v.id + ': ' + v.nodes.map((n) => n.target).join('; ')))"""


def look(page: Page, name: str, *, in_cms: bool) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        size = page.viewport_size
        assert size is not None
        page.screenshot(path=str(Path(folder) / f"upload-{name}-{size['width']}.png"), full_page=True)
    if not in_cms:
        assert problems_of(page) == []
        return
    page.evaluate(AXE.read_text())
    assert page.evaluate(FOUND, AXE_TAGS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.fixture(params=["roster", "standard"])
def upload(request: Any, administrator: Any, organisation: Any) -> Upload:
    made = waiting(administrator)
    if request.param == "roster":
        made.standard.delete()
        RosterImport.objects.create(upload=made, organisation=organisation.city)
    made.kind = request.param
    made.job = Job.objects.create(kind="uploads.check", title="演示", owner=administrator)
    made.save()
    return made


@pytest.mark.parametrize("window", WINDOWS)
def test_the_page_says_where_the_import_is_and_what_to_do(
    live_server: Any, chromium: Browser, upload: Upload, administrator: Any, window: tuple[int, int]
) -> None:
    in_cms = upload.kind == "standard"
    where = f"/cms/standards/import/{upload.code}/" if in_cms else f"/people/roster/{upload.code}/"
    context = chromium.new_context(
        viewport={"width": window[0], "height": window[1]},
        locale="zh-CN",
        base_url=live_server.url,
    )
    sign_in(context, administrator, live_server.url)
    page = context.new_page()
    main = page.locator(".nice-padding" if in_cms else "main")

    def show(name: str, words: str, *, job: dict[str, Any], **fields: Any) -> None:
        Job.objects.filter(pk=upload.job_id).update(**job)  # type: ignore[misc]
        type(upload).objects.filter(pk=upload.pk).update(**fields)
        page.goto(where)
        expect(main).to_contain_text(words)
        look(page, f"{upload.kind}-{name}", in_cms=in_cms)

    show("checking", "正在核对文件", job={"state": "running", "done": 120, "total": 300}, state="checking")
    late = {"state": "queued", "created_at": timezone.now() - timedelta(minutes=5), "done": 0, "total": 0}
    show("unattended", "可能后台服务没有运行", job=late, state="checking")
    show("given-up", "核对多次中断", job={"state": "failed"}, state="checking")
    confirmed = {"state": "applying", "confirmed_at": timezone.now()}
    show("applying", "正在写入", job={"state": "running"}, **confirmed)
    show("applying-given-up", "导入多次中断", job={"state": "failed"}, **confirmed)
    fault = {"state": "refused", "summary": {"fault": True}, "errors": [{"message": "系统出了问题，没有核对完。"}]}
    show("fault", "系统出了问题", job={"state": "failed"}, **fault)
    show("over", "这次导入已取消", job={"state": "failed"}, state="cancelled")
    context.close()


def test_without_scripts_the_page_renews_itself_until_there_is_something_to_look_at(
    live_server: Any, chromium: Browser, administrator: Any, organisation: Any
) -> None:
    made = waiting(administrator)
    type(made).objects.update(state="checking")
    context = chromium.new_context(java_script_enabled=False, base_url=live_server.url, locale="zh-CN")
    sign_in(context, administrator, live_server.url)
    page = context.new_page()
    page.goto(f"/cms/standards/import/{made.code}/")
    expect(page.locator("body")).to_contain_text("正在核对文件")
    type(made).objects.update(state="ready")
    expect(page.locator("body")).to_contain_text("第 2 步，共 3 步：核对识别结果", timeout=15_000)
    context.close()


def test_with_scripts_progress_moves_without_a_new_page_until_it_is_done(
    live_server: Any, chromium: Browser, upload: Upload, administrator: Any
) -> None:
    Job.objects.filter(pk=upload.job_id).update(state="running", done=1, total=9)  # type: ignore[misc]
    type(upload).objects.update(state="checking")
    context = chromium.new_context(base_url=live_server.url, locale="zh-CN")
    sign_in(context, administrator, live_server.url)
    page = context.new_page()
    in_cms = upload.kind == "standard"
    page.goto(f"/cms/standards/import/{upload.code}/" if in_cms else f"/people/roster/{upload.code}/")
    page.evaluate("window.stayed = true")
    page.get_by_role("button", name="取消本次导入").focus()
    Job.objects.filter(pk=upload.job_id).update(done=5)  # type: ignore[misc]
    expect(page.locator("[data-waiting]")).to_contain_text("5 / 9", timeout=15_000)
    assert page.evaluate("window.stayed && document.activeElement.textContent.includes('取消本次导入')")
    type(upload).objects.update(state="cancelled")
    expect(page.locator("body")).to_contain_text("这次导入已取消", timeout=15_000)
    context.close()
