"""Every button inside the window, targets large enough, nothing for axe to find, whatever size and colours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.exam_room.pages import Room, cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from tests.browser.exam_room.conftest import Candidate

AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WINDOWS = [(360, 640), (320, 568), (1280, 800)]

OUTSIDE = """() => {
  const wide = document.documentElement.clientWidth, problems = [];
  if (document.documentElement.scrollWidth > wide) problems.push("sideways scroll " + document.documentElement.scrollWidth);
  const top = document.querySelector("dialog[open]") || document;
  for (const each of top.querySelectorAll("button, a[href], .option, .pick, .tick, input[type=text]")) {
    const box = each.getBoundingClientRect();
    if (!each.getClientRects().length || getComputedStyle(each).visibility === "hidden" || each.classList.contains("skip-link")) continue;
    const name = (each.id || each.className) + " " + each.innerText;
    if (box.left < -0.5 || box.right > wide + 0.5) problems.push("outside: " + name);
    if (box.width < 43.9 || box.height < 43.9) problems.push("small " + Math.round(box.width) + "x" + Math.round(box.height) + ": " + name);
    if (each.scrollWidth > each.clientWidth + 1 && each.matches("button, a")) problems.push("cut: " + name);
    if (each.matches(".option") && box.height < 56) problems.push("low option: " + name);
  }
  for (const bar of document.querySelectorAll(".top, .foot-bar")) {
    const box = bar.getBoundingClientRect();
    if (box.height && (box.top < -0.5 || box.bottom > innerHeight + 0.5)) problems.push("bar outside: " + bar.className);
  }
  return problems;
}"""


def _open_sheet(room: Room) -> None:
    if room.page.locator("#open-sheet").is_visible():  # on wide screens it is always open
        room.page.click("#open-sheet")


SCENES: dict[str, Callable[[Room], None]] = {
    "question": lambda room: None,
    "check": lambda room: room.open_check(),
    "sheet": _open_sheet,
    "comfort": lambda room: room.page.click("#open-comfort"),
}


def enter_sized(
    candidate: Candidate, chromium: Browser, window: tuple[int, int], size: str, theme: str = "light"
) -> Room:
    context = candidate.context(chromium, window)
    candidate.look(size=size, theme=theme)
    room = candidate.enter(context)
    room.choose("A")
    room.page.click("#flag")
    room.wait_level("saved")
    room.go(2)
    return room


def violations(page: Page) -> list[str]:
    """At the height of the whole page: what lies under the bar until one scrolls is not hidden from anybody."""
    window = page.viewport_size
    assert window is not None
    height = int(page.evaluate("document.querySelector('dialog[open]') ? 0 : document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": window["width"], "height": max(window["height"], height)})
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "(tags) => axe.run({ runOnly: tags }).then(({ violations }) => violations.map("
        "(v) => v.id + ': ' + v.nodes.map((n) => n.target + ' ' + (n.any[0] || {}).message).join('; ')))",
        AXE_TAGS,
    )
    page.set_viewport_size(window)
    return list(found)


@pytest.mark.parametrize("size", ["standard", "large", "xlarge"])
@pytest.mark.parametrize("window", WINDOWS)
def test_every_button_lies_inside_the_window(
    candidate: Candidate, chromium: Browser, window: tuple[int, int], size: str
) -> None:
    room = enter_sized(candidate, chromium, window, size)
    for name, prepare in SCENES.items():
        prepare(room)
        assert room.page.evaluate(OUTSIDE) == [], name
        room.page.keyboard.press("Escape")
        if name == "check":
            room.page.click("#back-to-questions")
    for number in (candidate.first("multiple_choice"), candidate.first("fill_blank"), candidate.total):
        room.go(number)
        assert room.page.evaluate(OUTSIDE) == [], number
    cut(room.page.context)
    room.go(1)
    room.choose("B")
    room.wait_level("offline", 15)
    assert room.page.evaluate(OUTSIDE) == []
    room.page.context.close()


def test_nothing_moves_when_an_answer_is_given_and_saved(candidate: Candidate, chromium: Browser) -> None:
    room = enter_sized(candidate, chromium, (360, 640), "standard")
    room.go(3)
    places = "() => [...document.querySelectorAll('.option, #next, #flag, #place, #save, #clock')].map((e) => { const b = e.getBoundingClientRect(); return [Math.round(b.top), Math.round(b.height)]; })"
    before = room.page.evaluate(places)
    room.choose("A")
    assert room.page.evaluate(places) == before
    room.wait_level("saved")
    assert room.page.evaluate(places) == before
    room.page.context.close()


def test_reading_text_follows_the_chosen_size_at_once_and_the_question_stays(
    candidate: Candidate, chromium: Browser
) -> None:
    room = enter_sized(candidate, chromium, (360, 640), "standard")
    measured = []
    for label in ("标准", "大", "超大"):
        room.page.click("#open-comfort")
        room.page.locator("#comfort .pick", has=room.page.get_by_text(label, exact=True)).click()
        room.page.click("#comfort-close")
        measured.append(room.page.evaluate("parseFloat(getComputedStyle(document.querySelector('.stem')).fontSize)"))
        bar = room.page.evaluate("parseFloat(getComputedStyle(document.getElementById('next')).fontSize)")
        assert bar <= 22
    assert measured == [18, 22, 30]
    expect(room.page.locator("#place")).to_contain_text("第 2 题")
    candidate.wait_for(lambda: candidate.text_size() == "xlarge")
    room.page.context.close()


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
@pytest.mark.parametrize("window", [(360, 640), (1280, 800)])
def test_axe_finds_nothing(candidate: Candidate, chromium: Browser, window: tuple[int, int], theme: str) -> None:
    room = enter_sized(candidate, chromium, window, "standard", theme)
    for name, prepare in SCENES.items():
        prepare(room)
        assert violations(room.page) == [], name
        room.page.keyboard.press("Escape")
        if name == "check":
            room.page.click("#back-to-questions")
    room.go(candidate.first("fill_blank"))
    assert violations(room.page) == []
    cut(room.page.context)
    room.page.locator(".blank__input").first.fill("3")
    room.wait_level("offline", 15)
    assert violations(room.page) == []
    room.page.context.close()


def test_the_next_question_is_read_because_the_focus_goes_to_it(candidate: Candidate, chromium: Browser) -> None:
    room = enter_sized(candidate, chromium, (1280, 800), "standard")
    room.settle()
    room.page.locator("#next").focus()
    room.page.keyboard.press("Enter")
    assert room.page.evaluate("document.activeElement.tagName") == "LEGEND"
    expect(room.page.locator(".question__legend")).to_contain_text("第 3 题")
    room.page.context.close()


def test_the_keyboard_reaches_everything_in_order(candidate: Candidate, chromium: Browser) -> None:
    room = enter_sized(candidate, chromium, (360, 640), "standard")
    room.page.locator("#save").focus()
    order = []
    for _step in range(9):
        room.page.keyboard.press("Tab")
        order.append(
            room.page.evaluate(
                "document.activeElement.id || document.activeElement.type || document.activeElement.className"
            )
        )
    wanted = ["open-comfort", "radio", "flag", "previous", "open-sheet", "next"]
    assert [each for each in order if each in wanted][:6] == wanted
    room.page.context.close()


def test_without_scripts_the_page_says_what_to_do(candidate: Candidate, chromium: Browser) -> None:
    context = candidate.context(chromium, (360, 640), java_script_enabled=False)
    page = context.new_page()
    page.goto(candidate.url)
    assert "考场需要浏览器运行脚本" in page.inner_text("main")
    context.close()


def test_shortcuts_work_only_after_they_are_switched_on(candidate: Candidate, chromium: Browser) -> None:
    room = enter_sized(candidate, chromium, (1280, 800), "standard")
    room.page.keyboard.press("b")
    assert room.chosen() == []
    room.page.click("#open-comfort")
    room.page.check("#use-keys")
    room.page.click("#comfort-close")
    room.page.keyboard.press("b")
    assert room.chosen() == ["B"]
    room.page.evaluate("document.activeElement.blur()")
    room.page.keyboard.press("ArrowRight")
    expect(room.page.locator("#place")).to_contain_text("第 3 题")
    room.page.context.close()
