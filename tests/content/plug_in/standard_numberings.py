"""An invented numbering: 甲〉 is a chapter, 甲〉1〉 a clause below it. A clause cites another as 〔甲〉1〉〕."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from content.importers.numberings.registry import register
from content.importers.numberings.result import result
from content.importers.parsed import ParsedStandard
from content.importers.source import Line, Source
from content.importers.tree import Node, Tree

_NUMBER = re.compile(r"([甲乙丙丁戊己庚辛壬癸]〉)(\d+〉)?\s*(.*)$")
_CITED = re.compile(r"〔([^〕]+)〕")


def _citations(numbers: set[str]) -> Callable[[str], Iterable[tuple[str, str]]]:
    return lambda text: ((found[1], found[0]) for found in _CITED.finditer(text))


@register
class StemNumbering:
    name = "stems"
    title = "天干编号"
    citations = staticmethod(_citations)

    def evidence(self, lines: Sequence[Line]) -> int:
        return sum(3 for line in lines if _NUMBER.match(line.text))

    def parse(self, source: Source) -> ParsedStandard:
        tree, front = Tree(source.place), []
        chapters: dict[str, Node] = {}
        for line in source.lines:
            found = _NUMBER.match(line.text)
            if found is None:
                front.append(line)
            elif found[2] is None:
                chapters[found[1]] = tree.add(found[1], "chapter", line.line, None, title=found[3])
            else:
                tree.add(found[1] + found[2], "clause", line.line, chapters.get(found[1]), text=found[3])
        return result("stems", source, tree, lines=source.lines, front=front)
