"""Certificate fonts: Noto Serif SC (OFL) for nearly all text, HanaMin (Debian fonts-hanazono) for rare characters of names
(extensions A to F), and whatever font files the administrator puts into var/certificate-fonts for those that are still missing.

A common subset (GB 2312 and the design's own characters) is cut once and kept, because subsetting a 15 MB font for every
certificate costs three times the rest of the rendering. A name outside it brings in the full fonts for that one document.
"""

from __future__ import annotations

import logging
import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from fontTools import subset
from fontTools.ttLib import TTFont, TTLibError

logger = logging.getLogger(__name__)

NOTO = Path(settings.BASE_DIR) / "node_modules" / "@expo-google-fonts" / "noto-serif-sc"
REGULAR = NOTO / "400Regular" / "NotoSerifSC_400Regular.ttf"
BOLD = NOTO / "700Bold" / "NotoSerifSC_700Bold.ttf"
HANAZONO = tuple(Path("/usr/share/fonts/truetype/hanazono") / name for name in ("HanaMinA.ttf", "HanaMinB.ttf"))


class FontsMissing(Exception):
    """The packaged fonts are not installed: `make setup` brings them."""


@dataclass(frozen=True)
class FontFile:
    family: str
    path: Path
    bold: bool = False


def _gb2312() -> set[int]:
    found = set(range(0x20, 0x7F)) | {0xB7, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026}
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                found.add(ord(bytes((high, low)).decode("gb2312")))
            except (UnicodeDecodeError, TypeError):
                continue
    return found


@cache
def coverage(path: Path) -> frozenset[int]:
    """Code points that a font file can draw."""
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


@cache
def common_subset(path: Path) -> Path:
    """The font cut down to the common characters, made once and kept under var/fonts."""
    if not path.exists():
        raise FontsMissing(str(path.name))
    folder = Path(settings.VAR_DIR) / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"common-{path.stem}-{path.stat().st_size}.ttf"
    if not target.exists():
        options = subset.Options()
        options.layout_features = []
        options.hinting = False
        with TTFont(path) as font:
            cutter = subset.Subsetter(options)
            cutter.populate(unicodes=_gb2312())
            cutter.subset(font)
            handle, temporary = tempfile.mkstemp(dir=folder, suffix=".ttf")
            os.close(handle)
            font.save(temporary)
        os.replace(temporary, target)  # whole or not at all, also with two workers at once
    return target


def fonts_ready() -> bool:
    return REGULAR.exists() and BOLD.exists()


def extra_folder() -> Path:
    return Path(settings.VAR_DIR) / "certificate-fonts"


def rare_fonts() -> list[Path]:
    """Looked up each time: a font that has just been put there helps the next try."""
    extra = sorted(path for path in extra_folder().glob("*") if path.suffix.lower() in (".ttf", ".otf"))
    return [path for path in HANAZONO if path.exists()] + [path for path in extra if _is_font(path)]


def _is_font(path: Path) -> bool:
    try:
        return bool(coverage(path))
    except (TTLibError, OSError):
        logger.warning("%s is not a font that can be read; it is left out", path.name)
        return False


def missing_characters(text: str) -> list[str]:
    """Characters that no certificate font can draw, in the order of the text."""
    if not fonts_ready():
        raise FontsMissing(REGULAR.name)
    known = coverage(REGULAR).union(*(coverage(path) for path in rare_fonts()))
    return [c for c in dict.fromkeys(text) if not c.isspace() and ord(c) not in known]


def fonts_for(text: str) -> tuple[list[FontFile], bool]:
    """The font files that this text needs, best first, and whether they are the common set alone."""
    files = [FontFile("Certificate", common_subset(REGULAR)), FontFile("Certificate", common_subset(BOLD), bold=True)]
    common = coverage(files[0].path)
    beyond = {ord(c) for c in text if not c.isspace()} - common
    if not beyond:
        return files, True
    if beyond & coverage(REGULAR):
        files += [FontFile("Certificate Full", REGULAR), FontFile("Certificate Full", BOLD, bold=True)]
        beyond -= coverage(REGULAR)
    for number, path in enumerate(rare_fonts(), start=1):
        if beyond & coverage(path):
            files.append(FontFile(f"Certificate Rare {number}", path))
            beyond -= coverage(path)
    return files, False
