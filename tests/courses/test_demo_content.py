"""The published demonstration course is content: it is checked as files, without the database."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
COURSE = ROOT / "courses" / "demo" / "course.toml"
LESSONS = sorted((ROOT / "courses" / "demo" / "lessons").glob("*.toml"))
EDITION = ROOT / "content" / "demo" / "edition-2025.md"

CARD, SENTENCE, TIP, COPIED = 200, 60, 80, 14
# The keys that a block of each type has, all of them always.
KEYS: dict[str, set[str]] = {
    "text_card": {"heading", "text"},
    "clause": {"number"},
    "case": {"title", "situation", "question", "analysis"},
    "steps": {"title", "steps"},
    "tip": {"text", "tone"},
    "check": {"stem", "options", "explanation", "clause"},
}
# What the editor's blocks accept (courses/blocks.py), where it is less than a card.
LENGTHS = {"heading": 30, "title": 30, "question": 120, "stem": 200, "option": 120, "step": 120, "feedback": 160}


@cache
def lesson_of(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def blocks_of(path: Path, kind: str) -> list[dict[str, Any]]:
    return [block for block in lesson_of(path)["blocks"] if block["type"] == kind]


def strings_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings_of(inner)


def card_text(block: dict[str, Any]) -> str:
    """What stands on one card before anything is answered; the answer's explanation is a panel of its own."""
    match block["type"]:
        case "check":
            return str(block["stem"]) + "".join(option["text"] for option in block["options"])
        case "text_card":
            return str(block["text"])
        case "case":
            return "".join(block[key] for key in ("situation", "question", "analysis"))
        case "steps":
            return "".join(block["steps"])
        case _:
            return str(block.get("text", ""))


def sentences_of(text: str) -> list[str]:
    return [sentence for sentence in re.split(r"[。？！\n]", text) if sentence.strip()]


@cache
def clause_numbers() -> frozenset[str]:
    """Untitled clauses stand at a line's start before their text, titled ones are headings, terms are alone on a line."""
    text = EDITION.read_text(encoding="utf-8")
    return frozenset(re.findall(r"^(?:#+ )?((?:\d+|[A-Z](?=\.))(?:\.\d+)*)(?= |$)", text, flags=re.MULTILINE))


@cache
def provisions() -> frozenset[str]:
    """The numbers with a text of their own: terms, the third level, and the clauses of the annexes."""
    return frozenset(n for n in clause_numbers() if re.fullmatch(r"3\.\d+|\d+\.\d+\.\d+|[A-Z]\.\d+", n))


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def test_the_edition_has_the_ninety_provisions_that_the_course_is_measured_by() -> None:
    assert len(provisions()) == 90
    assert {"3.10", "4.3.1", "7.5.3", "A.2", "B.1", "C.2"} <= provisions()


def test_course_file_says_what_it_is_and_that_it_is_a_demonstration() -> None:
    course = tomllib.loads(COURSE.read_text(encoding="utf-8"))
    assert {
        "title",
        "slug",
        "summary",
        "audience",
        "intro",
        "label",
        "edition",
        "is_onboarding",
        "is_compulsory",
    } == set(course)
    assert "演示" in course["title"] and course["label"] == "演示" and "演示" in course["intro"]
    assert len(course["summary"]) <= 120 and len(course["audience"]) <= 120
    assert re.fullmatch(r"[a-z0-9-]+", course["slug"])
    assert course["edition"] in EDITION.read_text(encoding="utf-8")
    assert all(len(sentence) <= SENTENCE for sentence in sentences_of(course["intro"]))


def test_there_are_at_least_fourteen_lessons_numbered_without_gaps_and_named_once() -> None:
    assert len(LESSONS) >= 14
    assert [int(path.name[:2]) for path in LESSONS] == list(range(1, len(LESSONS) + 1))
    assert len({lesson_of(path)["title"] for path in LESSONS}) == len(LESSONS)
    assert all(path.stem[3:] == lesson_of(path)["slug"] for path in LESSONS)


def test_every_provision_of_the_edition_is_taught_somewhere() -> None:
    taught = {number for path in LESSONS for number in lesson_of(path)["clauses"]}
    assert provisions() - taught == set()


