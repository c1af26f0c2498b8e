"""OLE files: Word 97-2003, and the shell that Office puts round an encrypted .docx."""

from __future__ import annotations

import struct

import olefile
from django.utils.translation import gettext as _

from content.importers.readers.registry import Opened, register
from content.importers.readers.word_package import broken
from content.importers.source import Source, SourceRefused

_SIGNATURE = b"\xd0\xcf\x11\xe0"


@register()
class CompoundFile:
    def recognises(self, opened: Opened) -> bool:
        return opened.head.startswith(_SIGNATURE)

    def read(self, opened: Opened) -> Source:
        streams = self._streams(opened)
        if "encryptedpackage" in streams:
            message = _(
                "这份 Word 文件加了密码，无法读取。请在 Word 中打开，取消密码（文件→信息→保护文档）后重新上传。"
            )
            raise SourceRefused(message)
        if "workbook" in streams or "book" in streams:
            raise SourceRefused(_("这是 Excel 工作簿，不是标准的正文。请上传 Word（.docx）、Markdown 或文本文件。"))
        if "powerpoint document" in streams:
            raise SourceRefused(_("这是演示文稿，不是标准的正文。请上传 Word（.docx）、Markdown 或文本文件。"))
        if "worddocument" in streams or opened.name.lower().endswith((".doc", ".wps", ".dot")):
            raise SourceRefused(
                _("这是旧版 Word 文件（.doc），不能直接导入。请用 Word 或 WPS 打开，另存为 .docx 后重新上传。")
            )
        raise broken()

    def _streams(self, opened: Opened) -> set[str]:
        try:
            with olefile.OleFileIO(opened.file) as compound:
                return {path[0].lower() for path in compound.listdir() if path}
        except (
            OSError,
            ValueError,
            IndexError,
            KeyError,
            AttributeError,
            TypeError,
            struct.error,
            RecursionError,
            MemoryError,
        ):
            return set()
