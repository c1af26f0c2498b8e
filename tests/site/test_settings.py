"""An unsafe setting keeps a production system from starting, and says which one it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAFE = {
    "PRODUCTION": "true",
    "SECRET_KEY": "k" * 60,
    "BASE_URL": "https://grid.example",
    "DATABASE_URL": "postgresql://grid@127.0.0.1/grid",
    "CACHE_URL": "redis://127.0.0.1/1",
    "CELERY_BROKER_URL": "redis://127.0.0.1/0",
    "ORGANISER": "东河市网格中心",
}


def settings_with(tmp_path: Path, printed: str = "SESSION_ENGINE", **changed: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
        "VAR_DIR": str(tmp_path),
        **{name: value for name, value in {**SAFE, **changed}.items() if value},
    }
    program = f"from config import settings; print(settings.{printed})"
    return subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_a_safe_production_starts(tmp_path: Path) -> None:
    answer = settings_with(tmp_path, WEB_PROCESSES="8")
    assert answer.stdout.strip().endswith("cached_db"), answer.stderr


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"DEBUG": "true"}, "DEBUG"),
        ({"BASE_URL": "http://grid.example"}, "BASE_URL"),
        ({"DATABASE_URL": "sqlite:///db.sqlite3"}, "DATABASE_URL"),
        ({"CACHE_URL": ""}, "CACHE_URL"),
        ({"ORGANISER": ""}, "ORGANISER"),
    ],
)
def test_an_unsafe_one_does_not(tmp_path: Path, changed: dict[str, str], named: str) -> None:
    answer = settings_with(tmp_path, **changed)
    assert answer.returncode != 0
    assert f"ImproperlyConfigured: {named} " in answer.stderr


@pytest.mark.parametrize(("processes", "engine"), [("1", "cached_db"), ("2", "backends.db")])
def test_processes_without_a_shared_cache_share_their_sessions(tmp_path: Path, processes: str, engine: str) -> None:
    answer = settings_with(tmp_path, PRODUCTION="", CACHE_URL="", CELERY_BROKER_URL="", WEB_PROCESSES=processes)
    assert answer.stdout.strip().endswith(engine), answer.stderr


@pytest.mark.parametrize("changed", [{}, {"PRODUCTION": "", "DEMONSTRATION": "false", "ORGANISER": ""}])
def test_an_installation_without_demonstration_data_says_nothing_of_one(
    tmp_path: Path, changed: dict[str, str]
) -> None:
    answer = settings_with(tmp_path, "ORGANISER, settings.RECORD_NUMBER", **changed)
    assert answer.returncode == 0, answer.stderr
    assert "演示" not in answer.stdout
