"""Laws and government rules: 第一编, 第一章, 第二节, 第三条, 第三条之一, paragraphs (款), items （一） and 1."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.importers.contents import without_contents
from content.importers.lists import Lists, mark_of
from content.importers.numberings.registry import register
from content.importers.numberings.result import result
from content.importers.numberings.wording import NOTE, caption_of, ends_sentence, is_commentary, is_title, wrapped
from content.importers.numerals import from_han, narrow, to_han
from content.importers.parsed import ParsedStandard
from content.importers.references import law_citations
from content.importers.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from content.importers.source import Line, Source
    from content.importers.tree import Node

_HAN = r"[〇零○一二两三四五六七八九十百千\d]{1,8}"
_GAP = r"[\s　]*"
_UNIT = re.compile(rf"第{_GAP}(?P<value>{_HAN}){_GAP}(?P<unit>分编|编|章|节|条)(?:{_GAP}之{_GAP}(?P<extra>{_HAN}))?")
# A sentence that speaks of an article at the start of a line: 第三条规定的, 第三条、第五条, 第三条第二款, 第二章所称.
_MENTION = re.compile(
    r"[、，；。：,;:）)》]|第|规定(?!如下)|各?款|项(?!目)|(?:前|后)?两?款|之(?!间)|所(?:列|称|规定|述|指)|中(?:的|所|规定)|的(?!确)"
    r"|(?:和|与|及|或|或者|以及|至|到)(?:第|本(?:法|条)|前|其他)|以(?:上|下|外|前|后)|（[一二三四五六七八九十]+）项?[规所]"
)
_COLONS = ("：", ":")
_CLOSING = re.compile(r"附\s*则$")
_ANNEX = re.compile(rf"附(?!\s*则)\s*(?:件|表|录)?\s*(?P<value>{_HAN}|[A-Z])?\s*(?:[：:、]|\s|$)\s*(?P<rest>.*)$")
_BRACKETED = re.compile(r"^【[^】]{1,30}】")
_ITEMS = ("han", "dot", "bracket", "digit", "circled", "dash")
_HEADING_COMMA = re.compile(r"([一二三四五六七八九十]{1,3})、\s*(\S.*)$")
# Above what each unit closes what is open below it. 编 and 分编 and headings 一、 are no chapters of their own.
_RANK = {"编": 0, "分编": 1, "章": 2, "、": 2, "节": 3, "条": 4}
_KIND = {"编": "clause", "分编": "clause", "、": "clause", "章": "chapter", "节": "section", "条": "article"}


@dataclass(frozen=True)
class _Unit:
    name: str
    value: int
    extra: int
    printed: str  # without blanks
    rest: str
    spaced: bool

    @property
    def order(self) -> tuple[int, int]:
        return self.value, self.extra


def unit_at(text: str) -> _Unit | None:
    plain = narrow(text)
    found = _UNIT.match(plain)
    if found is None:
        return None
    value, extra = from_han(found["value"]), from_han(found["extra"] or "0")
    if not value or extra is None or plain[found.end() :].startswith("之"):
        return None
    rest = text[found.end() :]
    printed = re.sub(r"\s+", "", found[0])
    return _Unit(found["unit"], value, extra, printed, rest.strip(), not rest or rest[0].isspace())


def _heading_like(unit: _Unit) -> bool:
    return unit.name != "条" and len(unit.rest) <= 60 and not re.search(r"[。；，]|[：:]$", unit.rest)


@register
class LawNumbering:
    name = "law"
    title = gettext_lazy("法规条文编号")
    citations = staticmethod(law_citations)

    def evidence(self, lines: Sequence[Line]) -> int:
        found = 0
        for line in lines:
            unit = unit_at(line.text)
            if unit is None:
                continue
            mentioned = bool(_MENTION.match(unit.rest)) and not unit.rest.startswith(_COLONS)
            if _heading_like(unit) or (unit.name == "条" and not mentioned):
                found += 3
        return found

    def parse(self, source: Source) -> ParsedStandard:
        return _Parser(source).parse()


class _Parser:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.lines = without_contents(list(source.lines), self._numbered)
        self.tree = Tree(source.place)
        self.above: dict[int, Node] = {}  # rank -> the open 编, 章 and 节
        self.values: dict[int, tuple[int, int]] = {}  # rank -> the last value at it
        self.rank_of_heading: dict[int, int] = {}  # Markdown's # and Word's heading styles
        self.article: Node | None = None
        self.article_order = (0, 0)
        self.has_colons = False
        self.annex: Node | None = None
        self.lists: Lists | None = None
        self.front: list[Line] = []
        self.before: Line | None = None
        self.note_open = False
        self.wants_title: Node | None = None
        self.sections = self._sectioned()
        self.has_chapters = any((unit := unit_at(line.text)) and unit.name == "章" for line in self.lines)

    def _numbered(self, text: str) -> bool:
        unit = unit_at(text)
        return unit is not None and (_heading_like(unit) or unit.name == "条")

    def _sectioned(self) -> bool:
        """Judicial interpretations head their groups of articles 一、, 二、; elsewhere 一、 is an item of an article."""
        first = next((at for at, line in enumerate(self.lines) if (u := unit_at(line.text)) and u.name == "条"), None)
        if first is None:
            return False
        headings = [at for at, line in enumerate(self.lines) if self._comma(line.text)]
        return (
            bool(headings)
            and headings[0] < first
            and not any((unit := unit_at(line.text)) is not None and unit.name == "章" for line in self.lines[:first])
        )

    def _comma(self, text: str) -> re.Match[str] | None:
        found = _HEADING_COMMA.match(text.strip())
        return found if found and is_title(found[2]) else None

    def parse(self) -> ParsedStandard:
        at = 0
        while at < len(self.lines):
            line = self.lines[at]
            if is_commentary(line.text) and self.article is not None:
                self.tree.doubt(line.line, _("从这里起是条文说明，它重复正文的编号，没有作为条款导入。"))
                break
            at += self._read(at)
        return result("law", self.source, self.tree, lines=self.lines, front=self.front)

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
        unit = unit_at(text)
        if not (
            (unit is not None and unit.name != "条" and self._heading(unit, line))
            or (unit is not None and unit.name == "条" and self._article(unit, line, before))
            or self._comma_heading(line, text)
            or self._closing(line, text)
            or self._annex(line, text)
            or self._unnumbered(line, text)
            or self._item(line, text)
        ):
            self._say(line, text, before)
        return 1

    def _heading(self, unit: _Unit, line: Line) -> bool:
        if not line.heading and (not _heading_like(unit) or _MENTION.match(unit.rest)):
            return False
        self._open(_RANK[unit.name], unit.printed, _KIND[unit.name], line, unit.rest, unit.order)
        return True

    def _comma_heading(self, line: Line, text: str) -> bool:
        found = self._comma(text) if self.sections else None
        if found is None or self.annex is not None:
            return False
        lead = self._holder()
        if not line.heading and lead is not None and lead.text.endswith(_COLONS):
            return False
        value = from_han(found[1]) or 0
        self._open(_RANK["、"], f"{found[1]}、", "clause", line, found[2], (value, 0))
        return True

    def _closing(self, line: Line, text: str) -> bool:
        """附则 without a number, the last unit of some laws: as high as their highest. Its articles count on."""
        if self.article is None or self.annex is not None or not _CLOSING.match(text):
            return False
        rank = min(self.values, default=_RANK["章"])
        self._open(rank, "附则", "clause", line, "", (self.values.get(rank, (0, 0))[0] + 1, 0))
        return True

    def _unnumbered(self, line: Line, text: str) -> bool:
        """A heading without a number: a unit as high as others with such a heading."""
        if not line.heading or self.article is None or not is_title(text):
            return False
        self.tree.doubt(line.line, _("标题“%(text)s”没有编号，请核对。") % {"text": text[:40]})
        rank = self.rank_of_heading.get(line.heading, _RANK["章"])
        self._open(rank, "", "clause", line, text, self.values.get(rank, (0, 0)))
        return True

    def _open(self, rank: int, label: str, kind: str, line: Line, title: str, order: tuple[int, int]) -> None:
        parents = [self.above[above] for above in sorted(self.above) if above < rank]
        parent = parents[-1] if parents else self.annex
        number = self._under(parent, label)
        if rank == _RANK["节"] and rank - 1 not in self.above and self.has_chapters:
            self.tree.refuse(
                line.line,
                _("“%(number)s”的前面没有章，跳过了一级。请补上章或者改正编号后重新上传。") % {"number": label},
            )
        if number and number not in self.tree.numbers:  # else the tree refuses it as a repetition
            self._sequence(rank, label, order, line)
        for open_rank in [open_rank for open_rank in self.above if open_rank >= rank]:
            del self.above[open_rank]
        for below in [below for below in self.values if below > rank]:
            # Chapters begin again in each 编 of some laws and run on in others: both are right.
            self.values[below] = (-1, self.values[below][0])
        node = self.tree.add(number, kind, line.line, parent, title=title)
        if line.heading:
            self.rank_of_heading.setdefault(line.heading, rank)
        self.above[rank] = node
        self.values[rank] = order
        self.article, self.lists, self.note_open = None, Lists(self.tree, node), False
        self.wants_title = None if title else node

    def _under(self, parent: Node | None, label: str) -> str:
        if parent is None or not label:
            return label
        return f"{parent.number}{' ' if parent is self.annex else ''}{label}"

    def _sequence(self, rank: int, label: str, order: tuple[int, int], line: Line) -> None:
        last = self.values.get(rank)
        if last is None or last[0] == -1:
            if order[0] != 1 and (last is None or order[0] != last[1] + 1):
                first = label.replace(to_han(order[0]), to_han(1))
                self.tree.doubt(
                    line.line, _("编号从 %(now)s 开始，可能漏了 %(missing)s。") % {"now": label, "missing": first}
                )
            return
        self._compare(label, order, last, line)

    def _compare(self, label: str, order: tuple[int, int], last: tuple[int, int], line: Line) -> None:
        def spelled(value: tuple[int, int]) -> str:
            unit = label[-1] if "之" not in label else "条"
            number = f"{to_han(value[0])}、" if unit == "、" else f"第{to_han(value[0])}{unit}"
            return number + (f"之{to_han(value[1])}" if value[1] else "")

        if order <= last:
            self.tree.refuse(
                line.line,
                _("“%(number)s”出现在“%(last)s”之后，编号倒退了。请改正编号或者顺序后重新上传。")
                % {"number": spelled(order), "last": spelled(last)},
            )
        elif order not in (follow := [(last[0] + 1, 0), (last[0], last[1] + 1)]):
            missing = follow[0] if order[0] > last[0] else follow[1]
            if order[0] == last[0] + 1 and order[1] == 1:
                return  # 第三条之一 after a 第三条 that was repealed
            self.tree.doubt(
                line.line,
                _("%(before)s 之后直接是 %(now)s，可能漏了 %(missing)s。")
                % {"before": spelled(last), "now": spelled(order), "missing": spelled(missing)},
            )

    def _article(self, unit: _Unit, line: Line, before: Line | None) -> bool:
        last = self.article_order
        follows = unit.order in ((last[0] + 1, 0), (last[0], last[1] + 1))
        # 第三条：…… as some laws write all of them; elsewhere it goes on from the article before.
        colon = unit.rest.startswith(_COLONS) and (follows or (self.has_colons and unit.order > last))
        self.has_colons = self.has_colons or colon
        mentioned = bool(_MENTION.match(narrow(unit.rest))) and not line.heading and not colon
        if mentioned and not (unit.spaced and follows and not unit.rest.startswith("第")):
            return False
        if not line.heading and not follows and (wrapped(self.source, before, line) or (not unit.spaced and mentioned)):
            return False
        parents = [self.above[rank] for rank in sorted(self.above)]
        parent = parents[-1] if parents else self.annex
        number = self._under(self.annex, unit.printed)
        if last == (0, 0):
            if unit.value != 1:
                self.tree.doubt(
                    line.line,
                    _("编号从 %(now)s 开始，可能漏了 %(missing)s。") % {"now": unit.printed, "missing": "第一条"},
                )
        elif number not in self.tree.numbers:
            self._compare(unit.printed, unit.order, last, line)
        node = self.tree.add(number, "article", line.line, parent)
        self.article, self.lists = node, Lists(self.tree, node)
        self.article_order = max(unit.order, last)
        self.note_open, self.wants_title = False, None
        rest = unit.rest[1:].strip() if colon else unit.rest
        if name := _BRACKETED.match(rest):
            node.title, rest = name[0], rest[name.end() :].strip()
        if rest:
            node.paragraphs.append(rest)
            node.text_line = line.line
            self.before = replace(line, heading=0)
        return True

    def _annex(self, line: Line, text: str) -> bool:
        if self.article_order == (0, 0) and self.annex is None:
            return False
        found = _ANNEX.match(narrow(text))
        if found is None or (not line.heading and len(text) > 60) or ends_sentence(found["rest"]):
            return False
        label = re.sub(r"\s+", "", text[: found.start("rest")]).rstrip("：:、")
        self.above, self.values, self.article_order = {}, {}, (0, 0)
        self.annex = self.tree.add(label, "annex", line.line, None, title=text[found.start("rest") :].strip())
        self.article, self.lists, self.note_open = None, Lists(self.tree, self.annex, " "), False
        self.wants_title = None if self.annex.title else self.annex
        return True

    def _item(self, line: Line, text: str) -> bool:
        if self.lists is None or line.heading or (self.article is None and self.annex is None):
            return False
        mark = mark_of(text, _ITEMS)
        if mark is None and (comma := mark_of(text, ("comma",))):
            lead = self.lists.between[-1] if self.lists.between else self.lists.last or self.lists.holder
            if self.lists.expects(comma) or self.annex is not None or lead.text.rstrip().endswith(_COLONS):
                mark = comma
        if (
            mark is not None
            and mark.style in ("dot", "digit", "dash", "circled")
            and not self._below_item_or_lead(mark.value)
        ):
            mark = None
        if mark is None or self.lists.add(mark, line.line) is None:
            return False
        self.before, self.note_open = line, False
        return True

    def _below_item_or_lead(self, value: int) -> bool:
        assert self.lists is not None  # noqa: S101
        return value != 1 or self.lists.last is not None or self._leads()

    def _leads(self) -> bool:
        assert self.lists is not None  # noqa: S101
        lead = self.lists.between[-1] if self.lists.between else self.lists.holder
        return lead.text.rstrip().endswith(_COLONS)

    def _holder(self) -> Node | None:
        if self.article is not None:
            return self.article
        return self.above[max(self.above)] if self.above else self.annex

    def _say(self, line: Line, text: str, before: Line | None) -> None:
        node, lists = self._holder(), self.lists
        if node is None or lists is None:
            self.front.append(line)
        elif self.wants_title is node and is_title(text):
            node.title, self.wants_title = text, None
        elif note := NOTE.match(narrow(text)):
            node.notes.append(text)
            self.note_open = note.end() == len(text)
        elif self.note_open:
            node.notes[-1] += text
            self.note_open = False
        elif wrapped(self.source, before, line) and (last := lists.last or node).paragraphs:
            last.paragraphs[-1] += text
            self.before = line
        else:
            self._paragraph(node, lists, line, text)
            self.before = line

    def _paragraph(self, node: Node, lists: Lists, line: Line, text: str) -> None:
        """款: in the article's own text until a list comes; after it each is a unit of its own, counted from the first."""
        place = len(node.paragraphs) + sum(1 for child in node.children if child.kind == "paragraph") + 1
        number = f"{node.number}第{to_han(place)}款" if node.kind == "article" else ""
        paragraph = self.tree.say(node, text, line.line, number=number)
        if paragraph is not node:
            lists.interrupt(paragraph)
        self.wants_title = None

    def _table(self, line: Line, caption: str) -> None:
        node = self._holder()
        if node is None or line.table is None:
            self.front.append(replace(line, text=caption))
            return
        table = line.table
        node.tables.append(replace(table, caption=caption) if caption and not table.caption else table)
