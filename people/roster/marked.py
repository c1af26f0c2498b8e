"""The uploaded roster as an Excel with its errors: cells in colour, a comment on each, and what is wrong at the end of the row.

All cells are text, so that no number loses a digit and nothing is a formula; uploaded again, it is read like any roster.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from people.roster.text import RISKY, cell_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from people.roster.checking import Problem
    from people.roster.columns import Table
    from people.roster.text import Cell

WRONG = PatternFill("solid", fgColor="FFFFC7CE")
HEADER = PatternFill("solid", fgColor="FFE6F0FA")
CELL_MOST = 32_000
COMMENTS_MOST = 2_000  # Excel grows slow with thousands of them; the column at the end has all


# What XML does not hold, so that no workbook does; a line feed is left.
_UNWRITABLE = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_A_TITLE = re.compile(r"[\\*?:/\[\]]")  # Excel itself allows none of them; other programs do


def plain(text: str) -> str:
    text = _UNWRITABLE.sub("", text)[:CELL_MOST]
    return "'" + text if text.startswith(RISKY) else text


def explanation_header() -> str:
    return _("错误说明")


def marked_workbook(table: Table, problems: Iterable[Problem]) -> bytes:
    of_row: dict[int, list[Problem]] = defaultdict(list)
    general: list[Problem] = []
    for problem in problems:
        (general if problem.row is None else of_row[problem.row]).append(problem)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_NOT_IN_A_TITLE.sub("", _UNWRITABLE.sub("", table.sheet.name))[:31] or _("花名册"))
    sheet.freeze_panes = f"A{table.header_row + 2}"
    rows = table.sheet.rows
    width = max((len(row) for row in rows[table.header_row :]), default=0)
    for column in range(width):
        sheet.column_dimensions[get_column_letter(column + 1)].width = 18
    at = _explanation_column(table, width)
    sheet.column_dimensions[get_column_letter(at + 1)].width = 70

    def cell(value: str, *, fill: PatternFill | None = None, bold: bool = False) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, value=plain(value))
        made.data_type, made.number_format = "s", "@"
        if fill is not None:
            made.fill = fill
        if bold:
            made.font = Font(bold=True)
        return made

    comments = 0
    for number, row in enumerate(rows):
        wrong = {problem.column: problem for problem in reversed(of_row.get(number, []))}
        is_header = number == table.header_row
        cells = []
        for column in range(max(width, at + 1) if number >= table.header_row else len(row)):
            text = _text(row, column) if column != at else ""
            made = cell(text, fill=WRONG if column in wrong else HEADER if is_header and text else None, bold=is_header)
            if column in wrong and comments < COMMENTS_MOST:
                made.comment = Comment(plain(wrong[column].message), _("核对"), height=90, width=320)
                comments += 1
            cells.append(made)
        if is_header:
            cells[at] = cell(explanation_header(), fill=HEADER, bold=True)
        elif wrong:
            cells[at] = cell("\n".join(problem.text for problem in of_row[number]), fill=WRONG)
            cells[at].alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append(cells)
    _explain(book, [*general, *(problem for row in sorted(of_row) for problem in of_row[row])])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text(row: list[Cell], column: int) -> str:
    return cell_text(row[column]) if column < len(row) else ""


def _explanation_column(table: Table, width: int) -> int:
    """After the last column; where the file was marked before, the same column again."""
    for column, header in enumerate(table.headers):
        if header == explanation_header():
            return column
    return width


def _explain(book: Workbook, problems: list[Problem]) -> None:
    about = book.create_sheet(_("全部错误"))
    about.column_dimensions["A"].width = 10
    about.column_dimensions["B"].width = 18
    about.column_dimensions["C"].width = 24
    about.column_dimensions["D"].width = 90
    about.append([_("行号"), _("列"), _("内容"), _("说明")])
    for problem in problems:
        about.append(
            [
                problem.row + 1 if problem.row is not None else None,
                plain(problem.header),
                plain(problem.value),
                plain(problem.text),
            ]
        )
