"""Web pages and other XML, which are text to the eye of a computer and none to a person's."""

from __future__ import annotations

import re
from typing import ClassVar

from django.utils.translation import gettext as _

from content.importers.readers.registry import LIKELY, Opened, register
from content.importers.source import Source, SourceRefused

HEAD_BYTES = 32 * 1024
_WEB_PAGE = re.compile(
    r"(?:\s|<\?xml[^>]*>|<!--(?:(?!-->).)*-->)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_MARKS = re.compile(r"^(?:ï»¿|ÿþ|þÿ)")  # byte order marks, read as Latin-1


def _beginning(opened: Opened) -> str:
    """Tags are ASCII in every encoding, so the bytes are looked at one by one, those of UTF-16 without their zeros."""
    opened.file.seek(0)
    return _MARKS.sub("", opened.file.read(HEAD_BYTES).decode("latin-1")).replace("\0", "")


@register
class WebPage:
    name = "web_page"
    endings: ClassVar[tuple[str, ...]] = ()

    def evidence(self, opened: Opened) -> int:
        return LIKELY + 1 if b"<" in opened.head and _WEB_PAGE.match(_beginning(opened)) else 0

    def read(self, opened: Opened) -> Source:
        raise SourceRefused(_("这是网页（HTML）文件，不能直接导入。请用 Word 打开，另存为 .docx 后重新上传。"))


@register
class Xml:
    name = "xml"
    endings: ClassVar[tuple[str, ...]] = ()

    def evidence(self, opened: Opened) -> int:
        return LIKELY if b"<" in opened.head and _beginning(opened).lstrip().startswith("<?xml") else 0

    def read(self, opened: Opened) -> Source:
        raise SourceRefused(_("这是 XML 文件，不能直接导入。请用 Word 打开，另存为 .docx 后重新上传。"))
