"""Marking as a pure function of a paper's key and an answer sheet. The same input gives the same marks, whenever it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from exams.papers import chapter_order
from exams.types import type_for


@dataclass(frozen=True)
class QuestionMark:
    number: int
    question_id: int
    score: int
    max_score: int


@dataclass(frozen=True)
class MarkedSheet:
    marks: tuple[QuestionMark, ...]
    by_clause: dict[str, list[int]]  # clause id -> [score, max_score]
    by_chapter: list[dict[str, Any]]  # [{"number", "title", "score", "max_score"}] in the order of the standard

    @property
    def score(self) -> int:
        return sum(mark.score for mark in self.marks)

    @property
    def max_score(self) -> int:
        return sum(mark.max_score for mark in self.marks)


def sheet_mark(key: dict[str, Any], sheet: dict[int, Any]) -> MarkedSheet:
    """`key` is a FormKey's document, `sheet` maps question numbers to values. Scores are hundredths of a mark; a share that
    does not come out even is rounded down."""
    marks = []
    by_clause: dict[str, list[int]] = {}
    chapters: dict[str, dict[str, Any]] = {}
    for number, entry in sorted((int(number), entry) for number, entry in key.items()):
        earned, parts = type_for(entry["type"]).share(entry["key"], sheet.get(number))
        most = entry["marks"]
        score = most * earned // parts
        marks.append(QuestionMark(number, entry["question"], score, most))
        clause = by_clause.setdefault(str(entry["clause"]), [0, 0])
        clause[0] += score
        clause[1] += most
        label = entry["chapter"]
        chapter = chapters.setdefault(
            label, {"number": label, "title": entry["chapter_title"], "score": 0, "max_score": 0}
        )
        chapter["score"] += score
        chapter["max_score"] += most
    ordered = sorted(chapters.values(), key=lambda chapter: chapter_order(chapter["number"]))
    return MarkedSheet(tuple(marks), by_clause, ordered)
