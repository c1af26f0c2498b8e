"""The whole way of one candidate, by HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exams.models import Attempt, Mark, Result
from tests.cast import sign_in
from tests.exams import scenes

if TYPE_CHECKING:
    from django.test import Client

    from exams.models import Sitting
    from people.models import Member


def test_a_candidate_reads_the_notice_starts_answers_hands_in_and_sees_the_result(
    client: Client, learner: Member, sitting: Sitting
) -> None:
    sign_in(client, learner.user)
    page = client.get(f"/exams/sittings/{sitting.code}/")
    assert page.status_code == 200
    assert "开始答题" in page.content.decode()
    reply = client.post(f"/exams/sittings/{sitting.code}/start/")
    attempt = Attempt.objects.get()
    assert reply.status_code == 302
    assert reply["Location"] == f"/exams/attempts/{attempt.code}/"
    room = client.get(reply["Location"])
    assert room.status_code == 200
    assert 'id="paper-data"' in room.content.decode()
    saved = scenes.save_sheet(client, attempt, scenes.right_sheet(attempt))
    assert saved.status_code == 200, saved.content
    assert saved.json()["saved"] == sorted(scenes.right_sheet(attempt))
    assert saved.json()["state"] == "open"
    handed_in = scenes.hand_in(client, attempt)
    assert handed_in.json() == {"state": "submitted", "result": f"/exams/attempts/{attempt.code}/result/"}
    assert scenes.hand_in(client, attempt).json() == handed_in.json()
    result = Result.objects.get()
    assert (result.score, result.max_score, result.passed) == (2600, 2600, True)
    assert Mark.objects.count() == 13
    words = client.get(handed_in.json()["result"]).content.decode()
    assert "26 分，合格（合格线 16 分）" in words
    assert "第 4 章 人员" in words
    review = client.get(f"/exams/attempts/{attempt.code}/review/").content.decode()
    assert "全部答对，没有错题。" in review