def test_lesson_has_its_fields_and_known_blocks_only(path: Path) -> None:
    lesson = lesson_of(path)
    assert set(lesson) == {"slug", "title", "minutes", "objectives", "clauses", "blocks"}
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", lesson["slug"])
    assert 5 <= lesson["minutes"] <= 10
    assert 2 <= len(lesson["objectives"]) <= 4
    assert 8 <= len(lesson["blocks"]) <= 16
    for block in lesson["blocks"]:
        assert set(block) == KEYS[block["type"]] | {"type"}, block
    for text in strings_of(lesson):
        assert text == text.strip()


def test_lesson_has_clause_explanation_case_and_two_checks(path: Path) -> None:
    assert blocks_of(path, "clause")
    assert blocks_of(path, "case")
    assert len(blocks_of(path, "text_card")) >= 2
    assert len(blocks_of(path, "check")) >= 2


def test_no_more_than_five_cards_pass_without_a_check(path: Path) -> None:
    """One after every 3 to 5 cards; a clause card that only shows its text does not count as a card to be read alone."""
    run = 0
    for block in lesson_of(path)["blocks"]:
        if block["type"] == "check":
            run = 0
        elif block["type"] != "clause":
            run += 1
        assert run <= 5, block


def test_clauses_exist_and_what_is_shown_or_asked_is_listed_as_taught(path: Path) -> None:
    lesson = lesson_of(path)
    listed = set(lesson["clauses"])
    assert len(listed) == len(lesson["clauses"])
    assert listed <= provisions()
    assert {block["number"] for block in blocks_of(path, "clause")} <= listed
    assert {block["clause"] for block in blocks_of(path, "check")} <= listed


def test_cards_sentences_and_fields_are_short_enough_for_a_small_phone(path: Path) -> None:
    for block in lesson_of(path)["blocks"]:
        assert len(re.sub(r"\s", "", card_text(block))) <= CARD, block
        for key, limit in LENGTHS.items():
            assert len(block.get(key, "")) <= limit, block
        for text in strings_of(block):
            for sentence in sentences_of(text):
                assert len(sentence) <= SENTENCE, sentence
    for block in blocks_of(path, "text_card"):
        assert len(block["heading"]) <= 12, block["heading"]
        assert "\n\n\n" not in block["text"] and not re.search(r"[^\n]\n[^\n]", block["text"])
    for block in blocks_of(path, "steps"):
        assert 3 <= len(block["steps"]) <= 6
        assert all(len(step) <= LENGTHS["step"] for step in block["steps"])
    for block in blocks_of(path, "tip"):
        assert len(block["text"]) <= TIP and block["tone"] in {"tip", "warning"}


def test_checks_say_when_several_are_right_and_explain_every_wrong_choice(path: Path) -> None:
    for block in blocks_of(path, "check"):
        options = block["options"]
        assert 2 <= len(options) <= 6
        assert all(set(option) == {"text", "correct", "feedback"} for option in options)
        assert len({option["text"] for option in options}) == len(options)
        right = [option for option in options if option["correct"]]
        assert 1 <= len(right) < len(options), block["stem"]
        assert (len(right) > 1) == block["stem"].endswith("（可多选）"), block["stem"]
        # Praise on a right option would be shown to somebody who also chose a wrong one.
        assert all(bool(option["feedback"]) != option["correct"] for option in options), block["stem"]
        assert all(len(option["feedback"]) <= LENGTHS["feedback"] for option in options)
        assert len(block["explanation"]) <= CARD


def test_right_answers_stand_at_every_place() -> None:
    places = [
        next(i for i, option in enumerate(block["options"]) if option["correct"])
        for path in LESSONS
        for block in blocks_of(path, "check")
        if "（可多选）" not in block["stem"]
    ]
    assert all(places.count(place) >= len(places) // 6 for place in (0, 1, 2))


def test_clause_texts_are_cited_by_block_and_not_retyped(path: Path) -> None:
    """A retyped clause would stay behind when the edition changes."""
    edition = re.sub(r"\s", "", EDITION.read_text(encoding="utf-8"))
    for text in strings_of(lesson_of(path)):
        flat = re.sub(r"\s", "", text)
        for start in range(len(flat) - COPIED + 1):
            assert flat[start : start + COPIED] not in edition, text


def test_wording_is_polite_and_plain(path: Path) -> None:
    for text in strings_of(lesson_of(path)):
        assert not re.search(r"[！!…]|[A-Za-z]{3,}|你们|，,|[\"']", text) or re.fullmatch(r"[a-z0-9_-]+", text), text
        assert not re.search(r"[\u4e00-\u9fff] +[0-9]|[0-9] +[\u4e00-\u9fff]", text), text
