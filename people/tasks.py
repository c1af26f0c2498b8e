from __future__ import annotations

from celery import shared_task

from people.services.audit_watch import audit_watch


@shared_task
def check_audit(full: bool = False) -> None:
    audit_watch(full=full)
