"""What a roster would change, person by person: for the preview, and for carrying out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from people.models import RosterLine

if TYPE_CHECKING:
    from datetime import date

    from people.roster.checking import Facts, Problem, Seat
    from people.roster.units import Place

Kind = RosterLine.Kind


@dataclass(frozen=True)
class Line:
    """What a RosterLine keeps of a change."""

    kind: Kind
    row: int | None  # in the file, from 1
    number: str
    name: str
    changes: list[tuple[str, str, str]]
    warning: str = ""


@dataclass
class Held:
    """An assignment as the database has it."""

    pk: int
    post_id: int
    organisation_id: int
    starts: date
    ends: date | None
    path: str
    post_name: str
    is_main: bool


@dataclass
class Known:
    """A member as the database has it, with all assignments."""

    pk: int
    number: str
    name: str
    phone: str
    entered: date | None
    left: date | None
    user_id: int
    held: list[Held] = field(default_factory=list)  # in the order of their beginnings

    @property
    def current(self) -> list[Held]:
        """The main one first; none of somebody who has left."""
        if self.left is not None:
            return []
        return sorted((each for each in self.held if each.ends is None), key=lambda each: not each.is_main)

    @property
    def last(self) -> Held | None:
        """The main one of those that are held, or the one that ended last."""
        if current := self.current:
            return current[0]
        return max(self.held, key=lambda each: (each.ends or each.starts, each.is_main, each.starts), default=None)

    @property
    def standing(self) -> list[Held]:
        """Where the member stands, or stood last."""
        return self.current or [each for each in [self.last] if each is not None]


@dataclass
class Beginning:
    """A post that somebody gets: in place of `before`, or as if `reopened` had never ended, or beside all others."""

    seat: Seat
    is_main: bool
    before: Held | None = None
    reopened: Held | None = None


@dataclass
class Change:
    kind: Kind
    number: str
    name: str
    fields: list[tuple[str, str, str]]  # what, before, after
    facts: Facts | None = None
    known: Known | None = None
    warning: str = ""
    member: dict[str, Any] = field(default_factory=dict)  # columns of the member that get a new value
    begins: list[Beginning] = field(default_factory=list)
    ends: list[Held] = field(default_factory=list)  # without another in its place
    starts: list[tuple[int, date]] = field(default_factory=list)  # assignments whose beginning is corrected
    main: Held | None = None  # of those that go on: the one that becomes the main one


@dataclass
class Plan:
    changes: list[Change] = field(default_factory=list)
    new_units: list[Place] = field(default_factory=list)
    released: list[Known] = field(default_factory=list)  # left long ago; somebody else now has their phone number
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    people: int = 0
    unchanged: int = 0
    on_post_before: int = 0

    def count(self, kind: Kind) -> int:
        return sum(change.kind == kind for change in self.changes)

    @property
    def counts(self) -> dict[str, int]:
        return {
            "people": self.people,
            "new": self.count(Kind.NEW),
            "changed": self.count(Kind.CHANGED),
            "returned": self.count(Kind.RETURNED),
            "left": self.count(Kind.LEFT),
            "unchanged": self.unchanged,
            "units": len(self.new_units),
            "on_post_before": self.on_post_before,
        }

    def lines(self) -> list[Line]:
        """For the preview; new units first, then by kind, those who need a second look before the others."""
        level = _("层级")
        units = [
            Line(Kind.UNIT, None, "", place.label[:200], [(level, "", place.level.name)]) for place in self.new_units
        ]
        order = [Kind.NEW, Kind.CHANGED, Kind.RETURNED, Kind.LEFT]
        changes = sorted(self.changes, key=lambda each: (order.index(each.kind), not each.warning))
        return units + [
            Line(
                change.kind,
                change.facts.row + 1 if change.facts is not None else None,
                change.number,
                change.name,
                change.fields,
                change.warning,
            )
            for change in changes
        ]

    def digest(self) -> str:
        body = [[line.kind.value, line.number, line.name, line.changes, line.warning] for line in self.lines()]
        body += [[known.number, known.phone] for known in self.released]
        return hashlib.sha256(json.dumps(body, ensure_ascii=False).encode()).hexdigest()
