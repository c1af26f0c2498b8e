from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.review.kinds import EvidenceKind, Happening, register
from certificates.models import Award

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assessment.review.models import Evidence


class AwardEvidence(EvidenceKind):
    """A certificate that was issued. What became of it later is no evidence of its own."""

    code = "award"
    title = gettext_lazy("取得证书")
    topic = "certificates.award"

    def happenings(self, subjects: Sequence[int]) -> Iterable[Happening]:
        for award in Award.objects.filter(pk__in=subjects).select_related("scheme"):
            yield Happening(
                object_id=award.pk,
                member_id=award.member_id,
                title=award.scheme.title,
                occurred_at=award.issued_moment,
                facts={"number": award.number, "valid_until": award.valid_until.isoformat(), "code": award.code},
            )

    def summary(self, facts: dict[str, Any]) -> str:
        return _("%(number)s，有效期至 %(day)s") % {"number": facts["number"], "day": facts["valid_until"]}

    def address(self, evidence: Evidence) -> str:
        return reverse("certificates:detail", args=[evidence.facts["code"]])


register(AwardEvidence())
