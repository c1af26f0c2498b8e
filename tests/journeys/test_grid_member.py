"""A new grid member: first sign-in, the whole course, the exam, the certificate, and a stranger who verifies it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.journeys import knowledge
from tests.journeys.knowledge import bare

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.journeys.conftest import Person, Town

pytestmark = [pytest.mark.slow, pytest.mark.system, pytest.mark.xdist_group("journeys")]

NEW_PASSWORD = "wang-ge-zou-fang-88"


def first_sign_in(person: Person, account: str) -> None:
    person.sign_in(account)
    person.sees("第 1 步，共 3 步")
    person.picture("check-my-data")
    person.press("信息无误，下一步")
    person.sees("第 2 步，共 3 步")
    person.page.locator("input[type=password]").nth(0).fill(NEW_PASSWORD)
    person.page.locator("input[type=password]").nth(1).fill(NEW_PASSWORD)
    person.picture("new-password")
    person.press("保存密码，下一步")
    person.sees("第 3 步，共 3 步")
    person.picture("text-size")
    person.press("信息无误，开始学习")
    person.sees("我的任务")


def answer_check(card: Locator, right: list[str]) -> None:
    for text in right:
        card.locator("label", has=card.page.get_by_text(text, exact=True)).click()
    card.get_by_role("button", name="提交答案").click()
    card.locator("[data-verdict]", has_text="答对了").wait_for()


def learn(person: Person, number: int, known: dict[str, list[str]]) -> None:
    """One lesson, card by card; every check is answered when it comes."""
    page = person.page
    page.get_by_role("button", name="下一张").wait_for()
    if number == 1:
        person.picture("lesson-first-card")
    pictured = False
    while True:
        card = page.locator("[data-card]:visible").first
        if card.locator("form.check").count():
            stem = card.locator("legend").inner_text().split("\n", 1)[1]
            answer_check(card, known[bare(stem)])
            if number == 1 and not pictured:
                person.picture("lesson-check")
                pictured = True
        if card.get_attribute("id") == "finish":
            break
        page.get_by_role("button", name="下一张").click()
    person.press("完成本课")
    page.get_by_role("heading", name="本课学完").wait_for()


def learn_all(person: Person) -> int:
    known = knowledge.checks()
    person.press("开始学习", exact=False)
    done = 0
    while True:
        done += 1
        learn(person, done, known)
        following = person.page.get_by_role("link", name=re.compile("^下一课："))
        if done == 1:
            person.picture("lesson-done")
        if not following.count():
            return done
        following.click()


def sit_exam(person: Person) -> None:
    page, known = person.page, knowledge.questions()
    person.press("开始考试", exact=False)
    person.sees("考场规则")
    person.picture("exam-notice")
    person.press("开始答题")
    page.wait_for_selector(".question__set")
    total = int(re.findall(r"共 (\d+) 题", page.locator("#place").inner_text())[0])
    for number in range(1, total + 1):
        answer_question(person, known)
        if number == 3:
            page.locator("#save[data-level=saved]").wait_for()
            person.picture("exam-room")
        if number < total:
            press_in_the_room(person, "#next")
            page.locator("#place", has_text=f"第 {number + 1} 题").wait_for()
    page.locator("#save[data-level=saved]").wait_for()
    press_in_the_room(person, "#next")
    page.get_by_role("heading", name="检查并交卷").wait_for()
    person.picture("exam-check")
    press_in_the_room(person, "#hand-in")
    person.sees("合格（合格线")
    person.picture("result")


def press_in_the_room(person: Person, button: str) -> None:
    """As slowly as a person: two taps at once are taken for a trembling thumb."""
    person.page.wait_for_timeout(person.page.evaluate("Math.max(0, SAME_TAP - (performance.now() - room.shownAt))"))
    person.page.click(button)


def answer_question(person: Person, known: dict[str, list[list[str]]]) -> None:
    page = person.page
    stem = bare(page.locator(".question__legend .stem").inner_text())
    blanks = page.locator(".blank__input")
    candidates = known[stem]
    if blanks.count():
        for index, text in enumerate(candidates[0]):
            blanks.nth(index).fill(text)
        return
    shown = set(page.locator(".option__text").all_inner_texts())
    right = next(each for each in candidates if set(each) <= shown)
    for text in right:
        page.locator(".option", has=page.get_by_text(text, exact=True)).click()


def reload_until(person: Person, there: Locator) -> None:
    """What the worker makes meanwhile."""
    for _turn in range(60):
        if there.count():
            break
        person.page.wait_for_timeout(1000)
        person.page.reload()
    there.wait_for()


def certificate(person: Person) -> str:
    """Waits for the worker to have made it; returns its number."""
    person.press("查看证书")
    person.page.get_by_role("heading", name="我的证书").wait_for()
    person.picture("certificates")
    award = person.page.get_by_role("link", name=re.compile("岗前培训合格"))
    reload_until(person, award)
    award.click()
    reload_until(person, person.page.locator("a.certificate-picture img"))
    person.picture("certificate")
    with person.page.expect_download() as download:
        person.press("下载 PDF")
    assert download.value.path().read_bytes()[:5] == b"%PDF-"
    return str(person.page.locator("[data-copy-text]").inner_text())


def verify(person: Person, number: str, name: str) -> None:
    """As a stranger, without an account."""
    person.page.context.clear_cookies()
    person.open("/verify/")
    person.picture("verify")
    person.page.get_by_label("证书编号").fill(number)
    person.page.get_by_label("持证人姓名").fill(name)
    person.press("查验")
    person.sees("有效")
    page = person.page.inner_text("main")
    assert "有效" in page
    assert name not in page, "the name is masked"
    person.picture("verified")
    person.open("/verify/")
    person.page.get_by_label("证书编号").fill(number)
    person.page.get_by_label("持证人姓名").fill("演示无此人")
    person.press("查验")
    person.sees("没有查到这张证书")


def test_a_newcomer_becomes_a_certified_member(person: Person, town: Town, window: str) -> None:
    first_sign_in(person, town.newcomers[window])
    person.picture("tasks")
    name = profile_name(person)
    assert learn_all(person) >= 12
    person.picture("course-done")
    person.press("去看任务")
    person.sees("我的任务")
    person.picture("tasks-before-exam")
    sit_exam(person)
    number = certificate(person)
    assert re.fullmatch(r"GY-990000-\d{4}-\d{7}-\d{2}", number)
    verify(person, number, name)


def profile_name(person: Person) -> str:
    person.open("/me/")
    person.picture("me")
    name = re.search(r"演示[^\s，（]+", person.page.inner_text("main"))
    assert name is not None
    person.open("/")
    return name.group()
