"""What a save writes, refuses and says. Every rule of the guarded statement has its case here."""

from __future__ import annotations

import json
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.core.signing import Signer
from django.utils import timezone

from exams import services
from exams.models import Attempt, LateAnswer, Mark, Response, Result
from exams.tokens import SALT, token_for
from exams.types import type_for
from people.models import User
from tests.cast import sign_in
from tests.exams import scenes
from tests.exams.scenes import send, stamp
from tests.faults.early.saving import confirm_first

if TYPE_CHECKING:
    from django.test import Client

    from exams.models import Sitting
    from people.models import Member


def held(attempt: Attempt) -> dict[int, tuple[int, int, Any]]:
    rows = Response.objects.filter(attempt=attempt)
    return {r.number: (r.epoch, r.sequence, json.loads(r.value)) for r in rows}


def move_deadline(attempt: Attempt, **ago: float) -> None:
    """As if the deadline had been so long ago."""
    now = timezone.now()
    Attempt.objects.filter(pk=attempt.pk).update(started_at=now - timedelta(hours=2), deadline=now - timedelta(**ago))


def take_over(attempt: Attempt, device: str = "tablet") -> Attempt:
    assert services.attempt_resume(actor=attempt.member, attempt=attempt, device=device, take_over=True)
    return attempt


def test_an_answer_is_held_and_its_number_confirmed(client: Client, attempt: Attempt) -> None:
    reply = send(client, attempt, [[1, 1, "B", False, stamp()], [6, 2, ["A", "C"], True, stamp()]])
    assert reply.status_code == 200
    body = reply.json()
    assert (body["saved"], body["state"]) == ([1, 6], "open")
    assert 0 < body["left"] <= 3_600_000
    assert held(attempt) == {1: (1, 1, "B"), 6: (1, 2, ["A", "C"])}
    assert Response.objects.get(number=6).flagged


def test_a_newer_answer_replaces_an_older_one_and_a_late_duplicate_does_not(client: Client, attempt: Attempt) -> None:
    send(client, attempt, [[1, 5, "B", False, stamp()]])
    assert send(client, attempt, [[1, 6, "C", False, stamp()]]).json()["saved"] == [1]
    older = send(client, attempt, [[1, 5, "B", False, stamp()]])
    assert older.json()["saved"] == [1]  # the server holds something newer
    assert held(attempt) == {1: (1, 6, "C")}


def test_an_older_answer_from_a_second_tab_changes_nothing(client: Client, attempt: Attempt) -> None:
    send(client, attempt, [[1, 9, "C", False, stamp()]])
    send(client, attempt, [[1, 3, "A", True, stamp()], [2, 4, "A", False, stamp()]])
    assert held(attempt) == {1: (1, 9, "C"), 2: (1, 4, "A")}
    assert not Response.objects.get(number=1).flagged


def test_of_two_answers_to_one_question_in_a_request_the_newer_counts(client: Client, attempt: Attempt) -> None:
    reply = send(client, attempt, [[1, 2, "C", False, stamp()], [1, 1, "B", False, stamp()]])
    assert reply.json()["saved"] == [1]
    assert held(attempt) == {1: (1, 2, "C")}


def test_a_cleared_answer_is_kept_as_cleared(client: Client, attempt: Attempt) -> None:
    send(client, attempt, [[1, 1, "B", False, stamp()]])
    send(client, attempt, [[1, 2, None, False, stamp()]])
    assert held(attempt) == {1: (1, 2, None)}


def test_an_empty_save_tells_the_time_and_writes_nothing(client: Client, attempt: Attempt) -> None:
    reply = send(client, attempt, [])
    assert reply.status_code == 200
    assert reply.json()["saved"] == []
    assert reply.json()["state"] == "open"
    assert not Response.objects.exists()


