"""The whole system as `make run` serves it, with a demonstration town, and people who click through it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from home.demo.accounts import PASSWORD
from tests.browser.conftest import chromium
from tests.load.system import System

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["chromium"]

SCREENS = Path(__file__).resolve().parents[2] / "build" / "screens" / "journeys"
WINDOWS = {"phone": (360, 640), "desktop": (1280, 800)}
# A second newcomer, so that each window has one: a member of the demonstration for whom nothing has happened yet.
NEWCOMERS = """
from courses.models import Enrolment
from exams.models import Attempt
from people.models import Member, User
from django.contrib.auth.hashers import make_password
busy = set(Enrolment.objects.values_list("member_id", flat=True)) | set(Attempt.objects.values_list("member_id", flat=True))
idle = Member.objects.filter(left_on__isnull=True).exclude(pk__in=busy).exclude(number="YS010003").order_by("number").first()
User.objects.filter(pk=idle.user_id).update(password=make_password("{password}"), must_change_password=True, confirmed_at=None)
print("NEWCOMER", idle.number)
"""


class Person:
    """Somebody with a browser: what they see is kept as numbered pictures, and what breaks on their pages fails the test."""

    def __init__(self, base: str, page: Page, journey: str, window: str) -> None:
        self.base, self.page = base, page
        self.folder = SCREENS / f"{journey}-{window}"
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.glob("*.png"):
            old.unlink()
        self.taken = 0
        self.trouble: list[str] = []
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.trouble.append(f"{page.url}: {error}"))
        page.on(
            "response", lambda answer: answer.status >= 500 and self.trouble.append(f"{answer.status} {answer.url}")
        )

    def picture(self, name: str) -> None:
        self.taken += 1
        self.page.screenshot(path=self.folder / f"{self.taken:02}-{name}.png", full_page=True)

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)

    def press(self, name: str, *, exact: bool = True) -> None:
        """A button or link, by the words on it."""
        control = self.page.get_by_role("button", name=name, exact=exact).or_(
            self.page.get_by_role("link", name=name, exact=exact)
        )
        control.first.click()

    def sign_in(self, account: str, password: str = PASSWORD) -> None:
        self.open("/")
        self.page.get_by_label("手机号或工号").fill(account)
        self.page.get_by_label("密码", exact=True).fill(password)
        self.press("登录")
        self.page.wait_for_url(lambda url: "/accounts/login/" not in url)

    def sees(self, words: str) -> None:
        self.page.get_by_text(words).first.wait_for()


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    with System() as system:
        system.call("manage.py", "load_demo", "--small", "--no-pdf", "--verbosity", "0")
        system.start()
        yield system


@pytest.fixture(scope="session")
def second_newcomer(system: System) -> str:
    said = system.call("manage.py", "shell", "--verbosity", "0", "-c", NEWCOMERS.replace("{password}", PASSWORD))
    return said.split("NEWCOMER ")[1].split()[0]


@pytest.fixture(params=list(WINDOWS))
def window(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def person(request: pytest.FixtureRequest, system: System, chromium: Browser, window: str) -> Iterator[Person]:
    width, height = WINDOWS[window]
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        has_touch=window == "phone",
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        accept_downloads=True,
    )
    journey = Path(request.node.path).stem.removeprefix("test_")
    someone = Person(system.base, context.new_page(), journey, window)
    yield someone
    if request.node.stash.get(FAILED, False):
        with contextlib.suppress(Exception):
            someone.picture("where-it-failed")
    context.close()
    assert someone.trouble == []


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
        print(f"Pictures: {os.path.relpath(SCREENS)}")
    return report
