from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.content.readers.reading import read, refusal, texts

LAW = "第一条 网格员应当遵纪守法、办事公道，热心为群众服务。\n第二条 网格员应当妥善保管移动终端和账号。\n" * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030", "gbk"])
def test_the_encoding_is_found(encoding: str) -> None:
    assert texts(LAW.encode(encoding), "法.txt") == LAW.splitlines()


def test_rare_characters_survive_in_gb18030() -> None:
    assert texts("第一条 𠮷㐂应当登记。".encode("gb18030"), "法.txt") == ["第一条 𠮷㐂应当登记。"]


def test_traditional_big5_is_not_taken_for_gb18030() -> None:
    law = "第一條 網格員應當遵紀守法、辦事公道，熱心為群眾服務。\n第二條 應當妥善保管行動終端和帳號。\n" * 3
    assert texts(law.encode("big5"), "法.txt") == law.splitlines()


def test_two_characters_in_gb18030_are_not_taken_for_big5() -> None:
    assert texts("网格".encode("gb18030"), "法.txt") == ["网格"]


def test_utf8_with_one_broken_byte_is_not_turned_into_other_characters() -> None:
    data = LAW.encode()
    broken = data[:100] + b"\xff" + data[100:]
    assert "UTF-8" in refusal(broken, "法.txt")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_an_editor_counts_them(end: str) -> None:
    data = end.join(["第一条 甲。", "", "第二条 乙。\v续行。", "\u3000\u3000第三条\u00a0丙\u200b。\f", "完"]).encode()
    assert [(line.text, line.line) for line in read(data, "法.txt").lines] == [
        ("第一条 甲。", 1),
        ("第二条 乙。", 3),
        ("续行。", 3),
        ("第三条 丙。", 4),
        ("完", 5),
    ]


def test_the_same_bytes_have_the_same_digest() -> None:
    first, second = read(LAW.encode(), "甲.txt"), read(LAW.encode(), "乙.txt")
    assert first.digest == second.digest != read(LAW.encode("gbk"), "甲.txt").digest
    assert len(first.digest) == 64


WITHOUT_HURRY = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CHARACTERS = st.characters(
    codec="utf-8", categories=("L", "N", "P", "S"), exclude_characters="#|<>[]*_`\\~&",
)  # fmt: skip


@given(
    st.lists(st.text(CHARACTERS, min_size=1, max_size=40), min_size=1, max_size=20),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    st.sampled_from(["\n", "\r\n"]),
)
@WITHOUT_HURRY
def test_what_was_written_is_read_in_any_unicode_encoding(lines: list[str], encoding: str, end: str) -> None:
    lines = ["条 " + line for line in lines]
    assert texts(end.join(lines).encode(encoding), "法.txt") == lines


HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


@given(st.lists(st.text(HAN, min_size=1, max_size=30), min_size=1, max_size=8))
@WITHOUT_HURRY
def test_chinese_in_gb18030_is_never_taken_for_big5(lines: list[str]) -> None:
    lines = ["第一条 网格员应当遵纪守法，热心为群众服务，妥善保管账号。", *lines]
    assert texts("\n".join(lines).encode("gb18030"), "法.txt") == lines
