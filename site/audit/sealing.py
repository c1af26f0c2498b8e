"""Seals: signed lines outside the database that say how long the trail was and how it ended.

The chain alone cannot tell that its newest entries were cut off, or that all of it was written anew. A line names the last entry,
its digest and the number of entries; lines are chained and signed as well, and are only ever appended.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Seal:
    at: str
    last: int  # primary key of the newest entry
    count: int  # entries up to it
    digest: str  # of that entry


@dataclass(frozen=True)
class Seals:
    good: tuple[Seal, ...]
    broken_line: int | None  # counted from 1


def _path() -> Path:
    path: Path = settings.AUDIT_SEALS
    return path


def _signature(seal: Seal, previous: str, secret: str | bytes) -> str:
    body = json.dumps([previous, seal.at, seal.last, seal.count, seal.digest])
    return salted_hmac("audit.sealing", body, secret=secret, algorithm="sha256").hexdigest()


def seals_read() -> Seals:
    try:
        lines = _path().read_text().splitlines()
    except FileNotFoundError:
        return Seals((), None)
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    good: list[Seal] = []
    previous = ""
    for number, line in enumerate(lines, start=1):
        try:
            fields = json.loads(line)
            signature = fields.pop("signature")
            seal = Seal(**fields)
            signed = any(hmac.compare_digest(signature, _signature(seal, previous, secret)) for secret in secrets)
        except (ValueError, TypeError, KeyError, AttributeError):
            signed = False
        if not signed:
            return Seals(tuple(good), number)
        good.append(seal)
        previous = signature
    return Seals(tuple(good), None)


def seal_append(seal: Seal) -> None:
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # two checks at once
        file.seek(0)
        last = file.read().splitlines()[-1:]
        before: dict[str, Any] = json.loads(last[0]) if last else {"signature": "", "last": 0}
        if before["last"] >= seal.last:
            return
        signature = _signature(seal, before["signature"], settings.SECRET_KEY)
        file.write(json.dumps({**asdict(seal), "signature": signature}) + "\n")
        file.flush()
        os.fsync(file.fileno())
