"""What is put is told once after the commit, in the order of putting, and trouble with one subject holds up no other."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from jobs.models import Job
from outbox import queries, registry, services
from outbox.models import Event
from outbox.services import outbox_put, outbox_put_many, outbox_release, outbox_tell
from tests.outbox.conftest import TOPIC, Listener

pytestmark = pytest.mark.django_db


def put(*subjects: int, hold: str = "") -> None:
    for subject in subjects:
        outbox_put(topic=TOPIC, subject=subject, hold=hold)


def make_jobs(subjects: list[int]) -> None:
    for subject in subjects:
        Job.objects.create(kind=TOPIC, title=f"演示{subject}")


def let_the_wait_pass() -> None:
    Event.objects.update(due_at=timezone.now() - timedelta(seconds=1))


def test_what_is_put_is_told_once_in_its_order(listener: Listener) -> None:
    put(3, 1, 2)
    assert outbox_tell() == 3
    assert listener.batches == [[3, 1, 2]]
    assert outbox_tell() == 0
    assert not Event.objects.exists(), "what was told leaves nothing behind"


def test_what_is_due_this_very_moment_is_told(listener: Listener) -> None:
    for _turn in range(100):
        put(1)
        Event.objects.update(due_at=timezone.now())
        assert outbox_tell() == 1


def test_what_has_to_wait_again_goes_back_under_its_hold(topics: Any, listener: Listener) -> None:
    registry.announces(TOPIC, waiting=lambda subjects: {n: "演示:1" for n in subjects if n % 2})
    put(1, 2, 3)
    assert outbox_tell() == 1
    assert listener.batches == [[2]]
    assert queries.holds("演示:") == ["演示:1"]
    assert outbox_tell() == 0
    registry.announces(TOPIC)
    assert outbox_release(hold="演示:1") == 2
    assert outbox_tell() == 2
    assert listener.batches == [[2], [1, 3]]
    assert queries.holds("") == []


def test_what_is_rolled_back_is_never_told(listener: Listener) -> None:
    with transaction.atomic():
        put(1)
        transaction.set_rollback(True)
    assert outbox_tell() == 0


def test_the_same_subject_waits_once_and_a_later_change_is_told_again(listener: Listener) -> None:
    put(7, 8, 7)
    assert outbox_tell() == 2
    put(7)
    assert outbox_tell() == 1
    assert listener.heard == [7, 8, 7]


def test_a_change_while_it_is_being_told_is_told_afterwards(listener: Listener) -> None:
    def change(subjects: list[int]) -> None:
        listener.meanwhile = lambda subjects: None
        put(*subjects)

    listener.meanwhile = change
    put(1)
    assert outbox_tell() == 1
    assert outbox_tell() == 1
    assert listener.heard == [1, 1]


def test_putting_is_one_statement_and_so_is_putting_many(listener: Listener, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        outbox_put(topic=TOPIC, subject=1)
    with django_assert_num_queries(1):
        outbox_put_many(topic=TOPIC, subjects=range(100))
    assert outbox_tell() == 100


def test_a_writer_with_sql_of_its_own_puts_the_same_row(listener: Listener) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"{services.PUT_SQL} (SELECT 5 AS id) AS made", {"topic": TOPIC, "hold": "sitting:1"})
    assert outbox_tell() == 0
    outbox_put(topic=TOPIC, subject=5)
    assert outbox_tell() == 1


def test_what_is_held_waits_for_its_release(listener: Listener) -> None:
    put(1, 2, hold="sitting:12")
    put(3, hold="sitting:13")
    assert outbox_tell() == 0
    assert queries.untold(topic=TOPIC, subjects=[1, 2, 4]) == {1, 2}
    assert outbox_release(hold="sitting:12") == 2
    assert outbox_tell() == 2
    assert listener.heard == [1, 2]
    assert queries.untold(topic=TOPIC, subjects=[1, 2, 3]) == {3}


def test_the_last_hold_counts(listener: Listener) -> None:
    put(1, hold="sitting:12")
    put(1)
    assert outbox_tell() == 1


def test_thousands_at_once_go_in_batches(listener: Listener) -> None:
    outbox_put_many(topic=TOPIC, subjects=range(3000))
    assert outbox_tell() == 3000
    assert listener.heard == list(range(3000))
    assert {len(batch) for batch in listener.batches} == {services.BATCH}


def test_a_round_ends_in_time_and_the_next_one_goes_on(listener: Listener) -> None:
    outbox_put_many(topic=TOPIC, subjects=range(250))
    assert outbox_tell(seconds=0) == 0
    assert outbox_tell() == 250


def test_one_that_fails_waits_behind_the_others_with_its_error(
    listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    listener.refused = {2}
    put(1, 2, 3)
    with caplog.at_level(logging.ERROR):
        assert outbox_tell() == 2
        assert listener.heard == [1, 3]
        failed = Event.objects.get()
        assert (failed.subject, failed.failures, failed.last_error) == (2, 1, "RuntimeError: 演示")
        assert outbox_tell() == 0, "it is not tried again at once"
        let_the_wait_pass()
        assert outbox_tell() == 0
    assert len(caplog.records) == 1, "logged once"
    first, second = failed.due_at, Event.objects.get().due_at
    assert second > first, "it waits longer each time"
    listener.refused = set()
    let_the_wait_pass()
    assert outbox_tell() == 1
    assert listener.heard == [1, 3, 2]


def test_an_error_that_no_database_can_keep_is_kept_without_its_nul(listener: Listener) -> None:
    def fail(subjects: list[int]) -> None:
        raise ValueError("nul \0 byte")

    listener.meanwhile = fail
    put(1)
    assert outbox_tell() == 0
    assert (Event.objects.get().failures, Event.objects.get().last_error) == (1, "ValueError: nul  byte")


def test_a_change_of_one_that_waits_after_a_failure_is_told_at_once(listener: Listener) -> None:
    listener.refused = {1}
    put(1)
    outbox_tell()
    listener.refused = set()
    put(1)
    assert outbox_tell() == 1
    let_the_wait_pass()
    put(1)
    assert outbox_tell() == 1, "the old and the new one are told as one"
    assert not Event.objects.exists()


def test_what_a_receiver_wrote_is_gone_when_another_one_fails(listener: Listener) -> None:
    registry.hears(TOPIC, make_jobs, name="tests.writer")
    last = Listener()
    last.refused = {1}
    registry.hears(TOPIC, last, name="tests.last")
    put(1, 2)
    assert outbox_tell() == 1
    assert Job.objects.count() == 1


def test_every_receiver_hears_and_one_registered_twice_hears_once(listener: Listener) -> None:
    other = Listener()
    registry.hears(TOPIC, other, name="tests.other")
    registry.hears(TOPIC, other, name="tests.other")
    put(1)
    outbox_tell()
    assert listener.heard == other.heard == [1]
    assert len(other.batches) == 1
    with pytest.raises(ValueError, match="Two receivers"):
        registry.hears(TOPIC, Listener(), name="tests.other")


def test_a_topic_that_nobody_knows_is_refused_and_one_that_nobody_hears_is_struck_off(topics: dict[str, Any]) -> None:
    with pytest.raises(LookupError, match=r"tests\.nothing"):
        outbox_put(topic="tests.nothing", subject=1)
    registry.announces("tests.nothing")
    outbox_put(topic="tests.nothing", subject=1)
    assert outbox_tell() == 1
    assert not Event.objects.exists()


def test_one_topic_can_be_told_alone(listener: Listener) -> None:
    registry.announces("tests.other")
    outbox_put(topic="tests.other", subject=1)
    put(1)
    assert outbox_tell(topic=TOPIC) == 1
    assert Event.objects.get().topic == "tests.other"


def test_an_urgent_topic_asks_for_its_round_after_the_commit_and_once_a_second(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    sent: list[tuple[Any, ...]] = []
    monkeypatch.setattr(services, "task_send", lambda *arguments: sent.append(arguments))
    monkeypatch.setattr(services, "_nudged", {})
    with django_capture_on_commit_callbacks(execute=True):
        put(1)
    assert not sent, "any other topic waits for the next round"
    registry.announces(TOPIC, urgent=True)
    with django_capture_on_commit_callbacks(execute=True):
        put(2, 3)
        put(4, hold="sitting:1")
        assert not sent
    assert sent == [("outbox.tasks.tell", TOPIC)]
    services._nudged.clear()
    with django_capture_on_commit_callbacks(execute=True):
        outbox_release(hold="sitting:1")
    assert len(sent) == 2
