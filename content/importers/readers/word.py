"""Word files (.docx, .docm, also Strict): paragraphs with their printed numbers, tables, text boxes, in document order.

Merged cells: what is merged downwards is repeated in each row, so that every row can be read alone; what is merged
sideways stands in the first cell. A table of one cell is a frame: its paragraphs count as paragraphs.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import ClassVar

from django.utils.translation import gettext as _

from content.importers.parsed import Table
from content.importers.readers.html import MAX_CELLS, MAX_COLUMNS, html_blocks, html_text, mail_html, squared
from content.importers.readers.registry import LAST, LIKELY, POSSIBLE, ZIP, Opened, register
from content.importers.readers.text import decoded
from content.importers.readers.word_numbering import Numbers
from content.importers.readers.word_package import (
    Element,
    Package,
    Relation,
    attribute,
    child,
    number,
    short,
    switched_on,
    too_large,
    value,
)
from content.importers.readers.word_runs import Runs, chosen
from content.importers.readers.word_styles import Styles
from content.importers.readers.wording import clean, finished, pieces
from content.importers.source import Line, Source, SourceRefused

CHUNK_BYTES = 20 * 1024 * 1024
_BETWEEN_CHINESE = re.compile("(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_PAGE_NUMBER = re.compile(r"\s[\dIVXivx]+$")
_NUMBERED = re.compile(r"[\dA-Z]+[.\d]*\s|第.{1,6}[章节条]|[一二三四五六七八九十]+、|前\s?言$|引\s?言$|目\s?[次录]$")
_SIGNS = frozenset(("[content_types].xml", "_rels/.rels", "word/document.xml"))


@register
class WordReader:
    name = "word"
    endings: ClassVar[tuple[str, ...]] = (".docx",)

    def evidence(self, opened: Opened) -> int:
        if not opened.head.startswith(ZIP):
            return 0
        if _SIGNS & opened.members:
            return LIKELY
        return POSSIBLE if opened.is_broken_zip else 0  # the message about it speaks of Word

    def read(self, opened: Opened) -> Source:
        package = Package(opened.file)
        try:
            return Document(package, _main_part(package)).source()
        except RecursionError as error:
            raise too_large() from error


@register
class DamagedWord:
    """Called a Word file, and neither a package nor a text."""

    name = "damaged_word"
    endings: ClassVar[tuple[str, ...]] = ()

    def evidence(self, opened: Opened) -> int:
        return LAST + 1 if opened.named(".doc", ".docx", ".docm") and b"\0" in opened.head else 0

    def read(self, opened: Opened) -> Source:
        raise SourceRefused(_("这个 Word 文件已损坏或者没有传完。请打开原文件，另存为 .docx 后重新上传。"))


def _main_part(package: Package) -> str:
    relations = package.relations("").values()
    named = next((each.target for each in relations if each.kind == "officeDocument" and each.target), "")
    main = named or "word/document.xml"
    if main in package:
        return main
    raise SourceRefused(
        _("这份 Word 文件里没有正文，文件已损坏。请用 Word 或 WPS 打开原文件，另存为 .docx 后重新上传。")
    )


class Document:
    def __init__(self, package: Package, main: str, outermost: bool = True) -> None:
        self._package = package
        self._main = main
        self._outermost = outermost
        self._relations = package.relations(main)
        self._styles = Styles(self._part("styles"))
        self._numbers = Numbers(self._part("numbering"), self._styles)
        self._runs = Runs(self._styles, {**self._notes("footnotes", "foo"), **self._notes("endnotes", "end")})
        self._at = 0
        self._nested = 0
        self._carried: list[str] = []
        self._title = ""
        self._warnings: list[tuple[int | None, str]] = []

    def source(self) -> Source:
        lines = finished(self.lines())
        warnings = tuple(dict.fromkeys(self._warnings))
        return Source(lines, place="paragraph", title=self._title or self._title_of(lines), warnings=warnings)

    def lines(self) -> Iterator[Line]:
        for block in self._package.blocks(self._main, "w:document", "w:body"):
            yield from self._block(block)
        yield from (Line(piece, self._at) for piece in pieces("".join(self._carried)))

    def _part(self, kind: str, relations: dict[str, Relation] | None = None) -> Element | None:
        among = self._relations if relations is None else relations
        found = next((each.target for each in among.values() if each.kind == kind), "")
        return self._package.tree(found) if found and found in self._package else None

    def _notes(self, part: str, prefix: str) -> dict[str, str]:
        root = self._part(part)
        runs = Runs(self._styles, {})
        return {
            f"{prefix}{attribute(note, 'w:id')}": clean(
                " ".join(runs.of(each).text for each in note if short(each) == "w:p")
            )
            for note in ([] if root is None else root)
            if attribute(note, "w:type") in (None, "normal")
        }

    def _title_of(self, lines: tuple[Line, ...]) -> str:
        """The file's own title, if it stands in the text too (templates leave any title there); else the first heading."""
        own = self._part("core-properties", self._package.relations(""))
        title = (
            clean(next((each.text or "" for each in own if each.tag.endswith("}title")), "")) if own is not None else ""
        )
        if title and any(line.text.replace(" ", "") == title.replace(" ", "") for line in lines):
            return title
        first = next((line.text for line in lines if line.heading), "")
        return "" if _NUMBERED.match(first) else first

    def _block(self, element: Element) -> Iterator[Line]:
        name = short(element)
        if name == "w:p":
            yield from self._paragraph(element)
        elif name == "w:tbl":
            yield from self._table(element)
        elif name == "w:altChunk":
            yield from self._chunk(element)
        elif name in ("w:sdt", "w:customXml", "w:ins", "w:moveTo", "mc:AlternateContent"):
            for each in _children(element):
                yield from self._block(each)

    def _paragraph(self, element: Element) -> Iterator[Line]:
        if not self._nested:
            self._at += 1
        properties = child(element, "w:pPr")
        style = value(properties, "w:pStyle") or self._styles.default
        spoken = self._runs.of(element)
        self._warnings += ((self._at, warning) for warning in spoken.warnings)
        mark = child(properties, "w:rPr")
        if child(mark, "w:del") is not None or child(mark, "w:moveFrom") is not None:
            self._carried += spoken.parts  # the paragraph runs into the next one
        elif not self._left_out(spoken.text, spoken.in_contents, style, mark):
            text, self._carried = "".join([*self._carried, *spoken.parts]), []
            if self._styles.is_title(style):
                text = _BETWEEN_CHINESE.sub("", " ".join(pieces(text)))
                self._title = self._title or text
            outline = number(value(properties, "w:outlineLvl"))
            heading = self._styles.heading(style) if outline is None else outline + 1 if 0 <= outline < 9 else 0
            for index, piece in enumerate(pieces(self._numbers.of(properties, style) + text)):
                yield Line(piece, self._at, 0 if index else heading)
        self._nested += 1
        for box in spoken.boxes:
            for each in box:
                yield from self._block(each)
        self._nested -= 1
        for note in spoken.notes:
            yield Line(note if note.startswith("注") else f"注：{note}", self._at)

    def _left_out(self, text: str, in_contents: bool, style: str, mark: Element | None) -> bool:
        """Pages of contents; paragraphs that are hidden with their mark, which get no number either."""
        if self._styles.is_contents(style) or (in_contents and _PAGE_NUMBER.search(text)):
            return True
        return not text.strip() and bool(switched_on(mark, "w:vanish"))

    def _table(self, table: Element) -> Iterator[Line]:
        if not self._nested:
            self._at += 1
        found = [list(_cells(row)) for row in _rows(table)]
        if len(found) == 1 and len(found[0]) == 1:
            for each in found[0][0]:
                yield from self._block(each)
            return
        self._nested += 1
        rows: list[list[str]] = []
        above: dict[int, str] = {}
        for each in found:
            cells: list[str] = []
            for cell in each:
                wide = min(max(number(value(cell, "w:tcPr", "w:gridSpan")) or 1, 1), MAX_COLUMNS)
                text = self._cell(cell)
                merged = child(cell, "w:tcPr", "w:vMerge")
                if merged is None:
                    above.pop(len(cells), None)
                elif attribute(merged, "w:val") == "restart":
                    above[len(cells)] = text
                else:
                    text = above.get(len(cells), text)
                cells += [text] + [""] * (wide - 1)
                if len(cells) > MAX_CELLS:
                    raise too_large()
            rows.append(cells)
        self._nested -= 1
        if any(any(row) for row in rows):
            yield Line("", self._at, table=Table("", squared(rows)))

    def _cell(self, cell: Element) -> str:
        lines = [line for each in cell for line in self._block(each)]
        return "\n".join(
            "\n".join(" ".join(row).strip() for row in line.table.rows) if line.table else line.text for line in lines
        )

    def _chunk(self, element: Element) -> Iterator[Line]:
        """A body in another format inside the Word file, as WPS and many exporters write it."""
        relation = self._relations.get(attribute(element, "r:id") or "")
        if relation is None or relation.target not in self._package or not self._outermost:
            raise _unreadable_chunk()
        data = self._package.read(relation.target, CHUNK_BYTES)
        head = data[:2048].lstrip(b"\xef\xbb\xbf\r\n\t ")
        if head.startswith(b"PK"):
            inner = Package(io.BytesIO(data))
            document = Document(inner, _main_part(inner), outermost=False)
            for line in document.lines():
                self._at += 1
                yield Line(line.text, self._at, line.heading, line.table)
            return
        if head.startswith((b"{\\rtf", b"\xd0\xcf\x11\xe0", b"%PDF")):
            raise _unreadable_chunk()
        if re.match(rb"[\w-]+:[ \t]", head):
            text = mail_html(data)
        elif relation.target.lower().endswith(".txt"):
            text = None
            for piece in pieces(decoded(data)):
                self._at += 1
                yield Line(piece, self._at)
            return
        else:
            text = html_text(data)
        if text is None:
            raise _unreadable_chunk()
        for block in html_blocks(text):
            self._at += 1
            yield Line(block.text, self._at, block.heading, block.table)


