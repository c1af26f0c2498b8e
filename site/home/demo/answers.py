"""Answer sheets as people of different ability would fill them in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

# Answers that are wrong whatever the blank asks for.
WRONG_TEXTS = ("不清楚", "没有规定", "由村里决定")


def wrong_answer(entry: dict[str, Any], key: Any, rng: random.Random) -> Any:
    """A plausible wrong answer to one question of a paper."""
    if entry["type"] == "fill_blank":
        return [rng.choice(WRONG_TEXTS) for _ in range(entry["blanks"])]
    labels = [option["k"] for option in entry["options"]]
    if entry["type"] == "multiple_choice":
        missed = sorted(key)
        if len(missed) > 2 and rng.random() < 0.6:
            missed.remove(rng.choice(missed))
        else:
            missed = sorted({*missed, rng.choice([label for label in labels if label not in key])})
        return missed
    return rng.choice([label for label in labels if label != key])


def right_answer(entry: dict[str, Any], key: Any) -> Any:
    return [accepted[0] for accepted in key] if entry["type"] == "fill_blank" else key


def answer_sheet(
    document: dict[str, Any], key: dict[str, Any], *, ability: float, rng: random.Random
) -> dict[int, Any]:
    """Question number -> answer; `ability` is the share of questions that the person knows. A few stay without an answer."""
    sheet: dict[int, Any] = {}
    for entry in document["questions"]:
        right = key[str(entry["n"])]["key"]
        if rng.random() < ability:
            sheet[entry["n"]] = right_answer(entry, right)
        elif rng.random() < 0.95:
            sheet[entry["n"]] = wrong_answer(entry, right, rng)
    return sheet
