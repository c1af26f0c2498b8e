"""Marking as a pure function of a form's key and an answer sheet. The same input gives the same marks, whenever it is done.

Questions whose type is marked by people get no mark here; when theirs are in, `totals_of` makes the result of all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from exams.papers import chapter_order
from exams.types import type_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True)
class QuestionMark:
    number: int
    question_id: int
    score: int
    max_score: int


@dataclass(frozen=True)
class ClauseScore:
    clause_id: int
    score: int
    max_score: int


@dataclass(frozen=True)
class ChapterScore:
    number: str
    title: str
    score: int
    max_score: int


@dataclass(frozen=True)
class Totals:
    score: int
    max_score: int
    clauses: tuple[ClauseScore, ...]


@dataclass(frozen=True)
class MarkedSheet:
    """What the key can say. `waiting` are the numbers that people mark."""

    marks: tuple[QuestionMark, ...]
    waiting: tuple[int, ...]

    @property
    def score(self) -> int:
        return sum(mark.score for mark in self.marks)

    @property
    def max_score(self) -> int:
        return sum(mark.max_score for mark in self.marks)


def is_marked_by_people(entry: dict[str, Any]) -> bool:
    """Of an entry of a key. A part of a question may say for itself who marks it."""
    return (entry.get("marked_by") or type_for(entry["type"]).marked_by) == "people"


def numbers_for_people(key: dict[str, Any]) -> tuple[int, ...]:
    return tuple(sorted(int(number) for number, entry in key.items() if is_marked_by_people(entry)))


def sheet_mark(key: dict[str, Any], sheet: dict[int, Any]) -> MarkedSheet:
    """`key` is a FormKey's document, `sheet` maps question numbers to values. Scores are hundredths of a mark; a share that
    does not come out even is rounded down."""
    marks = []
    waiting = []
    for number, entry in sorted((int(number), entry) for number, entry in key.items()):
        if is_marked_by_people(entry):
            waiting.append(number)
            continue
        earned, parts = type_for(entry["type"]).share(entry["key"], sheet.get(number))
        marks.append(QuestionMark(number, entry["question"], entry["marks"] * earned // parts, entry["marks"]))
    return MarkedSheet(tuple(marks), tuple(waiting))


def totals_of(key: dict[str, Any], scores: Mapping[int, int]) -> Totals:
    """The result of a whole paper: `scores` holds a mark for each of its numbers."""
    clauses: dict[int, list[int]] = {}
    for number, entry in key.items():
        held = clauses.setdefault(entry["clause"], [0, 0])
        held[0] += scores[int(number)]
        held[1] += entry["marks"]
    return Totals(
        score=sum(scores[int(number)] for number in key),
        max_score=sum(entry["marks"] for entry in key.values()),
        clauses=tuple(ClauseScore(clause, score, most) for clause, (score, most) in sorted(clauses.items())),
    )


def chapters_from(key: dict[str, Any], clauses: Iterable[ClauseScore]) -> list[ChapterScore]:
    """In the order of the standard. A clause lies in one chapter, so its chapter's score is a sum over clauses."""
    chapter_by_clause = {entry["clause"]: (entry["chapter"], entry["chapter_title"]) for entry in key.values()}
    sums: dict[tuple[str, str], list[int]] = {}
    for clause in clauses:
        held = sums.setdefault(chapter_by_clause.get(clause.clause_id, ("", "")), [0, 0])
        held[0] += clause.score
        held[1] += clause.max_score
    return [
        ChapterScore(label, title, score, most)
        for (label, title), (score, most) in sorted(sums.items(), key=lambda item: chapter_order(item[0][0]))
    ]
