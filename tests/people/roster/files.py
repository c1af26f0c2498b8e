"""Rosters built in code: tables of the kinds that towns send."""

from __future__ import annotations

import csv
import io
import struct
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

HEADER = ["工号", "姓名", "岗位", "所属单位", "手机号", "入职日期"]
EAST_GRID = "演示东镇/演示东镇一村/演示东镇一村第一网格"
WEST_GRID = "演示西镇/演示西镇一村/演示西镇一村第一网格"


def person(n: int, unit: str = EAST_GRID, post: str = "网格长", **changes: Any) -> dict[str, Any]:
    return {
        "工号": f"Y{n:05d}",
        "姓名": f"演示{_han(n)}",
        "岗位": post,
        "所属单位": unit,
        "手机号": f"1009{n:07d}",
        "入职日期": "2026-03-01",
        **changes,
    }


def _han(n: int) -> str:
    """A name of its own for each number, without digits."""
    return "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in str(n))


def rows(people: list[dict[str, Any]], header: list[str] = HEADER) -> list[list[Any]]:
    return [header, *([each.get(name, "") for name in header] for each in people)]


def xlsx(*sheets: Sequence[Sequence[Any]], names: list[str] | None = None, merged: tuple[str, ...] = ()) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for number, table in enumerate(sheets):
        sheet = book.create_sheet((names or [])[number] if names else f"表{number + 1}")
        for row in table:
            sheet.append(row)
        for area in merged:
            sheet.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def text(table: Sequence[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(table)
    return out.getvalue().encode(encoding)


def xls(table: Sequence[Sequence[Any]], *, error_at: tuple[int, int] | None = None, locked: bool = False) -> bytes:
    """An Excel 97 file, as small as one can be: a compound file that holds one stream of records."""

    def record(kind: int, body: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def begin(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 1997, 0, 6))

    cells = b""
    for row, values in enumerate(table):
        for column, value in enumerate(values):
            place = struct.pack("<HHH", row, column, 0)
            if (row, column) == error_at:
                cells += record(0x0205, place + bytes([0x17, 1]))  # #REF!
            elif isinstance(value, int | float):
                cells += record(0x0203, place + struct.pack("<d", value))
            elif value != "":
                cells += record(0x0204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    name = "名单"
    head = begin(0x0005) + (record(0x002F, bytes(54)) if locked else b"") + record(0x0042, struct.pack("<H", 1200))
    about = struct.pack("<BBBB", 0, 0, len(name), 1) + name.encode("utf-16-le")
    offset = len(head) + 4 + 4 + len(about) + 4
    book = head + record(0x0085, struct.pack("<I", offset) + about) + record(0x000A)
    stream = (book + begin(0x0010) + cells + record(0x000A)).ljust(4096, b"\0")
    return _compound_file("Workbook", stream)


def _compound_file(name: str, stream: bytes) -> bytes:
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    sectors = -(-len(stream) // 512)
    assert sectors < 126
    chain = [table, end, *range(3, sectors + 2), end]
    fat = struct.pack("<128I", *chain, *[free] * (128 - len(chain)))

    def entry(title: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = title.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<HBBIII", len(text), kind, 1, free, free, child)
        return text.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, 1, end, 0) + entry(name, 2, free, 2, len(stream)) + bytes(256)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<I", 0) + b"\xff" * 432
    return header + fat + directory + stream.ljust(sectors * 512, b"\0")


def encrypted() -> bytes:
    """What Excel writes for a workbook with a password."""
    return _compound_file("EncryptedPackage", bytes(4096))
