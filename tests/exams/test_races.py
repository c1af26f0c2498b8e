"""Many at once, for real: threads with connections of their own, on whichever database the suite runs."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.utils import timezone

from acts import Refused
from content.models import Clause
from exams import queries, services
from exams.models import Attempt, Mark, Response, Result
from exams.papers import form_key
from exams.saving import Answer, answers_save
from exams.tokens import Token
from exams.types import type_for
from people.models import User
from tests.cast import make_user
from tests.exams import scenes

if TYPE_CHECKING:
    from collections.abc import Callable

    from exams.models import Sitting
    from people.models import Member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trainer(db: None) -> User:
    """Services ask for no role, and the trainers' group of the CMS does not survive these tests' emptied tables."""
    return make_user("opener", "演示讲师")


@pytest.fixture
def sitting(trainer: User, organisation: SimpleNamespace) -> Sitting:
    return scenes.open_sitting(trainer, organisation.city, max_attempts=1)


def at_once(acts: list[Callable[[], Any]], threads: int = 12) -> list[Any]:
    """Start all acts at the same moment and give back what they return, exceptions included."""
    gate = threading.Barrier(min(threads, len(acts)))

    def run(place: int) -> Any:
        try:
            if place < gate.parties:
                gate.wait(timeout=20)
            return acts[place]()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(len(acts))))


def test_fifty_parallel_starts_make_one_attempt(learner: Member, sitting: Sitting) -> None:
    entry = queries.entry_of(learner, sitting.code, timezone.now())
    assert entry is not None
    outcomes = at_once(
        [lambda n=n: services.attempt_start(actor=learner, entry=entry, device=str(n)) for n in range(50)]  # type: ignore[misc]
    )
    attempt = Attempt.objects.get()
    assert {getattr(outcome, "code", outcome) for outcome in outcomes} == {attempt.code}
    assert sum(outcome.is_new for outcome in outcomes) == 1


def test_fifty_parallel_hand_ins_mark_once(learner: Member, sitting: Sitting) -> None:
    attempt = scenes.start(learner, sitting)
    outcomes = at_once(
        [lambda: services.attempt_submit(member_id=learner.pk, attempt_id=attempt.pk, epoch=1) for _n in range(50)]
    )
    assert {getattr(outcome, "pk", outcome) for outcome in outcomes} == {attempt.pk}
    assert Result.objects.count() == 1
    assert Mark.objects.count() == 13


def test_starting_again_after_handing_in_at_the_same_moment_never_exceeds_the_cap(
    learner: Member, sitting: Sitting
) -> None:
    attempt = scenes.start(learner, sitting)
    stale = queries.entry_of(learner, sitting.code, timezone.now())
    assert stale is not None
    fresh = queries.Entry(stale.sitting, stale.facts, stale.eligibility, open_attempt="")
    acts: list[Callable[[], Any]] = [
        lambda: services.attempt_submit(member_id=learner.pk, attempt_id=attempt.pk, epoch=1)
    ]
    acts += [lambda: services.attempt_start(actor=learner, entry=fresh, device="x") for _n in range(10)]
    at_once(acts)
    assert Attempt.objects.count() == 1


def test_what_was_confirmed_before_the_hand_in_is_marked(learner: Member, sitting: Sitting) -> None:
    """Saves and the hand-in at once, many times: each confirmed answer is in the marks, each refused one is not held."""
    attempt = scenes.start(learner, sitting)
    key = form_key(attempt.form_id)
    right = scenes.right_sheet(attempt)
    token = Token(attempt.pk, attempt.code, learner.pk, attempt.form_id, 1)
    for turn in range(12):
        Mark.objects.all().delete()
        Result.objects.all().delete()
        Response.objects.all().delete()
        Attempt.objects.update(state="open", submitted_at=None, closed_by="")

        def save(number: int, turn: int = turn) -> Any:
            answer = Answer(number, turn + 1, json.dumps(right[number], ensure_ascii=False), False, timezone.now())
            return answers_save(token=token, answers=[answer])

        acts: list[Callable[[], Any]] = [lambda n=n: save(n) for n in sorted(right)]  # type: ignore[misc]
        acts.insert(6, lambda: services.attempt_submit(member_id=learner.pk, attempt_id=attempt.pk, epoch=1))
        outcomes = at_once(acts, threads=14)
        assert not [o for o in outcomes if isinstance(o, Exception)]
        confirmed = {n for o in outcomes if not isinstance(o, Attempt) for n in o.saved}
        assert set(Response.objects.values_list("number", flat=True)) == confirmed
        marks = dict(Mark.objects.values_list("number", "score"))
        assert {n for n, score in marks.items() if score} == confirmed
        by_hand = 0
        for n in confirmed:
            earned, parts = type_for(key[str(n)]["type"]).share(key[str(n)]["key"], right[n])
            by_hand += key[str(n)]["marks"] * earned // parts
        assert Result.objects.get().score == by_hand


def test_two_saves_with_the_same_questions_in_other_orders_do_not_lock_each_other_out(
    learner: Member, sitting: Sitting
) -> None:
    attempt = scenes.start(learner, sitting)
    token = Token(attempt.pk, attempt.code, learner.pk, attempt.form_id, 1)

    def save(turn: int) -> Any:
        numbers = [1, 2, 3, 4, 5] if turn % 2 else [5, 4, 3, 2, 1]
        return answers_save(token=token, answers=[Answer(n, turn + 1, '"A"', False, timezone.now()) for n in numbers])

    outcomes = at_once([lambda n=n: save(n) for n in range(60)])  # type: ignore[misc]
    assert not [o for o in outcomes if isinstance(o, Exception)]
    assert set(Response.objects.values_list("number", "sequence")) == {(n, 60) for n in range(1, 6)}


def test_two_openings_of_a_sitting_compile_it_once(trainer: User, organisation: SimpleNamespace) -> None:
    edition = scenes.make_edition()
    scenes.make_bank(edition)
    sitting = scenes.make_sitting(scenes.make_exam(edition), organisation.city)
    outcomes = at_once([lambda: scenes.open_planned(trainer, sitting) for _n in range(4)])
    assert sum(isinstance(o, Refused) for o in outcomes) == 3
    assert sitting.forms.count() == 2


def test_trainers_who_write_at_once_get_different_codes(organisation: SimpleNamespace) -> None:
    scenes.make_edition()
    clause = Clause.objects.get(number="4.1").pk
    writer = User.objects.create_superuser("writer", "writer@example.org", "演示讲师甲甲甲")

    def write() -> str:
        content = {"options": [{"text": "甲", "correct": True}, {"text": "乙", "correct": False}]}
        draft = services.QuestionDraft("single_choice", "题干（　　）。", content, [clause])
        return services.question_create(actor=writer, draft=draft).code

    codes = at_once([write] * 12, threads=6)
    assert sorted(codes) == [f"D-{n:05d}" for n in range(1, 13)]
