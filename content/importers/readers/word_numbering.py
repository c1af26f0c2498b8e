"""The numbers that Word generates: numbering.xml, played through in the order of the document."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from content.importers.numerals import DIGITS, to_han, to_letters, to_roman
from content.importers.readers.word_package import Element, attribute, child, number, short, switched_on, value
from content.importers.readers.word_styles import Style, Styles
from content.importers.readers.wording import DASH, DOT

LEVELS = 9
_PLACE = re.compile("%([1-9])")
_DASHES = frozenset("-–—―─－")
_TIGHT = tuple("、）：—·〕】")  # after these the text follows without a space


@dataclass(frozen=True)
class Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""
    legal: bool = False  # shows all numbers as 1, 2, 3, whatever the other levels say
    restart: int | None = None  # 0: never
    style: str = ""
    hidden: bool = False  # counted, but not printed
    pattern: str = ""  # of format "custom": 001, 002, 003, ...


@dataclass(frozen=True)
class Definition:
    code: int
    levels: dict[int, Level]
    link: str = ""


@dataclass(frozen=True)
class Numbering:
    """One w:num: a use of a definition, with levels and starts of its own."""

    definition: Definition
    levels: dict[int, Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)

    def level(self, at: int) -> Level | None:
        return self.levels.get(at) or self.definition.levels.get(at)


class Numbers:
    """Asked once for each numbered paragraph, in the order of the document."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        definitions, self._lists = _read(root)
        self._links = {
            num: definitions[target]
            for num, each in self._lists.items()
            if each.definition.link and (target := self._linked(each.definition.link)) in definitions
        }
        self._counts: dict[int, list[int | None]] = {}
        self._begun: set[int] = set()

    def _linked(self, style: str) -> int | None:
        num = self._styles.list_of(style)
        return self._lists[num].definition.code if num in self._lists else None

    def of(self, properties: Element | None, style: str | None) -> str:
        """The number that is printed before this paragraph, with the space after it; "" for none."""
        at = self._place(properties, style)
        return self._next(*at) if at else ""

    def _place(self, properties: Element | None, style: str | None) -> tuple[int, int] | None:
        own = child(properties, "w:numPr")
        num, level = number(value(own, "w:numId")), number(value(own, "w:ilvl"))
        chain = list(self._styles.chain(style))
        direct = num is not None
        if num is None:
            num = next((each.list_id for _code, each in chain if each.list_id is not None), None)
        if not num or num not in self._lists:
            return None
        if level is None:
            level = self._level_of_style(num, chain, direct)
        return num, min(max(level or 0, 0), LEVELS - 1)

    def _level_of_style(self, num: int, chain: list[tuple[str, Style]], direct: bool) -> int | None:
        """A definition says which style has which level; the style itself may say so too."""
        for code, style in chain:
            for at in range(LEVELS):
                level = self._level(num, at)
                if level and level.style == code:
                    return at
            if style.list_level is not None and not direct:
                return style.list_level
        return None

    def _level(self, num: int, at: int) -> Level | None:
        linked = self._links.get(num)
        return self._lists[num].level(at) or (linked.levels.get(at) if linked else None)

    def _next(self, num: int, at: int) -> str:
        each = self._lists[num]
        level = self._level(num, at)
        if level is None:
            return ""
        # Lists that share a definition go on counting together, but for those with a start of their own.
        counts = self._counts.setdefault(each.definition.code, [None] * LEVELS)
        if num not in self._begun:
            self._begun.add(num)
            for own in each.starts:
                counts[own] = None
        before = counts[at]
        counts[at] = self._start(num, at) if before is None else before + 1
        for below in range(at + 1, LEVELS):
            restart = (self._level(num, below) or Level()).restart
            if restart is None or at < restart:
                counts[below] = None
        return self._printed(num, level, counts)

    def _start(self, num: int, at: int) -> int:
        own = self._lists[num].starts.get(at)
        return own if own is not None else (self._level(num, at) or Level()).start

    def _printed(self, num: int, level: Level, counts: list[int | None]) -> str:
        if level.hidden or not level.text.strip():
            return ""
        if level.format == "bullet":
            return DASH if _DASHES.issuperset(level.text.strip()) else DOT

        def part(found: re.Match[str]) -> str:
            at = int(found.group(1)) - 1
            shown = self._level(num, at) or Level()
            count = counts[at]
            if count is None:  # a clause before the first chapter
                count = self._start(num, at)
            if level.legal and shown.format not in ("none", "bullet"):
                return str(count)
            return printed(count, shown.format, shown.pattern)

        text = _PLACE.sub(part, level.text)
        return text if text.endswith(_TIGHT) else f"{text} "


