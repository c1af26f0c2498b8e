"""Markdown. Numbers are printed as they were typed: lists are left to the numberings, not to Markdown's rules."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import ClassVar

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from content.importers.parsed import Table
from content.importers.readers.html import html_blocks
from content.importers.readers.registry import LIKELY, POSSIBLE, Opened, register
from content.importers.readers.text import source_lines
from content.importers.readers.wording import DASH, DOT, finished, pieces
from content.importers.source import Line, Source, SourceRefused

Warnings = list[tuple[int | None, str]]

# Without lists and indented code every line stays what its author typed; without references 「[来源]: …」 stays text.
_blocks = MarkdownIt("commonmark").enable("table").disable(["list", "code", "reference", "inline"])
_words = MarkdownIt("commonmark").disable("autolink")
LONGEST_PARAGRAPH, MOST_BRACKETS = 8_000, 60  # beyond these the parser takes minutes, and it is no text with links

_NAMES = (".md", ".markdown", ".mdown", ".mkd")
_SIGNS = re.compile(r"^ {0,3}#{1,6} +\S|^ {0,3}\|?(?: *:?-{2,}:? *\|)+(?: *:?-{2,}:? *)?$|^<!--", re.MULTILINE)
_CRAMPED = re.compile(r"( {0,3}#{1,6})(?=[\d\u4e00-\u9fff])")
_FRONT_KEY = re.compile(r"\s*(?:[\w-]+\s*:.*|-\s.*|#.*)?$")
_BULLET = re.compile(r" *[-*+] +")
_AUTOMATIC = re.compile(r"( *)1([.)]) +")
_NUMBERED = re.compile(r"[\dA-Za-zＡ-Ｚａ-ｚ０-９]{1,4}[.)）．、]|[（(][\d一二三四五六七八九十]{1,3}[）)]|第[一二三四五六七八九十百千〇零\d]+[条章节]|[一二三四五六七八九十]+、|\d+\.\d|——")  # fmt: skip
_LEFT_OVER = re.compile(r"(\*\*|__)(?=\S)(.{1,200}?)(?<=\S)\1")
_TABLE = re.compile(r"<table\b", re.IGNORECASE)
_BR = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"<!--.*?(?:-->|$)|<(script|style)\b.*?(?:</\1>|$)|</?[A-Za-z][^<>]*>", re.DOTALL | re.IGNORECASE)


@register
class MarkdownReader:
    name = "markdown"
    endings: ClassVar[tuple[str, ...]] = (".md", ".markdown")

    def evidence(self, opened: Opened) -> int:
        if b"\0" in opened.head and not opened.head.startswith((b"\xff\xfe", b"\xfe\xff")):
            return 0
        if opened.named(*_NAMES):
            return LIKELY - 1
        signs = _SIGNS.search(opened.head.decode("utf-8", errors="replace").replace("\r", "\n"))
        return POSSIBLE if signs else 0

    def read(self, opened: Opened) -> Source:
        rows = source_lines(opened.file)
        title = _without_front_matter(rows)
        warnings: Warnings = []
        rows = [_CRAMPED.sub(r"\1 ", row) for row in _numbered(rows)]
        try:
            tokens = _blocks.parse("\n".join(rows))
        except RecursionError as error:
            raise SourceRefused(_("Markdown 的嵌套太深，无法读取。请删去多余的引用符号（>）后重新上传。")) from error
        lines = finished(_lines(tokens, rows, warnings))
        first = next((line.text for line in lines if line.heading), "")
        return Source(
            lines, title=title or ("" if _NUMBERED.match(first) else first), warnings=tuple(dict.fromkeys(warnings))
        )


def _without_front_matter(rows: list[str]) -> str:
    """Empties the lines of a YAML header in place, so that the others keep their numbers; gives its title."""
    if not rows or rows[0].strip() != "---":
        return ""
    title = ""
    for index, row in enumerate(rows[1:100], 1):
        if row.strip() in ("---", "..."):
            rows[: index + 1] = [""] * (index + 1)
            return title
        if not _FRONT_KEY.match(row):
            break
        key, _colon, value = row.partition(":")
        if key.strip().lower() == "title":
            title = value.strip().strip("\"'")
    return ""


def _numbered(rows: Sequence[str]) -> Iterator[str]:
    """`1.` on every item is Markdown's way to have a list numbered: give each the number that is printed."""
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        if found := _AUTOMATIC.match(row):
            indent, mark = found.groups()
            counts = {key: count for key, count in counts.items() if len(key[0]) <= len(indent)}
            number = counts[indent, mark] = counts.get((indent, mark), 0) + 1
            yield f"{indent}{number}{mark} {row[found.end() :]}"
        else:
            if row.strip() and not row.startswith(" "):
                counts = {}
            yield row