def _unreadable_chunk() -> SourceRefused:
    message = _(
        "这份 Word 文件的正文是嵌入的内容（altChunk，多由 WPS 或网页导出生成），无法读取。"
        "请用 Word 或 WPS 打开，全选并复制到新建的空白文档，另存为 .docx 后重新上传。"
    )
    return SourceRefused(message)


def _children(element: Element) -> Iterator[Element]:
    """What stands inside a wrapper; nothing for Word's own table of contents and for a prompt that nobody filled in."""
    name = short(element)
    if name == "mc:AlternateContent":
        form = chosen(element)
        yield from () if form is None else form
    elif name == "w:sdt":
        properties, content = child(element, "w:sdtPr"), child(element, "w:sdtContent")
        gallery = value(properties, "w:docPartObj", "w:docPartGallery") or ""
        if content is not None and gallery != "Table of Contents" and child(properties, "w:showingPlcHdr") is None:
            yield from content
    else:
        yield from element


def _rows(table: Element) -> Iterator[Element]:
    for each in table:
        name = short(each)
        if name == "w:tr":
            if child(each, "w:trPr", "w:del") is None:
                yield each
        elif name in ("w:sdt", "w:customXml", "w:ins", "w:moveTo"):
            yield from (row for row in _children(each) if short(row) == "w:tr")


def _cells(row: Element) -> Iterator[Element]:
    for each in row:
        if short(each) == "w:tc":
            yield each
        elif short(each) in ("w:sdt", "w:customXml"):
            yield from (cell for cell in _children(each) if short(cell) == "w:tc")