def _read(root: Element | None) -> tuple[dict[int, Definition], dict[int, Numbering]]:
    definitions: dict[int, Definition] = {}
    lists: dict[int, Numbering] = {}
    for element in [] if root is None else root:
        code = number(attribute(element, "w:abstractNumId"))
        if short(element) == "w:abstractNum" and code is not None:
            levels = dict(_level(each) for each in element if short(each) == "w:lvl")
            definitions[code] = Definition(code, levels, value(element, "w:numStyleLink") or "")
    for element in [] if root is None else root:
        num = number(attribute(element, "w:numId"))
        definition = definitions.get(number(value(element, "w:abstractNumId")) or 0)
        if short(element) != "w:num" or num is None or definition is None:
            continue
        levels, starts = {}, {}
        for each in element:
            at = number(attribute(each, "w:ilvl")) if short(each) == "w:lvlOverride" else None
            if at is None:
                continue
            own = child(each, "w:lvl")
            if own is not None:
                levels[at] = replace(_level(own)[1], style=(definition.levels.get(at) or Level()).style)
            start = number(value(each, "w:startOverride"))
            if start is not None:
                starts[at] = start
        lists[num] = Numbering(definition, levels, starts)
    return definitions, lists


def _level(element: Element) -> tuple[int, Level]:
    kind = child(element, "w:numFmt")
    if kind is None:  # newer formats stand in an alternative, with an older one beside them
        kind = child(element, "mc:AlternateContent", "mc:Choice", "w:numFmt")
    start, restart = number(value(element, "w:start")), number(value(element, "w:lvlRestart"))
    return number(attribute(element, "w:ilvl")) or 0, Level(
        start=0 if start is None else start,
        format="decimal" if kind is None else attribute(kind, "w:val") or "decimal",
        text=value(element, "w:lvlText") or "",
        legal=bool(switched_on(element, "w:isLgl")),
        restart=restart,
        style=value(element, "w:pStyle") or "",
        hidden=bool(switched_on(element, "w:rPr", "w:vanish")),
        pattern="" if kind is None else attribute(kind, "w:format") or "",
    )


# --- the formats ------------------------------------------------------------------------------------------------------


def printed(count: int, kind: str, pattern: str = "") -> str:
    """`count` as Word prints it; a format that isn't known comes out in digits."""
    if kind == "none":
        return ""
    if kind == "custom":
        return str(count).zfill(len(pattern.split(",")[0].strip())) if pattern[:1].isdigit() else str(count)
    make = _FORMATS.get(kind)
    return make(count) if make and count > 0 else str(count)


def _digits(digits: str) -> Callable[[int], str]:
    return lambda count: "".join(digits[int(each)] for each in str(count))


def _from(first: str, most: int) -> Callable[[int], str]:
    """A run of Unicode characters, such as ① to ⑳; plain digits after its end."""
    return lambda count: chr(ord(first) + count - 1) if count <= most else str(count)


def _one_of(words: str) -> Callable[[int], str]:
    return lambda count: words[(count - 1) % len(words)]


def _counting(count: int) -> str:
    return to_han(count) if count < 100 else _digits("○一二三四五六七八九")(count)


def _japanese(count: int) -> str:
    return (
        to_han(count).replace("零", "").replace("一百", "百").replace("一千", "千") if count < 10_000 else to_han(count)
    )


def _legal(words: str) -> Callable[[int], str]:
    table = str.maketrans("零一二三四五六七八九十百千", words)
    return lambda count: (("一" if 10 <= count < 20 else "") + to_han(count)).translate(table)


def _letters(count: int) -> str:
    return to_letters(count) if count <= 780 else str(count)


def _roman(count: int) -> str:
    return to_roman(count) if count < 10_000 else str(count)


def _circled(count: int) -> str:
    if count <= 20:
        return chr(0x2460 + count - 1)
    return chr(0x3251 + count - 21) if count <= 35 else chr(0x32B1 + count - 36) if count <= 50 else str(count)


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda count: f"{count:02}",
    "decimalFullWidth": _digits("０１２３４５６７８９"),
    "decimalFullWidth2": _digits("０１２３４５６７８９"),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": _from("⑴", 20),
    "decimalEnclosedFullstop": _from("⒈", 20),
    "numberInDash": lambda count: f"- {count} -",
    "lowerLetter": _letters,
    "upperLetter": lambda count: _letters(count).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda count: _roman(count).upper(),
    "hex": lambda count: f"{count:X}",
    "chineseCounting": _counting,
    "taiwaneseCounting": _counting,
    "chineseCountingThousand": to_han,
    "taiwaneseCountingThousand": to_han,
    "japaneseCounting": _japanese,
    "ideographDigital": _digits(DIGITS),
    "taiwaneseDigital": _digits("○一二三四五六七八九"),
    "japaneseDigitalTenThousand": _digits(DIGITS),
    "chineseLegalSimplified": _legal("零壹贰叁肆伍陆柒捌玖拾佰仟"),
    "ideographLegalTraditional": _legal("零壹貳參肆伍陸柒捌玖拾佰仟"),
    "ideographTraditional": _one_of("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _one_of("子丑寅卯辰巳午未申酉戌亥"),
    "ideographEnclosedCircle": _from("㊀", 10),
}
