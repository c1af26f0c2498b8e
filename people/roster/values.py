"""One cell each: number, name, phone, date. Each function returns the value or raises `Unclear` with a sentence that says
what is wrong and what to do."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from people.roster.text import cell_text, half_width, key, tidy
from textkeys import CIRCLES, MEMBER_NUMBER, MIDDLE_DOT, MIDDLE_DOTS, PHONE

if TYPE_CHECKING:
    from people.roster.text import Cell

NUMBER_MOST = 32
NAME_MOST = 60
# Nobody on a roster entered before this.
EARLIEST = date(1950, 1, 1)
_SPACES_INSIDE = re.compile(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])")
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-/.]*")
_MOBILE = re.compile(r"1\d{10}")
_SCIENTIFIC = re.compile(r"\d+(\.\d+)?[eE]\+?\d{1,3}")
_DATE = re.compile(
    r"(\d{4})\s*(?:[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d{2})(\d{2}))(?:[ T]0{1,2}:00(?::00(?:\.0+)?)?)?"
)
# 2023.5, 2023-05, 2023/5, 2023年5月; not 202305, which may be anything
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?")
_SERIAL = re.compile(r"[2-6]\d{4}")


class Unclear(ValueError):
    """`kind` groups errors of one sort on the page."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


def _whole_number(text: str) -> str:
    """1.38001380E+10 as the whole number that it stands for, if no digit was lost; a text that is none, as it is."""
    if not _SCIENTIFIC.fullmatch(text):
        return text
    mantissa, exponent = re.split("[eE]", text)
    try:
        value = Decimal(mantissa).scaleb(int(exponent))
    except (InvalidOperation, ValueError):
        return text
    digits = len(mantissa.replace(".", ""))
    return str(int(value)) if int(exponent) < 20 and digits > int(exponent) and value == int(value) else text


def member_number(cell: Cell) -> str:
    text = _whole_number(MEMBER_NUMBER(cell_text(cell)))
    if not text:
        raise Unclear("number_missing", _("没有工号。请填写，或删去这一行。"))
    if _SCIENTIFIC.fullmatch(text):
        raise Unclear(
            "number_lost",
            _("“%(value)s”是 Excel 的科学计数，末尾的数字已经丢失。请把这一列设为文本，再填一次。") % {"value": text},
        )
    if len(text) > NUMBER_MOST:
        raise Unclear("number_form", _("“%(value)s…”太长，工号最多 32 个字符。") % {"value": text[:NUMBER_MOST]})
    if not _NUMBER.fullmatch(text):
        raise Unclear("number_form", _("“%(value)s”不是工号。工号只能有数字、字母和 - _ / .。") % {"value": text})
    return text


