"""HTML as paragraphs and tables, with the numbers that a browser would print: bodies that WPS and exporters hide in a
Word file, tables inside Markdown."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import lxml.html
from lxml import etree

from content.importers.parsed import Table
from content.importers.readers.word_numbering import printed
from content.importers.readers.word_package import number, too_large
from content.importers.readers.wording import DASH, DOT, pieces, shifted

LIMIT_CHARACTERS = 8 * 1024 * 1024
MAX_TAGS = 100_000
MAX_MAIL_PARTS = 2_000
MAX_COLUMNS = 63
MAX_CELLS = 500  # in one row, counting the columns that a cell spans

_SKIPPED = frozenset(("script", "style", "head", "title", "template", "noscript", "object", "svg", "rt", "rp", "del"))
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "ruby",
        "rb",
        "o:p",
        "st1:chsdate",
    ]
)
_KIND = re.compile(rb"^content-type:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE)
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_TYPES = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "1": "decimal"}
_STYLE_TYPE = re.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)", re.IGNORECASE)
_STYLE_TYPES = {
    "lower-alpha": "lowerLetter", "lower-latin": "lowerLetter", "upper-alpha": "upperLetter", "lower-roman": "lowerRoman",
    "upper-latin": "upperLetter", "upper-roman": "upperRoman", "cjk-ideographic": "chineseCountingThousand",
    "simp-chinese-informal": "chineseCountingThousand", "none": "none",
}  # fmt: skip
# A line end in the source is no space between Chinese characters.
_WRAPPED = re.compile(r"(?<=[\u2014-\u2026\u3000-\u9fff\uff00-\uffef])[ \t]*[\r\n][ \t\r\n]*(?=[\u2014-\u2026\u3000-\u9fff\uff00-\uffef])")  # fmt: skip
_SPACES = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True)
class Block:
    text: str = ""
    heading: int = 0
    table: Table | None = None


def mail_html(data: bytes) -> str | None:
    """The HTML inside an MHT file; None if there is none."""
    kinds = _KIND.findall(data)
    parts = max(len(kinds), data.count(b"\n--") // 2)
    if parts > MAX_MAIL_PARTS or any(len(kind) > 2000 for kind in kinds):
        return None  # the library takes minutes for endless headers
    message = email.message_from_bytes(data)
    for part in message.walk():
        if part.get_content_maintype() == "text" and not part.is_multipart():
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return html_text(payload, part.get_content_charset())
    return None


def html_text(data: bytes, charset: str | None = None) -> str:
    """Decoded as its headers or it itself say; what can't be decoded is left out and shows as �."""
    said = re.search(rb"charset\s*=\s*[\"']?([\w-]+)", data[:4096])
    name = charset or (said.group(1).decode("ascii") if said else "")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        name = "utf-16"
    if name.lower() in ("gb2312", "gbk", "gb_2312-80", "x-gbk"):
        name = "gb18030"  # of which these are parts, and which is meant all the same
    for each in (name, "utf-8", "gb18030"):
        try:
            return data.decode(each).removeprefix("\ufeff")
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return data.decode("utf-8", errors="replace")


