"""No response of an attempt holds a key before the sitting's policy lets it out: keys, explanations, marks' reasons.

The canary stands in every explanation and in every accepted text of a blank. Which options are right is watched through the
words that only a key has: `correct`, `is_true`, `explanation`, and the clause that a question rests on.
"""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from exams import services
from exams.models import Attempt, LateAnswer, Sitting
from exams.tokens import token_for
from tests.cast import sign_in
from tests.exams import scenes
from tests.exams.scenes import send, stamp

if TYPE_CHECKING:
    from django.test import Client

    from people.models import Member, User

CANARY = "金丝雀9317"
TELLING = [CANARY, "correct", "is_true", "explanation", "解析", "is-right", "依据第"]


def everything(reply: Any) -> str:
    """Body, headers and cookies, with JSON escapes undone."""
    text = reply.content.decode()
    if "\\u" in text:
        text += text.encode("ascii", "backslashreplace").decode("unicode_escape", "replace")
    return text + str(dict(reply.headers)) + str(reply.cookies)


def assert_silent(reply: Any, *statuses: int) -> None:
    assert reply.status_code in (statuses or (200,)), (reply.status_code, reply.content[:300])
    text = everything(reply)
    for word in TELLING:
        assert word not in text, (word, text[max(0, text.find(word) - 80) : text.find(word) + 80])


@pytest.fixture
def sitting(trainer: User, organisation: SimpleNamespace) -> Sitting:
    return scenes.open_sitting(trainer, organisation.city, canary=CANARY, release=Sitting.Release.RESULT_ONLY)


def walk(client: Client, attempt: Attempt, sitting: Sitting) -> None:
    """Every address of the exam, in every state that a candidate can bring about before the review is released."""
    code = f"/exams/attempts/{attempt.code}"
    assert_silent(client.get("/exams/"))
    assert_silent(client.get("/"))
    assert_silent(client.get(f"/exams/sittings/{sitting.code}/"))
    assert_silent(client.get(f"{code}/"), 200)
    assert_silent(client.get(f"{code}/result/"), 200, 302)
    assert_silent(client.get(f"{code}/review/"), 200, 302)
    assert_silent(client.get(f"{code}/review/?all=1"), 200, 302)
    assert_silent(client.post(f"{code}/resume/"), 200)
    assert_silent(client.post(f"{code}/resume/", {"take_over": "1"}), 200)
    for answers in (
        [],
        [[1, 1, "A", False, stamp()]],
        [[12, 2, ["a", "b"], True, stamp()]],
        [[1, 1, "Z", False, 1]],
        "x",
        [[77, 1, "A", False, 1]],
    ):
        assert_silent(send(client, attempt, answers), 200, 400, 409)  # type: ignore[arg-type]
    assert_silent(send(client, attempt, [], "bad"), 401)
    for wrong in (f"{code}/key/", f"{code}/paper/", f"/exams/sittings/{sitting.code}/key/"):
        assert_silent(client.get(wrong), 404)


def test_no_key_reaches_the_browser_before_the_review_is_released(
    client: Client, learner: Member, neighbour: Member, sitting: Sitting, trainer: User
) -> None:
    sign_in(client, learner.user)
    assert_silent(client.get(f"/exams/sittings/{sitting.code}/"))
    assert_silent(client.post(f"/exams/sittings/{sitting.code}/start/"), 302)
    attempt = Attempt.objects.get()
    walk(client, attempt, sitting)
    client.cookies["exam_device"] = "tablet"
    walk(client, attempt, sitting)
    attempt.refresh_from_db()
    assert_silent(scenes.hand_in(client, attempt))
    assert_silent(scenes.hand_in(client, attempt))
    walk(client, attempt, sitting)
    assert LateAnswer.objects.exists()

    services.sitting_close(actor=trainer, sitting=sitting, reason="演示结束")
    review = everything(client.get(f"/exams/attempts/{attempt.code}/review/?all=1"))
    assert CANARY in review
    assert "正确答案" in review
    assert review.count(f"依据第4.1条。{CANARY}") + review.count(f"依据第5.1条。{CANARY}") == 13


def test_the_paper_of_the_room_holds_nothing_but_what_the_protocol_names(client: Client, attempt: Attempt) -> None:
    sign_in(client, attempt.member.user)
    client.cookies["exam_device"] = "phone"
    text = client.get(f"/exams/attempts/{attempt.code}/").content.decode()
    paper = json.loads(text.split('id="paper-data" type="application/json">')[1].split("</script>")[0])
    assert set(paper) == {"title", "total", "sections", "questions"}
    assert {key for question in paper["questions"] for key in question} == {
        "n",
        "type",
        "marks",
        "stem",
        "options",
        "blanks",
    }
    assert {key for q in paper["questions"] for option in q.get("options", []) for key in option} == {"k", "t"}
    assert paper["sections"][0] == {
        "title": "一、单项选择题",
        "note": "每题2分，共10分",
        "first": 1,
        "last": 5,
    }
    assert "多选、少选、错选均不得分" in paper["sections"][1]["note"]


# What each release policy shows while the sitting lasts, and afterwards: (result, review).
PHASES = {
    Sitting.Release.AT_ONCE: ((True, True), (True, True)),
    Sitting.Release.RESULT_ONLY: ((True, False), (True, True)),
    Sitting.Release.AFTER_CLOSE: ((False, False), (True, True)),
    Sitting.Release.NEVER_REVIEW: ((True, False), (True, False)),
}


@pytest.mark.parametrize("release", list(PHASES))
def test_each_policy_shows_what_it_says_and_when(
    client: Client, learner: Member, neighbour: Member, trainer: User, organisation: SimpleNamespace, release: str
) -> None:
    sitting = scenes.open_sitting(trainer, organisation.city, canary=CANARY, release=release)
    attempt = scenes.start(learner, sitting)
    scenes.save_sheet(client, attempt, scenes.wrong_sheet(attempt))
    scenes.hand_in(client, attempt)
    still_writing = scenes.start(neighbour, sitting)
    sign_in(client, learner.user)

    def seen() -> tuple[bool, bool]:
        result = client.get(f"/exams/attempts/{attempt.code}/result/").content.decode()
        home = client.get("/exams/").content.decode()
        review = client.get(f"/exams/attempts/{attempt.code}/review/?all=1").content.decode()
        assert ("合格线 16 分" in result) == ("0 分，没有合格" in result)
        assert "0 分，合格线 16 分" in home or "上次 0 分" in home or "合格线 16 分" not in result
        return "合格线 16 分" in result, CANARY in review

    during, after = PHASES[Sitting.Release(release)]
    assert seen() == during
    # The window has passed, but somebody with extra time is still writing.
    now = timezone.now()
    Sitting.objects.filter(pk=sitting.pk).update(
        opens_at=now - timedelta(hours=3), closes_at=now - timedelta(minutes=1)
    )
    assert seen() == during
    scenes.hand_in(client, still_writing, token_for(still_writing))
    assert seen() == after
