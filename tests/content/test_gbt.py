"""GB/T 1.1: what is a number, what belongs to what, what is refused."""

from __future__ import annotations

import pytest

from tests.content.reading import clause_of, numbers, outline, places, read, read_well

START = "1 范围\n本文件规定了演示要求。\n2 要求\n"


def test_chapters_clauses_and_untitled_clauses_make_a_tree() -> None:
    parsed = read_well(START + "2.1 品行\n2.1.1 网格员应遵纪守法。\n2.1.2 网格员应着装整洁。\n2.2 网格员应持证。\n")
    assert parsed.numbering == "gbt"
    assert outline(parsed) == [
        ("1", "chapter", None),
        ("2", "chapter", None),
        ("2.1", "clause", "2"),
        ("2.1.1", "clause", "2.1"),
        ("2.1.2", "clause", "2.1"),
        ("2.2", "clause", "2"),
    ]
    assert clause_of(parsed, "2.1").title == "品行" and not clause_of(parsed, "2.1").text
    assert clause_of(parsed, "2.1.1").text == "网格员应遵纪守法。"
    assert [clause.level for clause in parsed.clauses] == [1, 1, 2, 3, 3, 2]


def test_five_levels_of_clauses_below_a_chapter() -> None:
    deep = "2.1 甲\n2.1.1 乙\n2.1.1.1 丙\n2.1.1.1.1 丁\n2.1.1.1.1.1 应戊。\n"
    parsed = read_well(START + deep)
    assert parsed.clauses[-1].number == "2.1.1.1.1.1" and parsed.clauses[-1].level == 6
    assert not parsed.warnings
    assert read_well(START + deep + "2.1.1.1.1.1.1 应己。\n").warnings[0].line == 9


def test_items_hang_on_their_clause_and_inner_items_on_theirs() -> None:
    parsed = read_well(START + "2.1 应包括：\na) 甲：\n1) 子甲；\n2) 子乙；\nb) 乙；\n——无编号的。\n2.2 应丙。\n")
    assert outline(parsed)[2:] == [
        ("2.1", "clause", "2"),
        ("2.1 a)", "item", "2.1"),
        ("2.1 a) 1)", "item", "2.1 a)"),
        ("2.1 a) 2)", "item", "2.1 a)"),
        ("2.1 b)", "item", "2.1"),
        ("", "item", "2.1 b)"),
        ("2.2", "clause", "2"),
    ]
    assert clause_of(parsed, "2.1 a) 2)").text == "子乙；"


def test_paragraph_after_a_list_ends_it_unless_the_list_goes_on() -> None:
    parsed = read_well(START + "2.1 应包括：\na) 甲；\n甲的补充说明。\nb) 乙。\n以上内容另行规定。\n2.2 应丙。\n")
    assert clause_of(parsed, "2.1 a)").text == "甲；\n甲的补充说明。"
    assert outline(parsed)[2:6] == [
        ("2.1", "clause", "2"),
        ("2.1 a)", "item", "2.1"),
        ("2.1 b)", "item", "2.1"),
        ("", "paragraph", "2.1"),
    ]


def test_second_list_of_a_clause_gets_numbers_of_its_own_and_is_doubtful() -> None:
    parsed = read_well(START + "2.1 应包括：\na) 甲；\nb) 乙。\n不应包括：\na) 丙；\nb) 丁。\n")
    assert numbers(parsed)[3:] == ["2.1 a)", "2.1 b)", "", "2.1 列项2 a)", "2.1 列项2 b)"]
    assert [warning.line for warning in parsed.warnings] == [8]


def test_hanging_paragraph_is_a_unit_of_its_own() -> None:
    parsed = read_well(START + "本章适用于全体网格员。\n2.1 应甲。\n2.2 应乙。\n")
    hanging = parsed.clauses[2]
    assert (hanging.kind, hanging.number, hanging.parent, hanging.line) == ("paragraph", "", "2", 4)
    assert clause_of(parsed, "2").text == ""


def test_text_of_a_chapter_without_clauses_is_its_own() -> None:
    parsed = read_well("1 范围\n本文件规定甲。\n本文件适用于乙。\n2 要求\n2.1 应甲。\n")
    assert clause_of(parsed, "1").text == "本文件规定甲。\n本文件适用于乙。"
    assert len(parsed.clauses) == 3


