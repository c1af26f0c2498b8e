"""Any valid tree survives being printed and read again, and no text makes a numbering fail."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.importers import parse
from content.importers.numberings.registry import registered
from content.importers.numerals import to_han
from content.importers.parsed import from_stored
from content.importers.source import Line, Source
from tests.content.reading import read

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass
class Unit:
    children: list[Unit] = field(default_factory=list)
    items: int = 0
    paragraphs: int = 0  # after the items


def units(depth: int) -> st.SearchStrategy[Unit]:
    below = st.just([]) if depth == 0 else st.lists(units(depth - 1), max_size=3)
    return st.builds(Unit, children=below, items=st.sampled_from([0, 0, 2, 3, 7]), paragraphs=st.integers(0, 2))


Expected = list[tuple[str, int, str | None]]


def printed_gbt(chapters: list[Unit], *, glue: str) -> tuple[str, Expected]:
    lines: list[str] = []
    expected: Expected = []

    def write(unit: Unit, path: tuple[int, ...], parent: str | None) -> None:
        number = ".".join(map(str, path))
        expected.append((number, len(path), parent))
        if unit.children or len(path) == 1:
            lines.append(f"{number}{glue}标题")
        else:
            lines.append(f"{number}{glue}网格员应办理下列事项：")
            for n in range(unit.items):
                expected.append((f"{number} {chr(97 + n)})", len(path) + 1, number))
                lines.append(f"{chr(97 + n)}) 事项；")
        for n, child in enumerate(unit.children, start=1):
            write(child, (*path, n), number)

    for n, chapter in enumerate(chapters, start=1):
        write(chapter, (n,), None)
    return "\n".join(lines), expected


def printed_law(chapters: list[Unit]) -> tuple[str, Expected]:
    lines: list[str] = []
    expected: Expected = []
    count = 0

    def article(unit: Unit, level: int, parent: str | None) -> None:
        nonlocal count
        count += 1
        number = f"第{to_han(count)}条"
        expected.append((number, level, parent))
        lines.append(f"{number}　网格员应当办理下列事项：")
        for n in range(1, unit.items + 1):
            expected.append((f"{number}（{to_han(n)}）", level + 1, number))
            lines.append(f"（{to_han(n)}）事项；")
        for n in range(unit.paragraphs):
            if unit.items:
                expected.append((f"{number}第{to_han(n + 2)}款", level + 1, number))
            lines.append("前款规定由本级执行。")

    for c, chapter in enumerate(chapters, start=1):
        number = f"第{to_han(c)}章"
        expected.append((number, 1, None))
        lines.append(f"{number}　名称")
        article(chapter, 2, number) if not chapter.children else None
        for s, section in enumerate(chapter.children, start=1):
            inner = f"{number}第{to_han(s)}节"
            expected.append((inner, 2, number))
            lines.append(f"第{to_han(s)}节　名称")
            for unit in section.children or [section]:
                article(unit, 3, inner)
    return "\n".join(lines), expected


def printed_official(heads: list[Unit]) -> tuple[str, Expected]:
    lines: list[str] = []
    expected: Expected = []
    labels = [lambda n: f"{to_han(n)}、", lambda n: f"（{to_han(n)}）", lambda n: f"{n}.", lambda n: f"（{n}）"]

    def write(unit: Unit, n: int, level: int, above: str) -> None:
        number = above + labels[level](n)
        expected.append((number, level + 1, above or None))
        lines.append(f"{labels[level](n)}名称")
        for at, child in enumerate(unit.children, start=1):
            write(child, at, level + 1, number)

    for n, head in enumerate(heads, start=1):
        write(head, n, 0, "")
    return "\n".join(lines), expected


def found(text: str, numbering: str) -> Expected:
    parsed = read(text)
    assert not parsed.errors, parsed.errors
    assert parsed.numbering == numbering
    assert from_stored(parsed.as_stored()).clauses == parsed.clauses
    return [(one.number, one.level, one.parent) for one in parsed.clauses]


@QUICK
@given(st.lists(units(4), min_size=1, max_size=5), st.sampled_from([" ", "　", "\t", ""]))
def test_standard_reads_as_it_was_printed(chapters: list[Unit], glue: str) -> None:
    text, expected = printed_gbt(chapters, glue=glue)
    assert found(text, "gbt") == expected


@QUICK
@given(st.lists(units(2), min_size=1, max_size=12))
def test_law_reads_as_it_was_printed(chapters: list[Unit]) -> None:
    text, expected = printed_law(chapters)
    assert found(text, "law") == expected


@QUICK
@given(st.lists(units(3), min_size=2, max_size=12))
def test_official_document_reads_as_it_was_printed(heads: list[Unit]) -> None:
    text, expected = printed_official(heads)
    assert found(text, "official") == expected


@QUICK
@given(st.lists(units(2), min_size=2, max_size=4), st.data())
def test_line_that_comes_twice_is_never_imported_silently(chapters: list[Unit], data: st.DataObject) -> None:
    text, _expected = printed_gbt(chapters, glue=" ")
    lines = text.split("\n")
    at = data.draw(st.sampled_from([n for n, line in enumerate(lines) if line[0].isdecimal()]))
    parsed = read("\n".join([*lines, lines[at]]))
    assert parsed.refused
    assert parsed.errors[0].line == len(lines) + 1


FRAGMENTS = st.sampled_from(
    ["1", "2.1", "2.1.1", "A.1", "附录A", "（规范性）", "第一章", "第二节", "第三条", "第三条之一", "（一）", "一、", "1.", "（1）",
     "a)", "1)", "——", "注：", "示例：", "目次", "前言", "参考文献", "条文说明", "表1 甲", "应", "不应", "可", "宜", "7日内", "百分之八十",
     "见4.3.2", "本法第九条第二款", " ", "　", "\t", "\n", "\n\n", "。", "：", "……3", "网格员", "４．１", "GB/T 1.1—2020", "”", "《", "|"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(FRAGMENTS, max_size=40).map("".join))


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from(["甲.txt", "甲.md"]))
def test_no_text_makes_an_importer_fail(text: str, name: str) -> None:
    parsed = read(text, name)
    assert parsed.clauses or parsed.refused
    named = [clause.number for clause in parsed.clauses if clause.number]
    assert len(named) == len(set(named))
    assert all(clause.parent is None or clause.parent in named for clause in parsed.clauses)
    assert all(len(clause.number) <= 60 and len(clause.title) <= 200 for clause in parsed.clauses)
    levels = [clause.level for clause in parsed.clauses]
    assert levels[:1] in ([], [1])
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(TEXTS, st.integers(0, 3)), min_size=1, max_size=12), st.sampled_from(["line", "paragraph"]))
def test_no_numbering_fails_on_any_lines(rows: list[tuple[str, int]], place: str) -> None:
    lines = tuple(Line(text, at, heading) for at, (text, heading) in enumerate(rows, start=1))
    source = Source(lines, place)
    parse(source, "演示")
    for numbering in registered.values():
        numbering.parse(source)
