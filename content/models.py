"""Standards, editions and their clauses. A clause is never overwritten: `lineage` says «the same clause», the edition
says which wording."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from content.importers.numberings import numbering_named
from people.owning import Owned
from uploads.models import Upload


class Standard(Owned):
    """Belongs to the unit that imported it: read and used in its subtree, changed by its trainers."""

    code = models.SlugField(_("代码"), max_length=60, unique=True, allow_unicode=True)
    title = models.CharField(_("标题"), max_length=200)
    is_demonstration = models.BooleanField(_("演示文本"), default=False)

    class Meta:
        verbose_name = _("标准")
        verbose_name_plural = _("标准")

    def __str__(self) -> str:
        return self.title


class Edition(models.Model):  # type: ignore[django-manager-missing]  # its rows are in trees (Clause, CoursePage)
    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        UPCOMING = "upcoming", _("即将实施")
        IN_FORCE = "in_force", _("现行")
        SUPERSEDED = "superseded", _("废止")

    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="editions")
    code = models.SlugField(_("代码"), max_length=80, unique=True, allow_unicode=True)
    number = models.CharField(_("文件编号"), max_length=80, blank=True, default="")
    title = models.CharField(_("标题"), max_length=200)
    label = models.CharField(_("版本"), max_length=40)
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.DRAFT)
    numbering = models.CharField(_("编号方式"), max_length=20)  # the name of a module of importers/numberings/
    issued_on = models.DateField(_("发布日期"), null=True, blank=True)
    effective_on = models.DateField(_("实施日期"), null=True, blank=True)
    superseded_on = models.DateField(_("废止日期"), null=True, blank=True)
    is_demonstration = models.BooleanField(_("演示文本"), default=False)
    source_name = models.CharField(_("来源文件"), max_length=255, blank=True, default="")
    source_digest = models.CharField(max_length=64, blank=True, default="")
    front_matter = models.TextField(_("前言等"), blank=True, default="")
    warnings = models.JSONField(_("待核对之处"), default=list, blank=True)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    imported_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("标准版本")
        verbose_name_plural = _("标准版本")
        constraints = [
            models.UniqueConstraint(
                fields=["standard"], condition=Q(state="in_force"), name="edition_one_in_force_per_standard"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.label}）"

    @property
    def numbering_title(self) -> str:
        known = numbering_named(self.numbering)
        return str(known.title) if known is not None else self.numbering


class Clause(MP_Node):
    """One numbered unit of an edition, in document order by `path`. Top-level units of an edition are root nodes."""

    class Kind(models.TextChoices):
        CHAPTER = "chapter", _("章")
        SECTION = "section", _("节")
        ARTICLE = "article", _("条（法规）")
        CLAUSE = "clause", _("条")
        PARAGRAPH = "paragraph", _("段")
        ITEM = "item", _("列项")
        TERM = "term", _("术语条目")
        ANNEX = "annex", _("附录")

    class Provision(models.TextChoices):
        REQUIREMENT = "requirement", _("要求")
        PROHIBITION = "prohibition", _("禁止")
        RECOMMENDATION = "recommendation", _("推荐")
        PERMISSION = "permission", _("允许")
        INSTRUCTION = "instruction", _("指示")
        STATEMENT = "statement", _("陈述")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="clauses", db_index=False)
    lineage = models.UUIDField(default=uuid.uuid4, db_index=True)
    number = models.CharField(_("编号"), max_length=60, blank=True, default="")
    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    title = models.CharField(_("标题"), max_length=200, blank=True, default="")
    text = models.TextField(_("条文"), blank=True, default="")
    notes = models.JSONField(_("注和示例"), default=list, blank=True)
    tables = models.JSONField(_("表"), default=list, blank=True)  # [[[cell, ...], ...], ...] rows of cell texts
    provisions = models.JSONField(_("条款类型"), default=list, blank=True)
    provision = models.CharField(_("主要条款类型"), max_length=16, choices=Provision, blank=True, default="")
    quantities = models.JSONField(_("数值"), default=list, blank=True)  # [{"value": "24", "unit": "学时"}]
    digest = models.CharField(max_length=64, blank=True, default="")
    line = models.PositiveIntegerField(_("来源行"), null=True, blank=True)

    class Meta:
        verbose_name = _("条款")
        verbose_name_plural = _("条款")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "number"], condition=~Q(number=""), name="clause_number_once_per_edition"
            ),
            models.UniqueConstraint(fields=["edition", "lineage"], name="clause_lineage_once_per_edition"),
        ]
        indexes = [models.Index(fields=["edition", "path"], name="clause_edition_order")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip() or self.text[:30]


class ClauseReference(models.Model):
    source = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="references_made")
    target = models.ForeignKey(Clause, on_delete=models.CASCADE, null=True, related_name="references_received")
    cited_as = models.CharField(max_length=80)

    class Meta:
        verbose_name = _("条款引用")
        verbose_name_plural = _("条款引用")


class StandardImport(models.Model):
    """Beside the upload, whose life it shares: the recognised tree, the corrections made to it, the answers of who confirmed."""

    upload = models.OneToOneField(Upload, on_delete=models.CASCADE, primary_key=True, related_name="standard")
    recognised = models.JSONField(default=dict, blank=True)  # as it was read; with the corrections it gives `parsed`
    parsed = models.JSONField(default=dict, blank=True)
    corrections = models.JSONField(default=list, blank=True)  # [[act, index], ...] in the order they were made
    version = models.PositiveIntegerField(default=0)  # one more with every change: who changes must name what they saw
    answers = models.JSONField(default=dict, blank=True)  # content.services.imports.EditionPlan
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("标准导入")
        verbose_name_plural = _("标准导入")
