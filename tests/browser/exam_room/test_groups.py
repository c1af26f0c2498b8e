"""A question of several numbers under one stem, from its writing to its export. Nothing of the product names its type."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from exams.models import Mark, Question, Result
from exams.outcome import review_of
from people.models import RoleGrant
from tests.browser.exam_room.conftest import Candidate
from tests.browser.looking import AXE
from tests.cast import make_user, sign_in
from tests.exams import scenes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ASKS = "先做什么？|上报;劝阻;离开|B|1|\n还要做什么？|记录;等待|A|1|4.1\n写出您的做法。||劝阻、记录、上报|2|"
STEM = "巡查时发现三楼楼道堆满杂物，两户居民正在争执，其中一位老人说杂物是邻居的，邻居不承认。"


class StoryCandidate(Candidate):
    """Sits a paper of two single choices and a story of three numbers, which a trainer has just written in the CMS."""

    total = 5

    def _sitting(self, city: Any) -> Any:
        edition = scenes.make_edition()
        for n in range(2):
            scenes.make_question(edition, "single_choice", "4", n)
        self.desk = sign_in(Client(), make_user("writer", "演示讲师乙", RoleGrant.Role.TRAINER, city))
        self.marker = make_user("pen", "演示阅卷员甲", RoleGrant.Role.MARKER, city)
        written = {
            "stem": STEM,
            "edition": edition.pk,
            "main_clause": "5.1",
            "other_clauses": "4.1",
            "explanation": "依据第5.1条。",
            "difficulty": "easy",
            "state": "ready",
            "asks": ASKS,
        }
        add = reverse("exams_cms:question_add", args=["story"])
        assert "小题" in self.desk.get(add).content.decode()
        refused = self.desk.post(add, {**written, "asks": ASKS.splitlines()[0]})
        assert refused.status_code == 422
        assert "情景题至少要有 2 个小题。" in refused.content.decode()
        self.desk.post(add, written)
        assert Question.objects.get(kind="story").numbers == 3
        self.exam = scenes.make_exam(edition)
        self.exam.owner = city  # to draw what the city's trainer has written
        self.exam.save(update_fields=["owner"])
        self.exam.newest.rows.all().delete()
        for order, (kind, chapter, count) in enumerate([("single_choice", "4", 2), ("story", "5", 3)]):
            self.exam.newest.rows.create(order=order, kind=kind, chapter=chapter, count=count, marks_each=200)
        return scenes.open_planned(make_user("opener", "演示讲师"), scenes.make_sitting(self.exam, city, pass_mark=200))


@pytest.fixture
def candidate(live_server: Any, transactional_db: None) -> StoryCandidate:
    return StoryCandidate(live_server.url)


def look(page: Page, name: str) -> None:
    folder = os.environ.get("LOOK_INTO")
    if folder:
        page.screenshot(path=Path(folder) / f"group-{name}.png")


@pytest.mark.browser
@pytest.mark.parametrize("window", [(360, 640), (1280, 800)], ids=["phone", "desk"])
def test_a_question_of_several_numbers_lives_its_whole_life(
    candidate: StoryCandidate, chromium: Browser, window: tuple[int, int]
) -> None:
    # Drawn: its stem stands once on the sample, over three numbers.
    sample = candidate.desk.get(reverse("exams_cms:blueprint_sample", args=[candidate.exam.code])).content.decode()
    assert sample.count(STEM) == 1 and "写出您的做法。" in sample

    # Answered part by part under the common stem.
    context = candidate.context(chromium, window, has_touch=window[0] == 360)
    room = candidate.enter(context)
    for n, ask in ((3, "先做什么？"), (4, "还要做什么？"), (5, "写出您的做法。")):
        room.go(n)
        common = room.page.locator("details.common")
        expect(common).to_contain_text("第 3—5 题的共用题干")
        expect(common).to_contain_text(STEM)
        expect(room.page.locator(".question__legend")).to_contain_text(ask)
        room.page.evaluate(Path(settings.BASE_DIR, AXE).read_text(encoding="utf-8"))
        found = room.page.evaluate("axe.run(document.getElementById('question')).then((done) => done.violations)")
        assert found == []
        assert room.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        look(room.page, f"{window[0]}-{n}")
        if n < 5:
            room.page.get_by_role("radio").nth(1 if n == 3 else 0).check(force=True)
        else:
            room.page.get_by_label("写下您的做法").fill("先劝阻，再记录")
        room.wait_level("saved")
    assert candidate.held() == {3: "B", 4: "A", 5: "先劝阻，再记录"}

    # Folded once, it stays folded for the other numbers of the group.
    room.page.locator("details.common summary").click()
    room.go(4)
    expect(room.page.locator("details.common")).not_to_have_attribute("open", "")
    room.go(1)
    expect(room.page.locator("details.common")).to_have_count(0)
    assert room.errors == []

    # Marked: two parts by the key, one by a person.
    room.open_check()
    room.page.click("#hand-in")
    room.page.wait_for_url("**/result/")
    assert dict(Mark.objects.filter(number__gte=3).values_list("number", "score")) == {3: 150, 4: 150}
    assert not Result.objects.exists()
    pen = sign_in(Client(), candidate.marker)
    address = pen.post(f"/marking/{candidate.attempt.sitting.code}/next/")["Location"]
    page = pen.get(address).content.decode()
    assert STEM in page and "写出您的做法。" in page and "劝阻、记录、上报" in page and "先劝阻，再记录" in page
    pen.post(address, {"points": "2.5"})
    assert Result.objects.get().score == 150 + 150 + 250

    # Reviewed.
    shown = {
        q.number: q for q in review_of(candidate.attempt, actor=candidate.attempt.member.user, show_all=True).questions
    }
    assert shown[5].verdict == "部分答对 2.5/3 分"
    room.page.goto(f"{candidate.url}review/?all=1")
    expect(room.page.locator("main")).to_contain_text("写出您的做法。")
    context.close()

    # Exported.
    out = io.StringIO()
    call_command("export_questions", format="json", kind="story", stdout=out)
    record = json.loads(out.getvalue())["questions"][0]
    assert [one["ask"] for one in record["key"]] == ["先做什么？", "还要做什么？", "写出您的做法。"]
    assert record["clauses"] == ["5.1", "4.1"]
