"""Laws: parts, chapters, sections, articles, paragraphs and items, and what only looks like them."""

from __future__ import annotations

import pytest

from tests.content.reading import clause_of, numbers, outline, places, read, read_well

LAW = """某市网格条例
（2020年1月1日演示市人民代表大会常务委员会通过　根据2021年3月4日决定修正）
目　录
第一章　总　则
第二章　职　责
第一节　一般规定
第二节　特别规定
第三章　附　则
第一章　总　则
第一条　为了规范网格工作，制定本条例。
第二条　本条例所称网格，是指服务管理单元。
网格分为两类。
第二章　职　责
第一节　一般规定
第三条　网格员应当履行下列职责：
（一）采集信息；
（二）巡查走访：
1.巡查；
2.走访。
（三）上报事项。
前款规定的职责不得转让。
有下列情形之一的，可以减免：
（一）患病；
（二）怀孕。
第二节　特别规定
第三条之一　违反本条例第三条第一款第（二）项、第二条规定的，处五万元以上十万元以下罚款。
第四条　依照《演示处罚法》第一条、第二条和本条例第三条第三款第二项处理。
第五条规定的情形除外。
第三章　附　则
第五条　本条例自2020年5月1日起施行。
"""


def test_law_is_a_tree_with_whole_numbers() -> None:
    parsed = read_well(LAW)
    assert parsed.numbering == "law" and not parsed.warnings
    assert outline(parsed) == [
        ("第一章", "chapter", None),
        ("第一条", "article", "第一章"),
        ("第二条", "article", "第一章"),
        ("第二章", "chapter", None),
        ("第二章第一节", "section", "第二章"),
        ("第三条", "article", "第二章第一节"),
        ("第三条（一）", "item", "第三条"),
        ("第三条（二）", "item", "第三条"),
        ("第三条（二）1.", "item", "第三条（二）"),
        ("第三条（二）2.", "item", "第三条（二）"),
        ("第三条（三）", "item", "第三条"),
        ("第三条第二款", "paragraph", "第三条"),
        ("第三条第三款", "paragraph", "第三条"),
        ("第三条第三款（一）", "item", "第三条第三款"),
        ("第三条第三款（二）", "item", "第三条第三款"),
        ("第二章第二节", "section", "第二章"),
        ("第三条之一", "article", "第二章第二节"),
        ("第四条", "article", "第二章第二节"),
        ("第三章", "chapter", None),
        ("第五条", "article", "第三章"),
    ]


def test_contents_in_which_headings_repeat() -> None:
    heads = "第一章　甲\n第一节　一般规定\n第二节　其他\n第二章　乙\n第一节　一般规定\n"
    body = "第一章　甲\n第一节　一般规定\n第一条　甲。\n第二节　其他\n第二条　乙。\n第二章　乙\n第一节　一般规定\n第三条　丙。\n"
    expected = outline(read_well(f"演示法\n{body}"))
    assert outline(read_well(f"演示法\n目　录\n{heads}{body}")) == expected
    assert outline(read_well(f"演示法\n{heads}{body}")) == expected


def test_paragraphs_of_an_article_are_its_text() -> None:
    parsed = read_well(LAW)
    assert clause_of(parsed, "第二条").text == "本条例所称网格，是指服务管理单元。\n网格分为两类。"
    assert clause_of(parsed, "第四条").text.endswith("\n第五条规定的情形除外。")


def test_article_is_what_its_paragraphs_are() -> None:
    parsed = read_well(LAW)
    assert clause_of(parsed, "第三条").provisions == ("requirement", "prohibition", "permission")
    assert clause_of(parsed, "第三条（一）").provisions == ("requirement",)
    assert clause_of(parsed, "第三条第三款（二）").provisions == ("permission",)


def test_citations_of_this_law_are_resolved_and_others_left_out() -> None:
    parsed = read_well(LAW)
    assert [(one.source, one.target, one.resolved) for one in parsed.references] == [
        ("第三条之一", "第三条（二）", True),
        ("第三条之一", "第二条", True),
        ("第四条", "第三条第三款（二）", True),
        ("第四条", "第五条", True),
    ]
    assert parsed.references[0].cited_as == "第三条第一款第（二）项"


def test_history_and_dates() -> None:
    parsed = read_well(LAW)
    assert parsed.title == "某市网格条例"
    assert str(parsed.issued_on) == "2021-03-04" and str(parsed.effective_on) == "2020-05-01"
    assert "决定修正" in parsed.front_matter


def test_markdown_headings_and_plain_lines_give_the_same() -> None:
    marked = LAW.replace("目　录\n", "").split("第一章　总　则\n", 1)[1]
    marked = "第一章　总　则\n" + marked.split("第一章　总　则\n", 1)[1]
    lines = []
    for line in marked.splitlines():
        mark = "## " if line[2:3] == "章" else "### " if line[2:3] == "节" else ""
        lines.append(f"{mark}{line}\n")
    markdown = "# 某市网格条例\n\n<!-- 说明 -->\n\n" + "\n".join(lines)
    assert outline(read_well(markdown, "演示.md")) == outline(read_well(LAW))


