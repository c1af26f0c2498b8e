"""An invented format: after the first line, each line stands backwards."""

from __future__ import annotations

from typing import ClassVar

from content.importers.readers.registry import CERTAIN, Opened, register
from content.importers.source import Line, Source, SourceRefused

SIGNATURE = b"BACKWARDS 1\n"


@register
class Backwards:
    name = "backwards"
    endings: ClassVar[tuple[str, ...]] = (".back",)

    def evidence(self, opened: Opened) -> int:
        return CERTAIN if opened.head.startswith(SIGNATURE) else 0

    def read(self, opened: Opened) -> Source:
        opened.file.seek(len(SIGNATURE))
        try:
            rows = opened.file.read().decode().splitlines()
        except UnicodeDecodeError as error:
            raise SourceRefused("这份倒写文件的编码不是 UTF-8。") from error
        return Source(tuple(Line(row[::-1], number) for number, row in enumerate(rows, start=2)))
