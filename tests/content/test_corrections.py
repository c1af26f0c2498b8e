"""Raising, lowering and merging in a recognised tree: pure, reversible by doing it anew, never into a contradiction."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.importers.corrections import (
    ACTS,
    CorrectionRefused,
    Outline,
    correct,
    lower_clause,
    merge_clause,
    raise_clause,
)
from content.importers.parsed import ParsedStandard, Problem, from_stored
from tests.content.scenes import clause, gbt, law

if TYPE_CHECKING:
    from content.importers.parsed import ParsedClause


def at(parsed: ParsedStandard, number: str) -> int:
    return next(index for index, each in enumerate(parsed.clauses) if each.number == number)


def found(parsed: ParsedStandard, number: str) -> ParsedClause:
    return parsed.clauses[at(parsed, number)]


def shape(parsed: ParsedStandard) -> list[tuple[str, int, str | None]]:
    return [(each.number, each.level, each.parent) for each in parsed.clauses]


def test_a_raised_item_takes_the_number_of_its_new_parent() -> None:
    before = gbt()
    after = raise_clause(before, at(before, "4.1.1 c)"))
    assert shape(after)[3:7] == [
        ("4.1.1 a)", 4, "4.1.1"),
        ("4.1.1 b)", 4, "4.1.1"),
        ("4.1 c)", 3, "4.1"),
        ("4.1.2", 3, "4.1"),
    ]
    assert shape(before) == shape(gbt()), "the tree that was given stays as it was"


def test_what_follows_a_raised_item_comes_to_lie_below_it() -> None:
    after = raise_clause(gbt(), at(gbt(), "4.1.1 b)"))
    assert shape(after)[4:6] == [("4.1 b)", 3, "4.1"), ("4.1 b) c)", 4, "4.1 b)")]


def test_a_lowered_item_lies_below_the_one_before_it_and_raising_it_again_undoes_that() -> None:
    lowered = lower_clause(gbt(), at(gbt(), "4.1.1 c)"))
    assert shape(lowered)[5] == ("4.1.1 b) c)", 5, "4.1.1 b)")
    assert raise_clause(lowered, 5) == gbt()


def test_a_whole_subtree_moves_along() -> None:
    nested = lower_clause(gbt(), at(gbt(), "4.1.1 c)"))
    moved = lower_clause(nested, at(nested, "4.1.1 b)"))
    assert shape(moved)[3:6] == [
        ("4.1.1 a)", 4, "4.1.1"),
        ("4.1.1 a) b)", 5, "4.1.1 a)"),
        ("4.1.1 a) b) c)", 6, "4.1.1 a) b)"),
    ]


def test_merging_keeps_every_word_with_its_printed_number() -> None:
    after = merge_clause(gbt(), at(gbt(), "4.1.2"))
    assert found(after, "4.1.1 c)").text == "用语文明。\n4.1.2 宜随身携带记录本。"
    assert len(after.clauses) == len(gbt().clauses) - 1
    after = merge_clause(gbt(), at(gbt(), "4.1.1 b)"))
    assert found(after, "4.1.1 a)").text == "佩戴工作证；\nb) 衣着整洁；"


def test_merging_a_row_decides_what_was_doubtful_about_it() -> None:
    row = at(gbt(), "4.1.1 b)")
    doubts = (
        Problem(gbt().clauses[row].line, "可能漏了一项。"),
        Problem(gbt().clauses[row - 1].line, "别处。"),
        Problem(None, "全文。"),
    )
    doubtful = replace(gbt(), warnings=doubts)
    assert [doubt.message for doubt in merge_clause(doubtful, row).warnings] == ["别处。", "全文。"]


def test_a_merged_clause_brings_its_notes_tables_types_and_numbers() -> None:
    before = gbt()
    long = merge_clause(before, at(before, "4.2.1"))
    assert found(long, "4.2").provisions[:2] == ("requirement", "prohibition")
    assert [(q.value, q.unit) for q in found(long, "4.2").quantities] == [("24", "学时")]
    merged = merge_clause(before, at(before, "5.1"))
    chapter = found(merged, "5")
    assert chapter.notes == found(before, "5.1").notes
    assert chapter.tables == found(before, "5.1").tables
    assert chapter.text == "5.1 走访\n走访的次数见表1，按4.2.1的要求记录。"
    assert chapter.digest != found(before, "5").digest


def test_what_lay_below_a_merged_clause_goes_to_the_one_before() -> None:
    after = merge_clause(gbt(), at(gbt(), "4.1.1"))
    assert shape(after)[1:5] == [
        ("4.1", 2, "4"),
        ("4.1 a)", 3, "4.1"),
        ("4.1 b)", 3, "4.1"),
        ("4.1 c)", 3, "4.1"),
    ]
    assert shape(after)[5] == ("4.1.2", 3, "4.1")


def test_an_items_type_follows_the_lead_in_that_it_has_now() -> None:
    lead = clause("4", "chapter", 1, None, 1, title="人员")
    forbidding = clause("4.1", "clause", 2, "4", 2, text="网格员不应：", provisions=("requirement", "prohibition"))
    items = [
        clause(f"4.1 {label})", "item", 3, "4.1", 3 + n, text=text, provisions=("requirement", "prohibition"))
        for n, (label, text) in enumerate((("a", "收受礼品；"), ("b", "泄露信息。")))
    ]
    advising = clause("4.2", "clause", 2, "4", 6, text="网格员宜：", provisions=("recommendation",))
    item = clause("4.2 c)", "item", 3, "4.2", 7, text="记录时间。", provisions=("recommendation",))
    parsed = replace(gbt(), clauses=(lead, forbidding, *items, advising, item))
    after = merge_clause(parsed, 4)  # 4.2 goes to 4.1 b), and c) with it
    assert after.clauses[-1].number == "4.1 b) c)"
    assert "recommendation" in after.clauses[-1].provisions


@pytest.mark.parametrize(
    ("act", "number", "sentence"),
    [
        ("raise", "4", "“4”已经在最上一级，不能再升级。"),
        ("raise", "4.1", "编号“4.1”表明它在“4”之下"),
        ("raise", "4.2.1", "编号“4.2.1”表明它在“4.2”之下"),
        ("raise", "A.1", "编号“A.1”表明它在“A”之下"),
        ("lower", "4", "“4”前面没有同级的内容，不能降级。"),
        ("lower", "5", "“5”不能放在“4”之下。"),
        ("lower", "4.2", "编号“4.2”表明它在“4”之下"),
        ("lower", "4.1.1 a)", "“4.1.1 a)”前面没有同级的内容，不能降级。"),
        ("merge", "4", "“4”是第一条，前面没有可以合并的内容。"),
        ("merge", "4.2", "编号“4.2.1”表明它在“4.2”之下"),
    ],
)
def test_what_is_impossible_is_refused_with_a_reason(act: str, number: str, sentence: str) -> None:
    with pytest.raises(CorrectionRefused) as refusal:
        correct(gbt(), act, at(gbt(), number))
    assert sentence in str(refusal.value)


@pytest.mark.parametrize("index", [-1, 13, 9999])
@pytest.mark.parametrize("act", ACTS)
def test_a_row_that_is_not_there_is_refused(act: str, index: int) -> None:
    with pytest.raises(CorrectionRefused, match="没有找到要改的这一条"):
        correct(gbt(), act, index)


def test_two_clauses_of_one_number_are_refused() -> None:
    clauses = list(gbt().clauses)
    clauses.insert(2, clause("4.1 c)", "item", 3, "4.1", 13, text="举止大方。"))
    parsed = replace(gbt(), clauses=tuple(clauses))
    with pytest.raises(CorrectionRefused, match=r"改动后会有两个“4.1 c\)”，所以没有改动。"):
        raise_clause(parsed, at(parsed, "4.1.1 c)"))


def test_articles_of_a_law_are_raised_from_the_last_one_backwards() -> None:
    before = law()
    with pytest.raises(CorrectionRefused, match="请从最后一条开始，由后往前逐条升级"):
        raise_clause(before, at(before, "第二条"))
    after = raise_clause(before, at(before, "第三条"))
    assert shape(after)[-1] == ("第三条", 2, "第二章")
    after = raise_clause(after, at(after, "第二条"))
    assert shape(after)[4:7] == [
        ("第二条", 2, "第二章"),
        ("第二条（一）", 3, "第二条"),
        ("第二条（二）", 3, "第二条"),
    ]


def test_an_item_never_stands_on_the_top_level() -> None:
    top = replace(
        law(), clauses=(clause("一、", "chapter", 1, None, 1, text="x"), clause("一、（一）", "item", 2, "一、", 2))
    )
    with pytest.raises(CorrectionRefused, match="是列项，要属于某一条"):
        raise_clause(top, 1)


def test_items_without_a_number_keep_none() -> None:
    dashes = replace(
        gbt(),
        clauses=(
            clause("4", "chapter", 1, None, 1, title="人员"),
            clause("", "item", 2, "4", 2, text="走访；"),
            clause("", "item", 2, "4", 3, text="巡查。"),
        ),
    )
    lowered = lower_clause(dashes, 2)
    assert shape(lowered)[1:] == [("", 2, "4"), ("", 3, "4")], "the parent is the nearest that has a number"
    assert merge_clause(dashes, 2).clauses[1].text == "走访；\n——巡查。"


def test_the_page_offers_exactly_what_is_possible() -> None:
    parsed = gbt()
    outline = Outline(parsed)
    assert outline.possible(at(parsed, "4.1.1 b)")) == ("raise", "lower", "merge")
    assert outline.possible(at(parsed, "4.1.1 a)")) == ("raise", "merge")
    assert outline.possible(at(parsed, "4.1.2")) == ("merge",)
    assert outline.possible(0) == ()


@given(st.sampled_from([gbt(), law()]), st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 12)), max_size=12))
def test_whatever_is_done_the_tree_stays_a_tree(parsed: ParsedStandard, acts: list[tuple[str, int]]) -> None:
    words = "".join(each.title + each.text for each in parsed.clauses)
    for act, index in acts:
        with suppress(CorrectionRefused):
            parsed = correct(parsed, act, index)
    numbers = [each.number for each in parsed.clauses]
    assert len(set(numbers)) == len(numbers)
    assert parsed.clauses[0].level == 1
    for before, after in zip(parsed.clauses, parsed.clauses[1:], strict=False):
        assert 1 <= after.level <= before.level + 1
    for each in parsed.clauses:
        assert each.parent is None or each.parent in numbers
        assert (each.parent is None) == (each.level == 1)
    kept = "".join(each.title + each.text for each in parsed.clauses)
    assert all(kept.count(char) >= words.count(char) for char in set(words)), "not a word is lost"
    assert replace(from_stored(parsed.as_stored()), references=parsed.references) == parsed
