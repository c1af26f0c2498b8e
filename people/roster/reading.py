"""A file as sheets of cells, whatever it is: .xlsx, .xls, either one under the other's name, or text in any encoding."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from people.roster.archive import CELLS_MOST, OLD_EXCEL, ZIP, FileRefused, Inspected, inspect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from people.roster.archive import Place
    from people.roster.text import Cell

ROWS_MOST = 100_000
DELIMITERS = ",\t;|，；"


@dataclass
class Sheet:
    name: str  # "" for text
    rows: list[list[Cell]]  # from row 1 and column A; ragged, without empty rows at the end
    # Cells that took their value from the first cell of a merged range, and cells that hold no value (formula, error)
    filled: set[Place] = field(default_factory=set)
    broken: dict[Place, str] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()  # rows, by a filter or by hand
    struck: frozenset[int] = frozenset()  # rows that are struck through


def read(content: bytes) -> list[Sheet]:
    """The visible sheets in their order. Raises FileRefused."""
    if not content.strip(b"\x00 \t\r\n"):
        raise FileRefused(_("文件是空的。请下载模板，填好后再上传。"))
    if content.startswith((ZIP, OLD_EXCEL)):
        return _read_workbook(inspect(content))
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"GIF8", b"\x1f\x8b")):
        raise FileRefused(_("这不是表格。请上传 .xlsx、.xls 或 .csv 文件。"))
    text = _decoded(content)
    start = text[:2000].lstrip().casefold()
    if start.startswith(("<?xml", "<html", "<!doctype", "<table", "<workbook")):
        raise FileRefused(_("这是网页格式的表格。请用 Excel 或 WPS 打开后另存为 .xlsx，再上传。"))
    return [Sheet("", _read_text(text))]


# --- workbooks --------------------------------------------------------------------------------------------------------


def _read_workbook(inspected: Inspected) -> list[Sheet]:
    try:
        return list(_sheets(inspected))
    except FileRefused:
        raise
    except (CalamineError, ValueError, OSError) as error:
        if "assword" in str(error):
            raise FileRefused(_("文件有密码。请用 Excel 或 WPS 去掉密码后另存，再上传。")) from None
        raise FileRefused(_("文件已损坏，打不开。请用 Excel 或 WPS 打开后另存为 .xlsx，再上传。")) from None
    except BaseException as error:
        # A panic of the reader (Rust) is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise FileRefused(_("文件已损坏，打不开。请用 Excel 或 WPS 打开后另存为 .xlsx，再上传。")) from None


def _sheets(inspected: Inspected) -> Iterator[Sheet]:
    parts = _sheet_parts(inspected.content)
    with CalamineWorkbook.from_filelike(io.BytesIO(inspected.content)) as book:
        for index, about in enumerate(book.sheets_metadata):
            if about.typ != SheetTypeEnum.WorkSheet or about.visible != SheetVisibleEnum.Visible:
                continue
            source = book.get_sheet_by_index(index)
            rows: list[list[Cell]] = []
            if source.end is not None:
                if source.total_height > ROWS_MOST:
                    raise FileRefused(_("一张工作表超过 100,000 行。请按镇分成几个文件，再上传。"))
                rows = source.to_python(skip_empty_area=False)
            part = parts.get(about.name, str(index))
            sheet = Sheet(
                about.name,
                rows,
                broken=inspected.broken.get(part, {}),
                hidden=inspected.hidden.get(part, frozenset()),
                struck=inspected.struck(part),
            )
            _fill_merged(sheet, source.merged_cell_ranges or [])
            while rows and not any(cell != "" for cell in rows[-1]):
                rows.pop()
            yield sheet


def _sheet_parts(content: bytes) -> dict[str, str]:
    """Name of a sheet -> the part that holds it; empty for an .xls."""
    if not content.startswith(ZIP):
        return {}
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            book = etree.fromstring(archive.read("xl/workbook.xml"), parser)
            links = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), parser)
    except (KeyError, etree.XMLSyntaxError):
        return {}
    targets = {link.get("Id"): link.get("Target", "").lstrip("/") for link in links}
    found = {}
    # By the local names: Strict Open XML writes the same elements in namespaces of its own.
    for sheet in book.iter("{*}sheet"):
        relation = next((value for name, value in sheet.items() if name.endswith("}id")), None)
        target = targets.get(relation, "")
        found[sheet.get("name", "")] = target if target.startswith("xl/") else f"xl/{target}"
    return found


def _fill_merged(sheet: Sheet, ranges: list[tuple[Place, Place]]) -> None:
    """A cell merged downwards counts for each of its rows. Nothing else is filled: an empty cell is an empty cell."""
    for (top, left), (bottom, _right) in ranges:
        if top >= len(sheet.rows) or left >= len(sheet.rows[top]) or sheet.rows[top][left] == "":
            continue
        for row in range(top + 1, min(bottom + 1, len(sheet.rows))):
            if left < len(sheet.rows[row]):
                sheet.rows[row][left] = sheet.rows[top][left]
                sheet.filled.add((row, left))


# --- text -------------------------------------------------------------------------------------------------------------


def _decoded(content: bytes) -> str:
    """Byte order marks decide; else UTF-8, whose rules no other text meets by chance; else GB 18030, which holds GBK."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                break
    for encoding in ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise FileRefused(_("认不出文件的编码。请用 Excel 或 WPS 打开后另存为 .xlsx，再上传。"))


def _delimiter(text: str) -> str:
    """The one that the first lines have most often and in equal number; quotation marks hide what they enclose."""
    lines = [line for line in text.splitlines()[:50] if line.strip()][:30]

    def fit(delimiter: str) -> tuple[int, int]:
        counts = [len(row) - 1 for row in csv.reader(lines, delimiter=delimiter)]
        usual = max(set(counts), key=lambda count: (counts.count(count), count)) if counts else 0
        return (counts.count(usual) if usual else 0, usual)

    return max(DELIMITERS, key=fit)


def _read_text(text: str) -> list[list[Cell]]:
    csv.field_size_limit(1 << 17)
    rows: list[list[Cell]] = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)):
            cells += len(row)
            if len(rows) >= ROWS_MOST or cells > CELLS_MOST:
                raise FileRefused(_("文件超过 100,000 行。请按镇分成几个文件，再上传。"))
            rows.append(list(row))
    except csv.Error:
        raise FileRefused(_("文件不是表格，或引号没有成对。请用 Excel 或 WPS 打开后另存为 .xlsx，再上传。")) from None
    while rows and not any(str(cell).strip() for cell in rows[-1]):
        rows.pop()
    return rows
