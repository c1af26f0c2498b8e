from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from audit.services import record
from exams.models import Blueprint, BlueprintRow, Sitting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from content.models import Edition
    from people.models import User


class BlueprintRefused(Exception):
    """Carries a sentence for the person."""


@dataclass(frozen=True)
class Row:
    kind: str
    chapter: str
    count: int
    marks_each: int  # hundredths


def blueprint_save(
    *, actor: User, blueprint: Blueprint | None, title: str, edition: Edition, rows: Sequence[Row]
) -> Blueprint:
    """Sittings that are open keep their compiled papers; only later ones follow the change."""
    if not title.strip():
        raise BlueprintRefused(_("请填写蓝图名称。"))
    if not rows:
        raise BlueprintRefused(_("请至少填写一行题型和题数。"))
    with transaction.atomic():
        if blueprint is None:
            blueprint = Blueprint(created_by=actor)
        elif blueprint.edition_id != edition.pk and blueprint.sittings.exclude(state=Sitting.State.DRAFT).exists():
            raise BlueprintRefused(
                _("已有场次用过这张蓝图，不能换标准版本：证书要写明按哪个版本考的。请另建一张蓝图。")
            )
        blueprint.title = title.strip()
        blueprint.edition = edition
        blueprint.save()
        blueprint.rows.all().delete()
        BlueprintRow.objects.bulk_create(
            BlueprintRow(
                blueprint=blueprint,
                order=order,
                kind=row.kind,
                chapter=row.chapter,
                count=row.count,
                marks_each=row.marks_each,
            )
            for order, row in enumerate(rows, start=1)
        )
        record(actor=actor, action="blueprint.save", target=f"blueprint:{blueprint.pk}")
    return blueprint


def blueprint_delete(*, actor: User, blueprint: Blueprint) -> None:
    """One that nothing rests on. Raises BlueprintRefused."""
    try:
        with transaction.atomic():
            record(
                actor=actor,
                action="blueprint.delete",
                target=f"blueprint:{blueprint.pk}",
                detail={"title": blueprint.title},
            )
            Blueprint.objects.filter(pk=blueprint.pk).delete()
    except ProtectedError as used:
        raise BlueprintRefused(_("有考试场次或认证方案在用这份蓝图，不能删除。")) from used
