"""The tables of docs/ that name functions name what is there."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from outbox.registry import topics

DOCS = Path(__file__).resolve().parents[2] / "docs"
DOCUMENT = DOCS / "developers.md"
RULES = {
    "released_results",
    "is_expiring",
    "members_concerned",
    "within",
    "ancestor_paths",
    "unit_names",
    "current_assignments",
    "masked_name",
    "may_enter",
    "outbox_put",
    "notice_send",
    "upload_receive",
    "Key",
    "Refused",
    "ActorRequest",
    "act_then_go",
    "people_matching",
}


def named() -> list[str]:
    section = DOCUMENT.read_text().split("## Where each rule lives", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")][1:]
    assert all("`" in row.rpartition("|")[0].rpartition(" | ")[2] for row in rows), "each rule names its place"
    return [name for row in rows for name in re.findall(r"`([\w.]+)`", row)]


def found(name: str) -> Any:
    """The module, or what hangs in it."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            thing: Any = import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            thing = getattr(thing, part)
        return thing
    raise AssertionError(f"nothing is called {name}")


def test_all_that_the_table_names_is_there() -> None:
    names = named()
    assert len(names) > 30
    for name in names:
        assert found(name) is not None, name


def test_each_rule_that_once_stood_in_several_places_is_named() -> None:
    assert {name.rpartition(".")[2] for name in named()} >= RULES


def test_the_way_from_an_answer_to_a_certificate_names_what_is_there() -> None:
    names = re.findall(r"`([a-z_]+(?:\.[a-z_]+)+)", (DOCS / "answer-to-certificate.md").read_text())
    # Addresses and topics look alike: what is no module of ours names no function.
    functions = {name for name in names if find_spec(name.partition(".")[0]) and name not in topics()}
    assert len(functions) > 15
    for name in functions:
        assert found(name) is not None, name