def test_an_older_epoch_fills_blanks_and_overwrites_nothing(client: Client, attempt: Attempt) -> None:
    old = token_for(attempt)
    send(client, attempt, [[1, 1, "A", False, stamp()], [2, 2, "A", False, stamp()]])
    take_over(attempt)
    send(client, attempt, [[1, 1, "D", False, stamp()]])
    reply = send(
        client, attempt, [[1, 7, "B", False, stamp()], [2, 8, "B", False, stamp()], [3, 9, "B", False, stamp()]], old
    )
    assert reply.status_code == 200
    assert reply.json()["state"] == "taken_over"
    assert reply.json()["saved"] == [1, 2, 3]
    # Question 2 was not touched on the new device, but its page shows the answer that was held when it opened.
    assert held(attempt) == {1: (2, 1, "D"), 2: (1, 2, "A"), 3: (1, 9, "B")}


def test_an_empty_save_of_the_old_device_hears_that_it_was_taken_over(client: Client, attempt: Attempt) -> None:
    old = token_for(attempt)
    take_over(attempt)
    assert send(client, attempt, [], old).json()["state"] == "taken_over"


@pytest.mark.parametrize("claimed", [-11, 0, 3600], ids=["before the end", "after the end", "in an hour"])
def test_within_the_grace_everything_is_taken_whatever_time_it_claims(
    client: Client, attempt: Attempt, claimed: int
) -> None:
    """The server's clock alone decides: a page may claim any time, and the honest one must not fare worse than the forged one."""
    move_deadline(attempt, seconds=10)
    reply = send(client, attempt, [[1, 1, "B", False, stamp(timezone.now() + timedelta(seconds=claimed))]])
    assert reply.status_code == 200
    assert reply.json()["left"] == 0
    assert held(attempt) == {1: (1, 1, "B")}
    assert not LateAnswer.objects.exists()


@pytest.mark.parametrize("claimed", [-3600, 0], ids=["in time", "now"])
def test_a_millisecond_after_the_grace_is_after_it_whatever_time_it_claims(
    client: Client, attempt: Attempt, monkeypatch: pytest.MonkeyPatch, claimed: int
) -> None:
    end = attempt.deadline + timedelta(seconds=30)
    at = end + timedelta(milliseconds=1)
    monkeypatch.setattr("exams.saving.timezone", SimpleNamespace(now=lambda: at))
    answer = [1, 1, "B", False, stamp(at + timedelta(seconds=claimed))]
    assert send(client, attempt, [answer]).status_code == 409
    assert not Response.objects.exists()
    assert LateAnswer.objects.get().number == 1
    at = end
    assert send(client, attempt, [answer]).status_code == 200
    assert held(attempt) == {1: (1, 1, "B")}


def test_an_answer_longer_than_its_type_takes_is_said_and_not_cut(client: Client, attempt: Attempt) -> None:
    long = ["甲" * 3000]
    reply = send(client, attempt, [[12, 1, long, False, stamp()], [1, 2, "B", False, stamp()]])
    assert (reply.status_code, reply.json()["message"]) == (400, "第 12 题的答案太长，请删减后再保存。")
    assert not Response.objects.exists()