def _lines(tokens: Sequence[Token], source: Sequence[str], warnings: Warnings) -> Iterator[Line]:
    heading, number = 0, 1
    rows: list[list[str]] | None = None
    for token in tokens:
        if token.map:
            number = token.map[0] + 1
        if token.type == "heading_open":
            heading = int(token.tag[1:])
        elif token.type == "heading_close":
            heading = 0
        elif token.type == "table_open":
            rows, table_number = [], number
        elif token.type == "tr_open" and rows is not None:
            rows.append([])
        elif token.type == "table_close" and rows is not None:
            yield Line("", table_number, table=Table("", tuple(tuple(row) for row in rows)))
            rows = None
        elif token.type == "inline":
            spoken = list(_spoken(_inline(token.content), number, warnings))
            if rows is not None:
                rows[-1].append("\n".join(piece for _number, text in spoken for piece in pieces(text)))
                continue
            # A heading that is underlined with === or --- may swallow the paragraph above it.
            for index, (line, text) in enumerate(spoken):
                last = index == len(spoken) - 1
                yield from (
                    Line(piece, line, heading if last else 0) for piece in pieces(_item(text, source[line - 1]))
                )
        elif token.type == "html_block" and _TABLE.search(token.content):
            yield from (Line(each.text, number, each.heading, each.table) for each in html_blocks(token.content))
        elif token.type == "html_block":
            text = html.unescape(_TAG.sub(_line_breaks, _BR.sub("\v", token.content)))
            yield from (Line(piece, number + at) for at, row in enumerate(text.split("\n")) for piece in pieces(row))
        elif token.type == "fence":
            for at, row in enumerate(token.content.split("\n"), 1):
                yield from (Line(piece, number + at) for piece in pieces(row))


def _spoken(tokens: Sequence[Token], number: int, warnings: Warnings) -> Iterator[tuple[int, str]]:
    """Line number and text without marks, for each line of a paragraph."""
    text = ""
    for index, token in enumerate(tokens):
        if token.type in ("softbreak", "hardbreak"):
            yield number, _LEFT_OVER.sub(r"\2", text)
            text, number = "", number + 1
        elif token.type == "html_inline":
            text += "\v" if _BR.match(token.content) else ""
        elif token.type == "image":
            warnings.append((number, _("这里的图片不会导入，请在课程中另行添加。")))
        elif token.type in ("em_open", "em_close"):
            # 3*4*5 is a product, though Markdown sets the 4 in italics.
            after = tokens[index + 1].content if index + 1 < len(tokens) else ""
            text += token.markup if text[-1:].isdigit() and after[:1].isdigit() else ""
        else:
            text += token.content
    yield number, _LEFT_OVER.sub(r"\2", text)


def _inline(content: str) -> Sequence[Token]:
    if len(content) <= LONGEST_PARAGRAPH and content.count("[") <= MOST_BRACKETS:
        return _words.parseInline(content)[0].children or []
    if "\n" not in content:
        return [Token("text", "", 0, content=content)]
    tokens: list[Token] = []
    for line in content.split("\n"):
        tokens += [*_inline(line), Token("softbreak", "br", 0)]
    return tokens[:-1]


def _line_breaks(found: re.Match[str]) -> str:
    return "\n" * found.group().count("\n")


def _item(text: str, source: str) -> str:
    """A bullet becomes the field's own dash, an indented one a dot; none is needed before a number."""
    found = _BULLET.match(text)
    if not found:
        return text
    rest = text[found.end() :]
    if _NUMBERED.match(rest):
        return rest
    return (DOT if source.startswith(("  ", "\t")) else DASH) + rest
