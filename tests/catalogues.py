from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

OVERRIDES = Path(__file__).resolve().parents[1] / "site" / "locale_overrides"


def compile_overrides(settings: Any, folder: Path) -> None:
    """Use the overrides as they stand in the .po files, whatever was compiled last."""
    for source in OVERRIDES.glob("*/LC_MESSAGES/*.po"):
        target = folder / source.relative_to(OVERRIDES).with_suffix(".mo")
        target.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as po, target.open("wb") as mo:
            write_mo(mo, read_po(po))
    settings.LOCALE_PATHS = [folder]