def test_a_type_may_take_longer_answers(client: Client, attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = type(type_for("fill_blank"))
    monkeypatch.setattr(kind, "limit", 5010)
    monkeypatch.setattr(kind, "accepts", lambda self, entry, value: True)
    essay = ["甲" * 5000]
    assert send(client, attempt, [[12, 1, essay, False, stamp()]]).status_code == 200
    assert held(attempt)[12][2] == essay


def test_after_the_grace_answers_are_late_and_the_attempt_is_closed_and_marked(
    client: Client, attempt: Attempt
) -> None:
    send(client, attempt, [[1, 1, scenes.right_sheet(attempt)[1], False, stamp()]])
    move_deadline(attempt, seconds=31)
    reply = send(client, attempt, [[2, 2, "A", False, stamp(timezone.now() - timedelta(minutes=5))]])
    assert reply.status_code == 409
    assert reply.json()["late"] == [2]
    assert "管理员决定是否采纳" in reply.json()["message"]
    assert reply.json()["result"].endswith("/result/")
    closed = Attempt.objects.get(pk=attempt.pk)
    assert (closed.state, closed.closed_by) == ("marked", "deadline")
    assert closed.submitted_at == closed.deadline
    assert Result.objects.get().score == 200
    late = LateAnswer.objects.get()
    assert (late.number, late.value, late.epoch, late.sequence) == (2, '"A"', 1, 2)


def test_late_answers_are_kept_once_however_often_they_come(client: Client, attempt: Attempt) -> None:
    move_deadline(attempt, minutes=5)
    for _time in range(3):
        assert send(client, attempt, [[2, 2, "A", False, stamp()]]).json()["late"] == [2]
    assert LateAnswer.objects.count() == 1


def test_a_confirmed_answer_sent_again_after_the_end_is_not_late(client: Client, attempt: Attempt) -> None:
    send(client, attempt, [[1, 4, "B", False, stamp()]])
    scenes.hand_in(client, attempt)
    reply = send(client, attempt, [[1, 4, "B", False, stamp()], [2, 3, "A", False, stamp()]])
    assert reply.status_code == 409
    assert (reply.json()["state"], reply.json()["saved"], reply.json()["late"]) == ("submitted", [1], [2])


def test_nothing_is_written_after_handing_in(client: Client, attempt: Attempt) -> None:
    send(client, attempt, [[1, 1, "B", False, stamp()]])
    scenes.hand_in(client, attempt)
    send(client, attempt, [[1, 2, "C", False, stamp()], [2, 3, "C", False, stamp()]])
    assert held(attempt) == {1: (1, 1, "B")}


def test_more_time_is_told_with_the_next_save_and_holds(client: Client, attempt: Attempt, trainer: Any) -> None:
    before = send(client, attempt, []).json()
    services.attempt_extend(actor=trainer, attempt=attempt, minutes=10, reason="停电")
    assert send(client, attempt, []).json()["deadline"] == before["deadline"] + 600_000
    move_deadline(attempt, seconds=40)
    services.attempt_extend(actor=trainer, attempt=attempt, minutes=1, reason="停电")
    assert send(client, attempt, [[1, 1, "B", False, stamp()]]).status_code == 200


# --- who may ----------------------------------------------------------------------------------------------------------


def test_no_cookie_is_needed_and_none_is_set(client: Client, attempt: Attempt) -> None:
    reply = send(client, attempt, [[1, 1, "B", False, stamp()]])
    assert reply.status_code == 200
    assert not reply.cookies


@pytest.mark.parametrize("token", ["", "x", "eyJ9:abc", None, 5, ["a"], "a" * 5000])
def test_a_token_that_we_did_not_sign_is_answered_with_sign_in_again(
    client: Client, attempt: Attempt, token: Any
) -> None:
    reply = client.post(
        f"/exams/attempts/{attempt.code}/save/",
        {"t": token, "a": [[1, 1, "B", False, stamp()]]},
        content_type="application/json",
    )
    assert reply.status_code == 401
    assert reply.json()["state"] == "signed_out"
    assert not Response.objects.exists()


def test_an_old_token_and_one_signed_for_something_else_are_refused(client: Client, attempt: Attempt) -> None:
    content = [attempt.pk, attempt.code, attempt.member_id, attempt.form_id, 1]
    old = Signer(salt=SALT).sign_object([*content, 1])
    foreign = Signer(salt="something.else").sign_object([*content, 9_999_999_999])
    for token in (old, foreign):
        assert send(client, attempt, [[1, 1, "B", False, stamp()]], token).status_code == 401
    assert not Response.objects.exists()


def test_an_answer_to_another_persons_attempt_is_refused(
    client: Client, attempt: Attempt, neighbour: Member, sitting: Sitting
) -> None:
    own = scenes.start(neighbour, sitting)
    reply = send(client, attempt, [[1, 1, "B", False, stamp()]], token_for(own))
    assert reply.status_code == 404
    forged = Signer(salt=SALT).sign_object([attempt.pk, attempt.code, neighbour.pk, attempt.form_id, 1, 9_999_999_999])
    assert send(client, attempt, [[1, 1, "B", False, stamp()]], forged).status_code == 404
    assert not Response.objects.exists()
    assert not LateAnswer.objects.exists()


def test_a_closed_account_saves_and_hands_in_nothing_until_it_is_open_again(client: Client, attempt: Attempt) -> None:
    sheet = [[1, 1, "B", False, stamp()]]
    User.objects.filter(member=attempt.member).update(is_active=False)
    for reply in (send(client, attempt, sheet), send(client, attempt, []), scenes.hand_in(client, attempt)):
        assert (reply.status_code, reply.json()["state"]) == (401, "signed_out")
    assert not Response.objects.exists()
    assert not LateAnswer.objects.exists()
    attempt.refresh_from_db()
    assert attempt.state == Attempt.State.OPEN
    User.objects.filter(member=attempt.member).update(is_active=True)
    assert send(client, attempt, sheet).status_code == 200
    assert scenes.hand_in(client, attempt).json()["state"] == "submitted"


# --- what is malformed ------------------------------------------------------------------------------------------------

NOW = 1_790_000_000_000
BAD = [
    [1, 1, "E", False, NOW],  # not an option
    [1, 1, ["A"], False, NOW],  # a single choice has one answer
    [6, 1, "A", False, NOW],  # a multiple choice has a list
    [6, 1, ["A", "A"], False, NOW],
    [9, 1, "yes", False, NOW],
    [12, 1, ["a"], False, NOW],  # two blanks
    [12, 1, ["a", "b" * 201], False, NOW],
    [12, 1, ["a", "\x00"], False, NOW],
    [12, 1, ["a", {"b": 1}], False, NOW],
    [99, 1, "A", False, NOW],
    [0, 1, "A", False, NOW],
    [1, 0, "A", False, NOW],
    [1, -1, "A", False, NOW],
    [1, 2**60, "A", False, NOW],
    [1, 1.5, "A", False, NOW],
    [1, True, "A", False, NOW],
    [1, 1, "A", 1, NOW],
    [1, 1, "A", False, "now"],
    [1, 1, "A", False, 1e30],
    [1, 1, "A", False, None],
    [1, 1, "A", False],
    "A",
]


@pytest.mark.parametrize("answer", BAD)
def test_a_malformed_answer_is_refused_and_nothing_of_the_request_is_written(
    client: Client, attempt: Attempt, answer: Any
) -> None:
    reply = send(client, attempt, [[2, 1, "A", False, stamp()], answer])
    assert reply.status_code == 400
    assert reply.json()["state"] == "bad"
    assert reply.json()["message"]
    assert not Response.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'"a"', b"[" * 100_000, b'{"t": NaN}'])
