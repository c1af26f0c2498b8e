"""What the roster's rows mean for the posts that somebody holds already.

The rows of a person are all that he or she holds inside the unit that is imported: what stands in none of them ends. Posts
outside that unit go on, unless the person is new in it: then it is a transfer, as it always was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from people.roster.columns import Field
from people.roster.plan import Beginning

if TYPE_CHECKING:
    from datetime import date

    from people.roster.checking import Facts, Seat
    from people.roster.comparing import Planner
    from people.roster.plan import Change, Held, Known


def day_text(value: date | None) -> str:
    return value.isoformat() if value is not None else ""


class Moves:
    def __init__(self, planner: Planner, facts: Facts, known: Known, change: Change) -> None:
        self.planner = planner
        self.words = planner.words
        self.today = planner.today
        self.facts = facts
        self.known = known
        self.change = change

    def compare(self) -> bool:
        """Fills in the change; False after noting what is wrong."""
        facts, known, change = self.facts, self.known, self.change
        if not self._begin_after_entry():
            return False
        current = known.current
        ours = [held for held in current if self.planner.is_inside(held)]
        if not ours:
            ours = [held for held in current if self.planner.scope.covers(held.path)]
        foreign = [held for held in current if held not in ours]
        kept = self._kept(ours)
        over = [held for held in ours if held not in kept.values()]
        added = [seat for seat in facts.seats if seat not in kept]
        if not current and known.last is not None:
            over = [known.last]
        # The main post may lie in a unit that this roster says nothing about.
        main = None if any(held.is_main for held in foreign) else facts.seats[0]
        alone = len(facts.seats) == 1 and len(known.standing) <= 1
        for seat, held in kept.items():
            if not self._correct_start(seat, held):
                return False
        for seat in added:
            before = over.pop(0) if over else None
            if not self._begin(seat, before, is_main=seat is main, alone=alone):
                return False
        for held in over:
            if held.ends is None and not self._end(held):
                return False
        self._change_main(main, kept, current)
        if facts.seats[0].is_main and main is None:
            change.warning = _("此人的主岗在本次导入的单位之外，没有改动。")
        return True

    def _kept(self, ours: list[Held]) -> dict[Seat, Held]:
        by_place = {(held.post_id, held.organisation_id): held for held in ours}
        found = {seat: by_place.get((seat.post.pk, seat.place.pk or 0)) for seat in self.facts.seats}
        return {seat: held for seat, held in found.items() if held is not None}

    def _begin_after_entry(self) -> bool:
        entered = self.facts.entered or self.known.entered
        for seat in self.facts.seats:
            if seat.starts and entered and seat.starts < entered:
                message = _("任职日期 %(starts)s 早于入职日期 %(entered)s。请核对。")
                dates = {"starts": seat.starts.isoformat(), "entered": entered.isoformat()}
                self.planner.problem("date_order", message % dates, seat.row, Field.STARTS)
                return False
        return True

    def _begin(self, seat: Seat, before: Held | None, *, is_main: bool, alone: bool) -> bool:
        same = [
            h for h in self.known.held if (h.post_id, h.organisation_id) == (seat.post.pk, seat.place.pk) and h.ends
        ]
        reopened = next((held for held in same if seat.starts is None and held.ends and held.ends >= self.today), None)
        overlapped = next((held for held in same if seat.starts and held.ends and held.ends >= seat.starts), None)
        if before is None and overlapped is not None and seat.starts is not None:
            message = _("任职日期 %(starts)s 和前一任职（到 %(end)s）重叠。请核对。")
            dates = {"starts": seat.starts.isoformat(), "end": day_text(overlapped.ends)}
            self.planner.problem("date_order", message % dates, seat.row, Field.STARTS)
            return False
        if before is not None and not self._follows(seat, before):
            return False
        if alone and before is not None:
            self._tell_move(seat, before)
        elif before is not None and before.ends is None:
            self._tell("instead", self.planner.held_label(before), self.planner.seat_label(seat))
        else:
            self._tell("beside", "", self.planner.seat_label(seat))
        if reopened is not None and before is not None and before.ends is None:
            self.change.ends.append(before)
            before = None
        self.change.begins.append(Beginning(seat, is_main, None if reopened else before, reopened))
        return True

    def _follows(self, seat: Seat, before: Held) -> bool:
        busy_until = before.starts if before.ends is None else before.ends
        if seat.starts is not None and seat.starts <= busy_until:
            message = _(
                "任职日期 %(starts)s 不晚于前一任职的 %(busy)s。调动请填到新岗位的日期，或清空这一格（按导入当天）。"
            )
            dates = {"starts": seat.starts.isoformat(), "busy": busy_until.isoformat()}
            self.planner.problem("date_order", message % dates, seat.row, Field.STARTS)
            return False
        return self._has_begun(busy_until, seat.row)

    def _has_begun(self, busy_until: date, row: int) -> bool:
        if busy_until > self.today:
            message = _("现任职的日期 %(busy)s 在今天之后，不能在此变更。请等到那天，或先更正。")
            unit = self.planner.checker.table.unit_fields[0]
            self.planner.problem("date_order", message % {"busy": busy_until.isoformat()}, row, unit)
            return False
        return True

    def _end(self, held: Held) -> bool:
        self._tell("over", self.planner.held_label(held), "")
        self.change.ends.append(held)
        return self._has_begun(held.starts, self.facts.row)

    def _correct_start(self, seat: Seat, held: Held) -> bool:
        if seat.starts is None or seat.starts == held.starts:
            return True
        ends = [each.ends for each in self.known.held if each.ends is not None and each.ends < held.starts]
        if ends and seat.starts <= max(ends):
            message = _("任职日期 %(starts)s 和前一任职（到 %(end)s）重叠。请核对。")
            dates = {"starts": seat.starts.isoformat(), "end": max(ends).isoformat()}
            self.planner.problem("date_order", message % dates, seat.row, Field.STARTS)
            return False
        self._tell("starts", held.starts.isoformat(), seat.starts.isoformat())
        self.change.starts.append((held.pk, seat.starts))
        return True

    def _change_main(self, main: Seat | None, kept: dict[Seat, Held], current: list[Held]) -> None:
        if main is None or not current:
            return
        held = kept.get(main)
        if held is not None and not held.is_main:
            self.change.main = held
            self._tell("main", self.planner.held_label(current[0]), self.planner.held_label(held))
        elif held is None and current[0] in kept.values():
            self._tell("main", self.planner.held_label(current[0]), self.planner.seat_label(main))

    # --- what the preview says ---

    def _tell(self, word: str, before: str, after: str) -> None:
        self.change.fields.append((self.words[word], before, after))

    def _tell_move(self, seat: Seat, before: Held) -> None:
        """Who held one post and gets one: told by what differs."""
        if before.post_id != seat.post.pk:
            self._tell("post", before.post_name, seat.post.name)
        if before.organisation_id != seat.place.pk:
            self._tell("unit", self.planner.labels[before.path], self.planner.place_label(seat.place))
        if seat.starts is not None:
            self._tell("starts", before.starts.isoformat(), seat.starts.isoformat())
