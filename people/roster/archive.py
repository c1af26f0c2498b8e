"""Looks at a spreadsheet file before the reader does: the reader (calamine) lays a sheet out whole, so one cell in the last
corner of an empty sheet would take 500 GB and end the process, and it gives cells without a result as empty ones."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

import olefile
from django.utils.translation import gettext as _

from acts import Refused

OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
# Unpacked bytes of all parts that are read, and cells from A1 to the furthest one of a sheet.
UNPACKED_MOST = 200 * 1024 * 1024
CELLS_MOST = 4_000_000
PARTS_MOST = 2_000
# Elements and attributes together. A sheet has two elements and three attributes for a cell with a value. The parts that say
# what the workbook holds are read into memory as a tree; 10,000 hidden names of a much-copied file are seen in the field.
MARKS_MOST_OF_CELLS = 8 * CELLS_MOST
MARKS_MOST_OF_TEXTS = 2_500_000
MARKS_MOST_OF_STYLES = 500_000
MARKS_MOST = 200_000
MERGED_MOST = 50_000
DEEPEST = 60
# One mark (an element with its attributes) is held as a whole.
MARK_BYTES_MOST = 1 << 20
_CENTRAL = b"PK\x01\x02"
PART_READ = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/[^/]+\.xml|xl/(worksheets/)?_rels/[^/]+\.rels|xl/worksheets/[^/]+\.xml"
)
SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml")
CHUNK = 1 << 16

Place = tuple[int, int]  # row and column from 0


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
class Inspected:
    content: bytes  # for calamine: of an .xlsx only the parts that a reader needs, packed anew
    # Name of the sheet's part (xlsx) or its number from 0 (xls) -> cells that hold no value and aren't empty either
    broken: dict[str, dict[Place, str]] = field(default_factory=dict)
    # By the sheet's part: rows that are hidden, and the styles of the cells with a value in each row
    hidden: dict[str, frozenset[int]] = field(default_factory=dict)
    styles: dict[str, dict[int, set[int]]] = field(default_factory=dict)
    struck_styles: frozenset[int] = frozenset()

    def struck(self, part: str) -> frozenset[int]:
        """Rows in which every cell with a value is struck through."""
        if not self.struck_styles:
            return frozenset()
        return frozenset(row for row, used in self.styles.get(part, {}).items() if used <= self.struck_styles)


def inspect(content: bytes) -> Inspected:
    """Of an .xlsx or an .xls, whatever its name says; raises FileRefused."""
    if content.startswith(OLD_EXCEL):
        return _inspect_xls(content)
    return _inspect_xlsx(content)


def _too_wide() -> FileRefused:
    return FileRefused(
        _(
            "表格里有内容的单元格离得太远（最后一行或最后一列之外可能有误填的内容）。请只复制花名册的部分到新表格，再上传。"
        )
    )


def _damaged() -> FileRefused:
    return FileRefused(_("文件已损坏，打不开。请用 Excel 或 WPS 打开后另存为 .xlsx，再上传。"))


def _too_large() -> FileRefused:
    return FileRefused(_("文件解开后太大。请只复制花名册的部分到新表格，再上传。"))


# --- .xlsx ------------------------------------------------------------------------------------------------------------


def _inspect_xlsx(content: bytes) -> Inspected:
    inspected = Inspected(b"")
    packed = io.BytesIO()
    unpacked = 0
    if content.count(_CENTRAL) > PARTS_MOST:  # before zipfile makes an object of each
        raise _too_large()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as clean:
            parts = archive.infolist()
            names = [part.filename for part in parts]
            if len(parts) > PARTS_MOST or len(set(names)) != len(names):
                raise _damaged()
            if "xl/workbook.xml" not in names:
                raise FileRefused(_("这不是 Excel 表格。请上传 .xlsx、.xls 或 .csv 文件。"))
            for part in parts:
                if not PART_READ.fullmatch(part.filename):
                    continue
                if part.flag_bits & 1:
                    raise FileRefused(_("文件有密码。请用 Excel 或 WPS 去掉密码后另存，再上传。"))
                if part.file_size + unpacked > UNPACKED_MOST:
                    raise _too_large()
                look = _Look(part.filename)
                data = bytearray()
                with archive.open(part) as stream:
                    while chunk := stream.read(CHUNK):
                        unpacked += len(chunk)
                        if unpacked > UNPACKED_MOST:
                            raise _too_large()
                        look.feed(chunk)
                        data += chunk
                look.end()
                if look.broken:
                    inspected.broken[part.filename] = look.broken
                if look.is_sheet:
                    inspected.hidden[part.filename] = frozenset(look.hidden)
                    inspected.styles[part.filename] = look.styles
                elif look.struck:
                    inspected.struck_styles = frozenset(look.struck)
                clean.writestr(part.filename, bytes(data))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, expat.ExpatError, ValueError):
        raise _damaged() from None
    inspected.content = packed.getvalue()
    return inspected


class _Look:
    """Streams one XML part: no declarations of entities, no more marks than such a part can need, no cell too far out, and which
    cells have no result."""

    def __init__(self, name: str) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.is_sheet = SHEET_PART.fullmatch(name) is not None
        self.marks_left = MARKS_MOST
        if self.is_sheet:
            self.marks_left = MARKS_MOST_OF_CELLS
            self.parser.CharacterDataHandler = self._text
        elif name == "xl/sharedStrings.xml":
            self.marks_left = MARKS_MOST_OF_TEXTS
        elif name == "xl/styles.xml":
            self.marks_left = MARKS_MOST_OF_STYLES
        self.fed = self.depth = self.merged = 0
        self.rows = self.columns = 0
        self.broken: dict[Place, str] = {}
        self.place: Place | None = None
        self.row = self.column = -1
        self.hidden: set[int] = set()
        self.styles: dict[int, set[int]] = {}
        self.style = 0
        self.is_styles = name == "xl/styles.xml"
        self.within = ""
        self.fonts = self.formats = 0
        self.struck_fonts: set[int] = set()
        self.struck: set[int] = set()
        self.is_formula = self.is_error = self.has_value = self.in_value = False

    def feed(self, chunk: bytes) -> None:
        self.fed += len(chunk)
        self.parser.Parse(chunk, False)
        if self.fed - max(0, self.parser.CurrentByteIndex) > MARK_BYTES_MOST:
            raise _too_large()

    def end(self) -> None:
        self.parser.Parse(b"", True)

    def _doctype(self, *_args: Any) -> None:
        raise FileRefused(_("文件里有不允许的定义（DOCTYPE）。请用 Excel 或 WPS 打开后另存为 .xlsx，再上传。"))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.marks_left -= 1 + len(attributes)
        self.depth += 1
        if self.marks_left < 0 or self.depth > DEEPEST:
            raise _too_large()
        if self.is_sheet:
            self._start_in_sheet(name.rpartition(":")[2], attributes)
        elif self.is_styles:
            self._start_in_styles(name.rpartition(":")[2], attributes)

    def _start_in_styles(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("fonts", "cellXfs", "cellStyleXfs", "dxfs"):
            self.within = name
        elif self.within == "fonts" and name == "font":
            self.fonts += 1
        elif self.within == "fonts" and name == "strike" and attributes.get("val", "1") not in ("0", "false"):
            self.struck_fonts.add(self.fonts - 1)
        elif self.within == "cellXfs" and name == "xf":
            if int(attributes.get("fontId", "0")) in self.struck_fonts:
                self.struck.add(self.formats)
            self.formats += 1

    def _start_in_sheet(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            reference = attributes.get("r")
            if reference is None:
                self.column += 1
            else:
                self.row, self.column = _reference(reference)
            self.place = (self.row, self.column)
            self.style = int(attributes.get("s", "0"))
            self.is_formula = self.in_value = False
            self.is_error = attributes.get("t") == "e"
            self.has_value = attributes.get("t") == "str"  # a formula whose result is an empty text
        elif name == "row":
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
            self.column = -1
            if attributes.get("hidden") in ("1", "true"):
                self.hidden.add(self.row)
        elif name == "f":
            self.is_formula = True
        elif name == "is":
            self.has_value = True
        elif name == "v":
            self.in_value = True
        elif name == "mergeCell":
            self.merged += 1
            if self.merged > MERGED_MOST:
                raise _too_large()

    def _text(self, _data: str) -> None:
        if self.in_value:
            self.has_value = True

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.in_value = False
        if name.rpartition(":")[2] != "c" or self.place is None:
            return
        if self.is_error:
            self.broken[self.place] = "error"
        elif self.is_formula and not self.has_value:
            self.broken[self.place] = "formula"
        if self.has_value or self.is_formula:
            self.styles.setdefault(self.row, set()).add(self.style)
            self.rows, self.columns = max(self.rows, self.place[0] + 1), max(self.columns, self.place[1] + 1)
            if self.rows * self.columns > CELLS_MOST:
                raise _too_wide()
        self.place = None


def _reference(reference: str) -> Place:
    """AB12 -> (11, 27)"""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    if not letters.isascii() or not letters.isupper() or column > 16_384:
        raise ValueError(reference)
    return int(reference[len(letters) :]) - 1, column - 1


# --- .xls -------------------------------------------------------------------------------------------------------------

_BOF, _EOF, _FILEPASS, _FORMULA, _BOOLERR, _MULRK = 0x0809, 0x000A, 0x002F, 0x0006, 0x0205, 0x00BD
# NUMBER, LABEL, RSTRING, LABELSST, RK: each begins with row and column
_CELLS = {0x0203, 0x0204, 0x00D6, 0x00FD, 0x027E, _FORMULA, _BOOLERR, _MULRK}


def _inspect_xls(content: bytes) -> Inspected:
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            if ole.exists("EncryptedPackage"):
                raise FileRefused(_("文件有密码。请用 Excel 或 WPS 去掉密码后另存，再上传。"))
            name = next((name for name in ("Workbook", "Book") if ole.exists(name)), None)
            if name is None:
                raise FileRefused(_("这不是 Excel 表格。请上传 .xlsx、.xls 或 .csv 文件。"))
            stream = ole.openstream(name).read()
    except (OSError, ValueError, IndexError, struct.error, MemoryError, RecursionError):
        raise _damaged() from None
    broken: dict[str, dict[Place, str]] = {}
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
            raise FileRefused(_("文件有密码。请用 Excel 或 WPS 去掉密码后另存，再上传。"))
        elif kind in _CELLS and len(body) >= 8:
            row, column = struct.unpack_from("<HH", body)
            last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind == _MULRK else column
            rows, columns = max(rows, row + 1), max(columns, last + 1)
            if rows * columns > CELLS_MOST:
                raise _too_wide()
            is_error = (kind == _BOOLERR and body[7] == 1) or (
                kind == _FORMULA and len(body) >= 14 and body[6] == 2 and body[12:14] == b"\xff\xff"
            )
            if is_error:
                broken.setdefault(str(sheet), {})[(row, column)] = "error"
    return Inspected(content, broken)
