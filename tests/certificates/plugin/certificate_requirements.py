from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from certificates.models import AwardBasis, Mention, Requirement
from certificates.requirements import requirement_kind
from tests.certificates.plugin.models import Drill

if TYPE_CHECKING:
    from django.db.models import QuerySet


class DrillBasis(AwardBasis):
    ground = "drill"

    drill = models.ForeignKey(Drill, on_delete=models.PROTECT, related_name="award_bases")
    place = models.CharField(max_length=40)


@requirement_kind
class DrillTaken(Requirement):
    kind = "drill"
    anew_by_default = True
    basis = DrillBasis
    moment = "ended_at"

    place = models.CharField(max_length=40)

    def text(self) -> str:
        return f"参加{self.place}消防演练"

    def grounds(self) -> QuerySet[Drill]:
        return Drill.objects.filter(place=self.place)

    def ground_text(self, ground: Drill) -> str:
        return f"参加了{ground.place}消防演练"

    def missing(self) -> str:
        return f"还没有参加{self.place}消防演练。"

    def again(self) -> str:
        return f"重新参加{self.place}消防演练"

    def mention(self, ground: Drill) -> Mention:
        return Mention(began=ground.ended_at, ended=ground.ended_at, training=f"{ground.place}消防演练")

    def frozen(self, ground: Drill) -> dict[str, Any]:
        return {"place": ground.place}