def test_terms_take_their_names_from_the_same_line_or_the_next_ones() -> None:
    parsed = read_well(
        "1 范围\n本文件规定甲。\n2 规范性引用文件\n本文件没有规范性引用文件。\n3 术语和定义\n下列术语和定义适用于本文件。\n"
        "3.1\n网格 grid\n某种单元。\n注：说明。\n3.2\n网格员\ngrid member\n某种人员。\n3.3 事项 matter\n某种事情。\n4 要求\n4.1 应甲。\n"
    )
    terms = [clause for clause in parsed.clauses if clause.kind == "term"]
    assert [(term.number, term.title, term.text) for term in terms] == [
        ("3.1", "网格 grid", "某种单元。"),
        ("3.2", "网格员 grid member", "某种人员。"),
        ("3.3", "事项 matter", "某种事情。"),
    ]
    assert terms[0].notes == ("注：说明。",)
    assert not any(term.provisions for term in terms)


def test_term_that_is_divided_is_a_clause() -> None:
    parsed = read_well("1 范围\n甲。\n2 术语和定义\n2.1 一般术语\n2.1.1\n网格\n某种单元。\n3 要求\n3.1 应甲。\n")
    assert outline(parsed)[1:4] == [("2", "chapter", None), ("2.1", "clause", "2"), ("2.1.1", "term", "2.1")]


@pytest.mark.parametrize(
    "heading",
    [
        "附录A\n（规范性）\n记录本样式\n",
        "附 录 A\n（规范性附录）\n记录本样式\n",
        "附录A（规范性）记录本样式\n",
        "附录 A （规范性）\n记录本样式\n",
        "附录A\n（规范性）记录本样式\n",
    ],
)
def test_annexes_however_their_heading_is_set(heading: str) -> None:
    parsed = read_well(
        START + "2.1 应符合附录A的规定。\n" + heading + "A.1 一般要求\nA.1.1 应甲。\nA.1.2 应乙。\n参考文献\n[1] 丙\n"
    )
    annex = clause_of(parsed, "附录A")
    assert annex.kind == "annex" and annex.level == 1
    assert annex.title.startswith("（规范性") and annex.title.endswith("记录本样式")
    assert outline(parsed)[-3:] == [("A.1", "clause", "附录A"), ("A.1.1", "clause", "A.1"), ("A.1.2", "clause", "A.1")]
    assert parsed.front_matter.endswith("参考文献\n[1] 丙")


def test_sentence_that_begins_with_an_annex_is_no_annex() -> None:
    parsed = read_well(START + "2.1 应符合规定：\n附录A给出了样式。\n附录A\n（资料性）\n样式\nA.1 样式见下。\n")
    assert numbers(parsed) == ["1", "2", "2.1", "附录A", "A.1"]


@pytest.mark.parametrize(
    "line",
    [
        "7日内办结一般事项。",
        "7 日内办结",
        "24 学时",
        "3 个工作日内答复",
        "3 日以内",
        "2022年8月15日起实行。",
        "3.5 万元以上的",
        "2.2 倍以上",
        "3、甲",
        "50%以上",
        "3—5日",
        "3.2.1，以及其他条款",
        "5G 网络",
        "10:30 前到岗",
        "1/3 以上的人员",
    ],
)
def test_line_that_only_begins_with_a_number_is_text(line: str) -> None:
    parsed = read_well(START + f"2.1 办理时限如下，超过的应说明：\n{line}\n3 考核\n3.1 应甲。\n")
    assert numbers(parsed) == ["1", "2", "2.1", "3", "3.1"]
    assert line in clause_of(parsed, "2.1").text


def test_titles_that_begin_like_a_unit_are_titles() -> None:
    parsed = read_well("1 范围\n甲。\n2 分类\n2.1 应甲。\n3 人员要求\n3.1 应乙。\n4 日常管理\n4.1 应丙。\n")
    assert [clause.title for clause in parsed.clauses if clause.level == 1] == ["范围", "分类", "人员要求", "日常管理"]


def test_numbers_glued_to_their_text_and_full_width_numbers() -> None:
    parsed = read_well("１　范围\n本文件规定甲。\n2要求\n２．１网格员\n2.1.1网格员应甲：\nａ）　一；\nb）二。\n")
    assert numbers(parsed) == ["1", "2", "2.1", "2.1.1", "2.1.1 a)", "2.1.1 b)"]
    assert clause_of(parsed, "2.1").title == "网格员"


