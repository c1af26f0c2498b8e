from celery import shared_task
from django.core.management import call_command

from courses import services


@shared_task
def announce_completions() -> None:
    services.completions_announce()


@shared_task
def publish_scheduled() -> None:
    """Pages and snippets whose time to appear or to go has come."""
    call_command("publish_scheduled", verbosity=0)
