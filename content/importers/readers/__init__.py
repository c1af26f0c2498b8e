"""Files as lines: `read_source` lets the reader that is surest of the file read it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from content.importers.readers.registry import Opened, reader_for
from content.importers.source import Source, SourceRefused


def read_source(file: BinaryIO, name: str) -> Source:
    """Raises SourceRefused and nothing else, whatever the bytes are."""
    size = file.seek(0, 2)
    file.seek(0)
    if not size:
        raise SourceRefused(_("文件是空的。请确认保存完整后重新上传。"))
    if size > settings.UPLOAD_LIMIT_BYTES:
        message = _("文件有 %(size)d MB，超过上限 %(limit)d MB。请删去图片和附件，只保留标准的正文后重新上传。")
        limit = settings.UPLOAD_LIMIT_BYTES // 1024 // 1024
        raise SourceRefused(message % {"size": size / 1024 / 1024 + 0.999, "limit": limit})
    digest = hashlib.sha256()
    while block := file.read(1024 * 1024):
        digest.update(block)
    file.seek(0)
    opened = Opened(file, name, file.read(4096))
    source = reader_for(opened).read(opened)
    if not source.lines:
        raise SourceRefused(_("文件里没有文字。如果正文是扫描的图片，请先做文字识别，存为 Word 或文本文件后重新上传。"))
    return replace(source, digest=digest.hexdigest())


__all__ = ["read_source"]
