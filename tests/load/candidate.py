"""One candidate with a browser of their own, from the sign-in to the review. Everything goes over HTTP, as pages and scripts do it."""

from __future__ import annotations

import asyncio
import base64
import html
import json
import random
import re
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from exams.types import type_for
from tests.load.system import Trouble

SAVES = 10
PER_SAVE = 5
QUESTIONS = SAVES * PER_SAVE
# How long the exam room waits for an answer (exams/static/exams/room/queue.js).
GIVE_UP = aiohttp.ClientTimeout(total=20)
# A real page waits 1 to 30 s before it tries again; the fault run has less time, so that more is under way when something dies.
TRY_AGAIN = (0.05, 0.1, 0.2, 0.4, 0.8, 1.0)
SIGN_IN = "/accounts/login/"
CSRF_FIELD = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
BLOCK = re.compile(r'<script id="(paper|attempt)-data" type="application/json">(.*?)</script>', re.DOTALL)


@dataclass(frozen=True)
class Page:
    status: int
    text: str
    location: str

    def expect(self, *statuses: int) -> Page:
        if self.status not in statuses:
            words = " ".join(self.text.split())[:300]
            raise Trouble(f"status {self.status}, expected {statuses}: {words}")
        return self


@dataclass
class Watch:
    """What the candidates of one run report: how long each step took, and what went wrong."""

    times: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    retries: int = 0
    last_answer: float = field(default_factory=time.monotonic)
    longest_silence: float = 0.0  # between two answers to anybody

    def took(self, step: str, seconds: float) -> None:
        self.times.setdefault(step, []).append(seconds)
        now = time.monotonic()
        self.longest_silence = max(self.longest_silence, now - self.last_answer)
        self.last_answer = now


