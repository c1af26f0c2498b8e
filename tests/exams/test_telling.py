"""A result is told to the apps above as soon as its candidate may know it, and not before."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessment.models import Evidence
from exams import services, tasks
from exams.models import Result, Sitting
from outbox.models import Event
from outbox.registry import topic_named
from outbox.services import outbox_release, outbox_tell
from tests.exams import scenes

if TYPE_CHECKING:
    from exams.models import Attempt
    from people.models import Member, User

TOPIC = "exams.result"


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Any:
    batches: list[list[int]] = []
    trouble: set[int] = set()

    def listen(subjects: list[int]) -> None:
        batches.append(subjects)
        if trouble & set(subjects):
            raise RuntimeError("演示")

    monkeypatch.setitem(topic_named(TOPIC).receivers, "tests.listener", listen)
    return SimpleNamespace(batches=batches, trouble=trouble)


@pytest.fixture
def late_sitting(trainer: User, organisation: SimpleNamespace) -> Sitting:
    """Its results may be known when it is over."""
    return scenes.open_sitting(trainer, organisation.city, release="after_close")


def hand_in(attempt: Attempt) -> int:
    services.attempt_submit(member_id=attempt.member_id, attempt_id=attempt.pk, epoch=1)
    return Result.objects.get(attempt=attempt).pk


def tell() -> int:
    return outbox_tell(topic=TOPIC)


def let_the_window_pass() -> None:
    now = timezone.now()
    Sitting.objects.update(opens_at=now - timedelta(hours=2), closes_at=now - timedelta(minutes=1))


def test_a_result_is_told_after_the_hand_in_and_once(attempt: Attempt, heard: Any) -> None:
    result = hand_in(attempt)
    assert heard.batches == []
    assert (tell(), tell()) == (1, 0)
    assert heard.batches == [[result]]
    assert Evidence.objects.get(kind="exam").object_id == result


def test_a_result_whose_receiver_fails_is_tried_again_and_holds_up_nobody(
    attempt: Attempt, neighbour: Member, sitting: Sitting, heard: Any
) -> None:
    first, second = hand_in(attempt), hand_in(scenes.start(neighbour, sitting))
    heard.trouble.add(first)
    assert tell() == 1
    assert heard.batches == [[first, second], [first], [second]]
    assert [row.object_id for row in Evidence.objects.filter(kind="exam")] == [second], "told to all, or to none"
    heard.trouble.clear()
    Event.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert tell() == 1
    assert Evidence.objects.filter(kind="exam").count() == 2


def test_a_result_that_may_not_be_known_is_told_to_nobody(
    learner: Member, trainer: User, late_sitting: Sitting
) -> None:
    hand_in(scenes.start(learner, late_sitting))
    assert (services.results_release(), tell()) == (0, 0)
    services.sitting_close(actor=trainer, sitting=late_sitting, reason="全部交卷")
    tasks.close_overdue_attempts()
    assert tell() == 1


def test_results_wait_until_nobody_of_the_sitting_writes(
    learner: Member, neighbour: Member, late_sitting: Sitting
) -> None:
    first, second = scenes.start(learner, late_sitting), scenes.start(neighbour, late_sitting)
    hand_in(first)
    let_the_window_pass()
    assert (services.results_release(), tell()) == (0, 0)
    hand_in(second)
    assert tell() == 1, "the last of all may be known as soon as it is there"
    assert services.results_release() == 1
    assert services.results_release() == 0
    assert tell() == 1


def test_a_longer_window_makes_them_wait_again(
    learner: Member, neighbour: Member, trainer: User, late_sitting: Sitting, heard: Any
) -> None:
    first, second = scenes.start(learner, late_sitting), scenes.start(neighbour, late_sitting)
    results = [hand_in(first)]
    let_the_window_pass()
    services.sitting_extend(actor=trainer, sitting=late_sitting, minutes=30, reason="停电")
    results.append(hand_in(second))
    assert (services.results_release(), tell()) == (0, 0)
    let_the_window_pass()
    assert services.results_release() == 2
    services.sitting_extend(actor=trainer, sitting=late_sitting, minutes=30, reason="又停电")
    assert tell() == 0, "let go already, but nobody has heard of them yet"
    assert heard.batches == []
    assert list(Event.objects.values_list("hold", flat=True)) == [f"sitting:{late_sitting.pk}"] * 2
    let_the_window_pass()
    assert services.results_release() == 2
    assert tell() == 2
    assert sorted(heard.batches[0]) == results


def test_a_result_that_is_let_go_too_early_goes_back(learner: Member, late_sitting: Sitting, heard: Any) -> None:
    hand_in(scenes.start(learner, late_sitting))
    assert outbox_release(hold=f"sitting:{late_sitting.pk}") == 1
    assert tell() == 0
    assert Event.objects.get().hold == f"sitting:{late_sitting.pk}"
    assert heard.batches == []


def test_those_that_wait_keep_none_of_the_others_of_a_batch(
    learner: Member, neighbour: Member, trainer: User, late_sitting: Sitting, heard: Any
) -> None:
    sitting = scenes.open_planned(trainer, scenes.make_sitting(late_sitting.exam, late_sitting.organisation))
    waits, may_be_known = hand_in(scenes.start(learner, late_sitting)), hand_in(scenes.start(neighbour, sitting))
    outbox_release(hold=f"sitting:{late_sitting.pk}")
    assert tell() == 1
    assert heard.batches == [[may_be_known]]
    assert Event.objects.get().subject == waits


def test_nothing_held_costs_the_sweep_one_statement(attempt: Attempt) -> None:
    hand_in(attempt)
    with CaptureQueriesContext(connection) as queries:
        assert services.results_release() == 0
    assert len(queries) == 1
