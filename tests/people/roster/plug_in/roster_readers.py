"""An invented format: after the first line, each person is a block of "column: value" lines; an empty line ends it."""

from __future__ import annotations

from typing import ClassVar

from people.roster.readers.registry import CERTAIN, Opened, register
from people.roster.sheets import FileRefused, Sheet
from people.roster.text import Cell

SIGNATURE = b"CARDS 1\n"


@register
class Cards:
    name = "cards"
    endings: ClassVar[tuple[str, ...]] = (".cards",)

    def evidence(self, opened: Opened) -> int:
        return CERTAIN if opened.content.startswith(SIGNATURE) else 0

    def read(self, opened: Opened) -> list[Sheet]:
        try:
            text = opened.content.removeprefix(SIGNATURE).decode()
        except UnicodeDecodeError:
            raise FileRefused("这份卡片文件的编码不是 UTF-8。") from None
        cards = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.strip().split("\n\n")]
        header = list(cards[0])
        rows: list[list[Cell]] = [[card.get(name, "") for name in header] for card in cards]
        return [Sheet("", [[*header], *rows])]