class Browser:
    """Cookies and one kept connection. A patient one tries again until it is answered, as the exam room does."""

    def __init__(self, base: str, watch: Watch, *, patient: bool = False) -> None:
        self.base, self.watch, self.patient = base, watch, patient
        self.cookies: dict[str, str] = {}
        self.session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=2, keepalive_timeout=60),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=GIVE_UP,
            auto_decompress=False,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding"),
        )

    async def close(self) -> None:
        await self.session.close()

    async def get(self, step: str, path: str) -> Page:
        return await self._ask(step, "GET", path, None, "")

    async def post_form(self, step: str, path: str, **fields: str) -> Page:
        fields["csrfmiddlewaretoken"] = self.cookies.get("csrftoken", "")
        return await self._ask(step, "POST", path, aiohttp.FormData(fields)(), "application/x-www-form-urlencoded")

    async def post_json(self, step: str, path: str, content: object) -> Page:
        return await self._ask(step, "POST", path, json.dumps(content).encode(), "application/json")

    async def _ask(self, step: str, method: str, path: str, body: Any, kind: str) -> Page:
        failures = 0
        while True:
            began = time.perf_counter()
            try:
                page = await self._once(method, path, body, kind)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                if not self.patient:
                    raise Trouble(f"{type(error).__name__}: {error}") from error
            else:
                if not self.patient or not (page.status == 429 or page.status >= 500):
                    self.watch.took(step, time.perf_counter() - began)
                    return page
            self.watch.retries += 1
            await asyncio.sleep(TRY_AGAIN[min(failures, len(TRY_AGAIN) - 1)])
            failures += 1

    async def _once(self, method: str, path: str, body: Any, kind: str) -> Page:
        headers = (
            {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        )
        if kind:
            headers["Content-Type"] = kind
        async with self.session.request(
            method, self.base + path, data=body, headers=headers, allow_redirects=False
        ) as answer:
            text = (await answer.read()).decode()
            for line in answer.headers.getall("Set-Cookie", ()):
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
            return Page(answer.status, text, answer.headers.get("Location", ""))

    async def sign_in(self, number: str, password: str, then: str) -> None:
        """By the form; afterwards the browser is where it wanted to go."""
        page = await self.get("sign-in page", f"{SIGN_IN}?next={then}")
        if page.status == 302:
            return  # an earlier try got through, only its answer was lost
        if not CSRF_FIELD.search(page.expect(200).text):
            raise Trouble("no form to sign in with")
        answer = await self.post_form("sign in", SIGN_IN, login=number, password=password, next=then)
        if answer.expect(302).location != then:
            raise Trouble(f"signed in, but sent to {answer.location}")


def draw_answer(question: dict[str, Any], rng: random.Random) -> Any:
    """Some answer to a question of the paper; the candidate knows no key."""
    return type_for(question["type"]).some_answer(question, rng)


_papers: dict[str, list[dict[str, Any]]] = {}


@dataclass
class Room:
    """What the exam room's page brought along."""

    attempt: dict[str, Any]
    questions: list[dict[str, Any]]
    opened: float = field(default_factory=time.perf_counter)

    @classmethod
    def read(cls, text: str) -> Room:
        blocks = dict(BLOCK.findall(text))
        if set(blocks) != {"paper", "attempt"}:
            raise Trouble("the exam room came without its paper")
        if blocks["paper"] not in _papers:  # the same few papers thousands of times
            _papers[blocks["paper"]] = json.loads(blocks["paper"])["questions"]
        return cls(json.loads(blocks["attempt"]), _papers[blocks["paper"]])

    @property
    def attempt_id(self) -> int:
        """Out of the token; the bound's address asks for it, the real ones don't."""
        content = str(self.attempt["token"]).split(":")[0]
        return int(json.loads(base64.urlsafe_b64decode(content + "=" * (-len(content) % 4)))[0])

    def stamp(self) -> int:
        """The server's clock, as the page keeps it."""
        return int(self.attempt["server_now"] + (time.perf_counter() - self.opened) * 1000)

    def answers(self, numbers: list[int], sequence: int, rng: random.Random) -> list[list[Any]]:
        return [
            [n, sequence + i, draw_answer(self.questions[n - 1], rng), False, self.stamp()]
            for i, n in enumerate(numbers)
        ]


def saved(page: Page, numbers: list[int]) -> None:
    answer = json.loads(page.expect(200).text)
    if answer["saved"] != numbers or answer["state"] != "open":
        raise Trouble(f"not saved: {page.text[:200]}")


async def open_room(browser: Browser, sitting: str, number: str, password: str) -> Room:
    """From the sign-in to the open paper."""
    notice = f"/exams/sittings/{sitting}/"
    await browser.sign_in(number, password, notice)
    page = await browser.get("notice", notice)
    if f"{notice}start/" not in page.expect(200).text:
        raise Trouble("the notice offers no start")
    room = (await browser.post_form("start", f"{notice}start/")).expect(302).location
    opened = Room.read((await browser.get("paper", room)).expect(200).text)
    if len(opened.questions) != QUESTIONS:
        raise Trouble(f"{len(opened.questions)} questions instead of {QUESTIONS}")
    return opened


async def hand_in(browser: Browser, room: Room) -> None:
    """Hand in, then look at the result and at the review of all questions."""
    answer = await browser.post_json(
        "submit", room.attempt["urls"]["submit"], {"t": room.attempt["token"], "key": "load"}
    )
    done = json.loads(answer.expect(200).text)
    if done["state"] != "submitted":
        raise Trouble(f"not handed in: {answer.text[:200]}")
    result = (await browser.get("result", done["result"])).expect(200)
    found = re.search(r'href="([^"]+/review/)"', result.text)
    if not found:
        raise Trouble("the result offers no review")
    review = (await browser.get("review", f"{html.unescape(found[1])}?all=1")).expect(200)
    if review.text.count('class="card reviewed"') != QUESTIONS:
        raise Trouble("the review does not show every question")
    if "去学：" not in review.text:
        raise Trouble("the review names no lesson")


async def sit(browser: Browser, sitting: str, number: str, password: str, rng: random.Random) -> None:
    """The whole attempt, without time to think."""
    room = await open_room(browser, sitting, number, password)
    for turn in range(SAVES):
        numbers = [turn * PER_SAVE + i for i in range(1, PER_SAVE + 1)]
        content = {"t": room.attempt["token"], "a": room.answers(numbers, turn * PER_SAVE + 1, rng)}
        saved(await browser.post_json("save", room.attempt["urls"]["save"], content), numbers)
    await hand_in(browser, room)
