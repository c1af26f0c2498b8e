"""The blocks of a lesson. Each is a card or part of one; the order is the trainer's."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

from content.models import Clause
from courses.citing import items_below

CARD_CHARACTERS = 200


class ClauseChooserBlock(blocks.ChooserBlock):
    """A live reference: the clause's number, title, text, list items and edition are read when the page is shown."""

    @cached_property
    def target_model(self) -> type[Clause]:
        return Clause

    @cached_property
    def widget(self) -> Any:
        from courses.clause_chooser import clause_chooser

        return clause_chooser.widget_class()

    def bulk_to_python(self, values: Any) -> list[Any]:
        """All clauses of a lesson in one query, with their editions."""
        found = Clause.objects.select_related("edition").in_bulk([value for value in values if value is not None])
        return [copy(found.get(value)) for value in values]

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        items = context.get("clause_items")  # the lesson's page reads those of all its clauses at once
        if value is not None:
            context["items"] = items.get(value.pk, []) if items is not None else items_below([value])[value.pk]
        return context

    class Meta:
        icon = "list-ol"
        label = _("条款引用")
        template = "courses/blocks/clause.html"


class TextCardBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("小标题"), max_length=30)
    text = blocks.TextBlock(label=_("文字"), help_text=_("一张卡片不超过 200 个字；空一行为新的一段。"), max_length=600)

    class Meta:
        icon = "doc-full"
        label = _("文字卡")
        template = "courses/blocks/text_card.html"


class CaseBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("案例标题"), max_length=30)
    situation = blocks.TextBlock(label=_("情形"), max_length=600)
    question = blocks.CharBlock(label=_("想一想"), max_length=120, required=False)
    analysis = blocks.TextBlock(label=_("分析"), max_length=600)

    class Meta:
        icon = "group"
        label = _("案例")
        template = "courses/blocks/case.html"


class StepsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("标题"), max_length=30)
    steps = blocks.ListBlock(blocks.CharBlock(label=_("步骤"), max_length=120), label=_("步骤"), min_num=2)

    class Meta:
        icon = "list-ol"
        label = _("步骤")
        template = "courses/blocks/steps.html"


class ToneBlock(blocks.ChoiceBlock):
    def render_basic(self, value: Any, context: Any = None) -> str:
        """What the comparison of two versions shows: the word, not the stored value."""
        return str(dict(self.field.choices).get(value, value))


class TipBlock(blocks.StructBlock):
    tone = ToneBlock(label=_("语气"), choices=[("tip", _("提示")), ("warning", _("注意"))], default="tip")
    text = blocks.CharBlock(label=_("内容"), max_length=120)

    class Meta:
        icon = "help"
        label = _("提示")
        template = "courses/blocks/tip.html"


class PictureBlock(ImageBlock):
    """Wagtail's own, with a Chinese label for the one part that it leaves without."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.child_blocks["image"].label = _("图片文件")


class CaptionedImageBlock(blocks.StructBlock):
    image = PictureBlock(label=_("图片"))
    caption = blocks.CharBlock(label=_("图注"), max_length=80, required=False)

    class Meta:
        icon = "image"
        label = _("图片")
        template = "courses/blocks/image.html"


class VideoBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("标题"), max_length=40)
    video = DocumentChooserBlock(label=_("视频文件"), help_text=_("MP4 或 WebM，点播放才下载。"))
    captions = DocumentChooserBlock(label=_("字幕文件"), help_text=_("WebVTT（.vtt）"))

    class Meta:
        icon = "media"
        label = _("视频")
        template = "courses/blocks/video.html"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        errors = {}
        # A draft may lack either file.
        if cleaned["video"] and not cleaned["video"].filename.lower().endswith((".mp4", ".webm")):
            errors["video"] = ValidationError(_("请选择 MP4 或 WebM 视频文件。"))
        if cleaned["captions"] and not cleaned["captions"].filename.lower().endswith(".vtt"):
            errors["captions"] = ValidationError(_("请选择 WebVTT 字幕文件（.vtt）。"))
        if errors:
            raise blocks.StructBlockValidationError(block_errors=errors)
        return cleaned


class AttachmentBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("名称"), max_length=60)
    document = DocumentChooserBlock(label=_("文件"))

    class Meta:
        icon = "download"
        label = _("附件")
        template = "courses/blocks/attachment.html"


class CheckOptionBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("选项"), max_length=120)
    correct = blocks.BooleanBlock(label=_("正确"), required=False)
    feedback = blocks.CharBlock(label=_("选它时的说明"), max_length=160, required=False)

    def render_basic(self, value: Any, context: Any = None) -> str:
        """What the comparison of two versions shows, instead of the fields' names and True or False."""
        mark = format_html("（{}）", _("正确")) if value.get("correct") else ""
        return format_html("<p>{}{} {}</p>", value.get("text", ""), mark, value.get("feedback", ""))

    class Meta:
        label = _("选项")


class CheckValue(blocks.StructValue):
    @property
    def is_multiple(self) -> bool:
        return sum(bool(option["correct"]) for option in self["options"]) > 1


class CheckBlock(blocks.StructBlock):
    """A short check inside the lesson. The key never reaches the page: the server answers what was right and why."""

    stem = blocks.CharBlock(label=_("题干"), max_length=200)
    options = blocks.ListBlock(CheckOptionBlock(), label=_("选项"), min_num=2, max_num=6)
    explanation = blocks.TextBlock(label=_("解析"), max_length=400)
    clause = ClauseChooserBlock(label=_("依据条款"), required=False)

    class Meta:
        icon = "question"
        label = _("小测题")
        template = "courses/blocks/check.html"
        value_class = CheckValue

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not self.is_deferred_validation and not any(option["correct"] for option in cleaned["options"]):
            raise blocks.StructBlockValidationError(
                block_errors={"stem": ValidationError(_("请至少勾选一个正确选项。"))}
            )
        return cleaned


class LessonBody(blocks.StreamBlock):
    text_card = TextCardBlock()
    clause = ClauseChooserBlock()
    image = CaptionedImageBlock()
    video = VideoBlock()
    attachment = AttachmentBlock()
    case = CaseBlock()
    steps = StepsBlock()
    tip = TipBlock()
    check = CheckBlock()

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not len(cleaned) and not self.is_deferred_validation:
            raise blocks.StreamBlockValidationError(
                non_block_errors=[ValidationError(_("没有内容的课不能发布。请至少写一张卡片。"))]
            )
        return cleaned
