from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.models.requirements import Requirement
from certificates.requirements import requirement_kind


@requirement_kind
class AllOf(Requirement):
    kind = "all_of"
    is_group = True

    class Meta:
        verbose_name = gettext_lazy("全部满足")
        verbose_name_plural = gettext_lazy("全部满足")

    def text(self) -> str:
        return _("以下全部满足")

    def needed(self, children: int) -> int:
        return children


@requirement_kind
class AnyOf(Requirement):
    kind = "any_of"
    is_group = True

    class Meta:
        verbose_name = gettext_lazy("满足其一")
        verbose_name_plural = gettext_lazy("满足其一")

    def text(self) -> str:
        return _("以下至少满足一项")

    def needed(self, children: int) -> int:
        return 1


@requirement_kind
class SomeOf(Requirement):
    kind = "some_of"
    is_group = True

    least = models.PositiveSmallIntegerField(gettext_lazy("至少满足几项"), validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = gettext_lazy("满足若干项")
        verbose_name_plural = gettext_lazy("满足若干项")
        constraints = [models.CheckConstraint(condition=Q(least__gte=1), name="some_of_at_least_one")]

    def text(self) -> str:
        return _("以下至少满足 %(n)s 项") % {"n": self.least}

    def needed(self, children: int) -> int:
        return self.least
