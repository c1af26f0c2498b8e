"""Long work: enqueue on commit, run at least once, say how far it is, keep its file. Works are safe to run twice."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from amqp.exceptions import AMQPError
from celery import current_app
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import KombuError

from acts import Refused
from jobs.models import Job
from jobs.registry import work_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.auth.base_user import AbstractBaseUser
    from django.db.models import QuerySet

logger = logging.getLogger(__name__)

# A job that shows no sign of life for this long was on a worker that died; it is sent again.
SILENCE = timedelta(seconds=60)
HEARTBEAT = timedelta(seconds=15)
LONGEST = timedelta(hours=3)
MAX_TRIES = 5


class Overtaken(BaseException):
    """Raised in a work whose job another worker has taken over: what it does from here on counts for nothing.

    No Exception, so that no work takes it for a failure of its own and writes that down."""


class Run:
    """What a work gets: its arguments, and the row to report to."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.arguments: dict[str, Any] = job.arguments
        self._log: list[dict[str, str]] = []

    def rows(self) -> QuerySet[Job]:
        """The row, as long as this run is the one that holds it: each claim counts `tries` up."""
        return Job.objects.filter(pk=self.job.pk, state=Job.State.RUNNING, tries=self.job.tries)

    def progress(self, done: int, total: int | None = None) -> None:
        """Raises Overtaken when another worker has the job."""
        fields: dict[str, Any] = {"done": done, "alive_at": timezone.now()}
        if total is not None:
            fields["total"] = total
        if not self.rows().update(**fields):
            raise Overtaken

    def note(self, message: str, level: str = "info") -> None:
        """One row set aside with its reason; the batch goes on."""
        self._log.append({"level": level, "message": message})

    def keep_file(self, name: str, content: bytes) -> None:
        """The file that the owner downloads. Each try has a file of its own, so that an overtaken one spoils nothing."""
        self.job.result_file = storages["private"].save(f"jobs/{self.job.code}-{self.job.tries}", ContentFile(content))
        self.job.result_name = name

    def finish(self, message: str) -> None:
        self.job.message = message[:500]


@contextmanager
def heart_beating(run: Run) -> Iterator[None]:
    """Say from beside the work that its worker lives, since no work can promise to report every minute.

    Not for ever: a work that hangs is let go after LONGEST and taken up by another worker."""
    stopped = threading.Event()

    def beat() -> None:
        end = time.monotonic() + LONGEST.total_seconds()
        try:
            while not stopped.wait(HEARTBEAT.total_seconds()) and time.monotonic() < end:
                try:
                    if not run.rows().update(alive_at=timezone.now()):
                        return
                except DatabaseError:
                    logger.warning("Job %s could not show that it lives", run.job.code, exc_info=True)
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"job-{run.job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def job_enqueue(
    *, actor: AbstractBaseUser | None, kind: str, title: str, arguments: dict[str, Any] | None = None
) -> Job:
    """Write the row and, after the commit, send it. Whoever sees the row may count on the work being done."""
    job = Job.objects.create(owner=actor, kind=kind, title=title, arguments=arguments or {})  # type: ignore[misc]
    transaction.on_commit(lambda: job_send(job_id=job.pk))
    return job


def task_send(name: str, *arguments: Any) -> None:
    """Hand over to the queue, by the task's name, so that services need not import the tasks that call them.

    What is accepted stands in a row, and a sweep sends it again: a queue that is away is no error of the person's."""
    if name not in current_app.tasks:
        current_app.loader.import_default_modules()
    try:
        current_app.tasks[name].delay(*arguments)
    except (OSError, KombuError, AMQPError):
        logger.exception("The queue did not take %s %s", name, arguments)


def job_send(*, job_id: int) -> None:
    Job.objects.filter(pk=job_id).update(sent_at=timezone.now())
    task_send("jobs.tasks.run_job", job_id)


def job_run(*, job_id: int) -> None:
    """Claim and do one job. A job that another worker holds, or that is finished, is left alone."""
    job = _claim(job_id)
    if job is None:
        return
    run = Run(job)
    work = work_for(job.kind)
    try:
        if work is None:
            raise Refused(_("系统不认识这类任务：%(kind)s") % {"kind": job.kind})
        if job.tries > MAX_TRIES:
            raise Refused(_("任务多次中断，已停止。请重新提交，或联系管理员。"))
        with heart_beating(run):
            work(run)
        state = Job.State.DONE
    except Refused as refusal:
        state, job.message = Job.State.FAILED, str(refusal)[:500]
    except Overtaken:
        logger.warning("Job %s (%s) was overtaken by another worker", job.code, job.kind)
        state = Job.State.FAILED  # changes nothing: the row is another run's
    except Exception:
        logger.exception("Job %s (%s) failed", job.code, job.kind)
        state = Job.State.FAILED
        job.message = _("系统出了问题，任务没有完成，没有写入任何数据。请把编号 %(code)s 告诉管理员。") % {
            "code": job.code[:6]
        }
    kept = run.rows().update(
        state=state,
        message=job.message,
        log=run._log[:1000],
        result_file=job.result_file,
        result_name=job.result_name,
        finished_at=timezone.now(),
    )
    if not kept and job.result_file:
        storages["private"].delete(job.result_file)


def _claim(job_id: int) -> Job | None:
    now = timezone.now()
    with transaction.atomic():  # holds the row until its count of tries, which marks this run, is read
        claimed = (
            Job.objects.filter(pk=job_id)
            .filter(Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, alive_at__lt=now - SILENCE))
            .update(state=Job.State.RUNNING, alive_at=now, tries=F("tries") + 1)
        )
        return Job.objects.get(pk=job_id) if claimed else None


def jobs_requeue() -> int:
    """Send again what was accepted and lost: never taken, or on a worker that died. Returns how many were sent."""
    before = timezone.now() - SILENCE
    lost = Job.objects.filter(
        Q(state=Job.State.QUEUED) & (Q(sent_at__isnull=True) | Q(sent_at__lt=before))
        | Q(state=Job.State.RUNNING, alive_at__lt=before)
    ).values_list("pk", flat=True)[:500]
    for pk in lost:
        job_send(job_id=pk)
    return len(lost)


FILES_LIVE = timedelta(days=7)


def files_forget(*, most: int = 500) -> int:
    """Delete the files of jobs that ended a week ago; most hold names. The rows stay."""
    return _files_delete(
        Job.objects.exclude(result_file="")
        .filter(finished_at__lt=timezone.now() - FILES_LIVE)
        .order_by("finished_at")[:most]
    )


def files_forget_of(*, owner_id: int) -> int:
    """Delete all files of a person who has lost power: they may hold what the person may not see any more."""
    return _files_delete(Job.objects.filter(owner_id=owner_id))


def _files_delete(jobs: QuerySet[Job]) -> int:
    held = [(pk, stored) for pk, stored in jobs.values_list("pk", "result_file") if stored]
    for pk, stored in held:
        storages["private"].delete(stored)
        Job.objects.filter(pk=pk).update(result_file="")
    return len(held)
