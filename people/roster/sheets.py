"""What every reader makes of a file: sheets of cells. And how it says that it can't."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from acts import Refused

if TYPE_CHECKING:
    from people.roster.text import Cell

ROWS_MOST = 100_000
CELLS_MOST = 4_000_000  # of a sheet, from A1 to the furthest one

CellPlace = tuple[int, int]  # row and column from 0


class FileRefused(Refused):
    """The file as a whole can't be read. The message is Chinese, says what is wrong and the cure.

    `sheets` to choose from, or `headers` to name the columns by, where that would help.
    """

    def __init__(self, message: str, *, sheets: list[str] | None = None, headers: list[str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.sheets = sheets or []
        self.headers = headers or []


@dataclass
class Sheet:
    name: str  # "" for text
    rows: list[list[Cell]]  # from row 1 and column A; ragged, without empty rows at the end
    # Cells that took their value from the first cell of a merged range, and cells that hold no value (formula, error)
    filled: set[CellPlace] = field(default_factory=set)
    broken: dict[CellPlace, str] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()  # rows, by a filter or by hand
    struck: frozenset[int] = frozenset()  # rows that are struck through


def damaged() -> FileRefused:
    return FileRefused(_("文件已损坏，打不开。请用 Excel 或 WPS 打开后另存为 .xlsx，再上传。"))


def locked() -> FileRefused:
    return FileRefused(_("文件有密码。请用 Excel 或 WPS 去掉密码后另存，再上传。"))


def too_large() -> FileRefused:
    return FileRefused(_("文件解开后太大。请只复制花名册的部分到新表格，再上传。"))


def too_wide() -> FileRefused:
    return FileRefused(
        _(
            "表格里有内容的单元格离得太远（最后一行或最后一列之外可能有误填的内容）。请只复制花名册的部分到新表格，再上传。"
        )
    )


def too_long() -> FileRefused:
    return FileRefused(_("一张表超过 100,000 行。请按镇分成几个文件，再上传。"))


def no_workbook() -> FileRefused:
    return FileRefused(_("这不是 Excel 表格。请上传 .xlsx、.xls 或 .csv 文件。"))
