"""A certificate in a browser: its owner's pages in every state, and the check that needs no account and no scripts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import zxingcpp
from django.core.cache import cache
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from certificates.models import Award
from certificates.services import award_issue, award_render, award_revoke
from home.presets.grid import levels_make
from people.models import Organisation, Post, RoleGrant, User
from tests.browser.looking import Weight, problems_of, sign_in
from tests.cast import make_member, make_user
from tests.certificates import scenes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = [pytest.mark.slow]

PHONE, SMALL, DESK = (360, 640), (320, 568), (1280, 800)


class Office:
    """A holder of one certificate in each state, and an administrator."""

    def __init__(self, address: str, browser: Browser) -> None:
        self.address, self.browser = address, browser
        levels_make()
        city = Organisation.add_root(name="演示市", level_id="city")
        post = Post.objects.create(code="full_time_grid_member", name="网格长（专职网格员）")
        member = make_member("D0001", "演示·阿依古丽·买买提", post, city, phone="10000000001")
        self.administrator = make_user("administrator", "演示管理员", RoleGrant.Role.ADMINISTRATOR, city)
        self.holder = member.user
        self.awards: dict[str, Award] = {}
        edition, today = scenes.make_edition(), timezone.localdate()
        for letters, state in zip(
            ("GA", "GB", "GC", "GD", "GE", "GF"),
            ("valid", "waiting", "refused", "deferred", "expired", "revoked"),
            strict=True,
        ):
            sitting = scenes.make_sitting(city, edition)  # each certificate rests on an exam of its own
            scenes.pass_exam(member, sitting)
            scheme = scenes.make_scheme(sitting, code=f"scheme-{state}", letters=letters)
            award = award_issue(actor=None, scheme=scheme, member=member)
            kept = Award.objects.filter(pk=award.pk)
            if state == "expired":
                kept.update(issued_on=today - timedelta(days=900), valid_until=today - timedelta(days=1))
            elif state == "revoked":
                award_revoke(actor=self.administrator, award=award, reason="演示：成绩核查有误")
            if state in ("valid", "expired", "revoked"):
                award_render(award_id=award.pk)
            elif state == "refused":
                kept.update(render_state="refused", render_note="字库里没有这个字：“𰀀”（U+30000）。证书暂不能生成。")
            else:
                kept.update(render_state=state)
            self.awards[state] = kept.get()

    def context(self, window: tuple[int, int], user: User | None = None, **more: Any) -> BrowserContext:
        context = self.browser.new_context(
            viewport={"width": window[0], "height": window[1]}, locale="zh-CN", base_url=self.address, **more
        )
        if user is not None:
            sign_in(context, user, self.address)
        return context

    def url(self, state: str) -> str:
        return f"/certificates/{self.awards[state].code}/"


@pytest.fixture
def office(
    live_server: Any, transactional_db: None, chromium: Browser, settings: Any, tmp_path: Path
) -> Iterator[Office]:
    cache.clear()
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {**settings.STORAGES["private"], "OPTIONS": {"location": str(tmp_path / "private")}},
    }
    yield Office(live_server.url, chromium)
    cache.clear()


@pytest.mark.parametrize(
    ("window", "size", "theme"),
    [
        (PHONE, "standard", "light"),
        (SMALL, "xlarge", "light"),
        (PHONE, "large", "dark"),
        (DESK, "standard", "light"),
        (DESK, "standard", "contrast"),
    ],
)
def test_every_state_of_a_certificate_is_whole_in_every_window(
    office: Office, window: tuple[int, int], size: str, theme: str
) -> None:
    User.objects.filter(pk=office.holder.pk).update(text_size=size, theme=theme)
    context = office.context(window, office.holder)
    page = context.new_page()
    found = []
    for path in ("/certificates/", *(office.url(state) for state in office.awards)):
        page.goto(path)
        found += problems_of(page)
    context.close()
    context = office.context(window, office.administrator)
    page = context.new_page()
    for path in ("/certificates/problems/", office.url("valid"), office.url("valid") + "revoke/"):
        page.goto(path)
        found += problems_of(page)
    context.close()
    assert found == []


def test_a_waiting_certificate_appears_by_itself(office: Office) -> None:
    context = office.context(PHONE, office.holder)
    page = context.new_page()
    page.goto(office.url("waiting"))
    expect(page.get_by_text("证书正在生成，通常 1 分钟内完成")).to_be_visible()
    award_render(award_id=office.awards["waiting"].pk)
    expect(page.get_by_role("link", name="保存图片")).to_be_visible(timeout=15_000)
    picture = page.locator(".certificate-picture img")
    assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 1100
    assert "演示·阿依古丽·买买提的培训合格证书" in (picture.get_attribute("alt") or "")
    context.close()


def test_number_is_copied_files_are_saved_and_wechat_is_told_how(office: Office) -> None:
    context = office.context(PHONE, office.holder, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(office.url("valid"))
    page.get_by_role("button", name="复制").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == office.awards["valid"].number
    for name, ending in (("下载 PDF", ".pdf"), ("保存图片", ".png")):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert download.value.suggested_filename == office.awards["valid"].number + ending
    assert "微信里不能直接下载" not in page.inner_text("main")
    context.close()
    context = office.context(PHONE, office.holder, user_agent="Mozilla/5.0 MicroMessenger/8.0")
    page = context.new_page()
    page.goto(office.url("valid"))
    expect(page.get_by_text("微信里不能直接下载。请点右上角“…”")).to_be_visible()
    context.close()


def test_the_code_on_the_screen_leads_to_the_verdict(office: Office, settings: Any) -> None:
    context = office.context(PHONE, office.holder)
    page = context.new_page()
    page.goto(office.url("valid"))
    shot = Image.open(io.BytesIO(page.locator(".certificate-qr").screenshot()))
    (code,) = zxingcpp.read_barcodes(shot)
    assert code.text == f"{settings.BASE_URL}/V/{office.awards['valid'].token}".upper()
    context.close()


@pytest.mark.parametrize("window", [PHONE, DESK])
@pytest.mark.parametrize(
    ("state", "verdict"), [("valid", "有效"), ("expired", "已过期"), ("revoked", "已撤销"), ("unknown", "查无此证")]
)
def test_who_scans_the_code_reads_the_verdict_at_once_without_scripts(
    office: Office, window: tuple[int, int], state: str, verdict: str
) -> None:
    context = office.context(window, java_script_enabled=False)
    page = context.new_page()
    weight = Weight(page)
    token = office.awards[state].token if state in office.awards else "A" * 16
    page.goto(f"/V/{token}", wait_until="networkidle")
    heading = page.get_by_role("heading", level=1, name=verdict)
    box = heading.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 200
    assert len(weight.requests) <= 4 and weight.kilobytes <= 35
    text = page.inner_text("body")
    assert "阿依古丽" not in text and "10000000001" not in text
    if state in office.awards:
        assert "演*********提" in text and office.awards[state].number in text
    context.close()
    context = office.context(window)
    page = context.new_page()
    page.goto(f"/V/{token}")
    assert problems_of(page) == []
    context.close()


def test_by_hand_without_scripts_a_slip_is_explained_and_the_right_number_is_found(office: Office) -> None:
    context = office.context(PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto("/verify/")
    number = office.awards["valid"].number
    page.get_by_label("证书编号").fill(number[:-1] + str((int(number[-1]) + 1) % 10))
    page.get_by_label("持证人姓名").fill("演示·阿依古丽·买买提")
    page.get_by_role("button", name="查验").click()
    expect(page.get_by_role("alert")).to_contain_text("编号可能输错了一位，请核对第")
    assert page.title().startswith("有错误：")
    page.get_by_label("证书编号").fill(number.lower().replace("-", " "))
    page.get_by_role("button", name="查验").click()
    expect(page.get_by_role("heading", level=1, name="有效")).to_be_visible()
    context.close()


def test_the_form_of_the_check_is_whole(office: Office) -> None:
    found = []
    for window in (PHONE, SMALL, DESK):
        context = office.context(window)
        page = context.new_page()
        page.goto("/verify/")
        found += problems_of(page)
        page.get_by_role("button", name="查验").click()
        page.get_by_role("alert").wait_for()
        found += problems_of(page)
        context.close()
    assert found == []


def test_an_administrator_revokes_by_clicks(office: Office) -> None:
    context = office.context(DESK, office.administrator)
    page = context.new_page()
    page.goto(office.url("valid"))
    page.get_by_role("link", name="撤销证书").click()
    page.get_by_role("button", name="撤销这张证书").click()
    expect(page.get_by_role("alert")).to_contain_text("请填写撤销原因")
    page.get_by_label("撤销原因").fill("演示：替考")
    page.get_by_role("button", name="撤销这张证书").click()
    expect(page.get_by_text("查验页立即显示“已撤销”")).to_be_visible()
    page.goto(f"/V/{office.awards['valid'].token}")
    expect(page.get_by_role("heading", level=1, name="已撤销")).to_be_visible()
    context.close()
