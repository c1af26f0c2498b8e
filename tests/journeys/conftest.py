"""The whole system as `make run` serves it, with a demonstration town, and people who click through it."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import expect
from psycopg import sql

from home.demo.accounts import PASSWORD
from tests.load.system import System

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Error, Page, Response

SCREENS = Path(__file__).resolve().parents[2] / "build" / "screens" / "journeys"
WINDOWS = {"phone": (360, 640), "desktop": (1280, 800)}
WAIT = 30_000  # milliseconds: other tests may have the machine
expect.set_options(timeout=WAIT)
_taken: dict[Path, int] = {}  # folder -> pictures of this run in it; those of an earlier run are gone


class Person:
    """Somebody with a browser: what they see is kept as numbered pictures, and what breaks on their pages fails the test."""

    def __init__(self, base: str, page: Page, journey: str, window: str) -> None:
        self.base, self.page = base, page
        self.folder = SCREENS / f"{journey}-{window}"
        if self.folder not in _taken:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
            _taken[self.folder] = 0
        self.trouble: list[str] = []
        page.set_default_timeout(WAIT)
        page.on("pageerror", self._broke)
        page.on("response", self._answered)

    def _broke(self, error: Error) -> None:
        self.trouble.append(f"{self.page.url}: {error}")

    def _answered(self, answer: Response) -> None:
        if answer.status >= 500:
            self.trouble.append(f"{answer.status} {answer.url}")

    def picture(self, name: str) -> None:
        _taken[self.folder] += 1
        path = self.folder / f"{_taken[self.folder]:02}-{name}.png"
        self.page.screenshot(path=path, full_page=True, animations="disabled")

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


@contextlib.contextmanager
def own_database() -> Iterator[dict[str, str]]:
    """Where the tests run on PostgreSQL: a database of the system's own on the same server."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield {}
        return
    name = f"journeys_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield {"DATABASE_URL": urlsplit(server)._replace(path=f"/{name}").geturl()}
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@dataclass(frozen=True)
class Town:
    """What is served, and who has not begun yet."""

    system: System
    newcomers: dict[str, str]  # window -> member number


@pytest.fixture(scope="session")
def town() -> Iterator[Town]:
    with own_database() as database, System(**database) as system:
        second = system.call("-m", "tests.journeys.town")
        system.start()
        yield Town(system, {"phone": "YS010003", "desktop": second})


@pytest.fixture(params=list(WINDOWS))
def window(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def visitors(
    town: Town, chromium: Browser, window: str, request: pytest.FixtureRequest
) -> Iterator[Callable[[], Person]]:
    """Makes people with the window of this test, each with a browser of their own: nobody shares a session."""
    width, height = WINDOWS[window]
    journey = Path(request.node.path).stem.removeprefix("test_")
    everybody: list[Person] = []

    def visitor() -> Person:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            has_touch=window == "phone",
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            accept_downloads=True,
        )
        everybody.append(Person(town.system.base, context.new_page(), journey, window))
        return everybody[-1]

    yield visitor
    for someone in everybody:
        if request.node.stash.get(FAILED, False):
            with contextlib.suppress(Exception):
                someone.picture("where-it-failed")
        someone.page.context.close()
    assert [trouble for someone in everybody for trouble in someone.trouble] == []


@pytest.fixture
def person(visitors: Callable[[], Person]) -> Person:
    return visitors()


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
        report.sections.append(("Pictures", os.path.relpath(SCREENS)))
        if (town := getattr(item, "funcargs", {}).get("town")) is not None:
            report.sections.append(("What the system said", town.system.last_words()))
    return report