def test_notes_and_examples_stay_with_their_clause_and_bind_nobody() -> None:
    parsed = read_well(
        START
        + "2.1 记录本分为两种。\n注1：记录本应保存。\n示例：\n3月5日应走访。\n2.2 应包括：\na) 甲；\nb) 乙。\n注：不应外借。\n"
    )
    first, second = clause_of(parsed, "2.1"), clause_of(parsed, "2.2")
    assert first.notes == ("注1：记录本应保存。", "示例：3月5日应走访。")
    assert first.provisions == ("statement",)
    assert second.notes == ("注：不应外借。",) and second.provisions == ("requirement",)


def test_table_stays_with_its_clause_and_keeps_its_caption() -> None:
    table = "表1 办理时限\n\n| 类别 | 时限 |\n|---|---|\n| 1.1 一般 | 7日内 |\n\n"
    parsed = read_well(f"# 1 范围\n\n甲。\n\n# 2 要求\n\n2.1 时限应符合表1。\n\n{table}2.2 应乙。\n", "演示.md")
    clause = clause_of(parsed, "2.1")
    assert [made.caption for made in clause.tables] == ["表1 办理时限"]
    assert clause.tables[0].rows[1] == ("1.1 一般", "7日内")
    assert clause.text == "时限应符合表1。"
    assert numbers(parsed) == ["1", "2", "2.1", "2.2"]


@pytest.mark.parametrize(
    "contents",
    [
        "目 次\n前言……………Ⅰ\n1 范围……………1\n2 要求……………1\n2.1 品行 ........ 2\n",
        "目次\n前言 I\n1 范围 1\n2 要求 1\n2.1 品行 2\n",
        "目  次\n前言\t1\n1 范围\t1\n2 要求\t3\n2.1 品行\t4\n",
    ],
)
def test_table_of_contents_makes_no_clauses(contents: str) -> None:
    parsed = read_well(f"演示要求\n{contents}前言\n本文件按照规定起草。\n" + START + "2.1 品行\n2.1.1 应甲。\n")
    assert numbers(parsed) == ["1", "2", "2.1", "2.1.1"]
    assert "前言\n本文件按照规定起草。" in parsed.front_matter
    assert parsed.title == "演示要求"


def test_foreword_with_a_list_is_front_matter() -> None:
    parsed = read_well(
        "演示要求\n前言\n主要技术变化如下：\na) 更改了甲（见2.1）；\nb) 增加了乙。\n引言\n概述。\n"
        + START
        + "2.1 应甲。\n"
    )
    assert numbers(parsed) == ["1", "2", "2.1"]
    assert "a) 更改了甲" in parsed.front_matter and "概述。" in parsed.front_matter


@pytest.mark.parametrize("class_line", ["CCS A 12", "A 12"])
@pytest.mark.parametrize("kind_line", ["DB00\n演示省地方标准", "中华人民共和国演示行业标准", "团体标准"])
def test_cover_gives_title_number_and_dates(class_line: str, kind_line: str) -> None:
    parsed = read_well(
        f"ICS 03.080.01\n{class_line}\n{kind_line}\nDB00/T 1234—2024\n演示工作规范\nWork specification\n2024-01-05 发布\n2024-03-01 实施\n前言\n甲。\n"
        + START
        + "2.1 应甲。\n"
    )
    assert (parsed.title, parsed.number) == ("演示工作规范", "DB00/T 1234—2024")
    assert str(parsed.issued_on) == "2024-01-05" and str(parsed.effective_on) == "2024-03-01"


def test_building_codes_number_clauses_of_a_chapter_with_a_zero() -> None:
    parsed = read_well(
        "1 总则\n1.0.1 为了规范工作，制定本规范。\n1.0.2 必须甲。\n2 术语\n2.0.1\n网格\n某种单元。\n3 要求\n3.1 一般规定\n3.1.1 严禁乙。\n"
    )
    assert outline(parsed)[:3] == [("1", "chapter", None), ("1.0.1", "clause", "1"), ("1.0.2", "clause", "1")]
    assert outline(parsed)[4] == ("2.0.1", "term", "2")


