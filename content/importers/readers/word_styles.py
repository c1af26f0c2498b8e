"""What styles give to a paragraph or a run: heading level, list, hidden text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from content.importers.readers.word_package import Element, attribute, child, number, short, switched_on, value

_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])$", re.IGNORECASE)
_CLAUSE = {"章": 1, "一": 2, "二": 3, "三": 4, "四": 5, "五": 6}  # 章标题, 一级条标题 … of the GB/T 1.1 template
_CLAUSE_TITLE = re.compile(r"(章)标题$|([一二三四五])级条标题$")
_CONTENTS = re.compile(r"(?:toc|目录)\s*\d$", re.IGNORECASE)

MAX_CHAIN = 20


@dataclass(frozen=True)
class Style:
    name: str
    based_on: str
    outline: int | None
    list_id: int | None  # 0 switches numbering off
    list_level: int | None
    hidden: bool | None


class Styles:
    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Style] = {}
        self.default = ""
        for element in [] if root is None else root:
            if short(element) != "w:style":
                continue
            code = attribute(element, "w:styleId") or ""
            paragraph = child(element, "w:pPr")
            self._styles[code] = Style(
                name=(value(element, "w:name") or "").strip(),
                based_on=value(element, "w:basedOn") or "",
                outline=number(value(paragraph, "w:outlineLvl")),
                list_id=number(value(paragraph, "w:numPr", "w:numId")),
                list_level=number(value(paragraph, "w:numPr", "w:ilvl")),
                hidden=switched_on(element, "w:rPr", "w:vanish"),
            )
            is_default = attribute(element, "w:default") in ("1", "true", "on")
            if is_default and attribute(element, "w:type") == "paragraph":
                self.default = code

    def chain(self, code: str | None) -> Iterator[tuple[str, Style]]:
        """The style and those that it is based on, nearest first. The default style is not added."""
        seen: set[str] = set()
        code = code or ""
        while code in self._styles and code not in seen and len(seen) < MAX_CHAIN:
            seen.add(code)
            yield code, self._styles[code]
            code = self._styles[code].based_on

    def heading(self, code: str | None) -> int:
        for _code, style in self.chain(code):
            if style.name.lower() in ("title", "标题"):
                return 1
            if found := _HEADING.match(style.name):
                return int(found.group(1))
            if style.outline is not None:
                return style.outline + 1 if 0 <= style.outline <= 8 else 0
            if found := _CLAUSE_TITLE.search(style.name):
                return _CLAUSE[found.group(1) or found.group(2)]
        return 0

    def is_title(self, code: str | None) -> bool:
        return any(style.name.lower() in ("title", "标题") for _code, style in self.chain(code))

    def is_contents(self, code: str | None) -> bool:
        return any(_CONTENTS.match(style.name) for _code, style in self.chain(code))

    def hidden(self, code: str | None) -> bool:
        return next((style.hidden for _code, style in self.chain(code) if style.hidden is not None), False)

    def list_of(self, code: str) -> int | None:
        """The numId of a numbering style."""
        return next((style.list_id for _code, style in self.chain(code) if style.list_id is not None), None)
