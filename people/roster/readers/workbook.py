"""What both kinds of Excel files have in common: calamine lays the sheets out, and what it leaves out is added.

Calamine lays a sheet out whole, so one cell in the last corner of an empty sheet would take 500 GB and end the process, and it gives
cells without a result as empty ones. Each kind therefore looks at the file first and makes a `Workbook` of it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from people.roster.sheets import ROWS_MOST, CellPlace, FileRefused, Sheet, damaged, locked, too_long

if TYPE_CHECKING:
    from collections.abc import Iterator

    from people.roster.text import Cell


@dataclass
class Workbook:
    """A workbook that was looked at, ready for the reader."""

    content: bytes  # for calamine: of an .xlsx only the parts that a reader needs, packed anew
    parts: dict[str, str] = field(default_factory=dict)  # name of a sheet -> the part that holds it; none in an .xls
    # By the sheet's part (xlsx) or its number from 0 (xls): cells that hold no value and aren't empty either
    broken: dict[str, dict[CellPlace, str]] = field(default_factory=dict)
    # By the sheet's part: rows that are hidden, and the styles of the cells with a value in each row
    hidden: dict[str, frozenset[int]] = field(default_factory=dict)
    styles: dict[str, dict[int, set[int]]] = field(default_factory=dict)
    struck_styles: frozenset[int] = frozenset()

    def struck(self, part: str) -> frozenset[int]:
        """Rows in which every cell with a value is struck through."""
        if not self.struck_styles:
            return frozenset()
        return frozenset(row for row, used in self.styles.get(part, {}).items() if used <= self.struck_styles)


def sheets_of(workbook: Workbook) -> list[Sheet]:
    """Raises FileRefused and nothing else."""
    try:
        return list(_sheets(workbook))
    except FileRefused:
        raise
    except (CalamineError, ValueError, OSError) as error:
        if "assword" in str(error):
            raise locked() from None
        raise damaged() from None
    except BaseException as error:
        # A panic of the reader (Rust) is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged() from None


def _sheets(workbook: Workbook) -> Iterator[Sheet]:
    with CalamineWorkbook.from_filelike(io.BytesIO(workbook.content)) as book:
        for index, about in enumerate(book.sheets_metadata):
            if about.typ != SheetTypeEnum.WorkSheet or about.visible != SheetVisibleEnum.Visible:
                continue
            source = book.get_sheet_by_index(index)
            rows: list[list[Cell]] = []
            if source.end is not None:
                if source.total_height > ROWS_MOST:
                    raise too_long()
                rows = source.to_python(skip_empty_area=False)
            part = workbook.parts.get(about.name, str(index))
            sheet = Sheet(
                about.name,
                rows,
                broken=workbook.broken.get(part, {}),
                hidden=workbook.hidden.get(part, frozenset()),
                struck=workbook.struck(part),
            )
            _fill_merged(sheet, source.merged_cell_ranges or [])
            while rows and not any(cell != "" for cell in rows[-1]):
                rows.pop()
            yield sheet


def _fill_merged(sheet: Sheet, ranges: list[tuple[CellPlace, CellPlace]]) -> None:
    """A cell merged downwards counts for each of its rows. Nothing else is filled: an empty cell is an empty cell."""
    for (top, left), (bottom, _right) in ranges:
        if top >= len(sheet.rows) or left >= len(sheet.rows[top]) or sheet.rows[top][left] == "":
            continue
        for row in range(top + 1, min(bottom + 1, len(sheet.rows))):
            if left < len(sheet.rows[row]):
                sheet.rows[row][left] = sheet.rows[top][left]
                sheet.filled.add((row, left))
