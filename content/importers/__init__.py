"""Files -> ParsedStandard. See README.md for how to add a numbering or a reader."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from content.importers.numberings import numbering_for
from content.importers.parsed import ParsedStandard, Problem, refusal
from content.importers.readers import read_source
from content.importers.references import references_of, unresolved
from content.importers.source import SourceRefused

if TYPE_CHECKING:
    from typing import BinaryIO

    from content.importers.source import Line, Source

_BOOKMARK = re.compile(r"\[bookmark: ?\w+\]")


def read_standard(file: BinaryIO, name: str) -> ParsedStandard:
    """Never raises for what is in the file: a file that can't be imported comes back refused, with its errors."""
    stem = PurePath(name.replace("\\", "/")).stem
    try:
        source = read_source(file, name)
    except SourceRefused as refused:
        return refusal(stem, refused.message, refused.line)
    return parse(source, stem)


def _cleaned(line: Line) -> Line:
    """Converters leave Word's bookmarks behind as text."""
    text = _BOOKMARK.sub("", line.text) if "[bookmark" in line.text else line.text
    return line if text == line.text else replace(line, text=text.strip())


def parse(source: Source, stem: str) -> ParsedStandard:
    source = replace(source, lines=tuple(_cleaned(line) for line in source.lines))
    numbering = numbering_for(source.lines)
    if numbering is None:
        return replace(
            refusal(
                stem,
                _(
                    "没有找到带编号的条款。正文的编号应当是“4.1”、“第三条”或者“一、”这样的形式；"
                    "编号如果是图片或者没有编号，请补上后重新上传。"
                ),
            ),
            place=source.place,
            digest=source.digest,
        )
    parsed = numbering.parse(source)
    errors = parsed.errors
    if not parsed.clauses and not errors:
        errors = (Problem(None, _("没有认出任何条款。请检查正文的编号后重新上传。")),)
    references = references_of(parsed.numbering, parsed.clauses)
    dangling = [
        Problem(one.line, _("引用了“%(number)s”，但文中没有这一条。") % {"number": one.target})
        for one in unresolved(references)
    ]
    read = [Problem(line, message) for line, message in source.warnings]
    return replace(
        parsed,
        title=parsed.title or re.sub(r"[(（]\d{4}-\d\d-\d\d[)）]$", "", stem)[:200],
        references=references,
        warnings=tuple(sorted([*read, *parsed.warnings, *dangling], key=lambda one: one.line or 0)),
        errors=tuple(sorted(errors, key=lambda one: one.line or 0)),
        place=source.place,
        digest=source.digest,
    )


__all__ = ["parse", "read_standard"]
