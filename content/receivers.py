"""What this app hears from the outbox."""

from __future__ import annotations

from django.utils import timezone

from content.models import Edition
from notices.services import notice_send
from people.access import Role, holders_for


def trainers_tell(edition_ids: list[int]) -> None:
    """An edition came into force by itself while nobody watched: those who teach by it and those who may change it are told, each
    once, however many roles they hold."""
    editions = Edition.objects.filter(pk__in=edition_ids).select_related("standard__owner")
    for edition in editions.order_by("pk"):
        since = edition.effective_on or timezone.localdate()
        for user_id in holders_for(Role.TRAINER, edition.standard.owner):
            notice_send(
                user_id=user_id,
                kind="edition_in_force",
                key=f"edition:{edition.code}:in_force",
                parameters={"code": edition.code, "since": since.isoformat()},
            )
