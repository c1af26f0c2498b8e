"""What a trainer corrects in a recognised tree: one clause a level up or down, or merged with the one before it.

Pure: a ParsedStandard goes in, another one comes out. A number that is put together from its parent's (`4.3.3 a)`,
`第三条（二）`, `一、（一）1.`) follows the clause to its new parent; a number that fixes its own place (`4.3.3`, `第三条`) stays, and
what would contradict it is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from acts import Refused
from content.importers.quantities import quantities_of
from content.importers.tree import NUMBER_LENGTH, Node, provisions_in

if TYPE_CHECKING:
    from content.importers.parsed import ParsedClause, ParsedStandard

RAISE, LOWER, MERGE = "raise", "lower", "merge"
ACTS = (RAISE, LOWER, MERGE)
# What may stand directly below what. None is the top of the document.
BELOW: dict[str | None, frozenset[str]] = {
    None: frozenset({"chapter", "section", "article", "clause", "paragraph", "term", "annex"}),
    "chapter": frozenset({"section", "article", "clause", "paragraph", "item", "term"}),
    "section": frozenset({"article", "clause", "paragraph", "item"}),
    "article": frozenset({"paragraph", "item"}),
    "clause": frozenset({"clause", "paragraph", "item", "term"}),
    "paragraph": frozenset({"item"}),
    "item": frozenset({"item", "paragraph"}),
    "term": frozenset({"term", "paragraph", "item"}),
    "annex": frozenset({"chapter", "section", "clause", "paragraph", "item", "term"}),
}
_DECIMAL = re.compile(r"(?:[A-Z]|\d+)(?:\.\d+)+")
_OPEN_END = re.compile(r"[\w)\].]$", re.ASCII)  # `a)` wants a space before its text, `（一）` does not


class CorrectionRefused(Refused):
    """Carries a sentence for the person."""


class Outline:
    """A parsed standard with its parents looked up once: so many rows ask what may be done with them."""

    def __init__(self, parsed: ParsedStandard) -> None:
        self.clauses = parsed.clauses
        self.levels = [clause.level for clause in parsed.clauses]

    @cached_property
    def parents(self) -> list[int | None]:
        return parents_of(self.levels)

    @cached_property
    def children(self) -> dict[int | None, list[int]]:
        found: dict[int | None, list[int]] = {}
        for index, parent in enumerate(self.parents):
            found.setdefault(parent, []).append(index)
        return found

    def end(self, index: int) -> int:
        """The first index after the clause and all that lies below it."""
        after = index + 1
        while after < len(self.levels) and self.levels[after] > self.levels[index]:
            after += 1
        return after

    def siblings(self, index: int) -> tuple[list[int], list[int]]:
        """Those before and those after the clause under the same parent."""
        family = self.children[self.parents[index]]
        place = family.index(index)
        return family[:place], family[place + 1 :]

    def name(self, index: int) -> str:
        clause = self.clauses[index]
        return clause.number or (clause.title or clause.text)[:12]

    # --- why not --------------------------------------------------------------------------------------------------

    def misfit(self, index: int, parent: int | None) -> str:
        """Why the clause can't stand directly below `parent`; empty where it can."""
        clause = self.clauses[index]
        above = self.clauses[parent] if parent is not None else None
        if clause.kind not in BELOW[above.kind if above is not None else None]:
            if above is None:
                return _("“%(name)s”是列项，要属于某一条，不能放在最上一级。") % {"name": self.name(index)}
            return _("“%(name)s”不能放在“%(above)s”之下。") % {
                "name": self.name(index),
                "above": self.name(parent or 0),
            }
        if _DECIMAL.fullmatch(clause.number):
            wanted = clause.number.rpartition(".")[0]
            if above is None or above.number.removeprefix("附录").strip() != wanted:
                return _(
                    "编号“%(number)s”表明它在“%(wanted)s”之下，不能移到别处。如果编号有误，请在原文件里改正后重新上传。"
                ) % {"number": clause.number, "wanted": wanted}
        return ""

    def obstacle(self, act: str, index: int) -> str:
        """Why the correction is impossible, as a sentence; empty where nothing local stands against it."""
        if act == RAISE:
            return self._obstacle_to_raising(index)
        if act == LOWER:
            before, _after = self.siblings(index)
            if not before:
                return _("“%(name)s”前面没有同级的内容，不能降级。") % {"name": self.name(index)}
            return self.misfit(index, before[-1])
        if index == 0:
            return _("“%(name)s”是第一条，前面没有可以合并的内容。") % {"name": self.name(index)}
        return next(filter(None, (self.misfit(child, index - 1) for child in self.children.get(index, ()))), "")

    def _obstacle_to_raising(self, index: int) -> str:
        parent = self.parents[index]
        if parent is None:
            return _("“%(name)s”已经在最上一级，不能再升级。") % {"name": self.name(index)}
        reason = self.misfit(index, self.parents[parent])
        if reason:
            return reason
        _before, after = self.siblings(index)
        for sibling in after:  # in the order of the document they come to lie below the raised one
            if self.misfit(sibling, index):
                return _(
                    "“%(name)s”升级后，后面的“%(sibling)s”会落到它之下，编号就对不上了。请从最后一条开始，由后往前逐条升级。"
                ) % {"name": self.name(index), "sibling": self.name(sibling)}
        return ""

    def possible(self, index: int) -> tuple[str, ...]:
        return tuple(act for act in ACTS if not self.obstacle(act, index))


def parents_of(levels: list[int]) -> list[int | None]:
    """The index of each one's parent: the nearest one before it with a lower level."""
    parents: list[int | None] = []
    above: list[int] = []
    for index, level in enumerate(levels):
        while above and levels[above[-1]] >= level:
            above.pop()
        parents.append(above[-1] if above else None)
        above.append(index)
    return parents


