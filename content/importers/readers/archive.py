"""Archives: what is to be imported lies inside."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext as _

from content.importers.readers.registry import CERTAIN, POSSIBLE, ZIP, Opened, register
from content.importers.source import Source, SourceRefused


@register
class Archive:
    name = "archive"
    endings: ClassVar[tuple[str, ...]] = ()

    def evidence(self, opened: Opened) -> int:
        return CERTAIN if opened.head.startswith((b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")) else 0

    def read(self, opened: Opened) -> Source:
        raise SourceRefused(_("这是压缩包。请解压后上传里面的 Word、Markdown 或文本文件。"))


@register
class ZipArchive:
    """A zip in which no other reader finds what it knows."""

    name = "zip"
    endings: ClassVar[tuple[str, ...]] = ()

    def evidence(self, opened: Opened) -> int:
        return POSSIBLE - 1 if opened.head.startswith(ZIP) else 0

    def read(self, opened: Opened) -> Source:
        raise SourceRefused(_("这是压缩包，不是 Word 文件。请解压后上传里面的 Word、Markdown 或文本文件。"))
