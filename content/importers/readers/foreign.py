"""Formats that can't be imported, each with what to do instead."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from content.importers.readers.registry import Opened, register
from content.importers.source import Source, SourceRefused

_SIGNATURES: tuple[tuple[bytes, str | Promise], ...] = (
    (b"%PDF", _("这是 PDF 文件，目前还不能导入。请上传同一标准的 Word（.docx）、Markdown 或文本文件。")),
    (b"{\\rtf", _("这是 RTF 文件，不能直接导入。请用 Word 打开，另存为 .docx 后重新上传。")),
    (b"MIME-Version:", _("这是单个网页文件（MHT），不能直接导入。请用 Word 打开，另存为 .docx 后重新上传。")),
    (b"\x89PNG", _("这是图片，不能导入。请先做文字识别，存为 Word 或文本文件后重新上传。")),
    (b"\xff\xd8\xff", _("这是图片，不能导入。请先做文字识别，存为 Word 或文本文件后重新上传。")),
    (b"GIF8", _("这是图片，不能导入。请先做文字识别，存为 Word 或文本文件后重新上传。")),
    (b"Rar!", _("这是压缩包。请解压后上传里面的 Word、Markdown 或文本文件。")),
    (b"7z\xbc\xaf\x27\x1c", _("这是压缩包。请解压后上传里面的 Word、Markdown 或文本文件。")),
    (b"\x1f\x8b", _("这是压缩包。请解压后上传里面的 Word、Markdown 或文本文件。")),
)


@register()
class ForeignFormat:
    def recognises(self, opened: Opened) -> bool:
        return opened.head.startswith(tuple(signature for signature, _message in _SIGNATURES))

    def read(self, opened: Opened) -> Source:
        raise SourceRefused(next(str(message) for sign, message in _SIGNATURES if opened.head.startswith(sign)))
