from __future__ import annotations

import pytest

from content.importers.readers.word_numbering import printed
from tests.content.readers.reading import texts
from tests.content.readers.word_files import definition, level, numbered, p, style, word_file

GBT = definition(
    1,
    level(0, "decimal", "%1"),
    level(1, "decimal", "%1.%2"),
    level(2, "decimal", "%1.%2.%3"),
    level(3, "lowerLetter", "%4)"),
)


def test_clauses_of_gbt_are_numbered_and_start_anew_under_each_heading() -> None:
    body = (
        p("范围", num=1, level=0)
        + p("基本要求", num=1, level=0)
        + p("品行", num=1, level=1)
        + p("应遵纪守法。", num=1, level=2)
        + p("不应有下列行为：", num=1, level=2)
        + p("收费；", num=1, level=3)
        + p("推诿。", num=1, level=3)
        + p("任职条件", num=1, level=1)
        + p("应满18周岁。", num=1, level=2)
        + p("下列情形：", num=1, level=2)
        + p("甲；", num=1, level=3)
    )
    assert texts(word_file(body, numbering=GBT + numbered(1, 1))) == [
        "1 范围",
        "2 基本要求",
        "2.1 品行",
        "2.1.1 应遵纪守法。",
        "2.1.2 不应有下列行为：",
        "a) 收费；",
        "b) 推诿。",
        "2.2 任职条件",
        "2.2.1 应满18周岁。",
        "2.2.2 下列情形：",
        "a) 甲；",
    ]


def test_articles_of_a_law_count_on_through_the_chapters_in_chinese_numerals() -> None:
    law = definition(
        1,
        level(0, "chineseCountingThousand", "第%1章"),
        level(1, "chineseCountingThousand", "第%2条", extra='<w:lvlRestart w:val="0"/>'),
        level(2, "chineseCountingThousand", "（%3）", extra='<w:suff w:val="nothing"/>'),
    )
    body = p("总则", num=1, level=0) + "".join(p("规定。", num=1, level=1) for _ in range(11))
    body += (
        p("附则", num=1, level=0) + p("如下：", num=1, level=1) + p("甲；", num=1, level=2) + p("乙。", num=1, level=2)
    )
    found = texts(word_file(body, numbering=law + numbered(1, 1)))
    assert found[0] == "第一章 总则"
    assert found[10:12] == ["第十条 规定。", "第十一条 规定。"]
    assert found[12:] == ["第二章 附则", "第十二条 如下：", "（一）甲；", "（二）乙。"]


