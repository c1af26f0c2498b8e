"""Kinds of files that are known by their first bytes and can't be imported, each with what to do instead."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from content.importers.readers.registry import CERTAIN, Opened, register
from content.importers.source import Source, SourceRefused


class Foreign:
    name: ClassVar[str]
    endings: ClassVar[tuple[str, ...]] = ()
    signatures: ClassVar[tuple[bytes, ...]]
    message: ClassVar[str | Promise]

    def evidence(self, opened: Opened) -> int:
        return CERTAIN if opened.head.startswith(self.signatures) else 0

    def read(self, opened: Opened) -> Source:
        raise SourceRefused(str(self.message))


@register
class Pdf(Foreign):
    name = "pdf"
    signatures = (b"%PDF",)
    message = _("这是 PDF 文件，目前还不能导入。请上传同一标准的 Word（.docx）、Markdown 或文本文件。")


@register
class Rtf(Foreign):
    name = "rtf"
    signatures = (b"{\\rtf",)
    message = _("这是 RTF 文件，不能直接导入。请用 Word 打开，另存为 .docx 后重新上传。")


@register
class Mht(Foreign):
    name = "mht"
    signatures = (b"MIME-Version:",)
    message = _("这是单个网页文件（MHT），不能直接导入。请用 Word 打开，另存为 .docx 后重新上传。")


@register
class Picture(Foreign):
    name = "picture"
    signatures = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
    message = _("这是图片，不能导入。请先做文字识别，存为 Word 或文本文件后重新上传。")
