"""Which clause cites which: 见4.3.2, 第5章, 附录B, 本法第九条第二款第（三）项. Other documents' clauses are left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from content.importers.numberings.registry import numbering_named
from content.importers.numerals import from_han, narrow, to_han
from content.importers.parsed import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from content.importers.parsed import ParsedClause

_ANNEX = re.compile(r"附录\s*([A-Z])(?![A-Za-z.])")
_CHAPTER = re.compile(r"第\s*(\d{1,2}|[一二三四五六七八九十]{1,3})\s*章")
_CLAUSE = re.compile(
    r"(?<![\dA-Za-z./—–\-])((?:\d{1,2}|[A-Z])(?:\.\d{1,3}){1,6})(?:\s*([a-z])[)）])?(?:\s*(\d{1,2})[)）])?(?![\d.%‰/]|\s*[a-zA-Z℃])"
)
_CITED = re.compile(
    r"(?:见|按照?|依据|根据|依照|符合|执行|遵守|满足|违反|除|适用|参照|对照|同|在|（|\(|、|和|与|及|或|至|到|条款|条|第|从|由|对|~|～)\s*(?:本文件|本标准|本规范)?(?:第|的)?\s*$"
)
_CITING = re.compile(r"\s*(?:条|款|的|规定|中|给出|要求|所|、|和|至)")
_NOT_CLAUSE = re.compile(r"(?:表|图|式|公式|版本|v|V)\s*$")
REACH = 40  # how far a phrase before a number can matter

# 另一份文件的条款: GB/T 34300的4.2, 2025年版的3.4.
_FOREIGN = re.compile(r"(?:[A-Z]{1,4}(?:/[TZ])?\s?\d[\d.]*(?:[—–-]\d{4})?|\d{4}年版|》|原标准)[^，。；（）()]{0,6}$")

_HAN = "[〇零一二两三四五六七八九十百千\\d]+"
_ARTICLE = re.compile(
    rf"(?P<document>《[^》]{{2,60}}》(?:（[^）]*）)?|[\u4e00-\u9fff]{{0,20}}?(?:法|条例|办法|规定|细则|规则|章程|决定|解释|规范|规程|制度|通则))?"
    rf"第(?P<article>{_HAN})条(?:之(?P<extra>{_HAN}))?(?:第(?P<paragraph>{_HAN})款)?(?:第?[（(](?P<item>{_HAN})[)）]项?|第(?P<item2>{_HAN})项)?"
)
_JOINED = re.compile(r"^(?:、|和|及|或者|或|以及|至|到|，|与)?(?:第[^条，。；]{1,12}[款项](?:、|和|及|或者|至)?)*$")
_OWN = re.compile(
    r"本(?:法|条例|办法|规定|细则|规则|章程|决定|解释|规范|规程|制度|通则|文件|标准)$|^(?:依照|按照|根据|违反)?本"
)


def references_of(numbering: str, clauses: Sequence[ParsedClause]) -> tuple[Reference, ...]:
    """A clause's citations of others, each once, in document order. `to` is the number as cited where nothing has it."""
    numbers = {clause.number for clause in clauses if clause.number}
    known = numbering_named(numbering)
    cited_in = known.citations(numbers) if known is not None else standard_citations(numbers)
    found: dict[tuple[str, str], Reference] = {}
    for clause in clauses:
        source = clause.number or clause.parent or ""
        text = narrow("\n".join([clause.text, *clause.notes]))
        for target, printed in cited_in(text):
            if target != source and (source, target) not in found:
                found[source, target] = Reference(source, target, target in numbers, printed[:80], clause.line)
    return tuple(found.values())


def standard_citations(numbers: set[str]) -> Callable[[str], Iterable[tuple[str, str]]]:
    return lambda text: _standard(text, numbers)


def law_citations(numbers: set[str]) -> Callable[[str], Iterable[tuple[str, str]]]:
    spelled = {_normal(number): number for number in numbers}
    return lambda text: _law(text, spelled)


def _before(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - REACH) : match.start()]


def _standard(text: str, numbers: set[str]) -> Iterator[tuple[str, str]]:
    for match in _ANNEX.finditer(text):
        if not _FOREIGN.search(_before(text, match)):
            yield f"附录{match[1]}", match[0]
    for match in _CHAPTER.finditer(text):
        value = from_han(match[1])
        if value and not _FOREIGN.search(_before(text, match)):
            yield str(value), match[0]
    for match in _CLAUSE.finditer(text):
        before, after = _before(text, match), text[match.end() : match.end() + REACH]
        if _NOT_CLAUSE.search(before) or _FOREIGN.search(before):
            continue
        if not _CITED.search(before) and not (_CITING.match(after) and match[1] in numbers):
            continue
        target = match[1]
        for label in (match[2], match[3]):
            target += f" {label})" if label else ""
        if target not in numbers and match[1] in numbers and not match[2]:
            target = match[1]
        yield target, match[0]


def _law(text: str, numbers: dict[str, str]) -> Iterator[tuple[str, str]]:
    foreign, end = False, -1
    for match in _ARTICLE.finditer(text):
        document = match["document"] or ""
        if document:
            foreign = not _OWN.search(document)
        elif end < 0 or not _JOINED.match(text[end : match.start()]):
            foreign = False
        end = match.end()
        if not foreign:
            yield _article(match, numbers), match[0].removeprefix(document) if document else match[0]


def _article(match: re.Match[str], numbers: dict[str, str]) -> str:
    """The finest unit that exists; the paragraph of a law is a unit of its own only after a list."""
    article = f"第{_spelled(match['article'])}条" + (f"之{_spelled(match['extra'])}" if match["extra"] else "")
    paragraph = f"第{_spelled(match['paragraph'])}款" if match["paragraph"] else ""
    item = match["item"] or match["item2"]
    item = f"（{_spelled(item)}）" if item else ""
    wanted = [article + paragraph + item, article + item, article + paragraph, article]
    return next((numbers[number] for number in wanted if number in numbers), article)


def _normal(number: str) -> str:
    """第12条 and 第一百〇一条 as 第十二条 and 第一百零一条: one spelling to look up."""
    return re.sub(rf"第({_HAN})(?=[条款])", lambda found: f"第{_spelled(found[1])}", number)


def _spelled(numeral: str) -> str:
    value = from_han(numeral)
    return numeral if value is None else to_han(value)


def unresolved(references: Iterable[Reference]) -> Iterator[Reference]:
    return (reference for reference in references if not reference.resolved)
