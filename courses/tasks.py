from celery import shared_task

from courses import services


@shared_task
def announce_completions() -> None:
    services.completions_announce()
