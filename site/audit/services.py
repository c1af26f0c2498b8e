from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import timezone

from audit.models import Entry

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.base_user import AbstractBaseUser

# Any number, the same in every process: the key of PostgreSQL's advisory lock for the end of the chain.
CHAIN_LOCK = 4_202_611


def digest_of(
    previous: str, at: datetime, actor_id: int | None, action: str, target: str, detail: dict[str, Any]
) -> str:
    body = json.dumps([previous, at.isoformat(), actor_id, action, target, detail], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()


def record(
    *, actor: AbstractBaseUser | None, action: str, target: str = "", detail: dict[str, Any] | None = None
) -> Entry:
    """Append one entry. `action` is "<entity>.<verb>", `target` "<entity>:<public code>"; no personal data in `detail`.

    Call it in the transaction of the act, as its last statement: the lock on the chain's end is held until commit.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
        last = Entry.objects.order_by("-pk").values_list("digest", flat=True).first() or ""
        at = timezone.now()
        actor_id = actor.pk if actor is not None else None
        detail = json.loads(json.dumps(detail or {}, ensure_ascii=False, default=str))
        return Entry.objects.create(
            at=at,
            actor_id=actor_id,
            action=action,
            target=target,
            detail=detail,
            previous=last,
            digest=digest_of(last, at, actor_id, action, target, detail),
        )
