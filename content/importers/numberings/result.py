"""What every numbering ends with: its tree and what the lines say about the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from content.importers.metadata import about
from content.importers.parsed import ParsedStandard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from content.importers.source import Line, Source
    from content.importers.tree import Tree


def result(
    numbering: str,
    source: Source,
    tree: Tree,
    *,
    lines: Sequence[Line],
    front: Sequence[Line],
    back: Sequence[str] = (),
) -> ParsedStandard:
    """`front` stood before the first unit, `back` after the last one; both have no number."""
    facts = about(source, list(front), [line.text for line in lines])
    return ParsedStandard(
        title=facts.title,
        numbering=numbering,
        clauses=tree.freeze(),
        warnings=tuple(tree.warnings),
        errors=tuple(tree.errors),
        number=facts.number,
        issued_on=facts.issued_on,
        effective_on=facts.effective_on,
        front_matter="\n".join([*(line.text for line in front), *back]),
    )
