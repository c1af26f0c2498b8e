"""What the candidates know: each answer they sent, and which of them the server confirmed. Kept apart from the server, and marked
here by hand: nothing of the exams' own marking is used."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

Order = tuple[int, int]  # (epoch, sequence)


@dataclass
class Sheet:
    """One attempt as its candidate remembers it."""

    code: str
    number: str  # of the member
    sent: dict[int, dict[Order, Any]] = field(default_factory=dict)
    confirmed: dict[int, set[Order]] = field(default_factory=dict)
    filled: dict[int, set[Order]] = field(
        default_factory=dict
    )  # confirmed to a device that had been taken over: if it was blank
    refused: dict[int, set[Order]] = field(default_factory=dict)  # said to be too late: must not count
    handed_in: bool = False

    def send(self, question: int, order: Order, value: Any) -> None:
        self.sent.setdefault(question, {})[order] = value

    def confirm(self, question: int, order: Order, *, taken_over: bool) -> None:
        (self.filled if taken_over else self.confirmed).setdefault(question, set()).add(order)

    def newest(self, question: int) -> Order | None:
        """What the server must hold at least. A filled blank counts only where no answer of a working device was confirmed."""
        orders = self.confirmed.get(question) or self.filled.get(question)
        return max(orders) if orders else None

    def to_json(self) -> dict[str, Any]:
        def plain(table: dict[int, set[Order]]) -> dict[str, Any]:
            return {str(question): sorted(orders) for question, orders in table.items()}

        return {
            "code": self.code,
            "number": self.number,
            "handed_in": self.handed_in,
            "sent": {
                str(question): [[*order, value] for order, value in answers.items()]
                for question, answers in self.sent.items()
            },
            "confirmed": plain(self.confirmed),
            "filled": plain(self.filled),
            "refused": plain(self.refused),
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Sheet:
        def orders(table: dict[str, Any]) -> dict[int, set[Order]]:
            return {
                int(question): {(epoch, sequence) for epoch, sequence in found} for question, found in table.items()
            }

        return cls(
            code=kept["code"],
            number=kept["number"],
            handed_in=kept["handed_in"],
            sent={
                int(question): {(epoch, sequence): value for epoch, sequence, value in answers}
                for question, answers in kept["sent"].items()
            },
            confirmed=orders(kept["confirmed"]),
            filled=orders(kept["filled"]),
            refused=orders(kept["refused"]),
        )


# --- marking by hand --------------------------------------------------------------------------------------------------


def _written(text: Any) -> str:
    folded = unicodedata.normalize("NFKC", str(text)).casefold()
    return re.sub(r"\s+", "", folded).strip("。.,，;；、\"'“”‘’")


def marks_of(entry: dict[str, Any], value: Any) -> int:
    """Hundredths of a mark for one answer, by the rules that are printed on the paper; `entry` is the key document's."""
    key, most = entry["key"], entry["marks"]
    if entry["type"] == "fill_blank":
        given = value if isinstance(value, list) else []
        right = 0
        for place, accepted in enumerate(key):
            if place < len(given) and _written(given[place]) in [_written(text) for text in accepted]:
                right += 1
        return int(most * right // len(key))
    if entry["type"] == "multiple_choice":
        return int(most) if isinstance(value, list) and sorted(value) == sorted(key) else 0
    return int(most) if value == key else 0


# --- the comparison ---------------------------------------------------------------------------------------------------


@dataclass
class Held:
    """One attempt as the database has it."""

    responses: dict[int, tuple[int, int, Any]]  # question -> (epoch, sequence, value)
    rows: int
    marks: dict[int, list[int]]
    results: list[int]  # scores
    clauses: int  # the sum of the scores by clause
    state: str
    closed_by: str
    evidence: int
    key: dict[str, Any]  # the paper's key document


def differences(sheet: Sheet, held: Held) -> list[tuple[str, str]]:
    """(kind, sentence) for whatever the database has otherwise than the candidate was told."""
    found: list[tuple[str, str]] = []

    def say(kind: str, text: str) -> None:
        found.append((kind, f"{sheet.code}: {text}"))

    if held.rows != len(held.responses):
        say("doubled", f"{held.rows} rows for {len(held.responses)} questions")
    by_hand: dict[int, Any] = {}
    for question in sorted(sheet.sent):
        newest = sheet.newest(question)
        kept = held.responses.get(question)
        if newest is not None:
            by_hand[question] = sheet.sent[question][newest]
        if kept is None:
            if newest is not None:
                say("lost", f"question {question}: {newest} was confirmed, nothing is held")
            continue
        order, value = (kept[0], kept[1]), kept[2]
        if order not in sheet.sent[question]:
            say("invented", f"question {question}: {order} was never sent")
        elif order in sheet.refused.get(question, set()):
            say("invented", f"question {question}: {order} was refused as too late, yet it is held")
        elif sheet.sent[question][order] != value:
            say(
                "changed",
                f"question {question}: {order} was sent as {sheet.sent[question][order]!r}, held as {value!r}",
            )
        if newest is not None and order < newest:
            say("overwritten", f"question {question}: {newest} was confirmed, the older {order} is held")
    for question in set(held.responses) - set(sheet.sent):
        say("invented", f"question {question} was never answered")
    if sheet.handed_in:
        _compare_result(sheet, held, by_hand, say)
    return found


def _compare_result(sheet: Sheet, held: Held, by_hand: dict[int, Any], say: Any) -> None:
    if held.state != "marked" or held.closed_by != "member":
        say("not handed in", f"the hand-in was confirmed, the state is {held.state} {held.closed_by}")
        return
    if len(held.results) != 1:
        say("doubled", f"{len(held.results)} results")
    if held.evidence != 1:
        say("doubled" if held.evidence else "lost", f"{held.evidence} pieces of evidence for one result")
    total = 0
    for number, entry in held.key.items():
        question = int(number)
        expected = marks_of(entry, by_hand.get(question))
        total += expected
        marks = held.marks.get(question, [])
        if len(marks) != 1:
            say("doubled" if marks else "lost", f"question {question} has {len(marks)} marks")
        elif marks[0] != expected:
            say(
                "marks",
                f"question {question}: {marks[0]} instead of {expected} for {json.dumps(by_hand.get(question), ensure_ascii=False)}",
            )
    if held.results and held.clauses != held.results[0]:
        say("marks", f"the scores by clause make {held.clauses}, the result is {held.results[0]}")
    if held.results and held.results[0] != total:
        say("marks", f"the result is {held.results[0]} instead of {total}")
