"""What a good question avoids: hints for the trainer, none of which forbids anything."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from exams.models import Question
from exams.types.fill_blank import plain

NEGATION = re.compile(r"(不属于|不包括|不正确|不符合|不应当|错误的是|不得|不能)")
EMPHASIS = re.compile(r"[【《“\*]")
ALL_OF_THEM = re.compile(r"(以上|上述)(都|全|均)(是|对|正确|不是|不对)")


def advice_for(question: Question) -> list[str]:
    found = []
    options = getattr(question, "options", None) or []
    right = [len(o["text"]) for o in options if o.get("correct")]
    wrong = [len(o["text"]) for o in options if not o.get("correct")]
    if right and wrong and min(right) > 1.6 * max(wrong) and min(right) - max(wrong) > 6:
        found.append(_("正确选项明显比其他选项长，容易被猜中。"))
    if any(ALL_OF_THEM.search(o["text"]) for o in options):
        found.append(_("选项里有“以上都是”一类的说法，选项换序后会读不通。"))
    if NEGATION.search(question.stem) and not EMPHASIS.search(question.stem) and question.kind != "true_false":
        found.append(_("题干含否定词，建议用【】标出来，免得看漏。"))
    if not question.explanation:
        found.append(_("没有写解析。答错的人会想知道为什么。"))
    return found


def twins_of(question: Question) -> list[Question]:
    """Other questions of the bank that ask the same in the same words."""
    start = question.stem[:12]
    others: Any = Question.objects.non_polymorphic().filter(is_current=True, stem__startswith=start)
    wanted = plain(question.stem)
    return [other for other in others.exclude(lineage=question.lineage)[:50] if plain(other.stem) == wanted]
