"""A candidate in the real exam room: the whole system behind a live server, and a look into its database."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.utils import timezone

from exams import services
from exams.models import Attempt, LateAnswer, Response, Result
from exams.papers import form_entries, forms_forget
from home.presets.grid import levels_make
from people.models import Organisation, Post, User
from tests.browser.exam_room.pages import Room
from tests.cast import PASSWORD, make_member, make_user
from tests.exams import scenes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page

DEVICE = "first-phone"
ROWS = [("single_choice", "4", 30), ("multiple_choice", "4", 10), ("true_false", "5", 7), ("fill_blank", "5", 3)]


class Candidate:
    total = sum(count for _kind, _chapter, count in ROWS)

    def __init__(self, address: str) -> None:
        self.address = address
        levels_make()
        city = Organisation.add_root(name="演示市", level_id="city")
        post = Post.objects.create(code="full_time_grid_member", name="网格长（专职网格员）")
        self.member = make_member("D0001", "演示学员", post, city, phone="10000000001")
        self.member.user.set_password(PASSWORD)
        self.member.user.save()
        sitting = self._sitting(city)
        self.attempt = scenes.start(self.member, sitting, device=DEVICE)
        self.devices = 0

    def _sitting(self, city: Organisation) -> Any:
        edition = scenes.make_edition()
        for kind, chapter, count in ROWS:
            for n in range(count):
                scenes.make_question(edition, kind, chapter, n)
        exam = scenes.make_exam(edition)
        exam.newest.rows.all().delete()
        for order, (kind, chapter, count) in enumerate(ROWS):
            exam.newest.rows.create(order=order, kind=kind, chapter=chapter, count=count, marks_each=200)
        sitting = scenes.make_sitting(exam, city)
        return scenes.open_planned(make_user("opener", "演示讲师"), sitting)

    # --- what the person does ---

    @property
    def url(self) -> str:
        return f"{self.address}/exams/attempts/{self.attempt.code}/"

    def context(self, browser: Browser, window: tuple[int, int], **more: Any) -> BrowserContext:
        context = browser.new_context(
            viewport={"width": window[0], "height": window[1]}, locale="zh-CN", base_url=self.address, **more
        )
        self.sign_in(context)
        if not self.devices:  # the exam was started on the first one
            context.add_cookies([{"name": "exam_device", "value": DEVICE, "url": self.address}])
        self.devices += 1
        return context

    def sign_in(self, context: BrowserContext) -> None:
        user = self.member.user
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "people.backends.MemberNumberOrPhone"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        value = str(session.session_key)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.address}])

    def sign_out(self, context: BrowserContext) -> None:
        context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    def fill_in_sign_in(self, frame: FrameLocator) -> None:
        frame.locator("input[name=login]").fill("D0001")
        frame.locator("input[name=password]").fill(PASSWORD)
        frame.locator("input[name=password]").press("Enter")

    def visit(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.goto(self.url)
        return page

    def enter(self, context: BrowserContext) -> Room:
        return Room(context.new_page()).enter(self.url)

    def take_over(self, context: BrowserContext) -> Room:
        page = context.new_page()
        room = Room(page)
        page.goto(self.url)
        page.get_by_role("button", name="在这里继续").click()
        page.wait_for_selector(".question__set")
        return room

    def spoil_token(self, room: Room) -> None:
        room.page.evaluate("room.queue.token = 'spoiled'")

    def look(self, *, size: str, theme: str) -> None:
        User.objects.filter(pk=self.member.user_id).update(text_size=size, theme=theme)

    # --- what the system holds ---

    def text_size(self) -> str:
        return User.objects.get(pk=self.member.user_id).text_size

    def first(self, kind: str) -> int:
        return next(n for n, entry in sorted(form_entries(self.attempt.form_id).items()) if entry["type"] == kind)

    def held(self) -> dict[int, Any]:
        rows = Response.objects.filter(attempt=self.attempt)
        return {n: json.loads(value) for n, value in rows.values_list("number", "value")}

    def late(self) -> dict[int, Any]:
        rows = LateAnswer.objects.filter(attempt=self.attempt).order_by("sequence")
        return {n: json.loads(value) for n, value in rows.values_list("number", "value")}

    def state(self) -> str:
        return Attempt.objects.get(pk=self.attempt.pk).state

    def submissions(self) -> int:
        return Result.objects.filter(attempt=self.attempt).count()

    def seconds_left(self) -> float:
        return (Attempt.objects.get(pk=self.attempt.pk).deadline - timezone.now()).total_seconds()

    def set_left(self, *, seconds: float) -> None:
        now = timezone.now()
        Attempt.objects.filter(pk=self.attempt.pk).update(
            started_at=now - timedelta(hours=1), deadline=now + timedelta(seconds=seconds)
        )

    def extend(self, *, minutes: int) -> None:
        services.attempt_extend(
            actor=User.objects.get(username="opener"), attempt=self.attempt, minutes=minutes, reason="演示"
        )

    def close_long_ago(self) -> None:
        self.set_left(seconds=-60)
        services.attempt_close_overdue(attempt_id=self.attempt.pk)

    def wait_for(self, happened: Callable[[], bool]) -> None:
        for _turn in range(100):
            if happened():
                return
            time.sleep(0.1)
        raise AssertionError("It never happened")


@pytest.fixture
def candidate(live_server: Any, transactional_db: None) -> Iterator[Candidate]:
    forms_forget()
    yield Candidate(live_server.url)
    forms_forget()


def _phone(candidate: Candidate, chromium: Browser) -> Iterator[BrowserContext]:
    context = candidate.context(chromium, (360, 640), has_touch=True)
    yield context
    context.close()


@pytest.fixture
def phone(candidate: Candidate, chromium: Browser) -> Iterator[BrowserContext]:
    yield from _phone(candidate, chromium)


@pytest.fixture
def other_phone(candidate: Candidate, chromium: Browser) -> Iterator[BrowserContext]:
    yield from _phone(candidate, chromium)