def test_article_whose_text_stands_on_the_next_line_or_has_a_name() -> None:
    parsed = read_well(
        "演示办法\n第一条\n为了演示，制定本办法。\n第二条 【职责】网格员应当甲。\n第三条 有下列情形的：\n(一)甲；\n(二)乙。\n"
    )
    assert clause_of(parsed, "第一条").text == "为了演示，制定本办法。"
    assert clause_of(parsed, "第二条").title == "【职责】" and clause_of(parsed, "第二条").text == "网格员应当甲。"
    assert numbers(parsed)[-2:] == ["第三条（一）", "第三条（二）"]


def test_law_without_chapters_and_numbers_in_digits() -> None:
    parsed = read_well("演示规定\n第1条 甲。\n第2条 依照第1条办理。\n第３条 乙。\n")
    assert outline(parsed) == [("第1条", "article", None), ("第2条", "article", None), ("第3条", "article", None)]
    assert [(one.target, one.resolved) for one in parsed.references] == [("第1条", True)]


def test_long_law_with_hundreds_and_items_beyond_ten() -> None:
    from content.importers.numerals import to_han

    items = "".join(f"（{to_han(n)}）内容{n}；\n" for n in range(1, 16))
    text = "".join(f"第{to_han(n)}条　内容{n}。\n" for n in range(1, 121)) + "第一百二十一条　有下列情形的：\n" + items
    parsed = read_well(text)
    assert sum(clause.kind == "article" for clause in parsed.clauses) == 121
    assert numbers(parsed)[-1] == "第一百二十一条（十五）" and not parsed.warnings


def test_parts_whose_chapters_begin_again_or_run_on() -> None:
    again = "演示法典\n第一编　总则\n第一章　甲\n第一条　甲。\n第二编　分则\n第一分编　通则\n第一章　乙\n第一节　丙\n第二条　乙。\n"
    assert outline(read_well(again)) == [
        ("第一编", "clause", None),
        ("第一编第一章", "chapter", "第一编"),
        ("第一条", "article", "第一编第一章"),
        ("第二编", "clause", None),
        ("第二编第一分编", "clause", "第二编"),
        ("第二编第一分编第一章", "chapter", "第二编第一分编"),
        ("第二编第一分编第一章第一节", "section", "第二编第一分编第一章"),
        ("第二条", "article", "第二编第一分编第一章第一节"),
    ]
    parsed = read_well("演示法\n第一编　总则\n第一章　甲\n第一条　甲。\n第二编　分则\n第二章　乙\n第二条　乙。\n")
    assert numbers(parsed)[-2:] == ["第二编第二章", "第二条"] and not parsed.warnings


def test_heading_without_a_number_is_as_high_as_its_like() -> None:
    text = "# 演示法\n\n## 第一编 总则\n\n### 第一章 甲\n\n第一条 甲。\n\n## 结语\n\n第二条 乙。\n\n① 脚注。\n\n## 附件一\n\n下列规定废止：\n\n1．甲\n\n2．乙\n"
    parsed = read_well(text, "演示.md")
    assert [(one.number, one.kind, one.level) for one in parsed.clauses] == [
        ("第一编", "clause", 1),
        ("第一编第一章", "chapter", 2),
        ("第一条", "article", 3),
        ("", "clause", 1),
        ("第二条", "article", 2),
        ("附件一", "annex", 1),
        ("附件一 1.", "item", 2),
        ("附件一 2.", "item", 2),
    ]
    assert "结语" in parsed.warnings[0].message
    assert clause_of(parsed, "第二条").text == "乙。\n① 脚注。"


@pytest.mark.parametrize("heading", ["附则", "附　　则"])
def test_closing_provisions_without_a_number_are_as_high_as_the_highest_unit(heading: str) -> None:
    """No annex: their articles count on."""
    parts = f"演示法典\n目　　录\n第一编　总则\n第一章　甲\n{heading}\n第一编　总则\n第一章　甲\n第一条　甲。\n{heading}\n第二条　乙。\n"
    chapters = f"演示条例\n第一章　总则\n第一条　甲。\n{heading}\n第二条　乙。\n"
    for text in (parts, chapters):
        parsed = read_well(text)
        assert outline(parsed)[-2:] == [("附则", "clause", None), ("第二条", "article", "附则")]
        assert not parsed.warnings


def test_article_with_a_colon_behind_its_number() -> None:
    parsed = read_well("演示规定\n第一条：甲。\n第二条:依照第一条办理。\n第三条：乙。\n第二条：前款所称甲，指乙。\n")
    assert numbers(parsed) == ["第一条", "第二条", "第三条"]
    assert clause_of(parsed, "第一条").text == "甲。"
    parsed = read_well("演示规定\n第一条：甲。\n第二条：乙。\n第四条：丁。\n第五条：戊。\n")
    assert numbers(parsed) == ["第一条", "第二条", "第四条", "第五条"]
    assert "可能漏了第三条" in parsed.warnings[0].message


