"""Files of every kind, honest or hostile."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from home.presets.grid import levels_make
from people.roster.columns import Field, table_find
from people.roster.readers import read
from people.roster.sheets import FileRefused
from tests.own_process import growth
from tests.people.roster import files


@pytest.fixture(autouse=True)
def levels(db: None) -> None:
    levels_make()


OLD: list[list[Any]] = [["工号", "姓名"], ["Y00001", "演示甲"], [7.0, ""]]
TABLE: list[list[Any]] = files.rows([files.person(1), files.person(2)])


def repacked(content: bytes, change: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, change(part.filename, old.read(part)))
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_text_is_read_in_any_encoding_and_with_any_delimiter(encoding: str, delimiter: str) -> None:
    [sheet] = read(files.text(TABLE, encoding, delimiter))
    assert sheet.rows == TABLE


def test_a_rare_character_survives_gb18030() -> None:
    [sheet] = read(files.text(files.rows([files.person(1, 姓名="演示𠮷")]), "gb18030"))
    assert sheet.rows[1][1] == "演示𠮷"


def test_a_workbook_is_known_by_its_bytes_and_dates_stay_dates() -> None:
    [sheet] = read(files.xlsx(files.rows([files.person(1, 入职日期=datetime(2026, 3, 1), 手机号=10090000001)])))  # noqa: DTZ001
    assert sheet.rows[1][5] in (date(2026, 3, 1), datetime(2026, 3, 1))  # noqa: DTZ001
    assert sheet.rows[1][4] == 10090000001.0


def test_an_old_xls_is_read_whatever_its_name_says() -> None:
    [sheet] = read(files.xls(OLD))
    assert sheet.rows == OLD


def test_an_old_xls_with_an_error_cell_or_a_password_is_seen() -> None:
    assert read(files.xls(OLD, error_at=(1, 1)))[0].broken == {(1, 1): "error"}
    for content in (files.xls(OLD, locked=True), files.encrypted()):
        with pytest.raises(FileRefused, match="文件有密码"):
            read(content)


def test_a_far_cell_of_an_old_xls_is_refused() -> None:
    with pytest.raises(FileRefused, match="离得太远"):
        read(files.xls([[], *[[] for _row in range(60_000)], [*[""] * 200, 1]]))


def test_a_header_that_gives_two_names_is_known_by_either() -> None:
    content = files.xlsx([["工号", "姓名", "岗位", "所属组织/单位"], ["Y1", "演示甲", "网格长", "演示市"]])
    assert table_find(read(content)).columns[Field.UNIT] == 3


def test_the_header_may_stand_below_titles_and_other_sheets_are_named() -> None:
    content = files.xlsx(
        [["说明"], ["随便"]], [["演示东镇花名册"], [], ["填表日期", "2026"], *TABLE], names=["说明", "名单"]
    )
    table = table_find(read(content))
    assert (table.sheet.name, table.header_row, table.columns[Field.NUMBER]) == ("名单", 3, 0)
    assert "没有读取其他工作表：“说明”。" in table.notes


def test_two_sheets_that_are_both_rosters_are_not_guessed_at() -> None:
    content = files.xlsx(TABLE, TABLE, names=["东", "西"])
    with pytest.raises(FileRefused, match="有 2 张工作表都像花名册：“东”、“西”") as refused:
        table_find(read(content))
    assert refused.value.sheets == ["东", "西"]
    assert table_find(read(content), sheet_name="西").sheet.name == "西"


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        (["编号*", " 姓 名 ", "职务（必填）", "所在网格", "联系电话：", "到岗日期"], {"number", "name", "post", "unit", "phone", "entered"}),
        (["人员编号", "姓名", "岗位/职务", "镇", "村（社区）", "所属网格", "微网格", "手机号（11位）"], {"number", "name", "post", "town", "village", "grid", "micro_grid", "phone"}),
        (["序号", "备注", "姓名", "组织路径", "工号", "岗位名称", "任职日期"], {"number", "name", "post", "unit", "starts"}),
    ],
)  # fmt: skip
def test_columns_are_found_by_the_names_that_towns_use(header: list[str], fields: set[str]) -> None:
    table = table_find(read(files.xlsx([header, ["x"] * len(header)])))
    assert {each.removeprefix("level_") for each in table.columns} == fields


def test_missing_columns_are_named() -> None:
    with pytest.raises(FileRefused, match="表头里没有“岗位”“所属单位”这一列"):
        table_find(read(files.xlsx([["工号", "姓名"], ["1", "演示甲"]])))
    with pytest.raises(FileRefused, match="表头里没有“工号”这一列"):
        table_find(read(files.xlsx([["姓名", "岗位", "单位"], ["演示甲", "", ""]])))
    with pytest.raises(FileRefused, match="没有找到表头"):
        table_find(read(files.xlsx([["今天", "天气"], ["很好", 1]])))


def test_two_columns_of_one_name_are_settled_by_their_content() -> None:
    header = ["工号", "姓名", "岗位", "单位", "手机号", "手机号"]
    same = [["1", "演示甲", "p", "u", "", "10090000001"], ["2", "演示乙", "p", "u", "", ""]]
    assert table_find(read(files.xlsx([header, *same]))).columns[Field.PHONE] == 5
    differ = [["1", "演示甲", "p", "u", "10090000002", "10090000001"]]
    with pytest.raises(FileRefused, match="有两列都叫“手机号”（E、F 列），内容不同"):
        table_find(read(files.xlsx([header, *differ])))


def test_a_surer_name_wins_and_the_other_column_is_mentioned() -> None:
    table = table_find(read(files.xlsx([["编号", "工号", "姓名", "岗位", "单位"], ["1", "Y1", "演示甲", "p", "u"]])))
    assert table.columns[Field.NUMBER] == 1
    assert any("A 列“编号”没有使用" in note for note in table.notes)


def test_cells_merged_downwards_count_for_each_row() -> None:
    table: list[list[Any]] = [files.HEADER, *([n, "演示甲", "p", "u" if n == 1 else None, "", ""] for n in (1, 2, 3))]
    [sheet] = read(files.xlsx(table, merged=("D2:D3",)))
    assert [row[3] for row in sheet.rows[1:]] == ["u", "u", ""]


def test_formatting_far_below_the_list_is_not_read() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in TABLE:
        sheet.append(row)
    fill = PatternFill("solid", fgColor="FFFFFF00")
    for below in range(4, 1000):
        for column in range(1, 30):
            sheet.cell(below, column).fill = fill
    out = io.BytesIO()
    book.save(out)
    [found] = read(out.getvalue())
    assert len(found.rows) == 3


def test_formulas_without_a_result_and_error_cells_are_seen() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["a", "b"])
    sheet.append(["=1+1", "#REF!"])
    sheet["B2"].data_type = "e"
    out = io.BytesIO()
    book.save(out)
    [found] = read(out.getvalue())
    assert found.broken == {(1, 0): "formula", (1, 1): "error"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件是空的"),
        (b"\x00\x00\n", "文件是空的"),
        (b"PK\x03\x04 broken", "已损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "已损坏"),
        (b"%PDF-1.7", "不是表格"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页格式"),
        (b"\xff\xd8\xff\xe0 picture", "不是表格"),
        (b"\x81\xff\xfe\x00\x80", "认不出文件的编码"),
        ('"没有结束的引号'.encode() + b"x" * 200_000, "没有成对|不是表格"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        read(content)


def test_a_truncated_workbook_is_refused_at_every_length() -> None:
    content = files.xlsx(TABLE)
    for length in range(4, len(content) - 1, 97):
        with pytest.raises(FileRefused):
            read(content[:length])


def test_every_damaged_byte_is_survived() -> None:
    content = bytearray(files.xlsx(TABLE))
    for place in range(0, len(content), 53):
        spoiled = bytes(content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :])
        with contextlib.suppress(FileRefused):
            read(spoiled)


def test_every_damaged_byte_of_an_old_xls_is_survived() -> None:
    content = bytearray(files.xls(OLD))
    for place in range(0, len(content), 29):
        spoiled = bytes(content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :])
        with contextlib.suppress(FileRefused):
            read(spoiled)


def test_a_cell_in_the_last_corner_is_refused_before_memory_runs_out() -> None:
    book = Workbook()
    assert book.active is not None
    book.active["A1"], book.active["XFD1048576"] = 1, 1
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(FileRefused, match="离得太远"):
        read(out.getvalue())


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"])
@pytest.mark.parametrize(
    "definition",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_declared_entities_are_refused(part: str, definition: str) -> None:
    def change(name: str, data: bytes) -> bytes:
        text = re.sub(r"^<\?xml[^>]*\?>", "", data.decode())
        return (definition + text).encode() if name == part else data

    with pytest.raises(FileRefused, match="DOCTYPE"):
        read(repacked(files.xlsx(TABLE), change))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    def change(name: str, data: bytes) -> bytes:
        return data.replace(b"</sheetData>", b" " * 300_000_000 + b"</sheetData>") if "sheet1" in name else data

    content = repacked(files.xlsx(TABLE), change)
    assert len(content) < 1_000_000

    def refused() -> None:
        with pytest.raises(FileRefused, match="解开后太大"):
            read(content)

    assert growth(refused) < 100


BOMBS = {
    # part of the workbook, and what stands ten million times (or as often as fits) before its last closing tag
    "elements": ("xl/workbook.xml", b"<x/>", 10_000_000),
    "attributes": ("xl/workbook.xml", b"", 0),
    "depth": ("xl/workbook.xml", b"<x>", 3_000_000),
    "relations": ("xl/_rels/workbook.xml.rels", b"<Relationship/>", 3_000_000),
    "types": ("[Content_Types].xml", b"<Default/>", 3_000_000),
    "styles": ("xl/styles.xml", b"<xf/>", 3_000_000),
    "merged": ("xl/worksheets/sheet1.xml", b'<mergeCell ref="A1:A2"/>', 1_000_000),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_part_of_millions_of_marks_is_refused_before_it_is_a_tree(bomb: str) -> None:
    part, mark, times = BOMBS[bomb]
    inside = mark * times or b"<x " + b" ".join(b"a%d=''" % n for n in range(1_500_000)) + b"/>"

    def change(name: str, data: bytes) -> bytes:
        head, tag, rest = data.rpartition(b"</")
        return head + inside + tag + rest if name == part else data

    content = repacked(files.xlsx(TABLE), change)

    def refused() -> None:
        with pytest.raises(FileRefused, match="解开后太大"):
            read(content)

    assert growth(refused) < 100


def test_a_directory_of_a_million_parts_is_refused_before_it_is_read() -> None:
    record = b"PK\x01\x02" + b"\0" * 42
    with pytest.raises(FileRefused, match="解开后太大"):
        read(b"PK\x03\x04" + record * 1_000_000)


def test_parts_with_strange_names_are_never_written_anywhere(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    out = io.BytesIO(files.xlsx(TABLE))
    with zipfile.ZipFile(out, "a") as archive:
        for name in ("../outside.xml", "/absolute.xml", "xl/../../outside.xml", "xl/worksheets/..\\x.xml"):
            archive.writestr(name, b"<x/>")
    assert read(out.getvalue())[0].rows == TABLE
    assert list(tmp_path.iterdir()) == []
