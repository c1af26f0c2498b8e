"""`make load` works: a few candidates, in seconds. What it measures here means nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.load.report import percentile
from tests.load.system import ROOT, Cost, family_cost


@pytest.mark.slow
def test_a_small_exam_day_ends_without_errors_and_writes_its_figures(tmp_path: Path) -> None:
    target = tmp_path / "load.json"
    command = [
        sys.executable,
        "-m",
        "tests.load",
        "--database",
        "sqlite",
        "--seconds",
        "2",
        "--levels",
        "2",
        "--most",
        "3",
    ]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}"}
    answer = subprocess.run(
        [*command, "--into", str(target)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    written = json.loads(target.read_text())
    figures = {figure["name"]: figure for figure in written["results"]}
    assert set(written) >= {"machine", "commit", "results"}
    assert figures["sqlite/2/errors"]["value"] == 0
    assert figures["sqlite/2/attempts"]["value"] > 0
    assert figures["sqlite/2/saves"]["bound"] > 0
    for step in ("sign in", "paper", "save", "submit", "result", "review"):
        assert figures[f"sqlite/2/{step}/p99"]["value"] >= figures[f"sqlite/2/{step}/p50"]["value"] > 0
    assert 0 < figures["sqlite/2/cpu of web"]["value"] < figures["sqlite/2/cpu"]["value"]


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(n) for n in range(1, 101)]
    assert [percentile(values, share) for share in (0.5, 0.95, 0.99)] == [50, 95, 99]
    assert percentile([7.0], 0.99) == 7.0
    assert percentile([], 0.5) == 0.0


def test_a_family_costs_what_all_its_members_cost() -> None:
    table = {1: (0, 1.0), 2: (1, 2.0), 3: (2, 4.0), 4: (1, 8.0), 9: (0, 16.0)}
    assert family_cost(1, table) == 15.0
    assert family_cost(2, table) == 6.0
    assert family_cost(7, table) == 0.0
    assert (Cost(1, 2, 3) - Cost(0.5, 1, 1)).total == 3.5
