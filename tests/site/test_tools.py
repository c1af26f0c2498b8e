"""The commands that everybody relies on before any test runs."""

from __future__ import annotations

from pathlib import Path

import check_files
import pytest
import step


def test_a_step_that_failed_is_due_again(tmp_path: Path) -> None:
    stamp = tmp_path / "stamps" / "step"
    with pytest.raises(step.Stop), step.stamped(stamp, "made of this") as due:
        assert due
        raise step.Stop("no network")
    with step.stamped(stamp, "made of this") as due:
        assert due


def test_a_step_that_is_done_is_due_again_only_when_its_sources_change_or_its_result_is_gone(tmp_path: Path) -> None:
    stamp = tmp_path / "step"
    for value, ready, expected in (
        ("one", True, True),
        ("one", True, False),
        ("one", False, True),
        ("two", True, True),
    ):
        with step.stamped(stamp, value, ready=ready) as due:
            assert due is expected


def test_a_migration_that_was_added_makes_the_database_due() -> None:
    migrations = step.sources("**/migrations/*.py")
    names = {path.relative_to(step.ROOT).as_posix() for path in migrations}
    assert "people/migrations/0002_people.py" in names
    assert "site/jobs/migrations/0001_jobs.py" in names


@pytest.mark.parametrize(
    ("script", "readable"),
    [
        ("export const first = (list) => list ?? null;", True),
        ("class Room { marks = 0; }", True),
        ("let name; name ??= 'x';", False),
        ("class Room { #marks() { return 0; } }", False),
        ("const broken = ;", False),
    ],
)
def test_a_script_that_an_old_phone_cannot_read_is_named(tmp_path: Path, script: str, readable: bool) -> None:
    path = tmp_path / "script.js"
    path.write_text(script)
    complaint = check_files.too_new(str(path))
    assert complaint is None if readable else str(path) in (complaint or "")