def test_automatic_and_typed_numerals_stand_side_by_side() -> None:
    official = definition(1, level(0, "japaneseCounting", "%1、", extra='<w:suff w:val="nothing"/>'))
    restarted = numbered(2, 1, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="3"/></w:lvlOverride>')
    body = p("总体要求", num=1, level=0) + p("二、主要任务") + p("组织保障", num=2, level=0)
    found = texts(word_file(body, numbering=official + numbered(1, 1) + restarted))
    assert found == ["一、总体要求", "二、主要任务", "三、组织保障"]


def test_lists_that_share_a_definition_go_on_counting() -> None:
    body = p("甲", num=1, level=0) + p("乙", num=2, level=0) + p("丙", num=1, level=0)
    numbering = definition(1, level(0, "decimal", "%1.")) + numbered(1, 1) + numbered(2, 1)
    assert texts(word_file(body, numbering=numbering)) == ["1. 甲", "2. 乙", "3. 丙"]


def test_a_start_of_its_own_counts_from_there_only_once() -> None:
    own = numbered(2, 1, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>')
    body = p("甲", num=1, level=0) + p("乙", num=2, level=0) + p("丙", num=2, level=0)
    numbering = definition(1, level(0, "decimal", "%1.", start=5)) + numbered(1, 1) + own
    assert texts(word_file(body, numbering=numbering)) == ["5. 甲", "1. 乙", "2. 丙"]


def test_a_list_may_redefine_a_level() -> None:
    own = numbered(1, 1, f'<w:lvlOverride w:ilvl="0">{level(0, "upperLetter", "%1.")}</w:lvlOverride>')
    body = p("甲", num=1, level=0) + p("乙", num=1, level=0)
    assert texts(word_file(body, numbering=definition(1, level(0, "decimal", "%1)")) + own)) == ["A. 甲", "B. 乙"]


def test_legal_numbering_shows_every_level_in_digits() -> None:
    numbering = definition(
        1, level(0, "chineseCounting", "第%1章"), level(1, "decimal", "%1.%2", extra="<w:isLgl/>"),
        level(2, "decimal", "%1.%2"),
    ) + numbered(1, 1)  # fmt: skip
    body = p("总则", num=1, level=0) + p("目的", num=1, level=1) + p("依据", num=1, level=2)
    assert texts(word_file(body, numbering=numbering)) == ["第一章 总则", "1.1 目的", "一.1 依据"]


def test_a_level_restarts_only_after_the_level_that_it_names() -> None:
    numbering = definition(
        1, level(0, "decimal", "%1"), level(1, "decimal", "%1.%2"),
        level(2, "lowerLetter", "%3)", extra='<w:lvlRestart w:val="1"/>'),
    ) + numbered(1, 1)  # fmt: skip
    levels = (0, 1, 2, 1, 2, 0, 1, 2)
    found = texts(word_file("".join(p("文", num=1, level=at) for at in levels), numbering=numbering))
    assert [text.split()[0] for text in found] == ["1", "1.1", "a)", "1.2", "b)", "2", "2.1", "a)"]


def test_styles_bring_their_numbers_and_levels() -> None:
    styles = (
        style(
            "1", "heading 1", inside='<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr>'
        )
        + style("2", "heading 2", based_on="1", inside='<w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr>')
        + style("a1", "二级条", based_on="2")
        + style("a0", "无编号标题", based_on="1", inside='<w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>')
    )
    numbering = definition(
        1,
        level(0, "decimal", "%1", extra='<w:pStyle w:val="1"/>'),
        level(1, "decimal", "%1.%2"),
        level(2, "decimal", "%1.%2.%3", extra='<w:pStyle w:val="a1"/>'),
    )
    body = (
        p("前言", style="a0") + p("范围", style="1") + p("要求", style="1") + p("品行", style="2") + p("守法", style="a1")
        + p("不编号", style="2", num=0) + p("条件", style="2")
    )  # fmt: skip
    assert texts(word_file(body, styles=styles, numbering=numbering + numbered(1, 1))) == [
        "前言", "1 范围", "2 要求", "2.1 品行", "2.1.1 守法", "不编号", "2.2 条件",
    ]  # fmt: skip


def test_a_definition_may_be_taken_from_a_numbering_style() -> None:
    styles = style(
        "list1", "条款编号", kind="numbering", inside='<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    )
    numbering = (
        definition(1, '<w:styleLink w:val="list1"/>', level(0, "chineseCounting", "（%1）"))
        + definition(2, '<w:numStyleLink w:val="list1"/>')
        + numbered(1, 1)
        + numbered(2, 2)
    )
    body = p("甲", num=2, level=0) + p("乙", num=2, level=0)
    assert texts(word_file(body, styles=styles, numbering=numbering)) == ["（一）甲", "（二）乙"]


def test_a_clause_before_the_first_chapter_shows_where_chapters_start() -> None:
    body = p("条", num=1, level=1) + p("章", num=1, level=0) + p("条", num=1, level=1)
    assert texts(word_file(body, numbering=GBT + numbered(1, 1))) == ["1.1 条", "1 章", "1.1 条"]


def test_bullets_become_the_fields_own_marks() -> None:
    numbering = definition(1, level(0, "bullet", "—"), level(1, "bullet", "\uf06c"), level(2, "bullet", "")) + numbered(
        1, 1
    )
    body = p("甲；", num=1, level=0) + p("乙；", num=1, level=1) + p("丙。", num=1, level=2)
    assert texts(word_file(body, numbering=numbering)) == ["——甲；", "·乙；", "丙。"]


def test_a_hidden_number_is_counted_and_not_printed() -> None:
    numbering = definition(
        1, level(0, "decimal", "%1", extra="<w:rPr><w:vanish/></w:rPr>"), level(1, "decimal", "%1.%2")
    ) + numbered(1, 1)  # fmt: skip
    body = p("总则", num=1, level=0) + p("要求", num=1, level=0) + p("品行", num=1, level=1)
    assert texts(word_file(body, numbering=numbering)) == ["总则", "要求", "2.1 品行"]


def test_words_that_word_prints_before_a_paragraph_are_kept() -> None:
    numbering = definition(1, level(0, "none", "注：")) + definition(2, level(0, "decimal", "表%1"))
    numbering += numbered(1, 1) + numbered(2, 2) + definition(3, level(0, "upperLetter", "附　录　%1")) + numbered(3, 3)
    body = p("1学时为45分钟。", num=1, level=0) + p("事项分类", num=2, level=0) + p("", num=3, level=0)
    assert texts(word_file(body, numbering=numbering)) == ["注：1学时为45分钟。", "表1 事项分类", "附 录 A"]


def test_an_empty_term_keeps_its_number_for_the_term_below() -> None:
    body = p("术语", num=1, level=0) + p("", num=1, level=1) + p("网格 grid")
    assert texts(word_file(body, numbering=GBT + numbered(1, 1))) == ["1 术语", "1.1", "网格 grid"]


def test_a_deleted_or_hidden_paragraph_is_not_counted() -> None:
    gone = '<w:rPr><w:del w:id="1" w:author="演示"/></w:rPr>'
    hidden = "<w:rPr><w:vanish/></w:rPr>"
    body = (
        p("甲", num=1, level=0)
        + p(num=1, level=0, extra=gone)
        + p(num=1, level=0, extra=hidden)
        + p("乙", num=1, level=0)
    )
    assert texts(word_file(body, numbering=GBT + numbered(1, 1))) == ["1 甲", "2 乙"]


def test_nonsense_in_the_numbering_part_numbers_nothing_and_breaks_nothing() -> None:
    numbering = (
        '<w:abstractNum/><w:num w:numId="x"/><w:num w:numId="7"><w:abstractNumId w:val="99"/></w:num>'
        + definition(1, '<w:lvl/><w:lvl w:ilvl="-3"/><w:lvl w:ilvl="99999999999999999999"/>')
        + numbered(1, 1, '<w:lvlOverride/><w:lvlOverride w:ilvl="77"><w:startOverride w:val="2"/></w:lvlOverride>')
    )
    body = p("甲", num=1, level=5) + p("乙", num=7, level=0) + p("丙", num=-1, level=-1) + p("丁", num=1, level=88)
    assert texts(word_file(body, numbering=numbering)) == ["甲", "乙", "丙", "丁"]


@pytest.mark.parametrize(
    ("kind", "counts", "expected"),
    [
        ("decimal", (1, 12), ("1", "12")),
        ("decimalZero", (1, 12), ("01", "12")),
        ("decimalFullWidth", (1, 12), ("１", "１２")),
        ("decimalEnclosedCircle", (1, 20, 21, 51), ("①", "⑳", "㉑", "51")),
        ("decimalEnclosedParen", (1, 20, 21), ("⑴", "⒇", "21")),
        ("lowerLetter", (1, 26, 27, 53), ("a", "z", "aa", "aaa")),
        ("upperLetter", (3,), ("C",)),
        ("lowerRoman", (4, 9, 40), ("iv", "ix", "xl")),
        ("upperRoman", (19,), ("XIX",)),
        ("chineseCounting", (1, 10, 11, 20, 99, 103), ("一", "十", "十一", "二十", "九十九", "一○三")),
        ("chineseCountingThousand", (10, 103, 110, 1001), ("十", "一百零三", "一百一十", "一千零一")),
        ("taiwaneseCountingThousand", (10, 110), ("十", "一百一十")),
        ("japaneseCounting", (10, 100, 103, 1203), ("十", "百", "百三", "千二百三")),
        ("ideographDigital", (1, 10, 25), ("一", "一〇", "二五")),
        ("chineseLegalSimplified", (1, 10, 103), ("壹", "壹拾", "壹佰零叁")),
        ("ideographTraditional", (1, 11), ("甲", "甲")),
        ("none", (3,), ("",)),
        ("klingon", (3,), ("3",)),
    ],
)
def test_counts_are_printed_in_each_format(kind: str, counts: tuple[int, ...], expected: tuple[str, ...]) -> None:
    assert tuple(printed(count, kind) for count in counts) == expected


def test_a_custom_format_shows_as_many_digits_as_its_example() -> None:
    kind = (
        '<mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="001, 002, 003, ..."/></mc:Choice>'
        '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>'
    )
    numbering = definition(
        1, f'<w:lvl w:ilvl="0"><w:start w:val="1"/>{kind}<w:lvlText w:val="%1."/></w:lvl>'
    ) + numbered(1, 1)
    assert texts(word_file(p("甲", num=1, level=0), numbering=numbering)) == ["001. 甲"]
