"""What a line looks like: a title, a sentence, a note, a quantity, the rest of the line above."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from content.importers.numerals import narrow
from content.importers.provisions import provisions_of
from content.importers.quantities import quantities_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from content.importers.source import Line, Source

NOTE = re.compile(
    r"(?:注|示例|例|【注】|【示例】|条文说明|【条文说明】|【说明】)\s*\d{0,2}\s*[：:]\s*|(?:示例|注)\s*\d{1,2}\s*$|【(?:条文)?说明】|\[来源[：:]|［来源[：:]|示例$"
)
_CAPTION = re.compile(r"^(?:续?表)\s*(?:[A-Z]\s*\.?\s*)?\d+(?:[.\-—]\d+)*(?:\s*[（(]续[)）])?(?![\d.]*[中的所规给应])")
_UNIT_LINE = re.compile(r"^[（(]?单位(?:为|[：:])")
_COMMENTARY = re.compile(r"(?:^|[\s》])条\s*文\s*说\s*明\s*$|^附[：:、]?\s*条文说明$")
_UNIT_EDGE = re.compile(r"(?:以?内|以上|以下|之内|后|前|起|至|到|~|～|—|-|不|的|以|及|或|[,，。；;、：:)）]|\d|$)")
TITLE_LENGTH = 60
WRAP_LENGTH = 25
_END = ("。", "；", ";", "！", "？", "：", ":", "…")


def ends_sentence(text: str) -> bool:
    return text.rstrip().rstrip("”’」』）)").endswith(_END)


def is_title(text: str) -> bool:
    """Short, without a sentence's punctuation and without a modal verb."""
    if not text or len(text) > TITLE_LENGTH or re.search(r"[。；;！？，,]|[：:]$", text):
        return False
    return not set(provisions_of(text)) - {"statement", "instruction"}


def is_quantity(text: str) -> bool:
    """Whether what follows a number is only its unit: 7 日内办结 and 24 学时, not 3 分类 or 5 人员要求."""
    found = re.match(r"\s*([^\d\s，。；]{1,4})", narrow(text))
    if found is None:
        return False
    for length in range(len(found[1]), 0, -1):
        unit = found[1][:length]
        known = quantities_of(f"1{unit}")
        if known and known[0].unit == unit and quantities_of(f"1{narrow(text).strip()}"):
            return bool(_UNIT_EDGE.match(narrow(text).strip()[length:].strip()))
    return False


def is_commentary(text: str) -> bool:
    return len(text) <= TITLE_LENGTH and bool(_COMMENTARY.search(text.strip().lstrip("#").strip()))


def caption_of(lines: Sequence[Line], at: int) -> int:
    """How many lines below this caption its table stands: 1, or 2 with a line on the unit between; 0 for no caption."""
    text = narrow(lines[at].text.strip())
    if len(text) > TITLE_LENGTH or not _CAPTION.match(text):
        return 0
    if at + 1 < len(lines) and lines[at + 1].table is not None:
        return 1
    if at + 2 < len(lines) and lines[at + 2].table is not None and _UNIT_LINE.match(lines[at + 1].text.strip()):
        return 2
    return 0


def wrapped(source: Source, before: Line | None, line: Line) -> bool:
    """Whether the line only goes on with the sentence above: plain text that was broken at a fixed width."""
    if before is None or line.heading or before.heading or source.place != "line" or line.line != before.line + 1:
        return False
    return len(before.text) >= WRAP_LENGTH and not ends_sentence(before.text)
