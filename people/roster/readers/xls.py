"""Excel 97-2003: a compound file that holds one stream of records."""

from __future__ import annotations

import io
import struct
from typing import ClassVar

import olefile

from people.roster.readers.registry import LIKELY, Opened, register
from people.roster.readers.workbook import Workbook, sheets_of
from people.roster.sheets import CELLS_MOST, CellPlace, Sheet, damaged, locked, no_workbook, too_wide

_BOF, _EOF, _FILEPASS, _FORMULA, _BOOLERR, _MULRK = 0x0809, 0x000A, 0x002F, 0x0006, 0x0205, 0x00BD
# NUMBER, LABEL, RSTRING, LABELSST, RK: each begins with row and column
_CELLS = {0x0203, 0x0204, 0x00D6, 0x00FD, 0x027E, _FORMULA, _BOOLERR, _MULRK}


@register
class Xls:
    name = "xls"
    endings: ClassVar[tuple[str, ...]] = (".xls",)

    def evidence(self, opened: Opened) -> int:
        return LIKELY if opened.streams & {"workbook", "book"} else 0

    def read(self, opened: Opened) -> list[Sheet]:
        return sheets_of(_looked_at(opened.content))


def _looked_at(content: bytes) -> Workbook:
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            name = next((name for name in ("Workbook", "Book") if ole.exists(name)), None)
            if name is None:
                raise no_workbook()
            stream = ole.openstream(name).read()
    except (OSError, ValueError, IndexError, struct.error, MemoryError, RecursionError):
        raise damaged() from None
    broken: dict[str, dict[CellPlace, str]] = {}
    sheet, rows, columns, at, depth = -2, 0, 0, 0, 0  # the first part holds the settings of the workbook
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + length]
        at += 4 + length
        if kind == _BOF:
            depth += 1  # a chart lies inside its sheet
            if depth == 1:
                sheet, rows, columns = sheet + 1, 0, 0
        elif kind == _EOF:
            depth -= 1
        elif kind == _FILEPASS:
            raise locked()
        elif kind in _CELLS and len(body) >= 8:
            row, column = struct.unpack_from("<HH", body)
            last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind == _MULRK else column
            rows, columns = max(rows, row + 1), max(columns, last + 1)
            if rows * columns > CELLS_MOST:
                raise too_wide()
            is_error = (kind == _BOOLERR and body[7] == 1) or (
                kind == _FORMULA and len(body) >= 14 and body[6] == 2 and body[12:14] == b"\xff\xff"
            )
            if is_error:
                broken.setdefault(str(sheet), {})[(row, column)] = "error"
    return Workbook(content, broken=broken)
