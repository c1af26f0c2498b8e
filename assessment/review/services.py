from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from assessment.review.models import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assessment.review.kinds import EvidenceKind, Happening


def evidence_rows(kind: EvidenceKind, happenings: Iterable[Happening]) -> list[Evidence]:
    return [
        Evidence(
            member_id=each.member_id,
            kind=kind.code,
            object_id=each.object_id,
            year=timezone.localtime(each.occurred_at).year,
            title=each.title[:200],
            occurred_at=each.occurred_at,
            facts=each.facts,
        )
        for each in happenings
    ]


def evidence_record(*, kind: EvidenceKind, subjects: Iterable[int]) -> None:
    """Keep what of these counts. What was kept before stays as it was: the unique object decides, also between two workers."""
    rows = evidence_rows(kind, kind.happenings(sorted(set(subjects))))
    Evidence.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
