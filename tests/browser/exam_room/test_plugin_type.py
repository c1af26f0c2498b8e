"""A question type that the product does not have, from its writing to its export. Nothing of the product names it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from exams.models import Mark, Question
from exams.outcome import review_of
from people.models import RoleGrant
from tests.browser.exam_room.conftest import Candidate
from tests.browser.looking import AXE
from tests.cast import make_user, sign_in
from tests.exams import scenes

if TYPE_CHECKING:
    from playwright.sync_api import Browser


class ScaleCandidate(Candidate):
    """Sits a paper of three single choices and two questions of the type, which a trainer has just written in the CMS."""

    total = 5

    def _sitting(self, city: Any) -> Any:
        edition = scenes.make_edition()
        for n in range(3):
            scenes.make_question(edition, "single_choice", "4", n)
        self.trainer = make_user("writer", "演示讲师乙", RoleGrant.Role.TRAINER, city)
        self.desk = Client()
        sign_in(self.desk, self.trainer)
        for right in (3, 7):
            self.desk.post(reverse("exams_cms:question_add", args=["scale"]), self.written(right, edition))
        assert Question.objects.filter(kind="scale").count() == 2
        self.exam = scenes.make_exam(edition)
        self.exam.owner = city  # to draw what the city's trainer has written
        self.exam.save(update_fields=["owner"])
        blueprint = self.exam.newest
        blueprint.rows.all().delete()
        for order, (kind, chapter, count) in enumerate([("single_choice", "4", 3), ("scale", "5", 2)]):
            blueprint.rows.create(order=order, kind=kind, chapter=chapter, count=count, marks_each=200)
        sitting = scenes.make_sitting(self.exam, city, pass_mark=200)
        return scenes.open_planned(make_user("opener", "演示讲师"), sitting)

    @staticmethod
    def written(right: int, edition: Any, **changes: Any) -> dict[str, Any]:
        return {
            "stem": f"每周走访几次？（{right}）",
            "edition": edition.pk,
            "main_clause": "5.1",
            "explanation": "依据第5.1条。",
            "difficulty": "easy",
            "state": "ready",
            "low": 0,
            "high": 10,
            "right": right,
            "tolerance": 1,
            **changes,
        }


@pytest.fixture
def candidate(live_server: Any, transactional_db: None) -> ScaleCandidate:
    return ScaleCandidate(live_server.url)


def test_a_type_of_an_app_of_its_own_lives_its_whole_life(candidate: ScaleCandidate, chromium: Browser) -> None:
    # Written: the form is the type's, its checks too, and the code has its letter.
    edition = candidate.exam.newest.edition
    add = reverse("exams_cms:question_add", args=["scale"])
    assert "允许误差" in candidate.desk.get(add).content.decode()
    refused = candidate.desk.post(add, candidate.written(99, edition))
    assert refused.status_code == 422
    assert "正确值要在最小值和最大值之间。" in refused.content.decode()
    assert set(Question.objects.filter(kind="scale").values_list("code", flat=True)) == {"SC-00001", "SC-00002"}
    listing = candidate.desk.get(reverse("exams_cms:questions"), {"kind": "scale"}).content.decode()
    assert "标尺题" in listing and "每周走访几次？（3）" in listing
    sample = candidate.desk.get(reverse("exams_cms:blueprint_sample", args=[candidate.exam.code])).content.decode()
    assert "0 —— 10" in sample and "3 ± 1" in sample

    # Drawn: a section of its own with its rule, and no key in the page.
    document = candidate.attempt.form.document
    assert [section["title"] for section in document["sections"]] == ["一、单项选择题", "二、标尺题"]
    assert document["sections"][1]["note"] == "每题2分，共4分；在允许误差内即得分"
    numbers = {entry["stem"][-2]: entry["n"] for entry in document["questions"] if entry["type"] == "scale"}
    assert {key for e in document["questions"] if e["type"] == "scale" for key in e} == {
        "n", "type", "marks", "stem", "low", "high",
    }  # fmt: skip

    # Answered, on the smallest phone: one answer within the tolerance, one not.
    phone = candidate.context(chromium, (360, 640), has_touch=True)
    room = candidate.enter(phone)
    scripts = room.page.locator("script[src*='exams/types/']").evaluate_all("all => all.map((one) => one.src)")
    assert sorted(Path(src).parent.name for src in scripts) == ["scale", "single_choice"]
    for right, answer in (("3", 4), ("7", 1)):
        room.go(numbers[right])
        expect(room.page.locator("#question")).to_contain_text("标尺题")
        room.page.locator("input.scale").fill(str(answer))
        expect(room.page.locator(".scale__value")).to_have_text(f"您的数值：{answer}")
        room.wait_level("saved")
    room.page.evaluate(Path(settings.BASE_DIR, AXE).read_text(encoding="utf-8"))
    found = room.page.evaluate("axe.run(document.getElementById('question')).then((done) => done.violations)")
    assert found == []
    assert candidate.held() == {numbers["3"]: 4, numbers["7"]: 1}
    room.page.click("#clear")
    candidate.wait_for(lambda: candidate.held()[numbers["7"]] is None)
    room.page.locator("input.scale").fill("1")
    candidate.wait_for(lambda: candidate.held()[numbers["7"]] == 1)
    assert room.errors == []

    # Marked and reviewed.
    room.open_check()
    room.page.click("#hand-in")
    room.page.wait_for_url("**/result/")
    scores = dict(Mark.objects.filter(attempt=candidate.attempt).values_list("number", "score"))
    assert (scores[numbers["3"]], scores[numbers["7"]]) == (200, 0)
    shown = {
        q.number: q for q in review_of(candidate.attempt, actor=candidate.attempt.member.user, show_all=True).questions
    }
    assert (shown[numbers["7"]].own, shown[numbers["7"]].right) == ("1", "7 ± 1")
    room.page.goto(f"{candidate.url}review/?all=1")
    expect(room.page.locator("main")).to_contain_text("标尺题")
    phone.close()

    # Revised after its use: the next version is written, the paper keeps the old one.
    question: Any = Question.objects.get(kind="scale", stem__contains="7")
    candidate.desk.post(reverse("exams_cms:question", args=[question.pk]), candidate.written(8, edition))
    newest: Any = Question.objects.get(lineage=question.lineage, is_current=True)
    assert (newest.version, newest.right, newest.code) == (2, 8, question.code)

    # Exported.
    out = io.StringIO()
    call_command("export_questions", format="json", kind="scale", stdout=out)
    told = json.loads(out.getvalue())
    assert told["counts"] == {"scale": 2}
    record = next(one for one in told["questions"] if one["code"] == newest.code)
    assert record["key"] == {"low": 0, "high": 10, "right": 8, "tolerance": 1}
    assert record["clauses"] == ["5.1"]