@pytest.mark.parametrize(
    "text", ["所有单位应当甲。", "中国公民应当甲。", "与本市有关的单位应当甲。", "各级政府应当甲。", "以甲为主。"]
)
def test_article_that_is_glued_to_its_text(text: str) -> None:
    parsed = read_well(f"第一条为了演示，制定本办法。\n第二条{text}\n第三条丙。\n")
    assert numbers(parsed) == ["第一条", "第二条", "第三条"]
    assert clause_of(parsed, "第二条").text == text


def test_groups_of_articles_headed_by_official_numerals_are_no_chapters() -> None:
    parsed = read_well("演示解释\n一、管辖\n第一条 甲。\n第二条 乙。\n二、回避\n第三条 丙。\n")
    assert outline(parsed)[0] == ("一、", "clause", None) and outline(parsed)[3] == ("二、", "clause", None)


def test_official_numerals_after_a_lead_in_are_items() -> None:
    parsed = read_well("演示办法\n第一条 有下列情形之一的：\n一、甲；\n二、乙。\n第二条 丙。\n")
    assert outline(parsed)[1:3] == [("第一条一、", "item", "第一条"), ("第一条二、", "item", "第一条")]


def test_annex_after_the_articles_is_no_article() -> None:
    parsed = read_well("演示办法\n第一条 甲。\n第二条 样式见附件。\n附件：登记表\n一、姓名\n二、单位\n")
    assert outline(parsed)[2:] == [
        ("附件", "annex", None),
        ("附件 一、", "item", "附件"),
        ("附件 二、", "item", "附件"),
    ]


def test_line_that_goes_on_from_the_one_above_is_text() -> None:
    long = "网格员应当依照国家有关法律法规的规定履行自己的职责，并按照本条例"
    parsed = read_well(f"第一条 {long}\n第三条规定的程序办理。\n第二条 乙。\n第三条 丙。\n")
    assert numbers(parsed) == ["第一条", "第二条", "第三条"]
    assert clause_of(parsed, "第一条").text == f"{long}第三条规定的程序办理。"


@pytest.mark.parametrize(
    "line",
    [
        "第二条规定的程序由本级制定。",
        "第二条、第三条规定的程序。",
        "第二条第一款所称人员。",
        "第一章所称单位。",
        "第二条和第三条的规定。",
    ],
)
def test_sentence_that_begins_with_an_article_is_no_article(line: str) -> None:
    parsed = read_well(f"第一条 甲。\n{line}\n第二条 乙。\n第三条 丙。\n")
    assert numbers(parsed) == ["第一条", "第二条", "第三条"]
    assert clause_of(parsed, "第一条").text == f"甲。\n{line}"


def test_mentions_of_items_are_no_items() -> None:
    parsed = read_well(
        "第一条 有下列情形的：\n（一）甲；\n（二）乙。\n（一）、（二）项规定的情形除外。\n（二）项由本级决定。\n第二条 丙。\n"
    )
    assert [clause.kind for clause in parsed.clauses] == [
        "article",
        "item",
        "item",
        "paragraph",
        "paragraph",
        "article",
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("第一条 甲。\n第二条 乙。\n第二条 丙。\n", 3, "编号“第二条”重复，第 2 行已经有了"),
        ("第一条 甲。\n第三条 乙。\n第二条 丙。\n", 3, "“第二条”出现在“第三条”之后"),
        ("第一条 甲。\n第二条之二 乙。\n第二条之一 丙。\n", 3, "“第二条之一”出现在“第二条之二”之后"),
        ("第一章 甲\n第一条 甲。\n第一章 乙\n第二条 乙。\n", 3, "编号“第一章”重复"),
        ("第一章 甲\n第一条 甲。\n第三章 乙\n第二条 乙。\n第二章 丙\n第三条 丙。\n", 5, "“第二章”出现在“第三章”之后"),
        ("第一节 甲\n第一条 甲。\n第一章 乙\n第二条 乙。\n", 1, "前面没有章"),
        ("第一条 甲：\n（一）一；\n（二）二；\n（二）三。\n", 4, "编号“第一条（二）”重复"),
    ],
)
def test_contradiction_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    parsed = read(text)
    assert places(parsed) == [line]
    assert words in parsed.errors[0].message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("第一条 甲。\n第三条 乙。\n", "第一条之后直接是第三条，可能漏了第二条。"),
        ("第二条 甲。\n第三条 乙。\n", "编号从第二条开始，可能漏了第一条。"),
        ("第一章 甲\n第一条 甲。\n第三章 乙\n第二条 乙。\n", "第一章之后直接是第三章，可能漏了第二章。"),
        ("第一条 甲。\n第一条之二 乙。\n", "第一条之后直接是第一条之二，可能漏了第一条之一。"),
        ("第一条 甲。\n第二条 依照第九条办理。\n", "引用了“第九条”，但文中没有这一条。"),
    ],
)
def test_doubt_is_told_but_no_reason_to_refuse(text: str, words: str) -> None:
    assert [warning.message for warning in read_well(text).warnings] == [words]
