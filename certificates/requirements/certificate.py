from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.models.awards import Award
from certificates.models.requirements import AwardBasis, Requirement
from certificates.models.schemes import Scheme
from certificates.requirements import requirement_kind

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from people.models import Organisation


class CertificateBasis(AwardBasis):
    ground = "held"

    held = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="award_bases")

    class Meta:
        verbose_name = gettext_lazy("发证依据：另一证书")
        verbose_name_plural = gettext_lazy("发证依据：另一证书")
        constraints = [models.UniqueConstraint(fields=["award", "held"], name="certificate_basis_once")]


@requirement_kind
class CertificateHeld(Requirement):
    kind = "certificate"
    basis = CertificateBasis
    moment = "issued_at"

    asks_for = models.ForeignKey(
        Scheme, on_delete=models.PROTECT, related_name="asked_by", verbose_name=gettext_lazy("须持有的证书")
    )

    class Meta:
        verbose_name = gettext_lazy("持有另一证书")
        verbose_name_plural = gettext_lazy("持有另一证书")

    def text(self) -> str:
        return _("持有有效的“%(scheme)s”证书") % {"scheme": self.asks_for.title}

    def grounds(self) -> QuerySet[Award]:
        return Award.objects.in_force().filter(scheme_id=self.asks_for_id)

    def ground_text(self, ground: Award) -> str:
        return _("持有“%(scheme)s”证书，编号 %(number)s") % {"scheme": self.asks_for.title, "number": ground.number}

    def missing(self) -> str:
        return _("还没有有效的“%(scheme)s”证书。") % {"scheme": self.asks_for.title}

    def again(self) -> str:
        return _("重新取得“%(scheme)s”证书") % {"scheme": self.asks_for.title}

    def belongs_to(self) -> Organisation | None:
        return self.asks_for.owner

    def asked_first(self) -> list[Scheme]:
        return [self.asks_for]
