"""Advice to the writer of a lesson, shown beside the preview by Wagtail's own content checks.

The server marks what it finds in the preview's page; each rule of the checker points at one mark.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.userbar import ContentCheckerItem

from content.models import Edition
from courses.blocks import CARD_CHARACTERS
from courses.models import LessonPage

SENTENCE_CHARACTERS = 60
COLOUR_ALONE = re.compile(r"[红绿黄蓝橙灰]色的?(按钮|图标|字|部分|区域|标记)")

ADVICE: dict[str, tuple[Any, Any]] = {
    "long-card": (_("卡片太长"), _("一张卡片最好不超过 200 个字，手机上才不用翻。请分成两张。")),
    "long-sentence": (_("句子太长"), _("有超过 60 个字的句子。请断成短句，一句只说一件事。")),
    "colour-alone": (_("只用颜色指路"), _("有人分不清颜色。请同时写出文字，例如“点写着‘提交’的按钮”。")),
    "superseded": (_("引用了已废止的版本"), _("请换成现行版本的条款。")),
    "no-clause": (_("没有引用条款"), _("每一课至少引用一条条款，学员才知道依据在哪里。")),
}


def block_text(block: Any) -> str:
    """What stands on the card before anything is answered."""
    value = block.value
    match block.block_type:
        case "text_card" | "tip":
            return str(value["text"] or "")
        case "case":
            return "".join(str(value[key] or "") for key in ("situation", "question", "analysis"))
        case "steps":
            return "\n".join(str(step) for step in value["steps"])
        case "check":
            return "\n".join([str(value["stem"] or ""), *(str(option["text"] or "") for option in value["options"])])
        case _:
            return ""


def advice_on(block: Any) -> list[str]:
    text = block_text(block)
    found = []
    if len(re.sub(r"\s", "", text)) > CARD_CHARACTERS:
        found.append("long-card")
    if any(len(sentence.strip()) > SENTENCE_CHARACTERS for sentence in re.split(r"[。？！；\n]", text)):
        found.append("long-sentence")
    if COLOUR_ALONE.search(text):
        found.append("colour-alone")
    if block.block_type == "clause" and block.value and block.value.edition.state == Edition.State.SUPERSEDED:
        found.append("superseded")
    return found


def advice_for(lesson: LessonPage) -> dict[str, str]:
    """Block id -> its marks; the whole lesson's marks stand under an empty id."""
    marks = {str(block.id): " ".join(advice_on(block)) for block in lesson.body}
    cites = any(block.block_type == "clause" and block.value for block in lesson.body)
    return {**marks, "": "" if cites or lesson.clause_links.exists() else "no-clause"}


class LessonChecks(ContentCheckerItem):
    axe_run_only = [*ContentCheckerItem.axe_run_only, *ADVICE]
    # "non-empty-title" is a check of axe itself: nothing that is marked has a title, so whatever is marked is reported.
    axe_custom_rules = [
        *ContentCheckerItem.axe_custom_rules,
        *(
            {"id": mark, "selector": f"[data-advice~={mark}]", "any": ["non-empty-title"], "impact": "moderate",
             "tags": ["best-practice"], "enabled": True}
            for mark in ADVICE
        ),
    ]  # fmt: skip
    axe_messages = {
        **ContentCheckerItem.axe_messages,
        **{mark: {"error_name": name, "help_text": cure} for mark, (name, cure) in ADVICE.items()},
    }


def lesson_checks(items: list[Any], page: Any) -> None:
    """Puts our checker in the place of Wagtail's, for lessons."""
    if not isinstance(page, LessonPage):
        return
    for place, item in enumerate(items):
        if isinstance(item, ContentCheckerItem):
            items[place] = LessonChecks(in_editor=item.in_editor)
