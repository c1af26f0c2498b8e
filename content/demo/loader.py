"""Installs the demonstration standard, first edition, in force. Run twice = once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from content.importers import read_standard
from content.models import Edition
from content.services.editions import edition_create, edition_publish

if TYPE_CHECKING:
    from people.models import User

FILE = Path(__file__).resolve().parent / "edition-2025.md"
STANDARD_CODE = "demo-t-001"


def standard_load(*, actor: User | None) -> Edition:
    with FILE.open("rb") as file:
        parsed = read_standard(file, FILE.name)
    with transaction.atomic():
        known = Edition.objects.filter(standard__code=STANDARD_CODE, number=parsed.number).first()
        if known is not None:
            return known
        edition = edition_create(
            actor=actor, parsed=parsed, standard_code=STANDARD_CODE, is_demonstration=True, source_name=FILE.name
        )
        return edition_publish(actor=actor, edition=edition)
