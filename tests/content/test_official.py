"""Official documents: 一、 （一） 1. （1）."""

from __future__ import annotations

import pytest

from tests.content.reading import clause_of, numbers, outline, places, read, read_well

NOTICE = """关于做好演示工作的通知
各镇：
为做好工作，现通知如下：
一、总体要求
坚持原则。
二、主要任务
（一）加强领导。各单位应当加强领导。
1.成立小组。
（1）确定组长。
（2）确定成员。
2.落实责任。
（二）加强宣传
三、保障措施
1.经费保障。
2.人员保障。
四、其他应当说明的事项
[bookmark: _GoBack]无。
附件：1.工作方案
2.人员名单
演示单位
2022年8月15日
附件1
工作方案
一、目标
二、步骤
"""


def test_notice_is_a_tree_with_whole_numbers_where_levels_may_be_left_out() -> None:
    parsed = read_well(NOTICE)
    assert parsed.numbering == "official" and parsed.title == "关于做好演示工作的通知"
    assert [entry for entry in outline(parsed) if entry[0]] == [
        ("一、", "chapter", None),
        ("二、", "chapter", None),
        ("二、（一）", "section", "二、"),
        ("二、（一）1.", "clause", "二、（一）"),
        ("二、（一）1.（1）", "item", "二、（一）1."),
        ("二、（一）1.（2）", "item", "二、（一）1."),
        ("二、（一）2.", "clause", "二、（一）"),
        ("二、（二）", "section", "二、"),
        ("三、", "chapter", None),
        ("三、1.", "clause", "三、"),
        ("三、2.", "clause", "三、"),
        ("四、", "chapter", None),
        ("附件1", "annex", None),
        ("附件1 一、", "chapter", "附件1"),
        ("附件1 二、", "chapter", "附件1"),
    ]
    assert not parsed.warnings


def test_headings_are_titles_also_with_a_verb_and_with_text_behind_them() -> None:
    parsed = read_well(NOTICE)
    assert clause_of(parsed, "四、").title == "其他应当说明的事项" and clause_of(parsed, "四、").text.startswith("无。")
    section = clause_of(parsed, "二、（一）")
    assert section.title == "加强领导"
    assert next(clause.text for clause in parsed.clauses if clause.parent == "二、（一）") == "各单位应当加强领导。"


def test_heading_with_a_full_stop_is_a_title_once_something_follows_below_it() -> None:
    parsed = read_well("演示方案\n一、目标\n（一）基本原则。\n1.甲。\n（二）加强领导。\n（三）各镇应当报告。\n1.乙。\n")
    assert [(c.title, c.text) for c in parsed.clauses if c.kind == "section"] == [
        ("基本原则", ""),
        ("", "加强领导。"),
        ("", ""),
    ]
    assert [c.text for c in parsed.clauses if c.kind == "paragraph"] == ["各镇应当报告。"]


def test_parts_stand_above_and_begin_their_numbers_again() -> None:
    parsed = read_well(
        "演示办法\n第一部分 总体要求\n一、指导思想\n坚持演示。\n第一部分的内容是指导思想。\n第二部分\n考核内容\n一、日常\n（一）走访\n二、年度\n"
    )
    assert outline(parsed) == [
        ("第一部分", "clause", None),
        ("第一部分一、", "chapter", "第一部分"),
        ("第二部分", "clause", None),
        ("第二部分一、", "chapter", "第二部分"),
        ("第二部分一、（一）", "section", "第二部分一、"),
        ("第二部分二、", "chapter", "第二部分"),
    ]
    assert clause_of(parsed, "第二部分").title == "考核内容"
    assert clause_of(parsed, "第一部分一、").text == "坚持演示。\n第一部分的内容是指导思想。"


def test_preamble_is_front_matter() -> None:
    parsed = read_well(NOTICE)
    assert parsed.front_matter == "关于做好演示工作的通知\n各镇：\n为做好工作，现通知如下："


def test_list_of_attachments_and_signature_are_text_of_the_last_unit() -> None:
    assert clause_of(read_well(NOTICE), "四、").text.splitlines()[1:] == [
        "附件：1.工作方案", "2.人员名单", "演示单位", "2022年8月15日",
    ]  # fmt: skip


def test_rows_of_numerals_at_the_start_of_a_line_are_text() -> None:
    parsed = read_well("一、总体要求\n甲。\n二、三级网格应当联动。\n二、主要任务\n乙。\n")
    assert numbers(parsed) == ["一、", "二、"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("一、甲\n（一）乙\n（二）丙\n（二）丁\n二、戊\n", 4, "编号“一、（二）”重复，第 3 行"),
        ("一、甲\n二、乙\n一、丙\n", 3, "编号“一、”重复"),
        ("一、甲\n三、乙\n二、丙\n", 3, "“二、”出现在“三、”之后"),
        ("一、甲\n1.乙。\n3.丙。\n2.丁。\n", 4, "2. 出现在 3. 之后"),
    ],
)
def test_contradiction_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    parsed = read(text)
    assert places(parsed) == [line]
    assert words in parsed.errors[0].message


def test_gap_is_doubtful() -> None:
    parsed = read_well("一、甲\n（一）乙\n（三）丙\n三、丁\n")
    assert [warning.message for warning in parsed.warnings] == [
        "（一）之后直接是（三），可能漏了（二）。",
        "“一、”之后直接是“三、”，可能漏了“二、”。",
    ]
