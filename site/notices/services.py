from __future__ import annotations

from django.utils import timezone

from notices.models import Notice


def notice_send(*, user_id: int, key: str, text: str, url: str = "", action: str = "") -> bool:
    """Tell a person once; False when the same event was told before."""
    _notice, created = Notice.objects.get_or_create(
        user_id=user_id, key=key, defaults={"text": text[:300], "url": url, "action": action}
    )
    return created


def notices_mark_read(*, user_id: int) -> None:
    Notice.objects.filter(user_id=user_id, read_at__isnull=True).update(read_at=timezone.now())
