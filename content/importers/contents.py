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
    """The lines without a table of contents: those with dot leaders and page numbers, and a run of headings that begins
    under 目次 (or with the first numbered line) and ends where its first entries come again."""
    kept = [line for line in lines if len(line.text) > 2 * LONGEST_ENTRY or not _LEADER.search(line.text)]
    start = next((at for at, line in enumerate(kept) if HEADING.match(narrow(line.text.strip()))), None)
    announced = start is not None
    if start is None:
        start = next((at for at, line in enumerate(kept) if is_numbered(line.text)), None)
    if start is None:
        return kept
    entries: set[str] = set()
    for at in range(start + announced, len(kept)):
        line = kept[at]
        text = line.text.strip()
        if line.table is not None or len(text) > LONGEST_ENTRY or _SENTENCE.search(text):
            break
        entry = _entry(text)
        if entry in entries:
            return kept[:start] + kept[at:] if announced or len(entries) > 1 else kept
        entries.add(entry)
    return kept[:start] + kept[start + 1 :] if announced else kept
