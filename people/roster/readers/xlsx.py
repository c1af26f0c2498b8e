"""Excel 2007 and later, and any other zip."""

from __future__ import annotations

from typing import ClassVar

from people.roster.readers.registry import LIKELY, POSSIBLE, ZIP, Opened, register
from people.roster.readers.workbook import sheets_of
from people.roster.readers.xlsx_package import looked_at
from people.roster.sheets import Sheet


@register
class Xlsx:
    name = "xlsx"
    endings: ClassVar[tuple[str, ...]] = (".xlsx",)

    def evidence(self, opened: Opened) -> int:
        # Names stand in a zip as they are; what merely holds this text is found out when it is read.
        return LIKELY if opened.content.startswith(ZIP) and b"xl/workbook.xml" in opened.content else 0

    def read(self, opened: Opened) -> list[Sheet]:
        return sheets_of(looked_at(opened.content))


@register
class OtherZip:
    """A zip in which no reader finds what it knows: looking at it as at a workbook says what is wrong."""

    name = "zip"
    endings: ClassVar[tuple[str, ...]] = ()

    def evidence(self, opened: Opened) -> int:
        return POSSIBLE if opened.content.startswith(ZIP) else 0

    def read(self, opened: Opened) -> list[Sheet]:
        return sheets_of(looked_at(opened.content))
