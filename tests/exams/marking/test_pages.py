"""阅卷 in the browser's words: what waits, one nameless answer after the other, what is refused."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exams.marking import queue
from exams.models import AnswerToMark, Attempt, Mark, Result
from people.models import RoleGrant
from tests.cast import sign_in
from tests.exams import scenes
from tests.replies import words

if TYPE_CHECKING:
    from types import SimpleNamespace

    from exams.models import Sitting
    from people.models import Member, User

pytestmark = pytest.mark.django_db


def next_answer(client: Client, sitting: Sitting, question: int | str = "") -> str:
    reply = client.post(f"/marking/{sitting.code}/next/", {"question": question})
    assert reply.status_code == 302
    return str(reply["Location"])


def test_a_marker_marks_question_by_question_to_the_last(
    handed_in: list[Attempt], sitting: Sitting, pen: Client, marker: User
) -> None:
    assert pen.get("/")["Location"] == "/marking/"
    page = words(pen.get("/marking/"))
    assert "岗前考试（演示）" in page and "4 份待评" in page
    assert "已评 0 份，共 4 份" in words(pen.get(f"/marking/{sitting.code}/"))
    question = AnswerToMark.objects.order_by("pk")[0].question_id
    address = next_answer(pen, sitting, question)
    seen = set()
    for _turn in range(AnswerToMark.objects.filter(question=question).count()):
        seen.add(address)
        shown = words(pen.get(address))
        assert "考生的答案" in shown and "五" in shown
        for name in ("演示学员", "演示邻居", "D0001", "D0002", "第一网格", handed_in[0].code, handed_in[1].code):
            assert name not in pen.get(address).content.decode()
        address = pen.post(address, {"points": "１.5分", "comment": ""})["Location"]
    assert address == f"/marking/{sitting.code}/"
    assert "这道题没有等您评的答案了" in words(pen.get(address))
    while "/answers/" in (address := next_answer(pen, sitting)):
        pen.post(address, {"points": "2"})
    assert Result.objects.count() == 2
    assert set(Mark.objects.filter(marked_by=marker).values_list("score", flat=True)) == {150, 200}
    assert "都阅完了" in words(pen.get("/marking/"))


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        ("", "请填写得分。"),
        ("两分", "得分要填数字，例如 1.5。您填的是“两分”。"),
        ("nan", "您填的是“nan”。"),
        ("1.255", "您填的是“1.255”。"),
        ("3", "的得分要在 0 到 2 之间。"),
        ("-1", "的得分要在 0 到 2 之间。"),
        ("1.25", "的得分要是 0.5 的倍数。"),
    ],
)
def test_points_that_cannot_be_are_told_and_stay_in_the_form(
    handed_in: list[Attempt], sitting: Sitting, pen: Client, points: str, sentence: str
) -> None:
    address = next_answer(pen, sitting)
    reply = pen.post(address, {"points": points, "comment": "理由写在这里"})
    assert reply.status_code == 422
    page = reply.content.decode()
    assert sentence in words(reply)
    assert f'value="{points}"' in page or not points
    assert "理由写在这里" in page
    assert not Mark.objects.filter(marked_by__isnull=False).exists()


def test_what_another_took_meanwhile_is_told_and_stays_in_the_form(
    handed_in: list[Attempt], sitting: Sitting, pen: Client, second_marker: User
) -> None:
    address = next_answer(pen, sitting)
    code = address.split("/")[-2]
    until = timezone.now() + queue.CLAIM
    AnswerToMark.objects.filter(code=code).update(marker=second_marker, claimed_until=until)
    reply = pen.post(address, {"points": "1.5", "comment": "我的理由"})
    assert reply.status_code == 422
    assert "现在由别人在评" in words(reply)
    assert 'value="1.5"' in reply.content.decode() and "我的理由" in reply.content.decode()
    assert pen.get(address)["Location"] == f"/marking/{sitting.code}/"
    pen.post(f"{address}put-back/")
    assert AnswerToMark.objects.get(code=code).marker == second_marker


def test_what_is_finished_meanwhile_is_told(handed_in: list[Attempt], sitting: Sitting, pen: Client) -> None:
    address = next_answer(pen, sitting)
    held = AnswerToMark.objects.get(code=address.split("/")[-2])
    Attempt.objects.filter(pk=held.attempt_id).update(state=Attempt.State.MARKED)
    reply = pen.post(address, {"points": "1"})
    assert reply.status_code == 422
    assert "这份答卷不在等待阅卷。" in words(reply)
    assert "分数不能再改" in words(pen.get(address))


def test_a_mark_is_changed_until_the_paper_has_its_result(
    handed_in: list[Attempt], sitting: Sitting, pen: Client
) -> None:
    address = next_answer(pen, sitting)
    pen.post(address, {"points": "1", "comment": "少一空"})
    assert address in pen.get(f"/marking/{sitting.code}/").content.decode()
    page = pen.get(address).content.decode()
    assert 'value="1"' in page and "少一空" in page and "改分" in page
    pen.post(address, {"points": "2", "comment": ""})
    assert list(Mark.objects.filter(marked_by__isnull=False).order_by("round").values_list("score", flat=True)) == [
        100,
        200,
    ]


def test_an_answer_is_put_back(handed_in: list[Attempt], sitting: Sitting, pen: Client) -> None:
    address = next_answer(pen, sitting)
    assert pen.post(f"{address}put-back/")["Location"] == f"/marking/{sitting.code}/"
    assert not AnswerToMark.objects.exclude(marker=None).exists()


@pytest.mark.parametrize("question", ["", "x", "-1", "999999", "9" * 40])
def test_a_question_that_is_not_there_breaks_nothing(
    handed_in: list[Attempt], sitting: Sitting, pen: Client, question: str
) -> None:
    assert next_answer(pen, sitting, question).startswith("/marking/")


def test_who_may_not_mark_sees_nothing(
    handed_in: list[Attempt], sitting: Sitting, learner: Member, stranger: User, west_marker: User,
    organisation: SimpleNamespace,
) -> None:  # fmt: skip
    code = AnswerToMark.objects.filter(attempt=handed_in[0]).values_list("code", flat=True)[0]
    paths = ["/marking/", f"/marking/{sitting.code}/", f"/marking/answers/{code}/"]
    for path in paths:
        assert Client().get(path).status_code == 302
        for user in (learner.user, stranger):
            assert sign_in(Client(), user).get(path).status_code == 403
    west = sign_in(Client(), west_marker)
    assert [west.get(path).status_code for path in paths] == [200, 404, 404]
    RoleGrant.objects.create(user=learner.user, role=RoleGrant.Role.MARKER, organisation=organisation.city)
    own = sign_in(Client(), learner.user)
    assert own.get(paths[2]).status_code == 404  # nobody their own
    assert own.post(paths[2], {"points": "2"}).status_code == 404
    assert own.get(f"/marking/{sitting.code}/next/").status_code == 405


def test_a_plan_is_no_sitting_to_mark(pen: Client, sitting: Sitting, organisation: SimpleNamespace) -> None:
    plan = scenes.make_sitting(sitting.exam, organisation.city)
    assert pen.get(f"/marking/{plan.code}/").status_code == 404


def test_the_number_that_waits_stands_in_the_navigation_of_markers_alone(
    handed_in: list[Attempt], pen: Client, trainer: User, learner: Member
) -> None:
    assert re.search(r"阅卷 <span class=.badge.> 4 <span[^>]*>份待评", words(pen.get("/me/")))
    assert "/marking/" not in sign_in(Client(), learner.user).get("/me/").content.decode()
    desk = sign_in(Client(), trainer)
    assert "/marking/" in desk.get("/cms/").content.decode()


def test_trainers_see_how_far_the_marking_is(
    handed_in: list[Attempt], sitting: Sitting, pen: Client, trainer: User
) -> None:
    pen.post(next_answer(pen, sitting), {"points": "1"})
    page = words(sign_in(Client(), trainer).get(f"/cms/exams/sittings/{sitting.code}/"))
    assert "已评 1 份，共 4 份" in page
    assert "去阅卷" in page


def test_the_lists_take_the_same_statements_however_much_waits(
    handed_in: list[Attempt], sitting: Sitting, pen: Client, organisation: SimpleNamespace
) -> None:
    def statements(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert pen.get(path).status_code == 200
        return len([one for one in queries if "SAVEPOINT" not in one["sql"]])

    pen.get("/marking/")
    before = statements("/marking/"), statements(f"/marking/{sitting.code}/")
    held = AnswerToMark.objects.order_by("pk")[0]
    for n in range(25):
        other = scenes.make_sitting(sitting.exam, organisation.city, title=f"演示场次{n}", state="open",
                                    version=sitting.version, total_marks=2600)  # fmt: skip
        AnswerToMark.objects.create(
            attempt=held.attempt, number=100 + n, question_id=held.question_id, sitting=other,
            submitted_at=timezone.now() - timedelta(days=n),
        )  # fmt: skip
    assert (statements("/marking/"), statements(f"/marking/{sitting.code}/")) == before
    assert max(before) <= 9
    page = words(pen.get("/marking/"))
    assert "第 1 页，共 2 页" in page
    assert page.index("演示场次24") < page.index("演示场次23")
