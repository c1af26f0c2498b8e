"""Official documents: 第一部分 一、 （一） 1. （1） ①. A level may be left out: 三、 is often divided by 1. at once."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.importers.contents import without_contents
from content.importers.lists import Mark, label_for, mark_of
from content.importers.numberings.registry import register
from content.importers.numberings.result import result
from content.importers.numberings.wording import NOTE, caption_of, ends_sentence, is_title, wrapped
from content.importers.numerals import from_han, narrow, to_han
from content.importers.parsed import ParsedStandard
from content.importers.references import standard_citations
from content.importers.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from content.importers.source import Line, Source
    from content.importers.tree import Node

_RANKS = ("part", "comma", "han", "dot", "bracket", "digit", "circled")
_KINDS = ("clause", "chapter", "section", "clause", "item", "item", "item")
_COMMA, _HAN, _DOT, _BRACKET = (_RANKS.index(style) for style in ("comma", "han", "dot", "bracket"))
_PART = re.compile(r"第\s*([一二三四五六七八九十]{1,3})\s*部分\s*[：:、]?\s*(.*)$")
_ANNEX = re.compile(
    r"附\s*(?:件|表|录)\s*(?P<value>\d{1,2}|[一二三四五六七八九十]{1,3}|[A-Z])?\s*(?P<colon>[：:])?\s*(?P<rest>.*)$"
)
_HEADING = re.compile(r"^[^，。；：！？]{1,40}$")  # also with a verb in it: 其他应当说明的事项
_STOPPED_HEADING = re.compile(r"([^，。；：、！？]{2,20})。$")
_LEADING_SENTENCE = re.compile(r"^([^，。；：、]{2,20})。(?=.)")


def _mark(text: str) -> Mark | None:
    part = _PART.match(text.strip())
    if part is not None and (value := from_han(part[1])) and _is_heading(part[2]):
        return Mark("part", value, f"第{part[1]}部分", part[2])
    return mark_of(text.strip(), _RANKS[1:])


def _is_heading(text: str) -> bool:
    """第一部分 alone or with its title; 第一部分的内容是…… is a sentence."""
    return not text or (bool(_HEADING.match(text)) and text[0] not in "的是为中和与及所")


def _label(style: str, value: int) -> str:
    return f"第{to_han(value)}部分" if style == "part" else label_for(style, value)


@register
class OfficialNumbering:
    name = "official"
    title = gettext_lazy("公文层次编号")
    citations = staticmethod(standard_citations)

    def evidence(self, lines: Sequence[Line]) -> int:
        """一、 is the mark of this habit; （一） and 1. alone are lists that the other habits have too."""
        styles = [mark.style for line in lines if (mark := _mark(line.text)) is not None]
        heads, lists = styles.count("comma") + styles.count("part"), styles.count("han") + styles.count("dot")
        return 3 * heads + lists if heads else lists // 2

    def parse(self, source: Source) -> ParsedStandard:
        return _Parser(source).parse()


class _Parser:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.lines = without_contents(list(source.lines), lambda text: _mark(text) is not None)
        self.tree = Tree(source.place)
        self.open: dict[int, Node] = {}  # rank -> the open unit
        self.values: dict[tuple[str, int], int] = {}  # parent's number and rank -> the last value
        self.annex: Node | None = None
        self.front: list[Line] = []
        self.before: Line | None = None
        self.note_open = False
        self.attachments = False  # in the list of attachments at the end

    def parse(self) -> ParsedStandard:
        at = 0
        while at < len(self.lines):
            at += self._read(at)
        return result("official", self.source, self.tree, lines=self.lines, front=self.front)

    def _read(self, at: int) -> int:
        line = self.lines[at]
        text = line.text.strip()
        if line.table is not None:
            self._table(line, "")
            return 1
        if not text:
            return 1
        caption = caption_of(self.lines, at)
        if caption and self._holder() is not None:
            self._table(self.lines[at + caption], text)
            return caption + 1
        before, self.before = self.before, None
        mark = _mark(text)
        if not ((mark is not None and self._unit(mark, line, before)) or self._annex(line, text)):
            self._say(line, text, before)
        return 1

    def _unit(self, mark: Mark, line: Line, before: Line | None) -> bool:
        rank = _RANKS.index(mark.style)
        if self.attachments and rank > _COMMA:
            return False
        parents = [self.open[above] for above in sorted(self.open) if above < rank]
        parent = parents[-1] if parents else self.annex
        if parent is None and rank > _COMMA and self._has_heads():
            return False  # a list in the preamble
        base = parent.number if parent is not None else ""
        base += " " if parent is self.annex and parent is not None else ""
        last = self.values.get((base, rank), 0)
        if mark.value != last + 1 and wrapped(self.source, before, line):
            return False
        if f"{base}{mark.label}" not in self.tree.numbers:  # else the tree refuses it as a repetition
            self._order(mark, last, line)
        for below in [below for below in self.open if below >= rank]:
            del self.open[below]
        if parent is not None:
            self._head(parent)
        node = self.tree.add(f"{base}{mark.label}", _KINDS[rank], line.line, parent)
        self.values[base, rank] = max(mark.value, last)
        self.open[rank] = node
        self.note_open = self.attachments = False
        self._write(node, mark.rest, rank, line)
        return True

    def _has_heads(self) -> bool:
        return not self.tree.roots and any(
            (mark := _mark(line.text)) is not None and mark.style == "comma" for line in self.lines
        )

    def _write(self, node: Node, rest: str, rank: int, line: Line) -> None:
        """一、 and （一） have titles, alone on the line or as a first short sentence; below them is text."""
        if (
            (rank < _BRACKET and is_title(rest))
            or (rank < _DOT and _HEADING.match(rest))
            or (line.heading and not ends_sentence(rest))
        ):
            node.title = rest
            return
        if rank < _DOT and (sentence := _LEADING_SENTENCE.match(rest)):
            node.title, rest = sentence[1], rest[sentence.end() :]
        if rest:
            node.paragraphs.append(rest)
            node.text_line = line.line
            self.before = line

    def _head(self, node: Node) -> None:
        """（二）基本原则。 is a heading all the same when 1. follows below it."""
        if node.kind not in ("chapter", "section") or node.title or node.children or len(node.paragraphs) != 1:
            return
        if (found := _STOPPED_HEADING.match(node.paragraphs[0])) and is_title(found[1]):
            node.title, node.paragraphs = found[1], []

    def _order(self, mark: Mark, last: int, line: Line) -> None:
        printed = {
            "now": _label(mark.style, mark.value),
            "before": _label(mark.style, last) if last else "",
            "missing": _label(mark.style, last + 1),
        }
        if mark.value < last:
            self.tree.refuse(
                line.line,
                _("%(now)s 出现在 %(before)s 之后，编号倒退了。请改正编号或者顺序后重新上传。") % printed,
            )
        elif mark.value > last + 1:
            message = (
                _("%(before)s 之后直接是 %(now)s，可能漏了 %(missing)s。")
                if last
                else _("编号从 %(now)s 开始，可能漏了 %(missing)s。")
            )
            self.tree.doubt(line.line, message % printed)

    def _annex(self, line: Line, text: str) -> bool:
        found = _ANNEX.match(narrow(text))
        if found is None or not self.tree.roots or len(text) > 60 or ends_sentence(found["rest"]):
            return False
        rest = text[found.start("rest") :].strip()
        if found["colon"] and rest:
            self.attachments = True  # 附件：1.……: a list of them, no annex itself
            return False
        if rest and not line.heading and re.match(r"[\d所的中规给和、]", rest):
            return False
        self.open, self.attachments, self.note_open = {}, False, False
        self.annex = self.tree.add(f"附件{found['value'] or ''}", "annex", line.line, None, title=rest)
        return True

    def _holder(self) -> Node | None:
        return self.open[max(self.open)] if self.open else self.annex

    def _say(self, line: Line, text: str, before: Line | None) -> None:
        node = self._holder()
        if node is None:
            self.front.append(line)
        elif node in (self.annex, self.open.get(0)) and not node.title and not node.paragraphs and is_title(text):
            node.title = text
        elif note := NOTE.match(narrow(text)):
            node.notes.append(text)
            self.note_open = note.end() == len(text)
        elif self.note_open:
            node.notes[-1] += text
            self.note_open = False
        elif wrapped(self.source, before, line) and node.paragraphs and not node.children:
            node.paragraphs[-1] += text
            self.before = line
        else:
            self.tree.say(node, text, line.line)
            self.before = line

    def _table(self, line: Line, caption: str) -> None:
        node = self._holder()
        if node is None or line.table is None:
            self.front.append(replace(line, text=caption))
            return
        table = line.table
        node.tables.append(replace(table, caption=caption) if caption and not table.caption else table)
