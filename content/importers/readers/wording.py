"""What all readers do to words: characters that nobody sees, kinds of white space, raised digits; limits.

Captions, tables of contents and wrapped lines are left as they stand: the numberings know what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from content.importers.source import Line, SourceRefused

# More than any standard has; what reads these lines next may then use regular expressions without fear.
MAX_LINES = 30_000
MAX_CHARACTERS = 20_000
MAX_TABLE_CHARACTERS = 500_000

DASH, DOT = "——", "·"  # how a list item begins that has a mark instead of a number

_SPACE = re.compile(r"[\s\u00a0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000\ufffc]+")
# Zero-width and direction marks, soft hyphen, byte order mark, control characters. Variation selectors stay: rare names.
_UNSEEN = re.compile(r"[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")  # fmt: skip
_BREAK = re.compile("[\n\v\f\r\u0085\u2028\u2029]")
_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")


def shifted(text: str, raised: bool) -> str:
    """m with a raised 2 is m², not m2; what has no such character of its own stays as it is."""
    table = _RAISED if raised else _LOWERED
    return text.translate(table) if text.strip() and all(ord(char) in table for char in text.strip()) else text


def clean(text: str) -> str:
    """One paragraph without characters that nobody sees; each run of white space, also of 　, is one space."""
    return _SPACE.sub(" ", _UNSEEN.sub("", text)).strip()


def pieces(text: str) -> list[str]:
    """The cleaned lines of a paragraph: vertical tabs, form feeds and soft breaks divide it."""
    return [piece for part in _BREAK.split(text) if (piece := clean(part))]


def too_long(line: int | None = None) -> SourceRefused:
    message = _("一段文字超过上限 %(limit)d 个字。请在原文件中按条款分段后重新上传。")
    return SourceRefused(message % {"limit": MAX_CHARACTERS}, line)


def finished(lines: Iterable[Line]) -> tuple[Line, ...]:
    """All the lines of a file, if they are within the limits."""
    return tuple(_within_limits(lines))


def _within_limits(lines: Iterable[Line]) -> Iterator[Line]:
    for count, line in enumerate(lines):
        if count >= MAX_LINES:
            message = _("文件超过 %(limit)d 段，不像一份标准。请确认选对了文件，或者只保留标准的正文后重新上传。")
            raise SourceRefused(message % {"limit": MAX_LINES}, line.line)
        if len(line.text) > MAX_CHARACTERS:
            raise too_long(line.line)
        if line.table and sum(len(cell) for row in line.table.rows for cell in row) > MAX_TABLE_CHARACTERS:
            message = _("一个表格的文字超过 %(limit)d 个字。请把它分成几个表格，或者移到附件中，然后重新上传。")
            raise SourceRefused(message % {"limit": MAX_TABLE_CHARACTERS}, line.line)
        yield line
