"""site/ is a plain folder: the name of a package `site` belongs to Python's standard library."""

from __future__ import annotations

import site
import subprocess
import sysconfig
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings

import config

ROOT = Path(__file__).resolve().parents[2]


def test_site_is_no_package() -> None:
    assert not (ROOT / "site" / "__init__.py").exists()


def test_pythons_own_site_module_is_not_hidden() -> None:
    assert Path(site.__file__).parent == Path(sysconfig.get_path("stdlib"))


def test_apps_of_the_site_folder_are_imported_by_their_own_names() -> None:
    assert config.__file__ is not None
    assert Path(config.__file__).parent == ROOT / "site" / "config"


def test_the_site_folder_is_not_ignored_by_git() -> None:
    answer = subprocess.run(
        ["git", "check-ignore", "site/config/settings.py"], cwd=ROOT, capture_output=True, check=False
    )
    assert answer.returncode == 1, answer.stdout


def test_every_migration_is_named_by_hand() -> None:
    own = [path for app in ROOT.glob("*/migrations") for path in app.glob("*.py")]
    own += [path for app in ROOT.glob("site/*/migrations") for path in app.glob("*.py")]
    assert own
    assert [path for path in own if "_auto_" in path.name] == []


@pytest.mark.parametrize("name", sorted(settings.CELERY_BEAT_SCHEDULE))
def test_every_schedule_names_a_task_that_exists(name: str) -> None:
    current_app.loader.import_default_modules()
    assert settings.CELERY_BEAT_SCHEDULE[name]["task"] in current_app.tasks
