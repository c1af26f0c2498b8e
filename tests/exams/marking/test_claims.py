"""An answer is in one marker's hands at a time, and nobody's mark is written over by another."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import close_old_connections, connection
from django.utils import timezone

from acts import Refused
from audit.models import Entry
from exams.marking import queue
from exams.marking.access import answers_for
from exams.marking.services import response_mark
from exams.models import AnswerToMark, Mark, Result
from people.models import RoleGrant

if TYPE_CHECKING:
    from types import SimpleNamespace

    from exams.models import Attempt
    from people.models import Member, User

pytestmark = pytest.mark.django_db


def claim(actor: User) -> AnswerToMark | None:
    return queue.answer_claim(actor=actor, answers=answers_for(actor))


def test_each_answer_that_people_mark_waits_from_the_hand_in_on(handed_in: list[Attempt]) -> None:
    held = AnswerToMark.objects.order_by("pk")
    assert [(one.attempt_id, one.number) for one in held] == [(a.pk, n) for a in handed_in for n in (12, 13)]
    assert {one.submitted_at for one in held} == {attempt.submitted_at for attempt in handed_in}
    assert {one.question_id for one in held} == {handed_in[0].form.question_ids[n] for n in (11, 12)} | {
        handed_in[1].form.question_ids[n] for n in (11, 12)
    }


def test_two_markers_never_get_the_same_answer(
    handed_in: list[Attempt], marker: User, second_marker: User, west_marker: User
) -> None:
    first, second = claim(marker), claim(second_marker)
    assert first is not None and second is not None and first.pk != second.pk
    assert claim(marker) == first  # who has one gets it again
    assert claim(west_marker) is None


def test_a_claim_that_was_lost_between_reading_and_writing_takes_the_next(
    handed_in: list[Attempt], marker: User, second_marker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    oldest = AnswerToMark.objects.order_by("submitted_at", "pk")[0]
    read = queue.free

    def meanwhile(now: object) -> object:
        monkeypatch.setattr(queue, "free", read)
        AnswerToMark.objects.filter(pk=oldest.pk).update(
            marker=second_marker, claimed_until=timezone.now() + queue.CLAIM
        )
        return read(timezone.now() - timedelta(days=1)) | read(timezone.now())

    monkeypatch.setattr(queue, "free", meanwhile)
    got = claim(marker)
    assert got is not None and got.pk != oldest.pk


def test_a_claim_lapses_and_can_be_put_back(handed_in: list[Attempt], marker: User, second_marker: User) -> None:
    first = claim(marker)
    assert first is not None
    AnswerToMark.objects.filter(pk=first.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert claim(second_marker) == first
    assert not queue.answer_put_back(actor=marker, answer=first)
    assert queue.answer_put_back(actor=second_marker, answer=first)
    assert claim(marker) == first


def test_what_another_has_in_hand_or_has_marked_is_not_overwritten(
    handed_in: list[Attempt], marker: User, second_marker: User
) -> None:
    held = claim(marker)
    assert held is not None
    with pytest.raises(Refused, match="现在由别人在评"):
        response_mark(actor=second_marker, attempt=held.attempt, number=held.number, score=100)
    response_mark(actor=marker, attempt=held.attempt, number=held.number, score=150)
    with pytest.raises(Refused, match="已由别人评过分"):
        response_mark(actor=second_marker, attempt=held.attempt, number=held.number, score=100)
    assert [mark.score for mark in Mark.objects.filter(attempt=held.attempt, number=held.number)] == [150]


def test_a_lapsed_claim_still_marks_when_nobody_took_it(handed_in: list[Attempt], marker: User) -> None:
    held = claim(marker)
    assert held is not None
    AnswerToMark.objects.filter(pk=held.pk).update(claimed_until=timezone.now() - timedelta(hours=1))
    response_mark(actor=marker, attempt=held.attempt, number=held.number, score=150)
    held.refresh_from_db()
    assert (held.marker, held.claimed_until) == (marker, None)


def test_a_mark_is_changed_by_its_marker_in_a_next_round_until_there_is_a_result(
    handed_in: list[Attempt], marker: User
) -> None:
    attempt = handed_in[0]
    for score in (100, 100, 200):
        response_mark(actor=marker, attempt=attempt, number=12, score=score)
    rounds = Mark.objects.filter(attempt=attempt, number=12).order_by("round")
    assert [(mark.round, mark.score) for mark in rounds] == [(1, 100), (2, 200)]  # what is sent twice counts once
    told = Entry.objects.filter(action="response.mark").order_by("pk")
    assert [(one.actor, one.detail.get("before"), one.detail["score"]) for one in told] == [
        (marker, None, 100),
        (marker, 100, 200),
    ]
    response_mark(actor=marker, attempt=attempt, number=13, score=0)
    assert Result.objects.get().score == 2200 + 200
    with pytest.raises(Refused, match="不在等待阅卷"):
        response_mark(actor=marker, attempt=attempt, number=12, score=0)


def test_points_come_in_the_steps_of_the_type(handed_in: list[Attempt], marker: User) -> None:
    with pytest.raises(Refused, match=r"第 12 题的得分要是 0\.5 的倍数"):
        response_mark(actor=marker, attempt=handed_in[0], number=12, score=125)
    with pytest.raises(Refused, match="备注最多 500 字，现在有 501 字。"):
        response_mark(actor=marker, attempt=handed_in[0], number=12, score=100, comment="长" * 501)


def test_the_own_paper_is_never_given_to_its_writer(
    handed_in: list[Attempt], learner: Member, organisation: SimpleNamespace
) -> None:
    RoleGrant.objects.create(user=learner.user, role=RoleGrant.Role.MARKER, organisation=organisation.city)
    own = handed_in[0].pk
    for _turn in range(2):
        got = claim(learner.user)
        assert got is not None and got.attempt_id != own
        response_mark(actor=learner.user, attempt=got.attempt, number=got.number, score=0)
    assert claim(learner.user) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_markers_at_once_get_different_answers(handed_in: list[Attempt], marker: User, second_marker: User) -> None:
    got: list[int] = []
    start = threading.Barrier(2)

    def take(actor: User) -> None:
        try:
            start.wait()
            for _turn in range(2):
                held = claim(actor)
                assert held is not None
                got.append(held.pk)
                response_mark(actor=actor, attempt=held.attempt, number=held.number, score=100)
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=take, args=[actor]) for actor in (marker, second_marker)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(AnswerToMark.objects.values_list("pk", flat=True))
    assert Result.objects.count() == 2
