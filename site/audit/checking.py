"""Whether the trail is as it was written: each entry fits the one before, and the trail fits its seals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from audit.models import Entry
from audit.sealing import Seal, seal_append, seals_read
from audit.services import digest_of

CHUNK = 2000
# The first seal is due an hour after the first entry. Where a trail is older and has none, somebody took them away.
UNSEALED_LIFE = timedelta(days=2)


@dataclass(frozen=True)
class Finding:
    what: str  # a plain English sentence, for the log and the command
    entry: int | None = None  # primary key, where one entry is meant


def audit_check(*, full: bool = False, begin: bool = False) -> list[Finding]:
    """Check what came after the last seal, with `full` everything; seal the trail's end when all is well.

    `begin` accepts that there are no seals yet. Memory stays flat however long the trail is."""
    seals = seals_read()
    if seals.broken_line is not None:
        return [Finding(f"line {seals.broken_line} of the seals was changed")]
    if not seals.good and not begin and _is_old():
        return [Finding("the seals are missing; `check_audit --begin` starts them anew")]
    findings = _against_seals(seals.good)
    if findings:
        return findings
    from_start = full or not seals.good
    start = Seal("", 0, 0, "") if from_start else seals.good[-1]
    known = {seal.last: seal.count for seal in seals.good} if from_start else {}
    last, count, digest = start.last, start.count, start.digest
    while True:
        # In pieces by key: PostgreSQL behind a pool keeps no cursor open, and all at once would not fit into memory.
        entries = list(Entry.objects.filter(pk__gt=last).order_by("pk")[:CHUNK])
        for entry in entries:
            expected = digest_of(digest, entry.at, entry.actor_id, entry.action, entry.target, entry.detail)
            if entry.previous != digest:
                return [Finding("an entry does not follow the one before it", entry.pk)]
            if entry.digest != expected:
                return [Finding("an entry was changed", entry.pk)]
            last, count, digest = entry.pk, count + 1, entry.digest
            if known.get(entry.pk, count) != count:
                return [Finding("the number of entries differs from its seal", entry.pk)]
        if len(entries) < CHUNK:
            break
    if last > (seals.good[-1].last if seals.good else 0):
        seal_append(Seal(timezone.now().isoformat(), last, count, digest))
    return []


def _is_old() -> bool:
    first = Entry.objects.order_by("pk").values_list("at", flat=True).first()
    return first is not None and first < timezone.now() - UNSEALED_LIFE


def _against_seals(seals: tuple[Seal, ...]) -> list[Finding]:
    """Every entry that a seal names is there with its digest. Who cut the end off, or wrote all anew, is found here."""
    for start in range(0, len(seals), CHUNK):
        piece = seals[start : start + CHUNK]
        digests = dict(Entry.objects.filter(pk__in=[seal.last for seal in piece]).values_list("pk", "digest"))
        for seal in piece:
            if seal.last not in digests:
                return [Finding(f"the entry that was the newest on {seal.at[:10]} is gone", seal.last)]
            if digests[seal.last] != seal.digest:
                return [Finding(f"the trail up to {seal.at[:10]} was written anew", seal.last)]
    return []
