"""A kind of evidence from outside the product: somebody signed in at a mobile workshop. Its subjects are members."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from assessment.review.kinds import EvidenceKind, Happening, register
from people.models import Member

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assessment.review.models import Evidence


class WorkshopEvidence(EvidenceKind):
    code = "workshop"
    title = "流动工作室"
    topic = "tests.workshop"

    def happenings(self, subjects: Sequence[int]) -> Iterable[Happening]:
        for member in Member.objects.filter(pk__in=subjects):
            yield Happening(
                object_id=member.pk,
                member_id=member.pk,
                title="网格流动工作室（演示）",
                occurred_at=datetime(2026, 5, 8, 9, tzinfo=timezone.get_current_timezone()),
                facts={"place": "演示东镇"},
            )

    def summary(self, facts: dict[str, Any]) -> str:
        return f"签到地点：{facts['place']}"

    def address(self, evidence: Evidence) -> str:
        return f"/demo-workshops/{evidence.object_id}/"


register(WorkshopEvidence())
