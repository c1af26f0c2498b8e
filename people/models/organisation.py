from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from people.models.codes import public_code


class Organisation(MP_Node):
    """City > town > village/community > grid > micro-grid. The path prefix gives a subtree in one indexed range."""

    class Kind(models.TextChoices):
        CITY = "city", _("市（县）")
        TOWN = "town", _("镇（区、街道）")
        VILLAGE = "village", _("村（社区）")
        GRID = "grid", _("网格")
        MICRO_GRID = "micro_grid", _("微网格")

    class GridKind(models.TextChoices):
        NONE = "", _("不适用")
        INTEGRATED = "integrated_grid", _("综合网格")
        DEDICATED = "dedicated_grid", _("专属网格")

    code = models.CharField(_("代码"), max_length=32, unique=True, default=public_code)
    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("层级"), max_length=12, choices=Kind)
    grid_kind = models.CharField(_("网格类型"), max_length=16, choices=GridKind, blank=True, default="")
    is_urban = models.BooleanField(_("城市网格"), default=False)

    node_order_by: list[str] = []  # kept in the order of the roster: units stand in administrative order, not by pinyin

    class Meta:
        verbose_name = _("组织机构")
        verbose_name_plural = _("组织机构")
        indexes = [models.Index(fields=["kind", "path"], name="organisation_kind_path")]

    def __str__(self) -> str:
        return self.name

    def contains(self, path: str) -> bool:
        """Whether `path` (a treebeard path) lies in this subtree, the node itself included."""
        return path.startswith(self.path)
