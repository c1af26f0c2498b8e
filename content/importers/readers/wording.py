"""What all readers do to words: characters that nobody sees, kinds of white space, captions of tables, pages of contents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from content.importers.parsed import Table
from content.importers.source import Line, SourceRefused

# More than any standard has; what reads these lines next may then use regular expressions without fear.
MAX_LINES = 100_000
MAX_CHARACTERS = 20_000

DASH, DOT = "——", "·"  # how a list item begins that has a mark instead of a number

_SPACE = re.compile(r"[\s\u00a0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000\ufffc]+")
# Zero-width and direction marks, soft hyphen, byte order mark, control characters. Variation selectors stay: rare names.
_UNSEEN = re.compile(r"[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")  # fmt: skip
_BREAK = re.compile("[\n\v\f\r\u0085\u2028\u2029]")
_CAPTION = re.compile(r"表\s?(?:[A-Z][.．]?\s?)?\d+(?:[.．\-—]\d+)*(?!\d)(?!.*[。；;：:]$)")
_UNIT = re.compile(r"[（(]?单位(?:[:：为]|\s)\S{1,12}$")
_ANNEX = re.compile(r"附\s+录\s*(?=[A-Z](?![A-Za-z]))")
_CONTENTS = re.compile(r"(?:\.{4,}|…{2,}|·{4,}|．{3,}|(?:[.·．]\s){3,}[.·．]?)\s*[\dIVXivxⅠ-Ⅻ]{1,5}$")


def clean(text: str) -> str:
    """One paragraph without characters that nobody sees; each run of white space, also of 　, is one space."""
    return _SPACE.sub(" ", _UNSEEN.sub("", text)).strip()


def pieces(text: str) -> list[str]:
    """The cleaned lines of a paragraph: vertical tabs, form feeds and soft breaks divide it."""
    return [piece for part in _BREAK.split(text) if (piece := clean(part))]


def finished(lines: Iterable[Line]) -> tuple[Line, ...]:
    """What every reader hands over at the end: within limits, captions in their tables, the pages of contents gone."""
    return tuple(_captioned(_within_limits(_tidied(lines))))


def _tidied(lines: Iterable[Line]) -> Iterator[Line]:
    for line in lines:
        if line.table or not _CONTENTS.search(line.text):
            yield replace(line, text=_ANNEX.sub("附录", line.text, count=1)) if line.text.startswith("附") else line


def _within_limits(lines: Iterable[Line]) -> Iterator[Line]:
    for count, line in enumerate(lines):
        if count >= MAX_LINES:
            message = _("文件超过 %(limit)d 段，不像一份标准。请确认选对了文件，或者只保留标准的正文后重新上传。")
            raise SourceRefused(message % {"limit": MAX_LINES}, line.line)
        if len(line.text) > MAX_CHARACTERS:
            message = _("一段文字有 %(size)d 个字，超过上限 %(limit)d 个字。请在原文件中按条款分段后重新上传。")
            raise SourceRefused(message % {"size": len(line.text), "limit": MAX_CHARACTERS}, line.line)
        yield line


def _captioned(lines: Iterable[Line]) -> Iterator[Line]:
    """「表1 …」 straight before a table, with 「单位：人」 between them if need be, becomes its caption and no longer stands
    as a line of its own."""
    held: list[Line] = []
    for line in lines:
        if line.table and held:
            if not line.table.caption:
                line = replace(line, table=Table(" ".join(each.text for each in held), line.table.rows))
            else:
                yield from held
            held = []
        elif held and (len(held) > 1 or not _UNIT.match(line.text)):
            yield from held
            held = []
        if not line.table and (held or (len(line.text) <= 60 and _CAPTION.match(line.text))):
            held.append(line)
        else:
            yield line
    yield from held
