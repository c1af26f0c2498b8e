"""Ways through 导入标准 for its tests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from content.models import StandardImport
from tests.content import scenes
from uploads.models import Upload
from uploads.services import upload_apply, upload_check

if TYPE_CHECKING:
    from django.test import Client

    from people.models import User

SAMPLE = Path(__file__).resolve().parents[2] / "content" / "demo" / "edition-2025.md"


def waiting(user: User, parsed: Any = None) -> Upload:
    """An upload whose tree waits to be looked at; its file holds nothing that a test would read again."""
    stored = (parsed or scenes.gbt()).as_stored()
    upload = Upload.objects.create(
        kind="standard",
        uploaded_by=user,
        file_name="演示标准.md",
        stored_as=scenes.stored_file(),
        state="ready",
        digest=stored["digest"],
        plan_digest="0" * 64,
        forget_at=timezone.now(),
    )
    StandardImport.objects.create(upload=upload, recognised=stored, parsed=stored)
    return upload


def address(name: str, *arguments: Any) -> str:
    return reverse(f"content_cms:{name}", args=arguments)


def work() -> None:
    """What a worker does."""
    for upload in Upload.objects.filter(state="checking"):
        upload_check(upload_id=upload.pk)
    for upload in Upload.objects.filter(state="applying"):
        upload_apply(upload_id=upload.pk)


def act(client: Client, where: str, data: dict[str, Any] | None = None) -> Any:
    """Sends a form, lets a worker work, and looks where that led to."""
    reply = client.post(where, data)
    work()
    return client.get(reply.headers["Location"], follow=True) if reply.status_code == 302 else reply


def row(found: Upload, number: str) -> int:
    found.refresh_from_db()
    return next(n for n, each in enumerate(found.standard.parsed["clauses"]) if each["number"] == number)


def correct(client: Client, found: Upload, act: str, number: str, version: int | None = None) -> Any:
    data = {act: row(found, number), "version": found.standard.version if version is None else version}
    return client.post(address("correct", found.code), data, follow=True)


def answers(**changes: Any) -> dict[str, Any]:
    return {
        "version": 0,
        "standard": "",
        "title": scenes.TITLE,
        "label": "2025年版",
        "number": "DEMO/T 001—2025",
        "issued_on": "2025-01-10",
        "effective_on": "2025-03-01",
        "state": "in_force",
        "is_demonstration": "on",
        **changes,
    }
