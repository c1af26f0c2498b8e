"""The tree while it grows: what every numbering builds and then freezes into ParsedClauses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from content.importers.parsed import ParsedClause, Problem
from content.importers.provisions import ordered, provisions_of
from content.importers.quantities import quantities_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from content.importers.parsed import Table

TITLE_LENGTH = 200
NUMBER_LENGTH = 60
DEEPEST = 30


@dataclass(eq=False)
class Node:
    number: str
    kind: str
    line: int
    parent: Node | None = None
    title: str = ""
    paragraphs: list[str] = field(default_factory=list)
    text_line: int = 0
    notes: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    lost: bool = False  # contradictory: what follows hangs on it, but it is not in the tree

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)

    @property
    def empty(self) -> bool:
        return not (self.title or self.paragraphs or self.notes or self.tables or self.children)

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()


class Tree:
    def __init__(self, place: str = "line") -> None:
        self.place = place
        self.roots: list[Node] = []
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []
        self.numbers: dict[str, Node] = {}

    def refuse(self, line: int | None, message: str) -> None:
        self.errors.append(Problem(line, _close(message)))

    def doubt(self, line: int | None, message: str) -> None:
        self.warnings.append(Problem(line, _close(message)))

    def where(self, line: int) -> str:
        return (_("第 %(n)s 段") if self.place == "paragraph" else _("第 %(n)s 行")) % {"n": line}

    def add(self, number: str, kind: str, line: int, parent: Node | None, *, title: str = "", text: str = "") -> Node:
        """A node at the end of its parent; a number that is there already is refused and its node stays outside."""
        node = Node(number, kind, line, parent, title=title, paragraphs=[text] if text else [], text_line=line)
        if parent is not None and parent.lost:
            node.lost = True
        elif number and number in self.numbers:
            node.lost = True
            self.refuse(
                line,
                _("编号“%(number)s”重复，%(first)s已经有了。请改正编号后重新上传。")
                % {"number": number, "first": self.where(self.numbers[number].line)},
            )
        elif len(number) > NUMBER_LENGTH:
            node.lost = True
            self.refuse(
                line, _("编号“%(number)s…”太长，层次可能认错了。请检查这一行。") % {"number": number[:NUMBER_LENGTH]}
            )
        if not node.lost:
            if number:
                self.numbers[number] = node
            (self.roots if parent is None else parent.children).append(node)
        return node

    def say(self, node: Node, text: str, line: int, *, number: str = "") -> Node:
        """An unnumbered paragraph: part of the node's own text, or a child once the node has children."""
        if not node.children:
            node.paragraphs.append(text)
            node.text_line = node.text_line if len(node.paragraphs) > 1 else line
            return node
        return self.add(number, "paragraph", line, node, text=text)

    def freeze(self) -> tuple[ParsedClause, ...]:
        for root in self.roots:
            for node in list(root.walk()):
                self._settle(node)
        return tuple(clause for root in self.roots for clause in self._frozen(root, 1, None))

    def _settle(self, node: Node) -> None:
        """A title that is too long is text; text before numbered subdivisions (a hanging paragraph) gets a node of its own."""
        if len(node.title) > TITLE_LENGTH:
            node.paragraphs.insert(0, node.title)
            node.title = ""
        if node.paragraphs and any(child.kind not in ("item", "paragraph") for child in node.children):
            hanging = Node("", "paragraph", node.text_line or node.line, node, paragraphs=node.paragraphs)
            node.children.insert(0, hanging)
            node.paragraphs = []

    def _frozen(self, node: Node, level: int, parent: str | None) -> Iterator[ParsedClause]:
        if level > DEEPEST:
            self.refuse(node.line, _("层次太深（超过 %(n)s 层）。请检查这一行的编号。") % {"n": DEEPEST})
            return
        yield ParsedClause(
            number=node.number,
            kind=node.kind,
            level=level,
            parent=parent,
            title=node.title,
            text=node.text,
            notes=tuple(node.notes),
            tables=tuple(node.tables),
            provisions=provisions_in(node),
            quantities=quantities_of("\n".join([node.title, node.text, *node.notes])),
            line=node.line,
        )
        for child in node.children:
            yield from self._frozen(child, level + 1, node.number or parent)


def _close(message: str) -> str:
    """A blank stands beside Latin letters and digits only: 5.2.3 之后, 第三条之后."""
    return re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", message)


def provisions_in(node: Node) -> tuple[str, ...]:
    """A definition has none. Items take the verb of their lead-in besides their own; a clause without a verb of its own is
    what its items and further paragraphs are."""
    if node.kind == "term":
        return ()
    own = provisions_of(node.text)
    if node.kind == "item":
        lead = _lead_in(node)
        inherited = provisions_of(lead.text) if lead is not None else ()
        if not own:
            return inherited
        return ordered((*inherited, *own)) if inherited != ("statement",) else own
    below = [child for child in node.children if child.kind in ("item", "paragraph")]
    further = [kind for child in below if child.kind == "paragraph" for kind in provisions_of(child.text)]
    if own in ((), ("statement",)):
        further += [kind for child in below if child.kind == "item" for kind in provisions_of(child.text)]
    return ordered((*own, *further)) if own else ()


def _lead_in(node: Node) -> Node | None:
    lead = node.parent
    while lead is not None and lead.kind == "item" and lead.parent is not None:
        if provisions_of(lead.text) != ("statement",):
            break
        lead = lead.parent
    if lead is None or lead.kind in ("item", "paragraph"):
        return lead
    before = lead.children[: lead.children.index(node)] if node in lead.children else []
    paragraph = next((child for child in reversed(before) if child.kind == "paragraph"), None)
    return paragraph or lead


__all__ = ["Node", "Tree", "provisions_in"]
