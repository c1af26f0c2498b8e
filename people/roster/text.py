"""What people and spreadsheets put into cells, made comparable."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from textkeys import LABEL as key
from textkeys import half_width as half_width
from textkeys import written as tidy

Cell = str | float | int | bool | date | datetime | time | timedelta

# What spreadsheets take for the beginning of a formula, also in full width.
RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NUMERAL = re.compile(r"[〇零一二三四五六七八九十百]+")


def cell_text(cell: Cell) -> str:
    """A cell as a person would read it. Spreadsheets keep 13800000000 as 13800000000.0; a person never wrote the .0."""
    if isinstance(cell, str):
        text = tidy(cell)
        # The apostrophe that keeps a text from being a formula, as spreadsheets and our own marked file write it.
        return text[1:] if text[:1] == "'" and text[1:2] in RISKY else text
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    return str(cell)


def _numeral_value(numeral: str) -> str:
    """十二 -> 12, 三 -> 3, 一〇二 -> 102; numbers of villages and grids stay below 1,000."""
    if not any(unit in numeral for unit in "十百"):
        return "".join(str(int(unicodedata.numeric(digit))) for digit in numeral)
    total, pending = 0, 0
    for character in numeral:
        if character in "十百":
            total += (pending or 1) * (10 if character == "十" else 100)
            pending = 0
        else:
            pending = int(unicodedata.numeric(character))
    return str(total + pending)


def canonical(text: str) -> str:
    """第三网格, 3网格 and 三号网格 alike: for guessing what was meant, never for deciding what is the same."""
    return _NUMERAL.sub(lambda found: _numeral_value(found[0]), key(text)).replace("第", "").replace("号", "")


def numbers_in(text: str) -> list[str]:
    return re.findall(r"\d+", canonical(text))


def column_letter(index: int) -> str:
    """0 -> A, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
