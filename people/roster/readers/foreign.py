"""Kinds of files that are known by their first bytes and are no tables, each with what to do instead."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.roster.readers.registry import CERTAIN, Opened, register
from people.roster.sheets import FileRefused, Sheet


class Foreign:
    name: ClassVar[str]
    endings: ClassVar[tuple[str, ...]] = ()
    signatures: ClassVar[tuple[bytes, ...]]
    message: ClassVar[str | Promise]

    def evidence(self, opened: Opened) -> int:
        return CERTAIN if opened.content.startswith(self.signatures) else 0

    def read(self, opened: Opened) -> list[Sheet]:
        raise FileRefused(str(self.message))


@register
class Pdf(Foreign):
    name = "pdf"
    signatures = (b"%PDF",)
    message = _("这是 PDF，不是表格。请上传同一份花名册的 .xlsx、.xls 或 .csv 文件。")


@register
class Picture(Foreign):
    name = "picture"
    signatures = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
    message = _("这是图片，不是表格。请上传同一份花名册的 .xlsx、.xls 或 .csv 文件。")


@register
class Archive(Foreign):
    name = "archive"
    signatures = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
    message = _("这是压缩包，不是表格。请解压后上传里面的 .xlsx、.xls 或 .csv 文件。")
