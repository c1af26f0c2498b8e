from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessment.review.kinds import kind_of
from assessment.review.models import Evidence

if TYPE_CHECKING:
    from datetime import datetime

    from people.models import Member


@dataclass(frozen=True)
class EvidenceLine:
    """A piece of evidence in words."""

    year: int
    occurred_at: datetime
    kind: str
    title: str
    summary: str
    address: str


def evidence_of(member: Member, most: int | None = None) -> list[EvidenceLine]:
    """A person's evidence, newest first."""
    rows = Evidence.objects.filter(member=member).order_by("-year", "-occurred_at", "-pk")
    return [_line(row) for row in rows[:most]]


def _line(row: Evidence) -> EvidenceLine:
    kind = kind_of(row.kind)
    return EvidenceLine(
        year=row.year,
        occurred_at=row.occurred_at,
        kind=str(kind.title) if kind is not None else row.kind,
        title=row.title,
        summary=kind.summary(row.facts) if kind is not None else "",
        address=kind.address(row) if kind is not None else "",
    )
