"""Two tellers, a teller that dies, a writer between: for real, on whichever database the suite runs."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from celery.contrib.testing.worker import start_worker
from django.db import connection, connections, transaction
from django.utils import timezone

from config.celery import app
from jobs.models import Job
from outbox import registry, services
from outbox.models import Event
from outbox.services import outbox_put, outbox_put_many, outbox_tell
from tests.outbox.conftest import TOPIC, Listener
from tests.own_process import ended, forked

pytestmark = pytest.mark.django_db(transaction=True)


def in_a_thread(act: Any) -> Any:
    try:
        return act()
    finally:
        connection.close()


def test_tellers_at_once_tell_each_subject_once(listener: Listener) -> None:
    outbox_put_many(topic=TOPIC, subjects=range(1000))
    listener.meanwhile = lambda subjects: time.sleep(0.01)
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _n: in_a_thread(outbox_tell), range(4)))
    assert sum(told) == 1000
    assert sorted(listener.heard) == list(range(1000))


def test_a_teller_that_takes_long_is_not_overtaken(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer: a second teller waits")
    monkeypatch.setattr(services, "CLAIM_LASTS", timedelta(0))
    under_way, go_on = threading.Event(), threading.Event()

    def wait(subjects: list[int]) -> None:
        under_way.set()
        go_on.wait(10)

    listener.meanwhile = wait
    outbox_put(topic=TOPIC, subject=1)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(in_a_thread, outbox_tell)
        assert under_way.wait(10)
        assert outbox_tell() == 0, "its claim has ended, but it holds its rows"
        outbox_put(topic=TOPIC, subject=1)
        assert Event.objects.count() == 2, "a writer does not wait for the teller: its change is a new row"
        go_on.set()
        assert slow.result(10) == 1
    assert outbox_tell() == 1
    assert listener.heard == [1, 1]


def test_a_change_that_is_not_committed_is_not_struck_off_with_the_state_before(listener: Listener) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer: the teller waits for the change")
    outbox_put(topic=TOPIC, subject=1)
    with transaction.atomic():
        outbox_put(topic=TOPIC, subject=1)  # and the change itself, which no other connection can see yet
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(in_a_thread, outbox_tell).result(10) == 0
    assert outbox_tell() == 1


@pytest.mark.parametrize("moment", ["claimed", "telling"])
def test_a_killed_teller_is_made_up_for(listener: Listener, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What its receivers had written is gone with it, and everything is told again when its claim has ended."""
    outbox_put_many(topic=TOPIC, subjects=range(3))
    connections.close_all()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]  # its threads and sockets are not for two processes

    def die(subjects: list[int]) -> None:
        Job.objects.create(kind=TOPIC, title="演示")
        os.kill(os.getpid(), signal.SIGKILL)

    def tell_and_be_killed() -> None:
        if moment == "claimed":
            services._claim(TOPIC)
        else:
            listener.meanwhile = die
            outbox_tell()
        os.kill(os.getpid(), signal.SIGKILL)

    ended(forked(tell_and_be_killed))
    assert Event.objects.exclude(claim="").count() == 3
    assert outbox_tell() == 0, "its claim still runs"
    Event.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert outbox_tell() == 3
    assert listener.heard == [0, 1, 2]
    assert not Job.objects.exists()


@pytest.mark.slow
def test_a_real_worker_tells_an_urgent_topic_after_the_commit(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = app.conf.broker_url, app.conf.broker_transport_options

    def use(url: str, options: dict[str, Any]) -> None:
        app.conf.update(broker_url=url, broker_transport_options=options, broker_read_url=url, broker_write_url=url)
        app._pool = app.amqp._producer_pool = None

    monkeypatch.setattr(services, "_nudged", {})
    registry.announces(TOPIC, urgent=True)
    use("memory://", {})
    try:
        with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=30):
            with transaction.atomic():
                outbox_put(topic=TOPIC, subject=1)
            for _turn in range(300):
                if listener.heard:
                    break
                time.sleep(0.1)
    finally:
        use(*before)
        connections.close_all()
    assert listener.heard == [1]
