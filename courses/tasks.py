from celery import shared_task
from django.core.management import call_command
from django.db import transaction

from courses import services


@shared_task
def announce_completions() -> None:
    services.completions_announce()


@shared_task
def catch_up_completions() -> None:
    services.completions_catch_up_all()


@shared_task
def publish_scheduled() -> None:
    """Pages and snippets whose time to appear or to go has come: all at once, for what goes together is one change."""
    with transaction.atomic():
        call_command("publish_scheduled", verbosity=0)