def test_commentary_that_repeats_the_numbers_does_not_overwrite_them() -> None:
    parsed = read_well(START + "2.1 应甲。\n2.2 应乙。\n演示规范 条文说明\n1 范围\n说明。\n2.1 甲的说明。\n")
    assert numbers(parsed) == ["1", "2", "2.1", "2.2"]
    assert clause_of(parsed, "2.1").text == "应甲。"
    assert "条文说明" in parsed.warnings[0].message and parsed.warnings[0].line == 6


def test_commentary_between_the_clauses_is_a_note() -> None:
    parsed = read_well(START + "2.1 应甲。\n【条文说明】2.1 甲的说明。\n2.2 应乙。\n条文说明：乙的说明。\n2.3 应丙。\n")
    assert numbers(parsed) == ["1", "2", "2.1", "2.2", "2.3"]
    assert clause_of(parsed, "2.1").notes == ("【条文说明】2.1 甲的说明。",)
    assert clause_of(parsed, "2.2").notes == ("条文说明：乙的说明。",)


def test_line_broken_in_the_middle_of_a_sentence_is_joined() -> None:
    long = "网格员应当在发现事项以后按照规定的程序和时限及时办理，并且应符合"
    parsed = read_well(START + f"2.1 {long}\n2.3 的规定以及其他有关的要求。\n2.2 应乙。\n2.3 应丙。\n")
    assert clause_of(parsed, "2.1").text == f"{long}2.3 的规定以及其他有关的要求。"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("2.1 应甲。\n2.2 应乙。\n2.1 应丙。\n", 6, "编号“2.1”重复，第 4 行已经有了"),
        ("2.1 应甲。\n2 考核\n2.2 应乙。\n", 5, "编号“2”重复"),
        ("2.1 品行\n2.1.1.1 应甲。\n2.1.1.2 应乙。\n", 5, "上一级“2.1.1”不存在"),
        ("3.1 应甲。\n", 4, "上一级“3”不存在"),
        ("2.1 应甲。\n2.3 应乙。\n2.2 应丙。\n", 6, "“2.2”出现在“2.3”之后"),
        ("2.1 应甲。\n3 考核\n3.1 应乙。\n2.2 应丙。\n", 7, "“2.2”出现在“3.1”之后"),
        ("2.1 应甲：\na) 一；\nb) 二；\na) 三。\n", 7, "编号“2.1 a)”重复"),
        ("2.1 应甲：\na) 一；\nc) 二；\nb) 三。\n", 7, "列项 b) 出现在 c) 之后"),
        ("2.1 应甲。\n附录A\n（资料性）\n甲\nA.1 乙。\n附录A\n（资料性）\n丙\n", 9, "编号“附录A”重复"),
        ("2.1 应甲。\nA.1 乙。\n", 5, "上一级“附录A”不存在"),
    ],
)
def test_contradiction_is_refused_once_with_its_line(text: str, line: int, words: str) -> None:
    parsed = read(START + text)
    assert places(parsed) == [line]
    assert words in parsed.errors[0].message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2.1 应甲。\n2.3 应乙。\n", "2.1 之后直接是 2.3，可能漏了 2.2。"),
        ("2.1 甲\n2.1.2 应乙。\n", "2.1 之后直接是 2.1.2，可能漏了 2.1.1。"),
        ("2.1 应甲。\n4 考核\n4.1 应乙。\n", "2 之后直接是 4，可能漏了 3。"),
        ("2.1 应甲：\na) 一；\nc) 二。\n", "a) 之后直接是 c)，可能漏了 b)。"),
        (
            "2.1 应甲。\n附录A\n（资料性）\n甲\nA.1 乙。\n附录C\n（资料性）\n丙\nC.1 丁。\n",
            "附录A 之后直接是附录C，可能漏了附录B。",
        ),
    ],
)
def test_gap_is_doubtful_but_no_reason_to_refuse(text: str, words: str) -> None:
    assert [warning.message for warning in read_well(START + text).warnings] == [words]


def test_file_without_a_numbered_unit_is_refused_with_the_cure() -> None:
    parsed = read("这是一段话。\n还有一段。\n")
    assert parsed.clauses == () and "没有找到带编号的条款" in parsed.errors[0].message


def test_empty_file_is_refused() -> None:
    assert "空" in read("").errors[0].message
