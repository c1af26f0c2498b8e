"""List items inside a clause: a) 1) （1） ① （一） 1. and dashes, nested to any depth, each style one level."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from content.importers.numerals import from_han, narrow, to_han

if TYPE_CHECKING:
    from collections.abc import Sequence

    from content.importers.tree import Node, Tree

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_STYLES = {
    "letter": re.compile(r"([a-z])[)）]\s*"),
    "digit": re.compile(r"(\d{1,2})[)）]\s*"),
    "bracket": re.compile(r"[（(](\d{1,2})[)）]\s*"),
    "letter_bracket": re.compile(r"[（(]([a-z])[)）]\s*"),
    "circled": re.compile(rf"([{CIRCLED}])\s*"),
    "han": re.compile(r"[（(]([一二三四五六七八九十百]{1,5})[)）]\s*"),
    "dot": re.compile(r"(\d{1,2})[.、](?!\d)\s*"),
    "comma": re.compile(r"([一二三四五六七八九十]{1,3})、\s*"),
    "dash": re.compile(r"(——|—|--+|–|[·•●▪◆■○-])\s*(?=\S)"),
}
# （二）、（三）项规定的…… and （一）项所列…… speak of items; they aren't any.
_MENTION = re.compile(r"(?:[、和及或至]\s*(?:第?[（(]|前)|项(?!目)|目(?![的标录前]))")
# 一、二、三级网格 and 一、二审 are rows of numbers.
_ROW = re.compile(r"[一二三四五六七八九十]{1,3}[、级审类等者]")


@dataclass(frozen=True)
class Mark:
    style: str
    value: int  # 0 for a dash
    label: str  # as printed, with half-width brackets round Latin letters and digits
    rest: str


@dataclass
class _Open:
    style: str
    value: int
    parent: Node
    node: Node
    base: str  # what stands before the label in the numbers of this list


def mark_of(text: str, styles: Sequence[str]) -> Mark | None:
    plain = narrow(text)
    for style in styles:
        found = _STYLES[style].match(plain)
        if found is None:
            continue
        rest = text[found.end() :].strip()
        if style != "dash" and _MENTION.match(plain[found.end() :]):
            return None
        if style == "dash":
            return Mark(style, 0, "", rest)
        if style == "comma" and _ROW.match(plain[found.end() :]):
            return None
        value, label = _value(style, found[1])
        if style == "dot":
            label = found[0].strip()
        return Mark(style, value, label, rest) if value else None
    return None


def _value(style: str, printed: str) -> tuple[int, str]:
    if style in ("letter", "letter_bracket"):
        label = f"{printed})" if style == "letter" else f"（{printed}）"
        return ord(printed) - ord("a") + 1, label
    if style == "circled":
        return CIRCLED.index(printed) + 1, printed
    value = from_han(printed) or 0
    if style == "digit":
        return value, f"{printed})"
    if style in ("bracket", "han"):
        return value, f"（{printed}）"
    return value, f"{printed}、" if style == "comma" else f"{printed}."


def label_for(style: str, value: int) -> str:
    """How the label of a missing item would be printed."""
    if style == "letter":
        return f"{chr(ord('a') + value - 1)})"
    if style == "han":
        return f"（{to_han(value)}）"
    if style == "bracket":
        return f"（{value}）"
    if style == "comma":
        return f"“{to_han(value)}、”"
    return f"{value})" if style == "digit" else f"{value}."


class Lists:
    """The lists of one numbered unit. An item's number is whole: `4.3.3 a)` with a gap, `第三条（二）` without one."""

    def __init__(self, tree: Tree, holder: Node, gap: str = "") -> None:
        self.tree, self.holder, self.gap = tree, holder, gap
        self.open: list[_Open] = []
        # Paragraphs after an item: they end the list, unless it goes on after them.
        self.between: list[Node] = []

    @property
    def last(self) -> Node | None:
        """The item to which a wrapped line belongs."""
        return self.open[-1].node if self.open and not self.between else None

    def expects(self, mark: Mark) -> bool:
        return any(level.style == mark.style and mark.value in (0, level.value + 1) for level in self.open)

    def begins(self, mark: Mark) -> bool:
        """Whether the mark may open a list here: the first of its kind, or any after a lead-in with a colon."""
        lead = self.between[-1] if self.between else self.last or self.holder
        return mark.value in (0, 1) or lead.text.rstrip().endswith(("：", ":"))

    def interrupt(self, paragraph: Node) -> None:
        if self.open:
            self.between.append(paragraph)

    def add(self, mark: Mark, line: int) -> Node | None:
        """The item, or None for a mark that neither continues a list nor begins one."""
        at = next((n for n in range(len(self.open) - 1, -1, -1) if self.open[n].style == mark.style), None)
        if at is not None and not (self.between and mark.value == 1):
            return self._continue(at, mark, line)
        return self._begin(mark, line) if self.begins(mark) else None

    def _continue(self, at: int, mark: Mark, line: int) -> Node:
        level = self.open[at]
        if self.between and mark.value:
            self._give_back()
        self.between = []
        self._order(mark, level, line)
        del self.open[at + 1 :]
        level.value = mark.value
        level.node = self.tree.add(_number(level.base, mark), "item", line, level.parent, text=mark.rest)
        return level.node

    def _begin(self, mark: Mark, line: int) -> Node:
        if mark.value > 1:
            missing = label_for(mark.style, 1)
            self.tree.doubt(
                line, _("列项从 %(label)s 开始，可能漏了 %(first)s。") % {"label": mark.label, "first": missing}
            )
        parent = self.between[-1] if self.between else self.last or self.holder
        if self.between:
            self.open, self.between = [], []
        base = self._base(parent, mark, line)
        node = self.tree.add(_number(base, mark), "item", line, parent, text=mark.rest)
        self.open.append(_Open(mark.style, mark.value, parent, node, base))
        return node

    def _base(self, parent: Node, mark: Mark, line: int) -> str:
        if parent.kind == "item" and not parent.number:
            return ""
        owner = parent
        while not owner.number and owner.parent is not None:
            owner = owner.parent
        base, group = f"{owner.number}{self.gap}", 1
        while owner.number and mark.label and f"{base}{mark.label}" in self.tree.numbers:
            group += 1
            base = f"{owner.number} " + _("列项%(n)s") % {"n": group} + self.gap
        if group > 1:
            self.tree.doubt(
                line,
                _("%(number)s 里有不止一组列项，这一组的编号前加上了“列项%(n)s”。")
                % {"number": owner.number, "n": group},
            )
        return base if owner.number else ""

    def _order(self, mark: Mark, level: _Open, line: int) -> None:
        if mark.style == "dash" or mark.value == level.value + 1:
            return
        printed = {"before": label_for(mark.style, level.value), "label": mark.label}
        if mark.value > level.value:
            printed["missing"] = label_for(mark.style, level.value + 1)
            self.tree.doubt(line, _("%(before)s 之后直接是 %(label)s，可能漏了 %(missing)s。") % printed)
        elif _number(level.base, mark) not in self.tree.numbers:  # else the tree refuses it as a repetition
            self.tree.refuse(
                line, _("列项 %(label)s 出现在 %(before)s 之后，编号倒退了。请改正编号后重新上传。") % printed
            )

    def _give_back(self) -> None:
        """The list goes on after the paragraphs, so they were the item's own."""
        item = self.open[-1].node
        for paragraph in self.between:
            if paragraph.parent is not None and not paragraph.lost and not paragraph.children:
                paragraph.parent.children.remove(paragraph)
                self.tree.numbers.pop(paragraph.number, None)
                item.paragraphs += paragraph.paragraphs
                item.notes += paragraph.notes


def _number(base: str, mark: Mark) -> str:
    return f"{base}{mark.label}" if base and mark.label else ""


__all__ = ["Lists", "Mark", "mark_of"]
