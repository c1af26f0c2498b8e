"""`make bench` works: few turns, little data. The ratios here mean nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.timing import in_turns
from tests.load.system import ROOT


@pytest.mark.slow
def test_every_line_is_measured_beside_its_bound(tmp_path: Path) -> None:
    target = tmp_path / "bench.json"
    command = [sys.executable, "-m", "tests.bench", "--database", "sqlite", "--quick", "--into", str(target)]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}"}
    answer = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=600
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    figures = json.loads(target.read_text())["results"]
    names = " ".join(figure["name"] for figure in figures)
    for line in (
        "paper compile",
        "save of",
        "submit and mark",
        "certificate",
        "status page",
        "member list",
        "roster import",
    ):
        assert line in names
    assert all(figure["value"] > 0 and figure["bound"] > 0 and figure["ratio"] > 0 for figure in figures)


def test_both_sides_are_called_in_turns_and_the_first_turn_does_not_count() -> None:
    called: list[tuple[str, int]] = []
    pair = in_turns(2, lambda turn: called.append(("value", turn)), lambda turn: called.append(("bound", turn)))
    assert called == [("value", 0), ("bound", 0), ("value", 1), ("bound", 1), ("value", 2), ("bound", 2)]
    assert pair.turns == 2
