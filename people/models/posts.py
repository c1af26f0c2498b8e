from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models.words import OtherName


class Post(models.Model):
    """Post names differ from place to place (in some 网格长 and 网格员 are two posts), so posts are rows, not code."""

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("岗位名称"), max_length=40, unique=True)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("岗位")
        verbose_name_plural = _("岗位")

    def __str__(self) -> str:
        return self.name


class PostName(OtherName):
    """专网 for 专职网格管理员: what rosters call a post."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="names")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("岗位的其他写法")
        verbose_name_plural = _("岗位的其他写法")
