"""The other files of an office suite, in the old and in the new package: workbooks, slides, OpenDocument, OFD."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from content.importers.readers.registry import CERTAIN, Opened, register
from content.importers.source import Source, SourceRefused


class OfficeFile:
    name: ClassVar[str]
    endings: ClassVar[tuple[str, ...]] = ()
    inside: ClassVar[frozenset[str]]  # a part of the zip or a stream of the OLE file that only this kind has
    message: ClassVar[str | Promise]

    def evidence(self, opened: Opened) -> int:
        return CERTAIN if self.inside & (opened.members | opened.streams) else 0

    def read(self, opened: Opened) -> Source:
        raise SourceRefused(str(self.message))


@register
class Workbook(OfficeFile):
    name = "workbook"
    inside = frozenset(("xl/workbook.xml", "xl/workbook.bin", "workbook", "book"))
    message = _("这是 Excel 工作簿，不是标准的正文。请上传 Word（.docx）、Markdown 或文本文件。")


@register
class Slides(OfficeFile):
    name = "slides"
    inside = frozenset(("ppt/presentation.xml", "powerpoint document"))
    message = _("这是演示文稿，不是标准的正文。请上传 Word（.docx）、Markdown 或文本文件。")


@register
class Ofd(OfficeFile):
    name = "ofd"
    inside = frozenset(("ofd.xml",))
    message = _("这是 OFD 版式文件，目前还不能导入。请上传同一标准的 Word（.docx）、Markdown 或文本文件。")


@register
class OpenDocument(OfficeFile):
    name = "opendocument"
    inside = frozenset(("content.xml",))
    message = _("这是 OpenDocument 文件，不能直接导入。请用 Word、WPS 或 LibreOffice 打开，另存为 .docx 后重新上传。")
