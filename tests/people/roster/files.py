"""Rosters built in code: tables of the kinds that towns send."""

from __future__ import annotations

import csv
import io
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


def xlsx(*sheets: list[list[Any]], names: list[str] | None = None, merged: tuple[str, ...] = ()) -> bytes:
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for number, table in enumerate(sheets):
        sheet = book.create_sheet((names or [])[number] if names else f"表{number + 1}")
        for row in table:
            sheet.append(row)
        for area in merged:
            sheet.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def text(table: list[list[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(table)
    return out.getvalue().encode(encoding)
