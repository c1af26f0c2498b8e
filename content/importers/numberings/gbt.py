"""GB/T 1.1: chapters 4, clauses 4.1.1, terms 3.1, annexes A with A.1, list items a) and 1), notes and examples."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.importers.contents import without_contents
from content.importers.lists import Lists, mark_of
from content.importers.numberings.decimal import Number, Path, number_at, ordinal, step
from content.importers.numberings.registry import register
from content.importers.numberings.result import result
from content.importers.numberings.wording import (
    NOTE,
    caption_of,
    ends_sentence,
    is_commentary,
    is_quantity,
    is_title,
    wrapped,
)
from content.importers.numerals import narrow
from content.importers.parsed import ParsedStandard
from content.importers.references import standard_citations
from content.importers.tree import Tree

if TYPE_CHECKING:
    from content.importers.source import Line, Source
    from content.importers.tree import Node

_ANNEX = re.compile(r"附\s*录\s*(?P<letter>[A-Z])(?![A-Za-z.])\s*(?P<rest>.*)$")
_NATURE = re.compile(r"^[（(]\s*(规范性|资料性)(?:附录)?\s*[)）]\s*")
_BACK = re.compile(r"^(?:参\s*考\s*文\s*献|索\s*引)$")
_FRONT = re.compile(r"^(?:前\s*言|引\s*言|序\s*言)$")
_ENGLISH = re.compile(r"^[A-Za-z][A-Za-z0-9 ,;/()'’\-]*$")
_STYLES = ("letter", "digit", "bracket", "letter_bracket", "circled", "han", "dash")
_CITING = re.compile(r"[的中所和或、]|规定|要求|以及|给出")
CLAUSE_LEVELS = 5


@register
class GbtNumbering:
    name = "gbt"
    title = gettext_lazy("标准条款编号")
    citations = staticmethod(standard_citations)

    def evidence(self, lines: Sequence[Line]) -> int:
        """Chapters alone count less than clauses: an official document has `1.` too."""
        found = [number for line in lines if (number := number_at(line.text)) is not None]
        clauses = sum(2 for number in found if len(number.path) > 1 and not is_quantity(number.rest))
        chapters = [number for number in found if len(number.path) == 1 and not number.dotted and is_title(number.rest)]
        return clauses + len({number.path for number in chapters if not is_quantity(number.rest)})

    def parse(self, source: Source) -> ParsedStandard:
        return _Parser(source).parse()


class _Parser:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.lines = without_contents(list(source.lines), lambda text: number_at(text) is not None)
        self.tree = Tree(source.place)
        self.nodes: dict[Path, Node] = {}
        self.highest: dict[tuple[Path, bool], int] = {}  # the last value among siblings; annexes count apart
        self.missing: set[Path] = set()
        self.headings = {line.line for line in source.lines if line.heading}
        self.last: Number | None = None
        self.current: Node | None = None
        self.lists: Lists | None = None
        self.front: list[Line] = []
        self.back: list[str] = []
        self.closed = False  # after 参考文献
        self.wants_title = False  # a number or 附录A alone on its line
        self.note_open = False
        self.before: Line | None = None  # running text right above

    def parse(self) -> ParsedStandard:
        at = 0
        while at < len(self.lines):
            if is_commentary(self.lines[at].text) and self.nodes:
                self._commentary(self.lines[at])
                break
            at += self._read(at)
        for node in self.nodes.values():
            self._tidy(node)
        return result("gbt", self.source, self.tree, lines=self.lines, front=self.front, back=self.back)

    def _read(self, at: int) -> int:
        """Reads the line; returns how many lines it took."""
        line = self.lines[at]
        text = line.text.strip()
        if line.table is not None:
            self._table(line, "")
            return 1
        if not text:
            return 1
        if _BACK.match(text) and self.nodes:
            self.closed = True
        if self.closed:
            self.back.append(text)
            return 1
        caption = caption_of(self.lines, at)
        if caption and self.current is not None:
            self._table(self.lines[at + caption], text)
            return caption + 1
        before, self.before = self.before, None
        if not (self._annex(line, text) or self._numbered(line, text, at, before) or self._item(line, text)):
            self._say(line, text, before)
        return 1

    def _annex(self, line: Line, text: str) -> bool:
        found = _ANNEX.match(narrow(text))
        if found is None:
            return False
        rest = text[found.start("rest") :].strip()
        nature = _NATURE.match(rest)
        if rest and not nature and not line.heading and (not is_title(rest) or re.match(r"[的中给规和、所对]", rest)):
            return False
        number = Number((found["letter"],), "", False, False)
        node = self._open(number, "annex", line, None, f"附录{found['letter']}")
        node.title = nature[0].strip() + rest[nature.end() :] if nature else rest
        self.wants_title = not node.title or bool(nature and not rest[nature.end() :])
        return True

    def _numbered(self, line: Line, text: str, at: int, before: Line | None) -> bool:
        number = number_at(text)
        if number is None or (_FRONT.match(number.rest) and number.path != ("0",)):
            return False
        if len(number.path) == 1 and not self._begins_chapter(number, line, at, before):
            return False
        parent = self.nodes.get(number.parent) if len(number.path) > 1 else None
        if len(number.path) > 1 and not self._plausible(number, line, before):
            return False
        if len(number.path) > 1 and parent is None:
            self._skipped(number, line)
            parent = self._nearest(number.parent)
        if len(number.path) > CLAUSE_LEVELS + 1:
            self.tree.doubt(line.line, _("“%(number)s”超过了五个层次，请核对。") % {"number": number.printed})
        self._order(number, line)
        in_terms = parent is not None and self._in_terms(parent)
        kind = "chapter" if len(number.path) == 1 else "term" if in_terms else "clause"
        node = self._open(number, kind, line, parent, number.printed)
        if not number.rest:
            self.wants_title = True
        elif is_title(number.rest) or (line.heading and not ends_sentence(number.rest)):
            node.title = number.rest
        else:
            node.paragraphs.append(number.rest)
            node.kind = "clause" if kind == "term" else node.kind
            self.before = line
        return True

    def _begins_chapter(self, number: Number, line: Line, at: int, before: Line | None) -> bool:
        value = int(number.path[0])
        follows = value == self.last.order[0] + 1 if self.last is not None else value in (0, 1)
        mark = mark_of(line.text.strip(), ("dot",)) if number.dotted and not line.heading else None
        if mark is not None and self.lists is not None and self.lists.expects(mark):
            return False
        if line.heading:
            return bool(number.rest) or follows
        if number.rest:
            if not is_title(number.rest) or is_quantity(number.rest) or wrapped(self.source, before, line):
                return False
            return follows or (not number.glued and not number.dotted and (value <= 30 or self.last is None))
        return follows and self._title_follows(number, at)

    def _title_follows(self, number: Number, at: int) -> bool:
        """A number alone may be a page number: the title comes next, and this chapter nowhere else."""
        following = next((line for line in self.lines[at + 1 :] if line.text.strip()), None)
        if following is None or not is_title(following.text.strip()) or number_at(following.text):
            return False
        return not any(
            other is not None and other.path == number.path and other.rest
            for other in (number_at(line.text) for line in self.lines[at + 1 :])
        )

    def _plausible(self, number: Number, line: Line, before: Line | None) -> bool:
        """Whether a number of several parts is a clause; a decimal or a citation at the start of a line is not."""
        if line.heading:
            return True
        follows = number.path not in self.nodes and number.parent in self.nodes and self._after_last(number)
        if is_quantity(number.rest) and (len(number.path) == 2 or not follows):
            return False
        if not wrapped(self.source, before, line):
            return True
        place = (number.path[:-1], number.path[-1].isalpha())
        is_next = follows and ordinal(number.path[-1]) == self.highest.get(place, 0) + 1
        return is_next and not _CITING.match(number.rest)

    def _after_last(self, number: Number) -> bool:
        return self.last is None or number.order > self.last.order

    def _order(self, number: Number, line: Line) -> None:
        if number.path in self.nodes:
            return  # the tree refuses it
        if not self._after_last(number):
            assert self.last is not None  # noqa: S101 - _after_last is true without one
            self.tree.refuse(
                line.line,
                _("“%(number)s”出现在“%(last)s”之后，编号倒退了。请改正编号或者顺序后重新上传。")
                % {"number": self._printed(number.path), "last": self._printed(self.last.path)},
            )
            return
        if number.parent and number.parent not in self.nodes:
            return
        value = ordinal(number.path[-1])
        place = (number.path[:-1], number.path[-1].isalpha())
        previous = self.highest.get(place, 0)
        self.highest[place] = max(previous, value)
        if value > previous + 1 and not (value == 0 and not previous):
            base, last = number.path[:-1], number.path[-1]
            missing = self._printed((*base, step(last, previous + 1)))
            before = self._printed((*base, step(last, previous))) if previous else self._printed(number.parent)
            now = self._printed(number.path)
            if before:
                message = _("%(before)s 之后直接是 %(now)s，可能漏了 %(missing)s。")
            else:
                message = _("编号从 %(now)s 开始，可能漏了 %(missing)s。")
            self.tree.doubt(line.line, message % {"before": before, "now": now, "missing": missing})

    def _open(self, number: Number, kind: str, line: Line, parent: Node | None, printed: str) -> Node:
        if kind == "annex":
            self._order(number, line)
        node = self.tree.add(printed, kind, line.line, parent)
        if number.path not in self.nodes:
            self.nodes[number.path] = node
            if self._after_last(number):
                self.last = number
        self.current, self.lists = node, Lists(self.tree, node, " ")
        self.wants_title = self.note_open = False
        return node

    def _skipped(self, number: Number, line: Line) -> None:
        """Once for each missing parent, not for all its children."""
        if number.parent in self.missing:
            return
        self.missing.add(number.parent)
        self.tree.refuse(
            line.line,
            _("“%(number)s”的上一级“%(parent)s”不存在，跳过了一级。请补上上一级或者改正编号后重新上传。")
            % {"number": number.printed, "parent": self._printed(number.parent)},
        )

    def _nearest(self, path: Path) -> Node | None:
        while path and path not in self.nodes:
            path = path[:-1]
        return self.nodes.get(path)

    def _printed(self, path: Path) -> str:
        return f"附录{path[0]}" if len(path) == 1 and path[0].isalpha() else ".".join(path)

    def _in_terms(self, node: Node) -> bool:
        top = node
        while top.parent is not None:
            top = top.parent
        return top.kind == "chapter" and "术语" in top.title

    def _item(self, line: Line, text: str) -> bool:
        if self.current is None or self.lists is None or line.heading or self.wants_title:
            return False
        mark = mark_of(text, _STYLES)
        dotted = mark_of(text, ("dot", "comma")) if mark is None else None
        if dotted and (self.lists.expects(dotted) or (dotted.value == 1 and self._leads())):
            mark = dotted
        if mark is None or self.lists.add(mark, line.line) is None:
            return False
        self.note_open = False
        self.before = line
        return True

    def _leads(self) -> bool:
        assert self.lists is not None and self.current is not None  # noqa: S101
        lead = self.lists.last or self.current
        return lead.text.rstrip().endswith(("：", ":"))

    def _say(self, line: Line, text: str, before: Line | None) -> None:
        node, lists = self.current, self.lists
        if node is None or lists is None:
            self.front.append(line)
            return
        if self.wants_title:
            self._title(node, text, line)
            return
        if note := NOTE.match(narrow(text)):
            node.notes.append(text)
            self.note_open = note.end() == len(text)
        elif self.note_open:
            node.notes[-1] += text
            self.note_open = False
        elif node.kind == "term" and node.title and not node.paragraphs and _ENGLISH.match(text):
            node.title = f"{node.title} {text}"
        elif (item := lists.last) is not None and (not item.paragraphs or wrapped(self.source, before, line)):
            _lengthen(item, text)
            self.before = line
        elif wrapped(self.source, before, line) and node.paragraphs and not node.children:
            _lengthen(node, text)
            self.before = line
        else:
            if line.heading:
                self.tree.doubt(line.line, _("标题“%(text)s”没有编号，作为正文导入了。") % {"text": text[:40]})
            paragraph = self.tree.say(node, text, line.line)
            if paragraph is not node:
                lists.interrupt(paragraph)
            self.before = line

    def _title(self, node: Node, text: str, line: Line) -> None:
        if node.kind == "annex" and (nature := _NATURE.match(text)):
            node.title = nature[0].strip() + text[nature.end() :]
            self.wants_title = nature.end() == len(text)
            return
        self.wants_title = False
        if node.kind == "annex" or is_title(text) or (line.heading and not ends_sentence(text)):
            node.title += text
        else:
            self._say(line, text, None)

    def _table(self, line: Line, caption: str) -> None:
        if self.current is None or line.table is None:
            self.front.append(replace(line, text=caption))
            return
        table = line.table
        self.current.tables.append(replace(table, caption=caption) if caption and not table.caption else table)

    def _commentary(self, line: Line) -> None:
        self.tree.doubt(line.line, _("从这里起是条文说明，它重复正文的编号，没有作为条款导入。"))

    def _tidy(self, node: Node) -> None:
        """A term that is divided further is a clause; a sentence without a full stop is no title."""
        numbered = [child for child in node.children if child.kind not in ("item", "paragraph")]
        if node.kind == "term" and numbered:
            node.kind = "clause"
        alone = node.title and not (node.paragraphs or node.children or node.tables or node.notes)
        if node.kind == "clause" and alone and node.line not in self.headings:
            node.paragraphs, node.title = [node.title], ""


def _lengthen(node: Node, text: str) -> None:
    if not node.paragraphs:
        node.paragraphs.append(text)
        return
    gap = " " if node.paragraphs[-1][-1:].isascii() and text[:1].isascii() else ""
    node.paragraphs[-1] += gap + text
