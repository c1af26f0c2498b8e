"""Text in any encoding, with any delimiter: .csv, .txt, and what no other reader knows."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext as _

from people.roster.readers.registry import LAST, Opened, register
from people.roster.sheets import CELLS_MOST, ROWS_MOST, FileRefused, Sheet, too_long

if TYPE_CHECKING:
    from people.roster.text import Cell

DELIMITERS = ",\t;|，；"


@register
class TextReader:
    name = "text"
    endings: ClassVar[tuple[str, ...]] = (".csv", ".txt")

    def evidence(self, opened: Opened) -> int:
        return LAST

    def read(self, opened: Opened) -> list[Sheet]:
        return [Sheet("", _read_text(_decoded(opened.content)))]


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
                raise too_long()
            rows.append(list(row))
    except csv.Error:
        raise FileRefused(_("文件不是表格，或引号没有成对。请用 Excel 或 WPS 打开后另存为 .xlsx，再上传。")) from None
    while rows and not any(str(cell).strip() for cell in rows[-1]):
        rows.pop()
    return rows
