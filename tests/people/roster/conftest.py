from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from people.roster.options import Options
from people.roster.services import roster_confirm, roster_submit
from uploads.models import Upload
from uploads.services import upload_apply, upload_check

if TYPE_CHECKING:
    from collections.abc import Callable

    from people.models import Organisation, User


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "private")},
        },
    }


def agree(held: Upload, *, plan_digest: str | None = None, create_units: bool = True) -> None:
    """The person who uploaded it confirms what was shown; who applies it is the caller's."""
    roster_confirm(
        actor=held.uploaded_by,
        upload=held,
        plan_digest=held.plan_digest if plan_digest is None else plan_digest,
        create_units=create_units,
        in_job=False,
    )


@pytest.fixture
def check(administrator: User, organisation: Any) -> Callable[..., Upload]:
    """Uploads and checks a file, as the administrator of the city unless said otherwise."""

    def run(content: bytes, *, actor: User | None = None, unit: Organisation | None = None, **options: Any) -> Upload:
        held = roster_submit(
            actor=actor or administrator,
            organisation=unit or organisation.city,
            file=io.BytesIO(content),
            name="名单.xlsx",
            options=Options(**options),
            in_job=False,
        )
        upload_check(upload_id=held.pk)
        held.refresh_from_db()
        return held

    return run


@pytest.fixture
def bring_in(check: Callable[..., Upload]) -> Callable[..., Upload]:
    """The whole way: checks, agrees to everything, imports."""

    def run(content: bytes, **options: Any) -> Upload:
        held = check(content, **options)
        assert held.state == Upload.State.READY, held.errors
        agree(held)
        upload_apply(upload_id=held.pk)
        held.refresh_from_db()
        assert held.state == Upload.State.DONE, held.errors
        return held

    return run
