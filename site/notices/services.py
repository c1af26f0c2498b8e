from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone, translation

from notices.channels import Undeliverable, channel_named, queued_channels
from notices.kinds import kind_named
from notices.models import Delivery, Notice

if TYPE_CHECKING:
    from collections.abc import Mapping

logger = logging.getLogger(__name__)

MAX_TRIES = 8  # over about eight hours
FIRST_WAIT = timedelta(minutes=2)
# A sending that has not ended by then was on a worker that died.
SENDING_LASTS = timedelta(minutes=10)
INTERRUPTED = "The process ended while it was sending; it may have arrived."


def notice_send(*, user_id: int, kind: str, key: str, parameters: Mapping[str, Any], url: str = "") -> bool:
    """Tell a person once; False when the same event was told before. LookupError for a kind that nobody registers.

    `parameters` are what the kind's text and link need, as plain values of JSON. `url` is for a kind without a link of its own.
    """
    kind_named(kind)
    with transaction.atomic():
        notice, created = Notice.objects.get_or_create(
            user_id=user_id, key=key, defaults={"kind": kind, "parameters": dict(parameters), "target": url}
        )
        channels = queued_channels() if created else []
        if channels:
            user: Any = get_user_model().objects.get(pk=user_id)
            Delivery.objects.bulk_create(
                Delivery(notice=notice, channel=channel.name, due_at=timezone.now())
                for channel in channels
                if channel.reaches(user)
            )
    return created


def notice_mark_read(*, user_id: int, notice_id: int) -> Notice | None:
    """None where the person has no such notice."""
    notice = Notice.objects.filter(pk=notice_id, user_id=user_id).first()
    if notice is not None:
        Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())
    return notice


def notices_mark_read(*, user_id: int) -> None:
    Notice.objects.filter(user_id=user_id, read_at__isnull=True).update(read_at=timezone.now())


def deliveries_send(*, most: int = 200) -> int:
    """Send what is due. Returns how many were sent."""
    now = timezone.now()
    Delivery.objects.filter(state=Delivery.State.SENDING, due_at__lt=now).update(
        state=Delivery.State.GIVEN_UP, error=INTERRUPTED
    )
    due = Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=now).order_by("due_at")[:most]
    return sum(_send(delivery) for delivery in due.select_related("notice__user"))


def _send(delivery: Delivery) -> bool:
    mine = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING, tries=delivery.tries)
    tries = delivery.tries + 1
    if not mine.update(state=Delivery.State.SENDING, tries=tries, due_at=timezone.now() + SENDING_LASTS):
        return False
    mine = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.SENDING, tries=tries)
    channel = channel_named(delivery.channel)
    try:
        if channel is None:
            raise Undeliverable(f"There is no channel {delivery.channel} any more")
        with translation.override(settings.LANGUAGE_CODE):  # accounts keep no language; the browser does
            channel.deliver(delivery.notice)
    except Undeliverable as reason:
        mine.update(state=Delivery.State.GIVEN_UP, error=str(reason)[:500])
        return False
    except Exception as error:  # a channel is a plug-in that speaks to a strange machine
        error_text = f"{type(error).__name__}: {error}"[:500]
        if tries >= MAX_TRIES:
            logger.exception("Notice %s was given up on the channel %s", delivery.notice_id, delivery.channel)
            mine.update(state=Delivery.State.GIVEN_UP, error=error_text)
        else:
            wait = FIRST_WAIT * 2 ** (tries - 1)
            mine.update(state=Delivery.State.WAITING, error=error_text, due_at=timezone.now() + wait)
        return False
    mine.update(state=Delivery.State.SENT, error="", sent_at=timezone.now())
    return True
