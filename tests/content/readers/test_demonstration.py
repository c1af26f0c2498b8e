"""The demonstration standard gives the same clauses whether it comes as Markdown, as Word with typed numbers, or as Word
that generates every number itself."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import docx
import pytest

from content.importers import read_standard
from content.importers.parsed import ParsedStandard
from content.importers.readers import read_source
from content.importers.source import Source
from tests.content.readers.word_files import cell, definition, level, numbered, p, style, table, word_file

EDITIONS = sorted((Path(__file__).parents[3] / "content" / "demo").glob("edition-*.md"))

NUMBERING = (
    definition(
        1,
        level(0, "decimal", "%1", extra='<w:pStyle w:val="1"/>'),
        level(1, "decimal", "%1.%2", extra='<w:pStyle w:val="2"/>'),
        level(2, "decimal", "%1.%2.%3"),
        level(3, "lowerLetter", "%4)"),
    )
    + definition(2, level(0, "upperLetter", "附　录　%1"), level(1, "decimal", "%1.%2"))
    + definition(3, level(0, "none", "注："))
    + numbered(1, 1)
    + numbered(2, 2)
    + numbered(3, 3)
)
STYLES = (
    style("1", "heading 1", inside='<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr>')
    + style("2", "heading 2", inside='<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="1"/></w:pPr>')
)  # fmt: skip
# What stands before the text, and the list and level that generate it.
AUTOMATIC = (
    (re.compile(r"\d+\.\d+\.\d+ "), 1, 2),
    (re.compile(r"\d+\.\d+$"), 1, 1),
    (re.compile(r"[a-z]\) "), 1, 3),
    (re.compile(r"附录[A-Z]$"), 2, 0),
    (re.compile(r"[A-Z]\.\d+ "), 2, 1),
    (re.compile("注："), 3, 0),
)


def source_of(edition: Path) -> Source:
    with edition.open("rb") as file:
        return read_source(file, edition.name)


def typed(source: Source) -> bytes:
    document = docx.Document()
    for line in source.lines:
        if line.table:
            rows = line.table.rows
            grid = document.add_table(len(rows), len(rows[0]))
            for row, texts in zip(grid.rows, rows, strict=True):
                for each, text in zip(row.cells, texts, strict=True):
                    each.text = text
        elif line.heading:
            document.add_heading(line.text, line.heading)
        else:
            document.add_paragraph(line.text)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def automatic(source: Source) -> bytes:
    body = ""
    for line in source.lines:
        text = escape(line.text)
        if line.table:
            body += table(*("".join(cell(p(escape(text))) for text in row) for row in line.table.rows))
        elif line.heading and re.match(r"\d", text):
            body += p(text.split(" ", 1)[1], style=str(line.heading))
        elif found := next(((rule.match(text), num, at) for rule, num, at in AUTOMATIC if rule.match(text)), None):
            rest = text[found[0].end() :] if found[0] else text
            body += p(rest, num=found[1], level=found[2], style="", extra=heading(line.heading))
        else:
            body += p(text, extra=heading(line.heading))
    return word_file(body, styles=STYLES, numbering=NUMBERING)


def heading(at: int) -> str:
    return f'<w:outlineLvl w:val="{at - 1}"/>' if at else ""


def clauses(standard: ParsedStandard) -> list[dict[str, Any]]:
    assert not standard.errors
    return [{**clause.as_json(), "line": 0, "tables": clause.tables} for clause in standard.clauses]


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.stem)
@pytest.mark.parametrize("made", [typed, automatic], ids=["typed numbers", "automatic numbers"])
def test_word_gives_the_same_clauses_as_markdown(edition: Path, made: Any) -> None:
    with edition.open("rb") as file:
        expected = read_standard(file, edition.name)
    data = made(source_of(edition))
    found = read_standard(io.BytesIO(data), "标准.docx")
    assert len(found.clauses) > 140
    assert clauses(found) == clauses(expected)
    assert (found.title, found.number, found.issued_on) == (expected.title, expected.number, expected.issued_on)
    assert found.warnings == ()
    assert found.place == "paragraph"


def test_the_automatic_numbers_are_really_not_in_the_text() -> None:
    with EDITIONS[0].open("rb") as file:
        assert "4.1.1 " in file.read().decode()
    raw = docx.Document(io.BytesIO(automatic(source_of(EDITIONS[0]))))
    assert not any(re.match(r"\d+\.\d|[A-C]\.\d|[a-p]\) |附录[A-C]$|注：", each.text) for each in raw.paragraphs)
