"""Looks at an .xlsx before the reader does: no more parts, marks, bytes and cells than a roster can need, and which cells have no
result, which rows are hidden or struck through."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext as _
from lxml import etree

from people.roster.readers.workbook import Workbook
from people.roster.sheets import CELLS_MOST, CellPlace, FileRefused, damaged, locked, no_workbook, too_large, too_wide

# Unpacked bytes of all parts that are read.
UNPACKED_MOST = 200 * 1024 * 1024
PARTS_MOST = 2_000
# Elements and attributes together. A sheet has two elements and three attributes for a cell with a value. The parts that say
# what the workbook holds are read into memory as a tree; 10,000 hidden names of a much-copied file are seen in the field.
MARKS_MOST_OF_CELLS = 8 * CELLS_MOST
MARKS_MOST_OF_TEXTS = 2_500_000
MARKS_MOST_OF_STYLES = 500_000
MARKS_MOST = 200_000
MERGED_MOST = 50_000
DEEPEST = 60
# One mark (an element with its attributes) is held as a whole.
MARK_BYTES_MOST = 1 << 20
_CENTRAL = b"PK\x01\x02"
PART_READ = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/[^/]+\.xml|xl/(worksheets/)?_rels/[^/]+\.rels|xl/worksheets/[^/]+\.xml"
)
SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml")
CHUNK = 1 << 16


def looked_at(content: bytes) -> Workbook:
    """Only the parts that the reader needs, packed anew. Raises FileRefused."""
    inspected = Workbook(b"")
    packed = io.BytesIO()
    unpacked = 0
    if content.count(_CENTRAL) > PARTS_MOST:  # before zipfile makes an object of each
        raise too_large()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as clean:
            parts = archive.infolist()
            names = [part.filename for part in parts]
            if len(parts) > PARTS_MOST or len(set(names)) != len(names):
                raise damaged()
            if "xl/workbook.xml" not in names:
                raise no_workbook()
            for part in parts:
                if not PART_READ.fullmatch(part.filename):
                    continue
                if part.flag_bits & 1:
                    raise locked()
                if part.file_size + unpacked > UNPACKED_MOST:
                    raise too_large()
                look = _Look(part.filename)
                data = bytearray()
                with archive.open(part) as stream:
                    while chunk := stream.read(CHUNK):
                        unpacked += len(chunk)
                        if unpacked > UNPACKED_MOST:
                            raise too_large()
                        look.feed(chunk)
                        data += chunk
                look.end()
                if look.broken:
                    inspected.broken[part.filename] = look.broken
                if look.is_sheet:
                    inspected.hidden[part.filename] = frozenset(look.hidden)
                    inspected.styles[part.filename] = look.styles
                elif look.struck:
                    inspected.struck_styles = frozenset(look.struck)
                clean.writestr(part.filename, bytes(data))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, expat.ExpatError, ValueError):
        raise damaged() from None
    inspected.content = packed.getvalue()
    inspected.parts = _sheet_parts(inspected.content)
    return inspected


def _sheet_parts(content: bytes) -> dict[str, str]:
    """Name of a sheet -> the part that holds it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            book = etree.fromstring(archive.read("xl/workbook.xml"), parser)
            links = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), parser)
    except (KeyError, etree.XMLSyntaxError):
        return {}
    targets = {link.get("Id"): link.get("Target", "").lstrip("/") for link in links}
    found = {}
    # By the local names: Strict Open XML writes the same elements in namespaces of its own.
    for sheet in book.iter("{*}sheet"):
        relation = next((value for name, value in sheet.items() if name.endswith("}id")), None)
        target = targets.get(relation, "")
        found[sheet.get("name", "")] = target if target.startswith("xl/") else f"xl/{target}"
    return found


