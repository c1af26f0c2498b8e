from celery import shared_task

from notices import services


@shared_task
def deliver() -> None:
    services.deliveries_send()
