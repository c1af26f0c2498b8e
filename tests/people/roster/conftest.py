from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from people.models import RosterImport
from people.roster.options import Options
from people.services import roster

if TYPE_CHECKING:
    from collections.abc import Callable

    from people.models import Organisation, User

Imported = RosterImport


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "private")},
        },
    }


@pytest.fixture
def check(administrator: User, organisation: Any) -> Callable[..., RosterImport]:
    """Uploads and checks a file, as the administrator of the city unless said otherwise."""

    def run(
        content: bytes, *, actor: User | None = None, unit: Organisation | None = None, **options: Any
    ) -> RosterImport:
        held = roster.roster_upload(
            actor=actor or administrator,
            organisation=unit or organisation.city,
            name="名单.xlsx",
            content=content,
            options=Options(**options),
        )
        roster.roster_check(roster_import_id=held.pk)
        held.refresh_from_db()
        return held

    return run


@pytest.fixture
def bring_in(check: Callable[..., RosterImport]) -> Callable[..., RosterImport]:
    """The whole way: checks, agrees to everything, imports."""

    def run(content: bytes, **options: Any) -> RosterImport:
        held = check(content, **options)
        assert held.state == RosterImport.State.READY, held.errors
        roster.roster_confirm(
            actor=held.uploaded_by, roster_import=held, plan_digest=held.plan_digest, create_units=True
        )
        roster.roster_apply(roster_import_id=held.pk)
        held.refresh_from_db()
        assert held.state == RosterImport.State.DONE, held.errors
        return held

    return run
