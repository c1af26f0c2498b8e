"""The text of one paragraph as it is printed: runs, tracked changes, fields, formulas; text boxes and notes beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from content.importers.readers.word_formula import linear
from content.importers.readers.word_numbering import printed
from content.importers.readers.word_package import (
    Element,
    attribute,
    child,
    first,
    short,
    switched_on,
    too_large,
    value,
)
from content.importers.readers.word_styles import Styles
from content.importers.readers.wording import MAX_CHARACTERS, shifted, too_long

BREAK = "\v"
MAX_FIELDS = 50  # one inside the other
_LETTERS = {"w:tab": " ", "w:ptab": " ", "w:br": BREAK, "w:cr": BREAK, "w:noBreakHyphen": "-"}
_THROUGH = ("w:ins", "w:moveTo", "w:hyperlink", "w:smartTag", "w:customXml", "w:bdo", "w:dir", "w:fldSimple")
_ENCLOSED = re.compile(r"\s*EQ\s+\\o(?:\\a[clr])?\s*\(\s*[○〇◯]\s*[,，;；]\s*(.{1,8}?)\s*\)", re.IGNORECASE)
_CONTENTS = re.compile(r"\s*TOC\b", re.IGNORECASE)
# The symbols of Word's own symbol fonts that occur in rules: boxes, ticks, comparisons, degrees.
_SYMBOLS = {
    "wingdings": {0x6F: "□", 0xA8: "□", 0x52: "☑", 0xFE: "☑", 0xFD: "☒", 0x6C: "●", 0x6E: "■", 0xFC: "✓", 0xFB: "✗"},
    "wingdings 2": {0xA3: "□", 0x52: "☑", 0x50: "✓", 0x54: "☒"},
    "symbol": {
        0xA3: "≤", 0xB3: "≥", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xB0: "°", 0xB9: "≠", 0xBB: "≈", 0xB7: "·", 0xA5: "∞",
        0xD0: "∠", 0xD1: "∇", 0xE5: "∑", 0x44: "Δ", 0x57: "Ω", 0x61: "α", 0x62: "β", 0x67: "γ", 0x64: "δ", 0x65: "ε",
        0x71: "θ", 0x6C: "λ", 0x6D: "μ", 0x70: "π", 0x72: "ρ", 0x73: "σ", 0x74: "τ", 0x66: "φ", 0x77: "ω",
    },
}  # fmt: skip


@dataclass
class Spoken:
    parts: list[str] = field(default_factory=list)
    length: int = 0
    boxes: list[Element] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    in_contents: bool = False

    @property
    def text(self) -> str:
        return "".join(self.parts)


@dataclass
class Field:
    instruction: str = ""
    shows: bool = False  # past the separator, where the result stands


def chosen(alternatives: Element) -> Element | None:
    """Of mc:AlternateContent the newer form, unless only the older one has text."""
    choice, fallback = child(alternatives, "mc:Choice"), child(alternatives, "mc:Fallback")
    if choice is None or (fallback is not None and not _has_text(choice) and _has_text(fallback)):
        return fallback
    return choice


def _has_text(element: Element) -> bool:
    return first(element, "w:t", "m:t") is not None


class Runs:
    """Fields may go on over several paragraphs, so one of these reads the whole document."""

    def __init__(self, styles: Styles, notes: dict[str, str]) -> None:
        self._styles = styles
        self._notes = notes
        self._fields: list[Field] = []
        self._spoken = Spoken()

    def of(self, paragraph: Element) -> Spoken:
        outer, self._spoken = self._spoken, Spoken(in_contents=self._in_contents())
        self._through(paragraph)
        self._spoken.in_contents |= self._in_contents()
        # An instruction ends with its paragraph, or one lost mark would swallow the rest of the document.
        self._fields = [each for each in self._fields if each.shows]
        spoken, self._spoken = self._spoken, outer
        return spoken

    def _in_contents(self) -> bool:
        return any(_CONTENTS.match(each.instruction) for each in self._fields)

    def _say(self, text: str) -> None:
        if all(each.shows for each in self._fields):
            self._spoken.parts.append(text)
            self._spoken.length += len(text)
            if self._spoken.length > MAX_CHARACTERS:
                raise too_long()

    def _through(self, element: Element) -> None:
        for each in element:
            name = short(each)
            if name == "w:r":
                self._run(each)
            elif name in _THROUGH:
                self._through(each)
            elif name == "w:sdt":
                content = child(each, "w:sdtContent")
                if content is not None and not switched_on(each, "w:sdtPr", "w:showingPlcHdr"):
                    self._through(content)
            elif name == "mc:AlternateContent":
                form = chosen(each)
                if form is not None:
                    self._through(form)
            elif name in ("m:oMath", "m:oMathPara"):
                self._say(linear(each))

    def _run(self, run: Element) -> None:
        properties = child(run, "w:rPr")
        hidden = switched_on(properties, "w:vanish")
        if hidden is None:
            hidden = self._styles.hidden(value(properties, "w:rStyle"))
        shift = value(properties, "w:vertAlign")
        for each in run:
            name = short(each)
            if name == "w:fldChar":
                self._field(attribute(each, "w:fldCharType") or "")
            elif name == "w:instrText":
                if self._fields and not self._fields[-1].shows and len(self._fields[-1].instruction) < 1000:
                    self._fields[-1].instruction += each.text or ""
            elif hidden:
                continue
            elif name == "w:t":
                text = each.text or ""
                self._say(shifted(text, shift == "superscript") if shift in ("superscript", "subscript") else text)
            elif name in _LETTERS:
                self._say(_LETTERS[name])
            elif name == "w:sym":
                self._say(self._symbol(each))
            elif name in ("w:footnoteReference", "w:endnoteReference"):
                note = self._notes.get(f"{name[2:5]}{attribute(each, 'w:id')}", "")
                if note:
                    self._spoken.notes.append(note)
            elif name == "w:ruby":
                base = child(each, "w:rubyBase")
                if base is not None:
                    self._through(base)
            elif name in ("w:drawing", "w:pict", "w:object", "mc:AlternateContent"):
                self._drawing(each)

    def _field(self, kind: str) -> None:
        if kind == "begin":
            if len(self._fields) >= MAX_FIELDS:
                raise too_large()
            self._fields.append(Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].shows = True
        elif kind == "end" and self._fields:
            ended = self._fields.pop()
            # A number in a circle has no result of its own: Word draws it from the instruction.
            if found := _ENCLOSED.match(ended.instruction):
                inner = found.group(1)
                self._say(printed(int(inner), "decimalEnclosedCircle") if inner.isdecimal() else inner)

    def _symbol(self, element: Element) -> str:
        font = (attribute(element, "w:font") or "").lower()
        try:
            code = int(attribute(element, "w:char") or "", 16) & 0xFFF
        except ValueError:
            code = 0
        known = _SYMBOLS.get(font, {}).get(code & 0xFF)
        if known is None:
            self._spoken.warnings.append(_("有一个符号无法识别，请对照原文核对。"))
        return known or "〓"

    def _drawing(self, element: Element) -> None:
        boxes = list(_boxes(element))
        self._spoken.boxes += boxes
        if boxes:
            return
        embedded = first(element, "o:OLEObject")
        if embedded is not None:
            formula = (embedded.get("ProgID") or "").startswith(("Equation", "MathType"))
            text = _("这里的公式是嵌入对象，无法导入，请对照原文补上。") if formula else _("这里的嵌入对象不会导入。")
            self._spoken.warnings.append(text)
        elif first(element, "a:blip", "v:imagedata") is not None:
            self._spoken.warnings.append(_("这里的图片不会导入，请在课程中另行添加。"))


def _boxes(element: Element) -> Iterator[Element]:
    if short(element) == "w:txbxContent":
        yield element
        return
    inside = chosen(element) if short(element) == "mc:AlternateContent" else element
    for each in [] if inside is None else inside:
        yield from _boxes(each)
