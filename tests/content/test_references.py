"""Which clause cites which."""

from __future__ import annotations

from content.importers.parsed import ParsedStandard
from tests.content.reading import read_well


def cited(parsed: ParsedStandard, source: str) -> list[tuple[str, bool]]:
    return [(one.target, one.resolved) for one in parsed.references if one.source == source]


def standard(sentence: str) -> ParsedStandard:
    return read_well(
        "1 范围\n甲。\n2 要求\n2.1 甲\n2.1.1 应甲：\na) 一；\nb) 二。\n2.1.2 应乙。\n2.2 应丙。\n3 考核\n"
        f"3.1 {sentence}\n附录A\n（规范性）\n表\nA.1 应丁。\nA.2 应戊。\n"
    )


def test_numbers_chapters_items_and_annexes_are_found() -> None:
    parsed = standard("应符合2.1.2、2.2和第2章的规定，见2.1.1 b)，并按附录A中A.2的要求办理。")
    assert sorted(cited(parsed, "3.1")) == [
        ("2", True), ("2.1.1 b)", True), ("2.1.2", True), ("2.2", True), ("A.2", True), ("附录A", True),
    ]  # fmt: skip


def test_missing_clause_is_unresolved_and_doubtful() -> None:
    parsed = standard("应符合9.9的规定。")
    assert cited(parsed, "3.1") == [("9.9", False)]
    assert [warning.message for warning in parsed.warnings] == ["引用了“9.9”，但文中没有这一条。"]


def test_decimals_tables_and_other_documents_are_no_references() -> None:
    parsed = standard("费用为2.2万元，温度为2.1℃，见表2.1，按GB/T 34300—2017的2.2和2020年版的2.1执行。")
    assert cited(parsed, "3.1") == []


def test_clause_does_not_cite_itself() -> None:
    assert cited(standard("应符合3.1和2.2的规定。"), "3.1") == [("2.2", True)]


def test_articles_of_this_law_and_of_others() -> None:
    parsed = read_well(
        "第一条 依照《演示法》第三条、第四条的规定。\n第二条 违反第一条、本办法第三条第一款第（一）项的，依照演示条例第一条处理。\n"
        "第三条 有下列情形的：\n（一）甲；\n（二）依照第九十九条办理。\n"
    )
    assert cited(parsed, "第一条") == []
    assert cited(parsed, "第二条") == [("第一条", True), ("第三条（一）", True)]
    assert cited(parsed, "第三条（二）") == [("第九十九条", False)]
