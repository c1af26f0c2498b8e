"""What a good question avoids: hints for the trainer, none of which forbids anything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from exams.types import type_for
from textkeys import BLANK

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from exams.models import Question

NEGATION = re.compile(r"(不属于|不包括|不正确|不符合|不应当|错误的是|不得|不能)")
EMPHASIS = re.compile(r"[【《“\*]")


def advice_for(question: Question) -> list[str]:
    kind = type_for(question.kind)
    found = kind.advice(question)
    if not kind.is_statement and NEGATION.search(question.stem) and not EMPHASIS.search(question.stem):
        found.append(_("题干含否定词，建议用【】标出来，免得看漏。"))
    if not question.explanation:
        found.append(_("没有写解析。答错的人会想知道为什么。"))
    return found


def twins_of(question: Question, *, among: QuerySet[Question]) -> list[Question]:
    """Others that ask the same in the same words."""
    others = among.filter(is_current=True, stem__startswith=question.stem[:12])
    wanted = BLANK(question.stem)
    return [other for other in others.exclude(lineage=question.lineage)[:50] if BLANK(other.stem) == wanted]
