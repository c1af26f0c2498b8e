"""Compound (OLE) files that are no workbooks: the shell round an encrypted one, and all others."""

from __future__ import annotations

from typing import ClassVar

from people.roster.readers.registry import CERTAIN, OLE, POSSIBLE, Opened, register
from people.roster.sheets import Sheet, damaged, locked, no_workbook


@register
class Encrypted:
    name = "encrypted"
    endings: ClassVar[tuple[str, ...]] = ()

    def evidence(self, opened: Opened) -> int:
        return CERTAIN if "encryptedpackage" in opened.streams else 0

    def read(self, opened: Opened) -> list[Sheet]:
        raise locked()


@register
class OtherCompound:
    name = "compound"
    endings: ClassVar[tuple[str, ...]] = ()

    def evidence(self, opened: Opened) -> int:
        return POSSIBLE if opened.content.startswith(OLE) else 0

    def read(self, opened: Opened) -> list[Sheet]:
        raise no_workbook() if opened.streams else damaged()
