"""Questions that people mark: the attempt waits without a result, the last mark makes it, nobody marks their own."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from acts import Refused
from exams import queries
from exams.marking.services import response_mark
from exams.models import Attempt, Mark, Result, ResultClause
from exams.types import type_for
from people.models import RoleGrant
from tests.cast import make_user, sign_in
from tests.exams import scenes
from tests.replies import words

if TYPE_CHECKING:
    from django.test import Client

    from people.models import Member, User

pytestmark = pytest.mark.django_db
BY_PEOPLE = (12, 13)  # the two fill-ins


@pytest.fixture(autouse=True)
def fill_ins_are_marked_by_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(type_for("fill_blank")), "marked_by", "people")


@pytest.fixture
def handed_in(client: Client, attempt: Attempt) -> Attempt:
    scenes.save_sheet(client, attempt, scenes.right_sheet(attempt))
    assert scenes.hand_in(client, attempt).json()["state"] == "submitted"
    attempt.refresh_from_db()
    return attempt


def test_the_others_are_marked_at_once_and_there_is_no_result_yet(
    client: Client, handed_in: Attempt, learner: Member
) -> None:
    assert handed_in.state == "marking"
    assert set(Mark.objects.values_list("number", flat=True)) == set(range(1, 12))
    assert not Result.objects.exists()
    page = words(sign_in(client, learner.user).get(f"/exams/attempts/{handed_in.code}/result/"))
    assert "正在评分" in page
    assert scenes.hand_in(client, handed_in).json()["state"] == "submitted"  # repeated: the same answer


def test_the_last_mark_makes_the_result(handed_in: Attempt, marker: User) -> None:
    first = response_mark(actor=marker, attempt=handed_in, number=12, score=150, comment=" 少写一空 ")
    assert first.state == "marking"
    assert not Result.objects.exists()
    response_mark(actor=marker, attempt=handed_in, number=13, score=0)
    result = Result.objects.get()
    assert (result.score, result.max_score) == (2200 + 150, 2600)
    assert sum(ResultClause.objects.values_list("score", flat=True)) == result.score
    assert Attempt.objects.get().state == "marked"
    kept = Mark.objects.get(number=12)
    assert (kept.marked_by, kept.comment, kept.score) == (marker, "少写一空", 150)


@pytest.mark.parametrize(
    ("number", "score", "sentence"),
    [
        (1, 100, "第 1 题不由人工阅卷。"),
        (99, 100, "第 99 题不由人工阅卷。"),
        (12, 201, "第 12 题的得分要在 0 到 2 之间。"),
        (12, -1, "第 12 题的得分要在 0 到 2 之间。"),
    ],
)
def test_a_mark_that_cannot_be_is_refused(
    handed_in: Attempt, marker: User, number: int, score: int, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        response_mark(actor=marker, attempt=handed_in, number=number, score=score)
    assert Mark.objects.count() == 11


def test_an_answer_is_marked_once(handed_in: Attempt, marker: User, trainer: User) -> None:
    response_mark(actor=marker, attempt=handed_in, number=12, score=100)
    with pytest.raises(Refused, match="第 12 题已由别人评过分。"):
        response_mark(actor=trainer, attempt=handed_in, number=12, score=200)
    assert Mark.objects.get(number=12).score == 100


def test_nobody_marks_their_own_and_strangers_mark_nothing(
    handed_in: Attempt, learner: Member, organisation: SimpleNamespace, stranger: User
) -> None:
    RoleGrant.objects.create(user=learner.user, role=RoleGrant.Role.MARKER, organisation=organisation.city)
    with pytest.raises(Refused, match="不能给自己的答卷评分"):
        response_mark(actor=learner.user, attempt=handed_in, number=12, score=200)
    elsewhere = make_user("marker-west", "演示西镇阅卷员", RoleGrant.Role.MARKER, organisation.west_town)
    for actor in (stranger, elsewhere):
        with pytest.raises(Refused, match="不在您的阅卷范围内"):
            response_mark(actor=actor, attempt=handed_in, number=12, score=200)


def test_an_attempt_that_is_open_or_marked_takes_no_marks(attempt: Attempt, marker: User, client: Any) -> None:
    with pytest.raises(Refused, match="不在等待阅卷"):
        response_mark(actor=marker, attempt=attempt, number=12, score=100)
    scenes.hand_in(client, attempt)
    for number in BY_PEOPLE:
        response_mark(actor=marker, attempt=attempt, number=number, score=100)
    with pytest.raises(Refused, match="不在等待阅卷"):
        response_mark(actor=marker, attempt=attempt, number=12, score=100)


def test_the_trainers_list_says_who_waits(handed_in: Attempt, client: Client, trainer: User) -> None:
    page = words(sign_in(client, trainer).get(f"/cms/exams/sittings/{handed_in.sitting.code}/"))
    assert "等待阅卷" in page


def test_a_sitting_that_ends_late_tells_only_what_is_marked(handed_in: Attempt, marker: User) -> None:
    assert queries.released_results().count() == 0
    for number in BY_PEOPLE:
        response_mark(actor=marker, attempt=handed_in, number=number, score=200)
    assert queries.released_results().get().score == 2600
