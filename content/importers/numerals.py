"""Numerals of Chinese documents, both ways: 一百零三 <-> 103, ① <-> 1, b <-> 2."""

from __future__ import annotations

import re
import unicodedata

DIGITS = "〇一二三四五六七八九"
HAN = "零〇○一二两三四五六七八九十百千廿卅"
_VALUES = {**{digit: value for value, digit in enumerate(DIGITS)}, "零": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ．％]")


def narrow(text: str) -> str:
    """Full-width digits, letters, dots and percent signs become half-width; length and everything else stay."""
    return _WIDE.sub(lambda found: unicodedata.normalize("NFKC", found.group()), text)


def from_han(text: str) -> int | None:
    """The value of 十二, 一百零三, 二〇一, 廿一 or 12; None for what is no number."""
    text = narrow(text.strip())
    if text.isascii():
        return int(text) if text.isdecimal() else None
    text = text.replace("廿", "二十").replace("卅", "三十")
    if not any(unit in text for unit in _UNITS):
        digits = [_VALUES.get(char) for char in text]
        return None if None in digits else int("".join(str(digit) for digit in digits))
    total, digit = 0, None
    for char in text:
        if char in _UNITS:
            total += _UNITS[char] * (1 if digit is None or digit == 0 else digit)
            digit = None
        elif char in _VALUES:
            digit = _VALUES[char]
        else:
            return None
    return total + (digit or 0)


def to_han(value: int) -> str:
    """12 -> 十二, 103 -> 一百零三, 110 -> 一百一十; digit by digit from ten thousand on."""
    if value < 0 or value >= 10_000:
        return "".join(DIGITS[int(digit)] for digit in str(abs(value)))
    if value == 0:
        return "零"
    words, gap = "", False
    for unit, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            words += ("零" if gap else "") + DIGITS[digit] + word
        gap = bool(words) and not digit
    return words[1:] if words.startswith("一十") else words


def to_letters(value: int) -> str:
    """1 -> a, 26 -> z, 27 -> aa: Word repeats the letter."""
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def to_roman(value: int) -> str:
    words = ""
    for amount, letters in (
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
        (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
    ):  # fmt: skip
        words += letters * (value // amount)
        value %= amount
    return words
