from __future__ import annotations

from celery import shared_task

from content.services.editions import editions_come_into_force


@shared_task
def bring_editions_into_force() -> None:
    editions_come_into_force()
