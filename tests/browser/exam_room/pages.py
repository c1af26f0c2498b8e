"""The exam room as a candidate's hands see it: small verbs over a Playwright page, and ways to disturb the network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Page, Request, Route, expect

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

SAVE = re.compile(r"/save/$")
SUBMIT = re.compile(r"/submit/$")
UNCONFIRMED = """settled(room.store.transaction(["answers"]).objectStore("answers").getAll(room.store.all()))
    .then((all) => all.filter((each) => !each.confirmed).map((each) => each.n))"""


class Room:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.saves: list[Request] = []
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.saves.append(request) if SAVE.search(request.url) else None)

    def enter(self, url: str) -> Room:
        self.page.goto(url)
        self.page.wait_for_selector(".question__set")
        return self

    def go(self, number: int) -> None:
        while not self.page.locator("#place").inner_text().startswith(f"第 {number} 题"):
            before = self.page.locator("#place").inner_text()
            here = int(re.findall(r"\d+", before)[0])
            self.settle()
            self.page.click("#next" if here < number else "#previous")
            expect(self.page.locator("#place")).not_to_have_text(before)

    def choose(self, label: str) -> None:
        self.page.locator(f'.option:has(input[value="{label}"])').click()

    def chosen(self) -> list[str]:
        return [str(each.get_attribute("value")) for each in self.page.locator(".option input:checked").all()]

    def settle(self) -> None:
        """Until a tap on the bar counts again: right after a change of screen it is taken for a trembling thumb."""
        self.page.wait_for_timeout(self.page.evaluate("Math.max(0, SAME_TAP - (performance.now() - room.shownAt))"))

    def next(self) -> None:
        self.settle()
        self.page.click("#next")

    def open_check(self) -> None:
        if self.page.locator("#open-sheet").is_visible():
            self.page.click("#open-sheet")
        self.page.click("#sheet-check")
        expect(self.page.locator("#check")).to_be_visible()
        self.settle()

    @property
    def level(self) -> str:
        return str(self.page.locator("#save").get_attribute("data-level"))

    def wait_level(self, level: str, seconds: float = 8) -> None:
        expect(self.page.locator("#save")).to_have_attribute("data-level", level, timeout=seconds * 1000)

    def wait_kept(self, *numbers: int) -> None:
        """Until the phone itself holds an answer to each of these questions that the server has not confirmed."""
        for _attempt in range(100):
            if set(numbers) <= set(self.page.evaluate(UNCONFIRMED)):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"The phone never kept the answers to {numbers}")

    def seconds_left(self) -> float:
        """What the clock counts, in seconds; its face shows whole minutes only."""
        return float(self.page.evaluate("room.clock.left() / 1000"))

    def watch_levels(self) -> None:
        """Every state that the save line ever shows from now on, with the number of unsent answers at that moment."""
        self.page.evaluate(
            """() => {
              window.seen = [];
              const save = document.getElementById("save");
              const note = () => window.seen.push([save.dataset.level, room.answers.unsent().length, save.innerText]);
              new MutationObserver(note).observe(save, { attributes: true, childList: true, subtree: true, characterData: true });
              note();
            }"""
        )

    def levels_seen(self) -> list[list[Any]]:
        return list(self.page.evaluate("window.seen"))


class Hold:
    """Requests that wait in the network until the test lets them go on."""

    def __init__(self, page: Page, pattern: re.Pattern[str] = SAVE) -> None:
        self.page = page
        self.routes: list[Route] = []
        self.released = False
        page.route(pattern, lambda route: self.take(route))

    def take(self, route: Route) -> None:
        if self.released:
            route.continue_()
        else:
            self.routes.append(route)

    def wait(self, count: int = 1) -> None:
        for _attempt in range(200):
            if len(self.routes) >= count:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{len(self.routes)} of {count} requests came")

    def release(self) -> None:
        self.released = True
        for route in self.routes:
            route.continue_()


def answer_with(
    page: Page, status: int, body: str = "", content_type: str = "text/html", pattern: re.Pattern[str] = SAVE
) -> None:
    page.route(pattern, lambda route: route.fulfill(status=status, body=body, content_type=content_type))


def cut(context: BrowserContext) -> None:
    context.set_offline(True)


def mend(context: BrowserContext) -> None:
    context.set_offline(False)