def html_blocks(text: str) -> list[Block]:
    # The text is decoded already: what it says about its encoding would only mislead the parser.
    text = re.sub(r"^\s*<\?xml[^>]*>", "", text)
    if len(text) > LIMIT_CHARACTERS or text.count("<") > MAX_TAGS:
        raise too_large()
    parser = lxml.html.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = lxml.html.document_fromstring(text.encode("utf-8", errors="replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return []
    walk = _Walk()
    walk.element(root)
    walk.flush()
    return walk.blocks


class _Walk:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._text: list[str] = []
        self._heading = 0
        self._prefix = ""
        self._depth = 0

    def flush(self) -> None:
        text = _SPACES.sub(" ", _WRAPPED.sub("", "".join(self._text)))
        self._text = []
        for index, piece in enumerate(pieces(self._prefix + text) if text.strip() else []):
            self.blocks.append(Block(piece, 0 if index else self._heading))
        if text.strip():
            self._prefix = ""

    def element(self, element: Any) -> None:
        tag = element.tag.lower() if isinstance(element.tag, str) else ""
        if tag and tag not in _SKIPPED and not _HIDDEN.search(element.get("style") or ""):
            if tag == "br":
                self._text.append("\v")
            elif tag in ("sup", "sub"):
                self._text.append(shifted(element.text_content(), tag == "sup"))
            elif tag == "table":
                self.flush()
                self._table(element)
            elif tag in _INLINE:
                self._inside(element)
            else:
                self._block(element, tag)
        self._text.append(element.tail or "")

    def _inside(self, element: Any) -> None:
        self._text.append(element.text or "")
        for each in element:
            self.element(each)

    def _block(self, element: Any, tag: str) -> None:
        self.flush()
        outer = self._heading
        if re.fullmatch("h[1-6]", tag):
            self._heading = int(tag[1])
        if tag in ("ol", "ul"):
            self._list(element, tag)
        else:
            self._inside(element)
        self.flush()
        self._heading = outer

    def _list(self, element: Any, tag: str) -> None:
        self._depth += 1
        count = number(element.get("start")) or 1
        style = _STYLE_TYPE.search(element.get("style") or "")
        kind = (
            _STYLE_TYPES.get(style.group(1).lower(), "decimal")
            if style
            else _TYPES.get(element.get("type") or "", "decimal")
        )
        self._text.append(element.text or "")
        for each in element:
            if isinstance(each.tag, str) and each.tag.lower() == "li":
                self.flush()
                own = number(each.get("value"))
                count = count if own is None else own
                if kind == "none" or (style and style.group(1).lower() == "none"):
                    self._prefix = ""
                elif tag == "ul":
                    self._prefix = DASH if self._depth == 1 else DOT
                else:
                    self._prefix = printed(count, kind) + {"decimal": ". ", "chineseCountingThousand": "、"}.get(
                        kind, ") "
                    )
                count += 1
            self.element(each)
        self._depth -= 1

    def _table(self, table: Any) -> None:
        rows: list[list[str]] = []
        merged: dict[int, tuple[int, str]] = {}
        caption = ""
        found = list(_rows(table))
        frame = len(found) == 1 and len(found[0]) == 1
        for row in found:
            if row.tag == "caption":
                caption = " ".join(pieces(row.text_content()))
                continue
            cells: list[str] = []
            for cell in row:
                if cell.tag in ("td", "th"):
                    self._fill(cells, merged)
                    inner = _Walk()
                    inner._inside(cell)
                    inner.flush()
                    if frame:
                        self.blocks += inner.blocks  # a frame round the text rather than a table
                        return
                    text = "\n".join(each.text for each in inner.blocks if each.text)
                    if len(cells) > MAX_CELLS:
                        raise too_large()
                    wide = min(max(number(cell.get("colspan")) or 1, 1), MAX_COLUMNS)
                    tall = min(max(number(cell.get("rowspan")) or 1, 1), 10_000)
                    for at in range(wide):
                        if tall > 1:
                            merged[len(cells)] = (tall - 1, "" if at else text)
                        cells.append("" if at else text)
            self._fill(cells, merged)
            if len(cells) > MAX_CELLS:
                raise too_large()
            rows.append(cells)
        if any(any(row) for row in rows):
            self.blocks.append(Block(table=Table(caption, squared(rows))))

    @staticmethod
    def _fill(cells: list[str], merged: dict[int, tuple[int, str]]) -> None:
        """What reaches down from the rows above."""
        while len(cells) in merged:
            left, text = merged.pop(len(cells))
            if left > 1:
                merged[len(cells)] = (left - 1, text)
            cells.append(text)


def _rows(table: Any) -> Iterator[Any]:
    for each in table:
        if each.tag in ("tr", "caption"):
            yield each
        elif each.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in each if row.tag == "tr")


def squared(rows: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    """Rows of the same length; a row of more columns than Word allows doesn't stretch the others."""
    width = min(max(len(row) for row in rows), MAX_COLUMNS)
    return tuple(tuple(row + [""] * (width - len(row))) for row in rows)
