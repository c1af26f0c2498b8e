from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from people.models import Member, User
from tests.addresses import world as worlds
from tests.cast import make_user


@pytest.fixture
def world(
    trainer: User,
    marker: User,
    supervisor: User,
    other_supervisor: User,
    administrator: User,
    stranger: User,
    learner: Member,
    neighbour: Member,
    organisation: Any,
    settings: Any,
    tmp_path: Path,
) -> SimpleNamespace:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {**settings.STORAGES["private"], "OPTIONS": {"location": str(tmp_path / "private")}},
    }
    superuser = make_user("superuser", "演示超级管理员")
    User.objects.filter(pk=superuser.pk).update(is_superuser=True, is_staff=True)
    superuser.refresh_from_db()
    made = worlds.build(superuser, trainer, administrator, learner, organisation)
    made.people = {
        "anonymous": None, "stranger": stranger, "learner": learner.user, "neighbour": neighbour.user,
        "trainer": trainer, "marker": marker, "supervisor": supervisor, "other_supervisor": other_supervisor,
        "administrator": administrator, "superuser": superuser,
    }  # fmt: skip
    return made
