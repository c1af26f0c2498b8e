from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from people.models.codes import public_code
from people.models.words import OtherName


class Level(models.Model):
    """City, town, village, grid, micro-grid, or what a place has instead. A unit stands under one of a lower `order`."""

    code = models.SlugField(_("代码"), max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=40, unique=True)
    order = models.PositiveSmallIntegerField(_("顺序"), unique=True)
    is_grid = models.BooleanField(_("是网格（分综合网格和专属网格）"), default=False)

    class Meta:
        ordering = ["order"]
        verbose_name = _("层级")
        verbose_name_plural = _("层级")

    def __str__(self) -> str:
        return self.name


class LevelName(OtherName):
    """社区 for a village: a column of a roster that is called so holds units of the level."""

    level = models.ForeignKey(Level, on_delete=models.CASCADE, related_name="names")

    class Meta:
        ordering = ["pk"]  # the surest first: where two columns could be meant, the surer one is taken
        verbose_name = _("层级的其他写法")
        verbose_name_plural = _("层级的其他写法")


class Organisation(MP_Node):
    """City > town > village/community > grid > micro-grid. The path prefix gives a subtree in one indexed range."""

    class GridKind(models.TextChoices):
        NONE = "", _("不适用")
        INTEGRATED = "integrated_grid", _("综合网格")
        DEDICATED = "dedicated_grid", _("专属网格")

    code = models.CharField(_("代码"), max_length=32, unique=True, default=public_code)
    name = models.CharField(_("名称"), max_length=80)
    # By its code, so that nobody joins the table of levels to know whether a unit is a town.
    level = models.ForeignKey(
        Level, on_delete=models.PROTECT, to_field="code", related_name="+", verbose_name=_("层级"), db_index=False
    )
    grid_kind = models.CharField(_("网格类型"), max_length=16, choices=GridKind, blank=True, default="")
    is_urban = models.BooleanField(_("城市网格"), default=False)

    node_order_by: list[str] = []  # kept in the order of the roster: units stand in administrative order, not by pinyin

    class Meta:
        verbose_name = _("组织机构")
        verbose_name_plural = _("组织机构")
        indexes = [models.Index(fields=["level", "path"], name="organisation_level_path")]

    def __str__(self) -> str:
        return self.name

    def contains(self, path: str) -> bool:
        """Whether `path` (a treebeard path) lies in this subtree, the node itself included."""
        return path.startswith(self.path)
