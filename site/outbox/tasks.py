from celery import shared_task

from outbox import services


@shared_task
def tell(topic: str | None = None) -> None:
    services.outbox_tell(topic=topic)