def test_what_is_no_json_object_is_refused(client: Client, attempt: Attempt, body: bytes) -> None:
    reply = client.post(f"/exams/attempts/{attempt.code}/save/", body, content_type="application/json")
    assert reply.status_code in (400, 401)


def test_half_a_character_is_refused_before_the_database_sees_it(client: Client, attempt: Attempt) -> None:
    body = json.dumps({"t": token_for(attempt), "a": [[12, 1, ["a", "\ud83d"], False, stamp()]]})
    reply = client.post(f"/exams/attempts/{attempt.code}/save/", body, content_type="application/json")
    assert reply.status_code == 400


def test_a_body_that_is_too_large_is_refused(client: Client, attempt: Attempt) -> None:
    reply = client.post(f"/exams/attempts/{attempt.code}/save/", b"x" * 300_000, content_type="application/json")
    assert reply.status_code == 413


def test_too_many_answers_are_refused(client: Client, attempt: Attempt) -> None:
    assert send(client, attempt, [[1, n + 1, "A", False, stamp()] for n in range(101)]).status_code == 400


def test_only_post(client: Client, attempt: Attempt) -> None:
    for name in ("save", "submit", "resume", "take-over"):
        assert client.get(f"/exams/attempts/{attempt.code}/{name}/").status_code == 405


# --- handing in and resuming ------------------------------------------------------------------------------------------


def test_the_old_device_cannot_hand_in(client: Client, attempt: Attempt) -> None:
    old = token_for(attempt)
    take_over(attempt)
    assert scenes.hand_in(client, attempt, old).json()["state"] == "taken_over"
    assert Attempt.objects.get().state == "open"
    assert scenes.hand_in(client, attempt).json()["state"] == "submitted"


def test_handing_in_what_the_sweep_has_closed_says_so_and_marks_once(client: Client, attempt: Attempt) -> None:
    move_deadline(attempt, minutes=2)
    assert services.attempts_close_overdue() == 1
    reply = scenes.hand_in(client, attempt)
    assert reply.status_code == 409
    assert reply.json()["result"].endswith("/result/")
    assert Result.objects.count() == 1
    assert Mark.objects.count() == 13


