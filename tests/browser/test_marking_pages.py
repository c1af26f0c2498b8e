"""阅卷 on a phone and at a desk: from the number in the navigation to the last mark."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from playwright.sync_api import expect

from exams.models import Attempt, Mark, Result
from exams.papers import forms_forget
from exams.types import type_for
from tests.browser.looking import problems_of, sign_in
from tests.exams import scenes

if TYPE_CHECKING:
    from types import SimpleNamespace

    from playwright.sync_api import Browser, Page

    from people.models import Member, User

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SIZES = {"phone": (360, 640), "desk": (1280, 800)}


@pytest.fixture
def handed_in(
    trainer: User, organisation: SimpleNamespace, learner: Member, neighbour: Member, monkeypatch: pytest.MonkeyPatch
) -> list[Attempt]:
    monkeypatch.setattr(type(type_for("fill_blank")), "marked_by", "people")
    forms_forget()
    sitting = scenes.open_sitting(trainer, organisation.city, title="岗前考试（演示）：社区网格员工作基本要求")
    attempts = [scenes.start(member, sitting) for member in (learner, neighbour)]
    client = Client()
    for attempt in attempts:
        scenes.save_sheet(client, attempt, scenes.right_sheet(attempt))
        scenes.hand_in(client, attempt)
    return attempts


def look(page: Page, name: str) -> None:
    assert problems_of(page) == []
    folder = os.environ.get("LOOK_INTO")
    if folder:
        page.screenshot(path=Path(folder) / f"marking-{name}.png", full_page=True)


@pytest.mark.parametrize("window", SIZES)
def test_answers_are_marked_one_after_the_other(
    live_server: Any, chromium: Browser, handed_in: list[Attempt], marker: User, window: str
) -> None:
    width, height = SIZES[window]
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    context.set_default_timeout(20_000)
    sign_in(context, marker, live_server.url)
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(live_server.url)
    expect(page).to_have_url(f"{live_server.url}/marking/")
    expect(page.get_by_role("link", name="阅卷").filter(visible=True)).to_contain_text("4")
    look(page, f"{window}-list")
    page.get_by_role("link", name="岗前考试（演示）").click()
    look(page, f"{window}-sitting")
    page.get_by_role("button", name="开始阅卷").first.click()
    expect(page.get_by_role("heading", name="考生的答案")).to_be_visible()
    look(page, f"{window}-answer")

    # A mistake is told, and what was typed stays.
    page.get_by_label("得分").first.fill("三分")
    page.get_by_role("button", name="给分并下一份").click()
    expect(page.get_by_role("alert")).to_contain_text("得分要填数字")
    expect(page.locator("#id_points")).to_have_value("三分")
    look(page, f"{window}-refused")

    # By a tap, and by digits with Enter; to the end.
    page.get_by_role("button", name="1.5", exact=True).click()
    expect(page.locator("#id_points")).to_have_value("1.5")
    page.get_by_role("button", name="给分并下一份").click()
    expect(page.get_by_text("已给 1.5 分。")).to_be_visible()
    for _turn in range(3):
        if not page.get_by_role("heading", name="考生的答案").is_visible():
            page.get_by_role("button", name="开始阅卷").first.click()
        page.locator("#id_points").fill("2")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    look(page, f"{window}-done")
    assert Result.objects.count() == 2
    assert sorted(Mark.objects.filter(marked_by=marker).values_list("score", flat=True)) == [150, 200, 200, 200]
    page.goto(f"{live_server.url}/marking/")
    expect(page.get_by_text("都阅完了。")).to_be_visible()
    expect(page.locator(".badge")).to_have_count(0)
    look(page, f"{window}-empty")
    assert failures == []
    context.close()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_six_tabs_fit_the_phone_of_a_learner_who_marks(
    live_server: Any, chromium: Browser, handed_in: list[Attempt], far_member: Member, organisation: Any, language: str
) -> None:
    from people.models import RoleGrant

    RoleGrant.objects.create(user=far_member.user, role="marker", organisation=organisation.city)
    far_member.user.text_size = "xlarge"
    far_member.user.save(update_fields=["text_size"])
    context = chromium.new_context(viewport={"width": 360, "height": 640})
    sign_in(context, far_member.user, live_server.url)
    context.add_cookies([{"name": "language", "value": language, "url": live_server.url}])
    page = context.new_page()
    sitting = handed_in[0].sitting
    for where in ("/marking/", f"/marking/{sitting.code}/"):  # the own paper comes first, the page says so
        page.goto(live_server.url + where)
        expect(page.locator(".notice--warn")).to_have_count(1)
        look(page, f"withheld-{language}")
    client, own = Client(), scenes.start(far_member, sitting)
    scenes.save_sheet(client, own, scenes.right_sheet(own))
    scenes.hand_in(client, own)
    page.goto(f"{live_server.url}/marking/")
    expect(page.locator(".badge").filter(visible=True)).to_contain_text("4")
    look(page, f"tabs-{language}")
    context.close()