def _fits_name(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" or character in (MIDDLE_DOT, "〇", " ", "-", "'")


def person_name(cell: Cell) -> str:
    """Characters stay as they were written, rare ones too; only widths, spaces, the many middle dots and the
    circles that stand for 〇 are made one."""
    text = _SPACES_INSIDE.sub("", tidy(half_width(cell_text(cell)).translate(MIDDLE_DOTS).translate(CIRCLES)))
    text = re.sub(rf"\s*{MIDDLE_DOT}\s*", MIDDLE_DOT, text).strip(MIDDLE_DOT + " ")
    if not text:
        raise Unclear("name_missing", _("没有姓名。请填写，或删去这一行。"))
    if len(text) > NAME_MOST:
        raise Unclear("name_form", _("“%(value)s…”太长，姓名最多 60 个字。") % {"value": text[:12]})
    if any(unicodedata.category(character) == "Co" for character in text):
        raise Unclear("name_form", _("姓名里有系统不认识的造字。请用国家标准里的字重新输入。"))
    if any(character.isdigit() for character in text):
        raise Unclear("name_form", _("“%(value)s”里有数字。请核对姓名。") % {"value": text})
    if not all(_fits_name(character) for character in text):
        raise Unclear("name_form", _("“%(value)s”里有姓名不会有的符号。请核对姓名。") % {"value": text})
    return text


def phone_number(cell: Cell) -> str:
    """The 11 digits, or "" for an empty cell."""
    text = tidy(half_width(cell_text(cell)))
    if not text:
        return ""
    whole = _whole_number(text.replace(" ", ""))
    if _SCIENTIFIC.fullmatch(whole):
        raise Unclear(
            "phone_lost",
            _("“%(value)s”是 Excel 的科学计数，末尾的数字已经丢失。请把这一列设为文本，再填一次。") % {"value": text},
        )
    digits = PHONE(whole)
    if _MOBILE.fullmatch(digits):
        return digits
    if len(re.findall(r"1\d{10}", text)) > 1:
        raise Unclear("phone_form", _("“%(value)s”里有两个号码。请只留一个。") % {"value": text[:40]})
    if digits.isascii() and digits.isdigit():
        raise Unclear(
            "phone_form",
            _("“%(value)s”有 %(count)s 位，手机号是 1 开头的 11 位数字。请核对。")
            % {"value": text[:40], "count": len(digits)},
        )
    raise Unclear("phone_form", _("“%(value)s”不是手机号。手机号是 1 开头的 11 位数字。") % {"value": text[:40]})


_MAIN = {"是", "主", "主岗", "主要", "1", "√", "true", "yes", "y"}
_NOT_MAIN = {"否", "兼", "兼岗", "兼任", "兼职", "非主岗", "0", "×", "false", "no", "n"}


def main_mark(cell: Cell) -> bool | None:
    """Whether the row holds the person's main post; None for an empty cell."""
    text = key(cell_text(cell))
    if not text:
        return None
    if text in _MAIN or text in _NOT_MAIN:
        return text in _MAIN
    raise Unclear("main_form", _("“%(value)s”不清楚。主岗写“是”，兼任的岗位写“否”。") % {"value": text[:40]})


def looks_like_phone(number: str) -> bool:
    return _MOBILE.fullmatch(number) is not None


def day(cell: Cell, *, today: date, guessed: list[date] | None = None) -> date | None:
    """A date that is not in the future, or None for an empty cell. `guessed` hears of one that was not written as a date."""
    if isinstance(cell, datetime):
        found: date | None = cell.date()
    elif isinstance(cell, date):
        found = cell
    else:
        text = tidy(half_width(cell_text(cell)))
        found = _guessed_day(text)
        if found is not None and guessed is not None:
            guessed.append(found)
        found = found or _written_day(text, typed=tidy(cell_text(cell)))
    if found is None:
        return None
    if found > today:
        raise Unclear("date_future", _("%(value)s 还没有到。请核对日期。") % {"value": found.isoformat()})
    if found < EARLIEST:
        raise Unclear("date_form", _("%(value)s 太早。请核对日期。") % {"value": found.isoformat()})
    return found


def _guessed_day(text: str) -> date | None:
    """45051, as Excel counts days, is 2023-05-05; 2023.5 is the first of May."""
    if _SERIAL.fullmatch(text):
        return date(1899, 12, 30) + timedelta(days=int(text))
    month = _MONTH.fullmatch(text)
    return date(int(month[1]), int(month[2]), 1) if month is not None and 1 <= int(month[2]) <= 12 else None


def _written_day(text: str, *, typed: str) -> date | None:
    if not text:
        return None
    written = _DATE.fullmatch(text)
    if written is None:
        raise Unclear("date_form", _("“%(value)s”不是日期。请写成 2026-03-01 这样的日期。") % {"value": typed[:40]})
    year, *parts = (part for part in written.groups() if part is not None)
    try:
        return date(int(year), int(parts[0]), int(parts[1]))
    except ValueError:
        raise Unclear("date_form", _("“%(value)s”没有这一天。请核对日期。") % {"value": typed[:40]}) from None
