from __future__ import annotations

from content.importers.parsed import Table
from tests.content.readers.reading import read, texts


def of(text: str, name: str = "标准.md") -> list[tuple[str, int, int]]:
    return [(line.text, line.line, line.heading) for line in read(text.encode(), name).lines]


def test_headings_and_paragraphs_keep_their_lines() -> None:
    assert of("# 工作要求\n\n<!-- INFO END -->\n\n## 4.1 品行 ##\n4.1.1 应守法。\n4.1.2 应公道。\n") == [
        ("工作要求", 1, 1),
        ("4.1 品行", 5, 2),
        ("4.1.1 应守法。", 6, 0),
        ("4.1.2 应公道。", 7, 0),
    ]


def test_marks_are_stripped_and_words_stay() -> None:
    text = (
        "**第一条** 网格员*应当*`守法`，见[附录A](http://127.0.0.1/)。\n"
        "**“网格”**是单元。\n"
        "面积3*4*5米，4\\.1 \\*不是强调\\*，A&amp;B，a_b_c。\n"
        "[来源: GB/T 1.1]\n"
    )
    assert texts(text.encode(), "a.md") == [
        "第一条 网格员应当守法，见附录A。",
        "“网格”是单元。",
        "面积3*4*5米，4.1 *不是强调*，A&B，a_b_c。",
        "[来源: GB/T 1.1]",
    ]


def test_numbers_of_lists_stay_as_typed_and_bullets_become_dashes() -> None:
    text = "职责：\n- 采集；\n  * 核对；\n- a) 上报。\n\n3. 三\n4. 四\n\na) 甲\n\n    1) 缩进不是代码\n"
    assert texts(text.encode(), "a.md") == [
        "职责：", "——采集；", "·核对；", "a) 上报。", "3. 三", "4. 四", "a) 甲", "1) 缩进不是代码",
    ]  # fmt: skip


def test_a_list_of_ones_is_numbered_as_markdown_prints_it() -> None:
    text = "职责：\n\n1. 甲\n   1. 子\n   1. 女\n1. 乙\n1. 丙\n\n另起：\n\n1. 丁\n"
    assert [line for line in texts(text.encode(), "a.md") if line[0].isdigit()] == [
        "1. 甲", "1. 子", "2. 女", "2. 乙", "3. 丙", "1. 丁",
    ]  # fmt: skip


def test_a_table_stands_where_it_was_and_its_caption_before_it() -> None:
    text = "B.1 见表B.1。\n\n表B.1 时限\n| 类别 | 时限 |\n|:--|--:|\n| 一般<br>事项 | **7**\\|10日 |\n| | |\n\nB.2 连续计算。\n"
    lines = read(text.encode(), "a.md").lines
    assert [line.text for line in lines] == ["B.1 见表B.1。", "表B.1 时限", "", "B.2 连续计算。"]
    assert lines[2].line == 4
    assert lines[2].table == Table("", (("类别", "时限"), ("一般\n事项", "7|10日"), ("", "")))


def test_a_table_in_html_is_read_too() -> None:
    text = "文\n\n<table><tr><th>类别</th><th>时限</th></tr>\n<tr><td>一般</td><td>7日</td></tr></table>\n\n完\n"
    lines = read(text.encode(), "a.md").lines
    assert [(line.text, line.line) for line in lines] == [("文", 1), ("", 3), ("完", 6)]
    assert lines[1].table == Table("", (("类别", "时限"), ("一般", "7日")))


def test_quotes_comments_and_html_leave_only_words() -> None:
    text = "> **演示文本**：虚构。\n> 第二行\n\n<!-- 一\n二 -->\n<div>块内&nbsp;文字</div>\n\n行内<!-- x --><b>粗</b><br>换行\n"
    assert of(text) == [
        ("演示文本：虚构。", 1, 0),
        ("第二行", 2, 0),
        ("块内 文字", 6, 0),
        ("行内粗", 8, 0),
        ("换行", 8, 0),
    ]


def test_front_matter_gives_the_title_and_no_lines() -> None:
    source = read("---\ntitle: '工作要求'\ndate: 2025-01-10\n---\n# 1 范围\n".encode(), "a.md")
    assert source.title == "工作要求"
    assert [(line.text, line.line) for line in source.lines] == [("1 范围", 5)]


def test_the_title_is_the_first_heading_unless_that_has_a_number() -> None:
    assert read("# 工作要求\n\n# 1 范围\n".encode(), "a.md").title == "工作要求"
    assert read("# 第一章 总则\n".encode(), "a.md").title == ""


def test_a_heading_without_its_space_and_an_underlined_one_are_headings() -> None:
    assert of("##第一章 总则\n\n文\n第二章 附则\n---\n") == [
        ("第一章 总则", 1, 2),
        ("文", 3, 0),
        ("第二章 附则", 4, 2),
    ]


def test_pictures_are_named_in_a_warning() -> None:
    source = read("文\n\n![流程图](a.png) 图1\n".encode(), "a.md")
    assert [line.text for line in source.lines] == ["文", "图1"]
    assert source.warnings[0][0] == 3 and "图片" in source.warnings[0][1]


def test_markdown_is_known_by_its_signs_whatever_the_name() -> None:
    assert of("# 总则\n\n第一条 甲。\n", "标准.txt")[0] == ("总则", 1, 1)
    assert of("第一条 *甲*。\n", "标准.txt") == [("第一条 *甲*。", 1, 0)]


def test_a_long_text_without_blank_lines_loses_its_marks_too() -> None:
    rows = [f"**第{at}条** 见[附录](x)，网格员应当持证上岗。" for at in range(1000)]
    assert texts("\n".join(["# 总则", *rows]).encode(), "a.md")[500] == "第499条 见附录，网格员应当持证上岗。"
