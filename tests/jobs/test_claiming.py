"""One worker holds a job, and what a worker that lost it still says counts for nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone

from acts import Refused
from jobs import registry, services
from jobs.models import Job
from jobs.services import MAX_TRIES, SILENCE, Overtaken, Run, job_run, jobs_requeue

KIND = "tests.work"


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Callable[[Run], None]]]:
    """The one work in the list is what a job of the test's kind does."""
    does: list[Callable[[Run], None]] = [lambda run: run.finish("好了")]
    monkeypatch.setattr(registry, "_works", {KIND: lambda run: does[0](run)})
    return does  # type: ignore[return-value]


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    private = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path / "private")},
    }
    settings.STORAGES = {**settings.STORAGES, "private": private}


def make_job(**fields: Any) -> Job:
    return Job.objects.create(kind=KIND, title="演示任务", **fields)


def fall_silent(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(alive_at=timezone.now() - SILENCE * 2)


@pytest.mark.django_db
def test_a_job_runs_once(work: list[Any]) -> None:
    job = make_job()
    job_run(job_id=job.pk)
    work[0] = pytest.fail
    job_run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.message, job.tries) == ("done", "好了", 1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_claim_at_once_run_it_once(work: list[Any]) -> None:
    ran: list[int] = []

    def slowly(run: Run) -> None:
        ran.append(run.job.tries)
        time.sleep(0.2)

    work[0] = slowly
    job = make_job()
    gate = Barrier(4)

    def claim(_number: int) -> None:
        try:
            gate.wait(10)
            job_run(job_id=job.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(claim, range(4)))
    assert ran == [1]


@pytest.mark.django_db
def test_a_worker_that_lives_keeps_its_job(work: list[Any]) -> None:
    job = make_job(state=Job.State.RUNNING, alive_at=timezone.now() - SILENCE / 2, tries=1)
    job_run(job_id=job.pk)
    assert jobs_requeue() == 0
    job.refresh_from_db()
    assert (job.state, job.tries) == ("running", 1)


@pytest.mark.django_db(transaction=True)
def test_a_work_that_reports_nothing_shows_that_it_lives(work: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "HEARTBEAT", timedelta(milliseconds=50))
    job = make_job()

    def silently(run: Run) -> None:
        fall_silent(job)
        for _turn in range(100):
            time.sleep(0.05)
            job.refresh_from_db()
            if job.alive_at and job.alive_at > timezone.now() - SILENCE:
                return
        raise AssertionError("no sign of life")

    work[0] = silently
    job_run(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == "done"


@pytest.mark.django_db(transaction=True)
def test_a_heart_that_stands_for_a_job_of_another_run_stops(work: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "HEARTBEAT", timedelta(milliseconds=20))
    job = make_job(state=Job.State.RUNNING, tries=2, alive_at=timezone.now() - SILENCE)
    before = job.alive_at
    first = Run(Job(pk=job.pk, tries=1))
    with services.heart_beating(first):
        time.sleep(0.2)
    job.refresh_from_db()
    assert job.alive_at == before


@pytest.mark.django_db
def test_a_run_whose_job_was_taken_over_does_not_write_over_the_other(work: list[Any]) -> None:
    """The first worker was away for longer than SILENCE; the second one takes over, ends, and then the first one ends."""
    job = make_job()

    def second(run: Run) -> None:
        run.keep_file("b.txt", b"second")
        run.finish("第二次")

    def first(run: Run) -> None:
        run.keep_file("a.txt", b"first")
        fall_silent(job)
        work[0] = second
        job_run(job_id=job.pk)
        run.finish("第一次")

    work[0] = first
    job_run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.message, job.tries, job.result_name) == ("done", "第二次", 2, "b.txt")
    assert storages["private"].open(job.result_file).read() == b"second"
    assert len(storages["private"].listdir("jobs")[1]) == 1, "the file of the one that lost goes"


@pytest.mark.django_db
def test_a_run_whose_job_was_taken_over_is_stopped_at_its_next_report(work: list[Any]) -> None:
    job = make_job()
    went_on: list[bool] = []

    def first(run: Run) -> None:
        Job.objects.filter(pk=job.pk).update(tries=2)
        with pytest.raises(Overtaken):
            run.progress(1, 2)
        Job.objects.filter(pk=job.pk).update(done=7, total=9)
        run.progress(2)
        went_on.append(True)

    work[0] = first
    job_run(job_id=job.pk)
    job.refresh_from_db()
    assert not went_on
    assert (job.state, job.done, job.total, job.tries) == ("running", 7, 9, 2)


@pytest.mark.django_db
def test_a_job_that_keeps_breaking_off_is_given_up(work: list[Any]) -> None:
    job = make_job(tries=MAX_TRIES - 1)
    work[0] = lambda run: fall_silent(job)
    job_run(job_id=job.pk)
    assert Job.objects.get().state == "done", "the last try that is allowed"
    Job.objects.update(state=Job.State.RUNNING, alive_at=timezone.now() - SILENCE * 2)
    work[0] = pytest.fail
    job_run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.tries) == ("failed", MAX_TRIES + 1)
    assert "多次中断" in job.message


@pytest.mark.django_db
def test_what_is_lost_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    monkeypatch.setattr(services, "job_send", lambda *, job_id: sent.append(job_id))
    long_ago = timezone.now() - SILENCE * 2
    lost = [
        make_job(),
        make_job(sent_at=long_ago),
        make_job(state=Job.State.RUNNING, alive_at=long_ago),
    ]
    make_job(sent_at=timezone.now())
    make_job(state=Job.State.RUNNING, alive_at=timezone.now())
    make_job(state=Job.State.DONE, alive_at=long_ago)
    assert jobs_requeue() == 3
    assert sorted(sent) == sorted(job.pk for job in lost)


@pytest.mark.django_db
def test_a_refusal_is_shown_and_a_crash_is_not(work: list[Any], caplog: pytest.LogCaptureFixture) -> None:
    def refuse(run: Run) -> None:
        raise Refused("第 3 行没有姓名。")

    def crash(run: Run) -> None:
        raise RuntimeError("secret")

    messages = []
    for does in (refuse, crash):
        work[0] = does
        job = make_job()
        job_run(job_id=job.pk)
        job.refresh_from_db()
        assert job.state == "failed"
        messages.append(job.message)
    assert messages[0] == "第 3 行没有姓名。"
    assert "secret" not in messages[1]
    assert job.code[:6] in messages[1]
    assert len(caplog.records) == 1
