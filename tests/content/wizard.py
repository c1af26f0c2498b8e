"""Ways through 导入标准 for its tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from content.models import StandardImport
from tests.content import scenes

if TYPE_CHECKING:
    from django.test import Client

    from people.models import User


def waiting(user: User, parsed: Any = None) -> StandardImport:
    stored = (parsed or scenes.gbt()).as_stored()
    return StandardImport.objects.create(
        uploaded_by=user, file_name="演示标准.md", state="ready", recognised=stored, parsed=stored, digest="d" * 64
    )


def address(name: str, *arguments: Any) -> str:
    return reverse(f"content_cms:{name}", args=arguments)


def row(found: StandardImport, number: str) -> int:
    found.refresh_from_db()
    return next(n for n, each in enumerate(found.parsed["clauses"]) if each["number"] == number)


def correct(client: Client, found: StandardImport, act: str, number: str, version: int | None = None) -> Any:
    data = {act: row(found, number), "version": found.version if version is None else version}
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