@dataclass(frozen=True)
class _Moved:
    """A clause at its new level, with the part of its number that is its own; None where the number stands for itself."""

    clause: ParsedClause
    label: str | None


def own_label(number: str, base: str) -> str | None:
    """What a number adds to that of the nearest numbered clause above, with the space between them."""
    if not base or number == base or not number.startswith(base) or _DECIMAL.fullmatch(number):
        return None
    return number[len(base) :]


def _taken_apart(outline: Outline) -> list[_Moved]:
    bases = [""] * len(outline.clauses)
    moved = []
    for index, (clause, parent) in enumerate(zip(outline.clauses, outline.parents, strict=True)):
        base = bases[parent] if parent is not None else ""
        bases[index] = clause.number or base
        moved.append(_Moved(clause, own_label(clause.number, base)))
    return moved


def _put_together(moved: list[_Moved]) -> tuple[ParsedClause, ...]:
    """Parents from the levels, numbers from the parents, provisions from both."""
    parents = parents_of([each.clause.level for each in moved])
    bases: list[str] = []
    made: list[ParsedClause] = []
    seen: set[str] = set()
    for each, parent in zip(moved, parents, strict=True):
        base = bases[parent] if parent is not None else ""
        number = each.clause.number if each.label is None else f"{base}{each.label}"
        if len(number) > NUMBER_LENGTH:
            raise CorrectionRefused(
                _("改动后的编号“%(number)s…”太长，所以没有改动。") % {"number": number[:NUMBER_LENGTH]}
            )
        if number and number in seen:
            raise CorrectionRefused(_("改动后会有两个“%(number)s”，所以没有改动。") % {"number": number})
        seen.add(number)
        bases.append(number or base)
        made.append(replace(each.clause, number=number, parent=base or None))
    return _with_provisions(made, parents)


def _with_provisions(made: list[ParsedClause], parents: list[int | None]) -> tuple[ParsedClause, ...]:
    """An item takes the verb of its lead-in, a clause that of its items: what came together or apart is asked anew."""
    nodes: list[Node] = []
    for clause, parent in zip(made, parents, strict=True):
        above = nodes[parent] if parent is not None else None
        node = Node(clause.number, clause.kind, clause.line, above, clause.title, [clause.text] if clause.text else [])
        nodes.append(node)
        if above is not None:
            above.children.append(node)
    return tuple(replace(clause, provisions=provisions_in(node)) for clause, node in zip(made, nodes, strict=True))


def _outline(parsed: ParsedStandard, act: str, index: int) -> Outline:
    if not 0 <= index < len(parsed.clauses):
        raise CorrectionRefused(_("没有找到要改的这一条。请刷新页面后再改。"))
    outline = Outline(parsed)
    reason = outline.obstacle(act, index)
    if reason:
        raise CorrectionRefused(reason)
    return outline


def _shift(moved: list[_Moved], indexes: range, by: int) -> None:
    for index in indexes:
        each = moved[index]
        moved[index] = replace(each, clause=replace(each.clause, level=each.clause.level + by))


def raise_clause(parsed: ParsedStandard, index: int) -> ParsedStandard:
    """One level up, with what lies below it. Raises CorrectionRefused."""
    outline = _outline(parsed, RAISE, index)
    moved = _taken_apart(outline)
    _shift(moved, range(index, outline.end(index)), -1)
    return replace(parsed, clauses=_put_together(moved))


def lower_clause(parsed: ParsedStandard, index: int) -> ParsedStandard:
    """One level down, below the sibling before it. Raises CorrectionRefused."""
    outline = _outline(parsed, LOWER, index)
    moved = _taken_apart(outline)
    _shift(moved, range(index, outline.end(index)), 1)
    return replace(parsed, clauses=_put_together(moved))


def merge_clause(parsed: ParsedStandard, index: int) -> ParsedStandard:
    """Its words, printed number included, end the clause before it, which takes over what lies below. Raises CorrectionRefused."""
    outline = _outline(parsed, MERGE, index)
    moved = _taken_apart(outline)
    before, gone = moved[index - 1], moved[index]
    _shift(moved, range(index + 1, outline.end(index)), before.clause.level - gone.clause.level)
    text = "\n".join(filter(None, (before.clause.text, _printed(gone))))
    notes = (*before.clause.notes, *gone.clause.notes)
    joined = replace(
        before.clause,
        text=text,
        notes=notes,
        tables=(*before.clause.tables, *gone.clause.tables),
        quantities=quantities_of("\n".join([before.clause.title, text, *notes])),
    )
    moved[index - 1] = replace(before, clause=joined)
    del moved[index]
    # What was doubtful about a row that is no longer one has been decided.
    open_doubts = tuple(problem for problem in parsed.warnings if problem.line != gone.clause.line)
    return replace(parsed, clauses=_put_together(moved), warnings=open_doubts)


def _printed(each: _Moved) -> str:
    """The clause as it stood in the file."""
    clause = each.clause
    label = (clause.number if each.label is None else each.label).strip()
    if clause.kind == "item" and not label:
        label = "——"
    heading = f"{label} {clause.title}" if label and clause.title else label or clause.title
    if not clause.text:
        return heading
    if not heading:
        return clause.text
    if clause.title:
        return f"{heading}\n{clause.text}"
    return f"{heading} {clause.text}" if _OPEN_END.search(heading) else f"{heading}{clause.text}"


CORRECTIONS = {RAISE: raise_clause, LOWER: lower_clause, MERGE: merge_clause}


def correct(parsed: ParsedStandard, act: str, index: int) -> ParsedStandard:
    """One correction by its name. Raises CorrectionRefused."""
    return CORRECTIONS[act](parsed, index)
