"""Tables that other systems export as a web page or as XML under the name .xls."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext as _

from people.roster.readers.registry import LIKELY, Opened, register
from people.roster.sheets import FileRefused, Sheet

_STARTS = ("<?xml", "<html", "<!doctype", "<table", "<workbook")


@register
class WebPage:
    name = "web_page"
    endings: ClassVar[tuple[str, ...]] = ()

    def evidence(self, opened: Opened) -> int:
        head = opened.content[:2000]
        encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
        start = head.decode(encoding, errors="replace").lstrip().casefold()
        return LIKELY if start.startswith(_STARTS) else 0

    def read(self, opened: Opened) -> list[Sheet]:
        raise FileRefused(_("这是网页格式的表格。请用 Excel 或 WPS 打开后另存为 .xlsx，再上传。"))
