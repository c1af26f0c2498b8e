"""`make faults` works and its check can fail: each kind of damage to what the database holds is found in the ledger."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exams.marking import sheet_mark
from tests.faults.ledger import Held, Sheet, differences, marks_of
from tests.load.system import ROOT

KEY: dict[str, Any] = {
    "1": {"type": "single_choice", "marks": 200, "key": "B"},
    "2": {"type": "multiple_choice", "marks": 200, "key": ["A", "C"]},
    "3": {"type": "true_false", "marks": 200, "key": "true"},
    "4": {"type": "fill_blank", "marks": 200, "key": [["5", "五"], ["24"]]},
}


def written() -> Sheet:
    """Four answers, the first one changed once, on the second device since question 3."""
    sheet = Sheet(code="code", number="F000001", handed_in=True)
    for question, order, value in (
        (1, (1, 1), "A"),
        (1, (1, 5), "B"),
        (2, (1, 2), ["A", "C"]),
        (3, (2, 1), "false"),
        (4, (2, 2), ["５", "没有规定"]),
    ):
        sheet.send(question, order, value)
        sheet.confirm(question, order, taken_over=False)
    return sheet


def kept() -> Held:
    return Held(
        responses={1: (1, 5, "B"), 2: (1, 2, ["A", "C"]), 3: (2, 1, "false"), 4: (2, 2, ["５", "没有规定"])},
        rows=4,
        marks={1: [200], 2: [200], 3: [0], 4: [100]},
        results=[500],
        clauses=500,
        state="marked",
        closed_by="member",
        evidence=1,
        key=KEY,
    )


def test_what_was_confirmed_and_is_held_makes_no_difference() -> None:
    assert differences(written(), kept()) == []


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        (lambda held: held.responses.pop(2), "lost"),
        (lambda held: held.responses.update({1: (1, 1, "A")}), "overwritten"),
        (lambda held: held.responses.update({1: (1, 5, "C")}), "changed"),
        (lambda held: held.responses.update({1: (3, 1, "B")}), "invented"),
        (lambda held: held.responses.update({9: (1, 1, "B")}), "invented"),
        (lambda held: setattr(held, "rows", 5), "doubled"),
        (lambda held: held.results.append(500), "doubled"),
        (lambda held: held.marks[1].append(200), "doubled"),
        (lambda held: setattr(held, "evidence", 2), "doubled"),
        (lambda held: setattr(held, "evidence", 0), "lost"),
        (lambda held: held.marks.update({3: [200]}), "marks"),
        (lambda held: setattr(held, "results", [400]), "marks"),
        (lambda held: setattr(held, "clauses", 300), "marks"),
        (lambda held: setattr(held, "state", "open"), "not handed in"),
    ],
)
def test_each_kind_of_damage_is_found(damage: Callable[[Held], object], kind: str) -> None:
    held = kept()
    damage(held)
    assert kind in {found for found, _text in differences(written(), held)}


def test_an_answer_that_was_never_confirmed_may_be_held_or_not() -> None:
    sheet = written()
    sheet.send(1, (1, 9), "D")  # sent, the answer never came
    assert differences(sheet, kept()) == []
    held = kept()
    held.responses[1] = (1, 9, "D")
    assert "invented" not in {kind for kind, _text in differences(sheet, held)}


def test_an_answer_that_was_refused_as_too_late_must_not_be_held() -> None:
    sheet, held = written(), kept()
    sheet.send(1, (2, 9), "B")
    sheet.refused[1] = {(2, 9)}
    assert differences(sheet, held) == []
    held.responses[1] = (2, 9, "B")
    assert "invented" in {kind for kind, _text in differences(sheet, held)}


def test_a_device_that_was_left_behind_fills_a_blank_and_no_more() -> None:
    sheet, held = written(), kept()
    for question, order in ((5, (1, 7)), (3, (1, 8))):
        sheet.send(question, order, "A")
        sheet.confirm(question, order, taken_over=True)
    assert "lost" in {kind for kind, _text in differences(sheet, held)}
    held.responses[5] = (1, 7, "A")
    held.rows = 5
    assert differences(sheet, held) == []
    held.responses[3] = (1, 8, "A")
    assert "overwritten" in {kind for kind, _text in differences(sheet, held)}


def test_a_ledger_survives_being_written_down() -> None:
    sheet = written()
    sheet.refused[1] = {(2, 9)}
    sheet.confirm(4, (1, 3), taken_over=True)
    assert Sheet.from_json(json.loads(json.dumps(sheet.to_json()))) == sheet


def test_marking_by_hand_agrees_with_the_platforms_marking() -> None:
    rng = random.Random(4)
    shown = {"clause": 1, "chapter": "4", "chapter_title": "", "question": 1}
    key = {number: {**entry, **shown} for number, entry in KEY.items()}
    choices: dict[int, list[Any]] = {
        1: ["A", "B", None],
        2: [["A", "C"], ["C", "A"], ["A"], [], None],
        3: ["true", "false", None],
        4: [["5", "24"], ["五 ", "２４。"], ["24", "5"], ["", ""], None],
    }
    totals = set()
    for _turn in range(200):
        sheet = {number: rng.choice(values) for number, values in choices.items()}
        marked = {mark.number: mark.score for mark in sheet_mark(key, sheet).marks}
        assert marked == {number: marks_of(KEY[str(number)], sheet[number]) for number in choices}
        totals.add(sum(marked.values()))
    assert {0, 800} < totals


@pytest.mark.slow
def test_a_short_run_loses_nothing(tmp_path: Path) -> None:
    target = tmp_path / "faults.json"
    command = [
        sys.executable,
        "-m",
        "tests.faults",
        "--part",
        "sqlite",
        "--seconds",
        "2",
        "--candidates",
        "3",
        "--faults",
        "2",
        "--no-jobs",
    ]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}"}
    answer = subprocess.run(
        [*command, "--into", str(target)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    figures = {figure["name"]: figure["value"] for figure in json.loads(target.read_text())["results"]}
    assert figures["sqlite/differences between ledger and database"] == 0
    assert figures["sqlite/answers confirmed"] > 0
    assert figures["sqlite/processes killed, database down"] > 0
