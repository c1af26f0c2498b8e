"""Both editions of the demonstration standard against the truth that was written beside them."""

from __future__ import annotations

import csv
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from content.importers import read_standard
from content.importers.parsed import ParsedStandard

FOLDER = Path(__file__).resolve().parents[2] / "content" / "demo"
# The truth was counted by script: 表B.1分类 gave it «1分», and the dates of an example «5日» and «7日».
NO_QUANTITIES = {"B.1", "A.2"}


@cache
def edition(year: str) -> ParsedStandard:
    path = FOLDER / f"edition-{year}.md"
    with path.open("rb") as file:
        return read_standard(file, path.name)


def truth() -> list[dict[str, str]]:
    with (FOLDER / "clauses.csv").open(encoding="utf-8-sig", newline="") as table:
        return list(csv.DictReader(table))


@pytest.mark.parametrize("row", truth(), ids=lambda row: f"{row['edition']} {row['number']}")
def test_clause_agrees_with_the_truth(row: dict[str, str]) -> None:
    parsed = edition(row["edition"])
    clause = next(clause for clause in parsed.clauses if clause.number == row["number"])
    items = [item for item in parsed.clauses if item.kind == "item" and item.parent == clause.number]
    assert len(items) == int(row["list_items"])
    if row["provision_type"] == "term":
        assert clause.kind == "term" and not clause.provisions
    else:
        assert clause.provisions[0] == row["provision_type"]
    for flag, provision in (
        ("has_prohibition", "prohibition"),
        ("has_recommendation", "recommendation"),
        ("has_permission", "permission"),
    ):
        assert (provision in clause.provisions) == (row[flag] == "1"), provision
    if clause.number not in NO_QUANTITIES:
        # In digits only there; here also 两次 and 一个月.
        wanted = Counter(row["numbers_in_text"].split("|")) - Counter([""])
        assert not wanted - Counter(quantity.value for quantity in clause.quantities)


@pytest.mark.parametrize(("year", "provisions"), [("2025", 90), ("2026", 91)])
def test_edition_holds_its_provisions_and_nothing_doubtful(year: str, provisions: int) -> None:
    parsed = edition(year)
    rows = {row["number"] for row in truth() if row["edition"] == year}
    assert not parsed.refused and not parsed.warnings
    assert len(rows) == provisions
    units = {
        clause.number
        for clause in parsed.clauses
        if clause.kind == "term" or (clause.kind == "clause" and clause.text and clause.number)
    }
    assert units == rows


def test_counts_of_the_first_edition() -> None:
    parsed = edition("2025")
    kinds = Counter(clause.kind for clause in parsed.clauses)
    assert (kinds["chapter"], kinds["annex"], kinds["term"]) == (7, 3, 10)
    headlines = Counter(
        clause.provisions[0] for clause in parsed.clauses if clause.kind == "clause" and clause.provisions
    )
    assert headlines == {"requirement": 67, "recommendation": 5, "permission": 4, "statement": 3, "instruction": 1}
    assert sum(len(clause.tables) for clause in parsed.clauses) == 3


def test_what_the_edition_says_of_itself() -> None:
    parsed = edition("2026")
    assert (parsed.title, parsed.number) == ("社区网格员工作基本要求（演示文本）", "DEMO/T 001—2026")
    assert str(parsed.issued_on) == "2026-01-12" and str(parsed.effective_on) == "2026-03-01"
    assert parsed.numbering == "gbt" and "主要技术变化" in parsed.front_matter
    assert all(reference.resolved for reference in parsed.references)
