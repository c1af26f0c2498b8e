"""Single cells: what people type and what spreadsheets make of it."""

from __future__ import annotations

import contextlib
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.roster.text import Cell, canonical, cell_text, column_letter, tidy
from people.roster.values import EARLIEST, Unclear, day, member_number, person_name, phone_number

TODAY = date(2026, 11, 24)
digits = st.text("0123456789", min_size=10, max_size=10)


@pytest.mark.parametrize(
    "cell",
    [
        "10091234567",
        10091234567,
        10091234567.0,
        "10091234567.0"[:11],
        " 1009 123 4567\xa0",
        "１００９１２３４５６７",
        "1009-1234-567",
        "+86 10091234567",
        "0086-10091234567",
        "1.0091234567E+10",
        "'10091234567",
    ],
)
def test_a_phone_number_is_read_however_it_was_typed(cell: object) -> None:
    assert phone_number(str(cell).strip("'") if isinstance(cell, str) else cell) == "10091234567"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "kind", "words"),
    [
        ("1.01E+10", "phone_lost", "科学计数"),
        ("1009123456", "phone_form", "有 10 位"),
        ("100912345678", "phone_form", "有 12 位"),
        ("20091234567", "phone_form", "有 11 位"),
        ("10091234567、10091234568", "phone_form", "两个号码"),
        ("无", "phone_form", "不是手机号"),
        ("0513-8888888", "phone_form", "有 11 位"),
    ],
)
def test_what_is_no_phone_number_is_explained(cell: str, kind: str, words: str) -> None:
    with pytest.raises(Unclear, match=words) as unclear:
        phone_number(cell)
    assert unclear.value.kind == kind


@given(digits)
def test_every_phone_number_survives_every_dress(rest: str) -> None:
    number = "1" + rest
    full = number.translate({ord(str(n)): 0xFF10 + n for n in range(10)})
    scientific = f"{number[0]}.{number[1:]}E+10"
    for cell in (number, float(number), full, f"{number[:3]} {number[3:7]} {number[7:]}", f"+86{number}", scientific):
        assert phone_number(cell) == number


@given(st.text(max_size=40))
def test_no_text_breaks_a_reader_and_what_is_read_has_the_form(text: str) -> None:
    for reader, is_right in (
        (phone_number, lambda v: v == "" or (len(v) == 11 and v.isdigit() and v[0] == "1")),
        (member_number, lambda v: v.isascii() and 0 < len(v) <= 32 and " " not in v),
        (person_name, lambda v: v == tidy(v) and 0 < len(v) <= 60 and not any(c.isdigit() for c in v)),
        (lambda cell: day(cell, today=TODAY), lambda v: v is None or EARLIEST <= v <= TODAY),
    ):
        with contextlib.suppress(Unclear):
            assert is_right(reader(text))


@given(st.dates(EARLIEST, TODAY))
def test_every_date_is_read_in_every_form(value: date) -> None:
    y, m, d = value.year, value.month, value.day
    forms = [
        f"{y}-{m}-{d}",
        f"{y}.{m:02d}.{d:02d}",
        f"{y}/{m}/{d}",
        f"{y}年{m}月{d}日",
        f"{y}{m:02d}{d:02d}",
        f"{y} 年 {m} 月 {d} 日",
    ]
    cells: list[Cell] = [*forms, float(f"{y}{m:02d}{d:02d}"), value, datetime(y, m, d), f"{value.isoformat()} 00:00:00"]  # noqa: DTZ001
    assert [day(cell, today=TODAY) for cell in cells] == [value] * len(cells)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("2026-02-30", "没有这一天"),
        ("2026-11-25", "还没有到"),
        ("1900-01-01", "太早"),
        ("去年", "不是日期"),
        ("01/03/2026", "不是日期"),
        ("²", "“²”不是日期"),
        ("２０２６年２月３０日", "“２０２６年２月３０日”没有这一天"),
    ],
)
def test_an_impossible_date_is_explained(cell: str | float, words: str) -> None:
    with pytest.raises(Unclear, match=words):
        day(cell, today=TODAY)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("演示　甲", "演示甲"),
        (" 演示\xa0甲\n", "演示甲"),
        ("演示•买买提", "演示·买买提"),
        ("演示．买买提", "演示·买买提"),
        ("演示 · 买买提", "演示·买买提"),
        ("演示.买买提", "演示·买买提"),
        ("演示𠮷", "演示𠮷"),
        ("演示\u200b甲", "演示甲"),
        ("演〇示", "演〇示"),
        ("演○示", "演〇示"),
        ("演示⽅", "演示方"),
        ("演示\ufe00甲", "演示甲"),
        ("YANSHI  Jia", "YANSHI Jia"),
    ],
)
def test_names_keep_their_characters_and_lose_what_nobody_sees(cell: str, name: str) -> None:
    assert person_name(cell) == name


@pytest.mark.parametrize("cell", ["", " 　", "演示1", "演示２", "=1+1", "演示" * 31, "演示\ue000", "演示、甲", "<b>"])
def test_what_is_no_name_is_refused(cell: str) -> None:
    with pytest.raises(Unclear):
        person_name(cell)


def test_a_number_keeps_its_zeros_and_loses_the_decimal_point_of_spreadsheets() -> None:
    assert member_number("007") == "007"
    assert member_number(7.0) == "7"
    assert member_number("ＹＳ 01-2") == "YS01-2"
    for wrong in ("", "工1", "1.2E+15", "a" * 33, "=1"):
        with pytest.raises(Unclear):
            member_number(wrong)


def test_an_apostrophe_before_a_formula_sign_is_not_part_of_the_text() -> None:
    assert cell_text("'+8610091234567") == "+8610091234567"
    assert cell_text("'演示") == "'演示"


@given(st.integers(1, 999))
def test_numerals_in_both_scripts_compare_equal(number: int) -> None:
    digits_of = "〇一二三四五六七八九"
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = f"{digits_of[hundreds]}百" if hundreds else ""
    if tens:
        text += f"{digits_of[tens]}十"
    elif hundreds and ones:
        text += "零"
    text += digits_of[ones] if ones else ""
    assert canonical(f"第{text}网格") == canonical(f"{number}网格") == f"{number}网格"


def test_columns_have_the_letters_of_excel() -> None:
    assert [column_letter(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