class _Look:
    """Streams one XML part: no declarations of entities, no more marks than such a part can need, no cell too far out, and which
    cells have no result."""

    def __init__(self, name: str) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.is_sheet = SHEET_PART.fullmatch(name) is not None
        self.marks_left = MARKS_MOST
        if self.is_sheet:
            self.marks_left = MARKS_MOST_OF_CELLS
            self.parser.CharacterDataHandler = self._text
        elif name == "xl/sharedStrings.xml":
            self.marks_left = MARKS_MOST_OF_TEXTS
        elif name == "xl/styles.xml":
            self.marks_left = MARKS_MOST_OF_STYLES
        self.fed = self.depth = self.merged = 0
        self.rows = self.columns = 0
        self.broken: dict[CellPlace, str] = {}
        self.place: CellPlace | None = None
        self.row = self.column = -1
        self.hidden: set[int] = set()
        self.styles: dict[int, set[int]] = {}
        self.style = 0
        self.is_styles = name == "xl/styles.xml"
        self.within = ""
        self.fonts = self.formats = 0
        self.struck_fonts: set[int] = set()
        self.struck: set[int] = set()
        self.is_formula = self.is_error = self.has_value = self.in_value = False

    def feed(self, chunk: bytes) -> None:
        self.fed += len(chunk)
        self.parser.Parse(chunk, False)
        if self.fed - max(0, self.parser.CurrentByteIndex) > MARK_BYTES_MOST:
            raise too_large()

    def end(self) -> None:
        self.parser.Parse(b"", True)

    def _doctype(self, *_args: Any) -> None:
        raise FileRefused(_("文件里有不允许的定义（DOCTYPE）。请用 Excel 或 WPS 打开后另存为 .xlsx，再上传。"))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.marks_left -= 1 + len(attributes)
        self.depth += 1
        if self.marks_left < 0 or self.depth > DEEPEST:
            raise too_large()
        if self.is_sheet:
            self._start_in_sheet(name.rpartition(":")[2], attributes)
        elif self.is_styles:
            self._start_in_styles(name.rpartition(":")[2], attributes)

    def _start_in_styles(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("fonts", "cellXfs", "cellStyleXfs", "dxfs"):
            self.within = name
        elif self.within == "fonts" and name == "font":
            self.fonts += 1
        elif self.within == "fonts" and name == "strike" and attributes.get("val", "1") not in ("0", "false"):
            self.struck_fonts.add(self.fonts - 1)
        elif self.within == "cellXfs" and name == "xf":
            if int(attributes.get("fontId", "0")) in self.struck_fonts:
                self.struck.add(self.formats)
            self.formats += 1

    def _start_in_sheet(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            reference = attributes.get("r")
            if reference is None:
                self.column += 1
            else:
                self.row, self.column = _reference(reference)
            self.place = (self.row, self.column)
            self.style = int(attributes.get("s", "0"))
            self.is_formula = self.in_value = False
            self.is_error = attributes.get("t") == "e"
            self.has_value = attributes.get("t") == "str"  # a formula whose result is an empty text
        elif name == "row":
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
            self.column = -1
            if attributes.get("hidden") in ("1", "true"):
                self.hidden.add(self.row)
        elif name == "f":
            self.is_formula = True
        elif name == "is":
            self.has_value = True
        elif name == "v":
            self.in_value = True
        elif name == "mergeCell":
            self.merged += 1
            if self.merged > MERGED_MOST:
                raise too_large()

    def _text(self, _data: str) -> None:
        if self.in_value:
            self.has_value = True

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.in_value = False
        if name.rpartition(":")[2] != "c" or self.place is None:
            return
        if self.is_error:
            self.broken[self.place] = "error"
        elif self.is_formula and not self.has_value:
            self.broken[self.place] = "formula"
        if self.has_value or self.is_formula:
            self.styles.setdefault(self.row, set()).add(self.style)
            self.rows, self.columns = max(self.rows, self.place[0] + 1), max(self.columns, self.place[1] + 1)
            if self.rows * self.columns > CELLS_MOST:
                raise too_wide()
        self.place = None


def _reference(reference: str) -> CellPlace:
    """AB12 -> (11, 27)"""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    if not letters.isascii() or not letters.isupper() or column > 16_384:
        raise ValueError(reference)
    return int(reference[len(letters) :]) - 1, column - 1