def test_handing_in_after_the_grace_closes_by_the_deadline(client: Client, attempt: Attempt) -> None:
    move_deadline(attempt, minutes=2)
    assert scenes.hand_in(client, attempt).status_code == 409
    assert Attempt.objects.get().closed_by == "deadline"


def test_resume_gives_the_device_a_new_token_and_what_the_server_holds(client: Client, attempt: Attempt) -> None:
    send(client, attempt, [[1, 3, "B", True, stamp()]])
    sign_in(client, attempt.member.user)
    client.cookies["exam_device"] = "phone"
    data = client.post(f"/exams/attempts/{attempt.code}/resume/").json()
    assert data["state"] == "open"
    assert data["epoch"] == 1
    assert data["responses"] == [[1, 1, 3, "B", True]]
    assert send(client, attempt, [[2, 4, "A", False, stamp()]], data["token"]).status_code == 200


def test_resume_leaves_the_attempt_with_the_device_that_has_it_until_the_person_says_otherwise(
    client: Client, attempt: Attempt
) -> None:
    sign_in(client, attempt.member.user)
    client.cookies["exam_device"] = "tablet"
    assert client.post(f"/exams/attempts/{attempt.code}/resume/").json()["state"] == "taken_over"
    assert Attempt.objects.get().epoch == 1
    data = client.post(f"/exams/attempts/{attempt.code}/resume/", {"take_over": "1"}).json()
    assert (data["state"], data["epoch"]) == ("open", 2)
    assert client.post(f"/exams/attempts/{attempt.code}/resume/", {"take_over": "1"}).json()["epoch"] == 2


def test_resume_after_the_end_still_gives_a_token_for_what_the_phone_holds(client: Client, attempt: Attempt) -> None:
    scenes.hand_in(client, attempt)
    sign_in(client, attempt.member.user)
    data = client.post(f"/exams/attempts/{attempt.code}/resume/").json()
    assert data["state"] == "submitted"
    assert send(client, attempt, [[1, 1, "B", False, stamp()]], data["token"]).json()["late"] == [1]


def test_resume_without_sign_in_and_by_somebody_else(client: Client, attempt: Attempt, neighbour: Member) -> None:
    assert client.post(f"/exams/attempts/{attempt.code}/resume/").status_code == 401
    sign_in(client, neighbour.user)
    assert client.post(f"/exams/attempts/{attempt.code}/resume/", {"take_over": "1"}).status_code == 404
    assert Attempt.objects.get().epoch == 1


def test_another_device_sees_the_question_first_and_then_the_room(client: Client, attempt: Attempt) -> None:
    sign_in(client, attempt.member.user)
    client.cookies["exam_device"] = "tablet"
    page = client.get(f"/exams/attempts/{attempt.code}/")
    assert "这场考试正在另一台设备上进行。要在这里继续吗？" in page.content.decode()
    assert "paper-data" not in page.content.decode()
    reply = client.post(f"/exams/attempts/{attempt.code}/take-over/")
    assert reply["Location"] == f"/exams/attempts/{attempt.code}/"
    assert "paper-data" in client.get(reply["Location"]).content.decode()
    assert Attempt.objects.get().epoch == 2


# --- the deliberate fault ---------------------------------------------------------------------------------------------


def test_the_fault_tests_rig_confirms_what_is_not_written(
    client: Client, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    later: list[Any] = []

    def timer(seconds: float, act: Any) -> SimpleNamespace:
        return SimpleNamespace(start=lambda: later.append(act))

    monkeypatch.setattr("tests.faults.early.saving.threading.Timer", timer)
    with monkeypatch.context() as rig:
        rig.setattr(import_module("exams.views.room"), "answers_save", confirm_first)
        reply = send(client, attempt, [[1, 1, "B", False, stamp()]])
    assert (reply.status_code, reply.json()["saved"]) == (200, [1])
    assert not Response.objects.exists()
    assert len(later) == 1
    send(client, attempt, [[1, 1, "B", False, stamp()]])
    assert held(attempt) == {1: (1, 1, "B")}
