from __future__ import annotations

from celery import shared_task

from exams.services import attempts_close_overdue, results_release, sittings_close_finished


@shared_task
def close_overdue_attempts() -> int:
    closed = attempts_close_overdue()
    sittings_close_finished()
    results_release()
    return closed
