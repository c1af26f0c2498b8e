"""Answer sheets as people of different ability would fill them in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exams.types import type_for

if TYPE_CHECKING:
    import random


def answer_sheet(
    document: dict[str, Any], key: dict[str, Any], *, ability: float, rng: random.Random
) -> dict[int, Any]:
    """Question number -> answer; `ability` is the share of questions that the person knows. A few stay without an answer."""
    sheet: dict[int, Any] = {}
    for entry in document["questions"]:
        kind = type_for(entry["type"])
        right = key[str(entry["n"])]["key"]
        if rng.random() < ability:
            sheet[entry["n"]] = kind.right_answer(right)
        elif rng.random() < 0.95:
            sheet[entry["n"]] = kind.wrong_answer(entry, right, rng)
    return sheet
