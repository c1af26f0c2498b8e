"""A file as sheets of cells: the reader that is surest of it reads. README.md says how to add one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from people.roster.readers.registry import Opened, reader_for
from people.roster.sheets import FileRefused

if TYPE_CHECKING:
    from people.roster.sheets import Sheet


def read(content: bytes, name: str = "") -> list[Sheet]:
    """The visible sheets in their order. Raises FileRefused and nothing else, whatever the bytes are."""
    if not content.strip(b"\x00 \t\r\n"):
        raise FileRefused(_("文件是空的。请下载模板，填好后再上传。"))
    opened = Opened(content, name)
    return reader_for(opened).read(opened)


__all__ = ["read"]
