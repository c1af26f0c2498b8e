"""Tables of contents: lines that only announce what comes later, and so must not be taken for chapters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from content.importers.numerals import narrow

if TYPE_CHECKING:
    from collections.abc import Callable

    from content.importers.source import Line

HEADING = re.compile(r"^目\s*[次录]\s*$")
_PAGE_NUMBER = r"[（(]?(?:\d{1,4}|[IVXivxⅠ-Ⅻⅰ-ⅻ]{1,6})[)）]?"
_LEADER = re.compile(rf"(?:[.…·・⋯•_-]\s?){{3,}}\s*{_PAGE_NUMBER}\s*$|…+\s*{_PAGE_NUMBER}\s*$|\t\s*{_PAGE_NUMBER}\s*$")
_PAGE = re.compile(r"\s+[\dIVXivxⅠ-Ⅻ]{1,4}$")
_SENTENCE = re.compile(r"[。；;！？]|[：:，,]$")
LONGEST_ENTRY = 80


def _entry(text: str) -> str:
    text = _PAGE.sub("", narrow(_LEADER.sub("", text)))
    return re.sub(r"\s+", "", text)


def without_contents(lines: list[Line], is_numbered: Callable[[str], bool]) -> list[Line]:
    """The lines without a table of contents: those with dot leaders and page numbers, and the run of headings under 目次, or
    from the first numbered line on, whose beginning comes again where the text begins."""
    kept = [line for line in lines if len(line.text) > 2 * LONGEST_ENTRY or not _LEADER.search(line.text)]
    start = next((at for at, line in enumerate(kept) if HEADING.match(narrow(line.text.strip()))), None)
    announced = start is not None
    if start is None:
        start = next((at for at, line in enumerate(kept) if is_numbered(line.text)), None)
    if start is None:
        return kept
    end = _end(kept, start + announced, is_numbered)
    if end is None:
        return kept[:start] + kept[start + 1 :] if announced else kept
    if not announced:
        # A first chapter that comes twice is no table of contents, unless all that is announced comes, too.
        said = {_entry(line.text) for line in kept[start:end]}
        if len(said) < 2 or said - {_entry(line.text) for line in kept[end:]}:
            return kept
    return kept[:start] + kept[end:]


def _end(lines: list[Line], start: int, is_numbered: Callable[[str], bool]) -> int | None:
    """Where the first entry, the first numbered one or an unnumbered one such as 前言 comes again. Others may come twice in
    the table itself: 第一节 一般规定 in each chapter."""
    beginnings: set[str] = set()
    numbered = False
    for at in range(start, len(lines)):
        line = lines[at]
        text = line.text.strip()
        if line.table is not None or len(text) > LONGEST_ENTRY or _SENTENCE.search(text):
            return None
        entry = _entry(text)
        if entry in beginnings:
            return at
        if at == start or not is_numbered(text) or not numbered:
            beginnings.add(entry)
        numbered = numbered or is_numbered(text)
    return None
