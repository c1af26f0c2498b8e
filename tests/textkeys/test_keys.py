"""What people type means the same however it was typed; what is different stays different."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textkeys import (
    BLANK,
    CERTIFICATE_NUMBER,
    INVISIBLE,
    LABEL,
    MEMBER_NUMBER,
    PERSON_NAME,
    PHONE,
    SEARCH,
    Key,
    mobile_number,
    words,
    written,
)

KEYS = {
    "member number": MEMBER_NUMBER,
    "phone": PHONE,
    "certificate number": CERTIFICATE_NUMBER,
    "name": PERSON_NAME,
    "label": LABEL,
    "blank": BLANK,
    "search": SEARCH,
}
# What such texts are made of, and the characters that make trouble.
TROUBLE = st.text(
    st.sampled_from("aAßİſ1１〇○零0⽅方·•.．-–—（）()+8600 \u3000\u200b\u202d\ufe00\u0301é´²ﬁ编号证书：。“")
)


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
@given(text=st.text() | TROUBLE)
def test_a_key_of_a_key_is_the_key(key: Key, text: str) -> None:
    assert key(key(text)) == key(text)


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
@given(text=TROUBLE, mark=st.sampled_from([chr(code) for code in INVISIBLE]), data=st.data())
def test_what_nobody_sees_makes_no_difference(key: Key, text: str, mark: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))
    assert key(text[:place] + mark + text[place:]) == key(text)


@pytest.mark.parametrize(
    "key", [key for key in KEYS.values() if key is not SEARCH], ids=[n for n in KEYS if n != "search"]
)
@given(digits=st.from_regex(r"[A-Z]{2}[0-9]{1,12}", fullmatch=True))
def test_width_case_and_spaces_make_no_difference(key: Key, digits: str) -> None:
    wide = "".join(chr(ord(character) + 0xFEE0) for character in digits.lower())
    assert key("\u3000".join(wide)) == key(digits)


@pytest.mark.parametrize(
    "typed", ["ys010006", "YS010006", "ＹＳ０１０００６", " ys 010006 ", "\u202dYS010006\u202c", "ys\u200b010006"]
)
def test_a_member_number(typed: str) -> None:
    assert MEMBER_NUMBER(typed) == "YS010006"


def test_a_dash_counts_in_a_member_number_whichever_it_is() -> None:
    assert {MEMBER_NUMBER(f"a{dash}1") for dash in "-‐‑–—－−"} == {"A-1"}
    assert MEMBER_NUMBER("A1") != MEMBER_NUMBER("A-1")


@pytest.mark.parametrize(
    "typed",
    [
        "100 4000 0006", "100-4000-0006", "100–4000–0006", "+86 100 4000 0006", "+8610040000006", "008610040000006",
        "86-100-4000-0006", "(100) 4000-0006", "（100）40000006", "\u202d10040000006\u202c", "１００４０００００６",
        "\u2060100\xa04000\xa00006",
    ],
)  # fmt: skip
def test_a_phone_number(typed: str) -> None:
    typed = typed.replace("１００４０００００６", "１００４００００００６")
    assert PHONE(typed) == mobile_number(typed) == "10040000006"


@pytest.mark.parametrize("typed", ["", "YS010006", "8613", "86100400000061", "100400000061", "٠١٠٠٤٠٠٠٠٠٠٦"])
def test_what_is_no_mobile_number(typed: str) -> None:
    assert mobile_number(typed) == ""


@pytest.mark.parametrize(
    "typed",
    [
        "GY-990000-2026-0000123-84", "gy–990000–2026–0000123–84", "GY‐990000‐2026‐0000123‐84", "GY−990000−2026−0000123−84",
        "编号：GY-990000-2026-0000123-84", "证书编号: GY 990000 2026 0000123 84", "GY\u200b-990000-2026-0000123-84",
        "ＧＹ－９９００００－２０２６－００００１２３－８４", "GY_990000_2026_0000123_84", "GY—990000—2026—0000123—84",
    ],
)  # fmt: skip
def test_a_certificate_number(typed: str) -> None:
    assert CERTIFICATE_NUMBER(typed) == "GY9900002026000012384"


@pytest.mark.parametrize("dot", "·•・‧∙⋅●．.･")
def test_the_middle_dot_of_a_name_has_many_faces(dot: str) -> None:
    assert PERSON_NAME(f"演示{dot}买买提") == PERSON_NAME("演示 · 买买提") == "演示·买买提"


def test_a_name_keeps_its_characters() -> None:
    assert PERSON_NAME("演○示") == PERSON_NAME("演〇示") == "演〇示"
    assert len({PERSON_NAME(f"演{zero}示") for zero in "〇零0"}) == 3
    assert PERSON_NAME("演⽅") == PERSON_NAME("演方\ufe00") == "演方"
    assert PERSON_NAME("演 示") == "演示"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("２４小时。", "24小时"), (" 二〇二六 年", "二○二六年"), ("5–10", "5-10"), ("“Ａ”", "a"), ("三\u200b天", "三天")],
)
def test_a_blank(typed: str, meant: str) -> None:
    assert BLANK(typed) == BLANK(meant)


def test_a_blank_keeps_what_is_the_answer() -> None:
    assert len({BLANK(text) for text in ("10", "1.0", "-10", "二〇", "20")}) == 5


def test_each_word_of_a_search_is_looked_for() -> None:
    assert words("演示\u3000罗雾 ０１\u200b") == ["演示", "罗雾", "01"]
    assert words(" \u202d ") == []


def test_written_keeps_all_that_can_be_seen() -> None:
    assert written(" 演\ufe00示　Ａ\n\nb\x00 ") == "演示 Ａ b"
