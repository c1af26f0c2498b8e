"""OLE files: Word 97-2003, and the shell that Office puts round an encrypted .docx."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext as _

from content.importers.readers.registry import CERTAIN, LIKELY, OLE, POSSIBLE, Opened, register
from content.importers.readers.word_package import broken
from content.importers.source import Source, SourceRefused


@register
class Encrypted:
    name = "encrypted"
    endings: ClassVar[tuple[str, ...]] = ()

    def evidence(self, opened: Opened) -> int:
        return CERTAIN if "encryptedpackage" in opened.streams else 0

    def read(self, opened: Opened) -> Source:
        message = _("这份 Word 文件加了密码，无法读取。请在 Word 中打开，取消密码（文件→信息→保护文档）后重新上传。")
        raise SourceRefused(message)


@register
class OldWord:
    name = "old_word"
    endings: ClassVar[tuple[str, ...]] = ()

    def evidence(self, opened: Opened) -> int:
        if "worddocument" in opened.streams:
            return LIKELY
        return POSSIBLE + 1 if opened.head.startswith(OLE) and opened.named(".doc", ".wps", ".dot") else 0

    def read(self, opened: Opened) -> Source:
        raise SourceRefused(
            _("这是旧版 Word 文件（.doc），不能直接导入。请用 Word 或 WPS 打开，另存为 .docx 后重新上传。")
        )


@register
class BrokenCompound:
    name = "broken_compound"
    endings: ClassVar[tuple[str, ...]] = ()

    def evidence(self, opened: Opened) -> int:
        return POSSIBLE if opened.head.startswith(OLE) else 0

    def read(self, opened: Opened) -> Source:
        raise broken()
