"""Exams and the blueprints that their papers are drawn by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, ProtectedError
from django.utils.translation import gettext as _

from acts import Refused
from audit.services import record
from exams.access import exams_changeable_by
from exams.models import BlueprintRow, BlueprintVersion, Exam
from people.access import Role
from people.owning import owner_for_new

if TYPE_CHECKING:
    from collections.abc import Sequence

    from content.models import Edition
    from people.models import User


@dataclass(frozen=True)
class Row:
    kind: str
    chapter: str
    count: int
    marks_each: int  # hundredths


def blueprint_save(
    *, actor: User, exam: Exam | None, title: str, edition: Edition, rows: Sequence[Row], seen: int = 0
) -> BlueprintVersion:
    """A new exam, or an exam's title and blueprint as they are from now on. `seen` is the exam's revision that the person had before
    them. A version that a form was compiled from stays as it is, and the next one is made; sittings that are open keep theirs.

    A new one belongs to the outermost unit in which the actor is a trainer; 403 for whom its owner does not let change it.
    """
    owner = owner_for_new(actor, Role.TRAINER) if exam is None else exam.owner
    if exam is not None:
        _require_change(actor, exam)
    if not title.strip():
        raise Refused(_("请填写考试名称。"))
    if not rows:
        raise Refused(_("请至少填写一行题型和题数。"))
    with transaction.atomic():
        if exam is None:
            exam = Exam.objects.create(title=title.strip(), owner=owner, created_by=actor)
            version = _version_make(exam, 1, actor, edition, rows)
        else:
            claimed = Exam.objects.filter(pk=exam.pk, revision=seen).update(
                revision=F("revision") + 1, title=title.strip()
            )
            if not claimed:
                raise Refused(
                    _(
                        "您打开本页之后，别人改过这场考试的蓝图，您的修改还没有保存。请在新窗口打开蓝图核对。再次保存会以您填写的为准。"
                    )
                )
            version = _version_change(exam, actor, edition, rows)
        record(actor=actor, action="blueprint.save", target=f"exam:{exam.code}", detail={"version": version.number})
    return version


def _require_change(actor: User, exam: Exam) -> None:
    if not exams_changeable_by(actor).filter(pk=exam.pk).exists():
        raise PermissionDenied


def _version_make(
    exam: Exam, number: int, actor: User | None, edition: Edition, rows: Sequence[Row]
) -> BlueprintVersion:
    version = BlueprintVersion.objects.create(exam=exam, number=number, edition=edition, created_by=actor)
    _rows_write(version, rows)
    return version


def _rows_write(version: BlueprintVersion, rows: Sequence[Row]) -> None:
    BlueprintRow.objects.bulk_create(
        BlueprintRow(
            version=version,
            order=order,
            kind=row.kind,
            chapter=row.chapter,
            count=row.count,
            marks_each=row.marks_each,
        )
        for order, row in enumerate(rows, start=1)
    )


def _version_change(exam: Exam, actor: User, edition: Edition, rows: Sequence[Row]) -> BlueprintVersion:
    """The exam's row is locked by the claim, so that no sitting is opened between reading and writing."""
    newest = exam.newest
    held = [Row(row.kind, row.chapter, row.count, row.marks_each) for row in newest.rows.all()]
    if newest.edition_id == edition.pk and held == list(rows):
        return newest
    if newest.used_at is not None:
        return _version_make(exam, newest.number + 1, actor, edition, rows)
    newest.edition = edition
    newest.save(update_fields=["edition"])
    newest.rows.all().delete()
    _rows_write(newest, rows)
    return newest


def exam_delete(*, actor: User, exam: Exam) -> None:
    """One that nothing rests on. Raises Refused; 403 as for saving."""
    _require_change(actor, exam)
    try:
        with transaction.atomic():
            record(actor=actor, action="exam.delete", target=f"exam:{exam.code}", detail={"title": exam.title})
            Exam.objects.filter(pk=exam.pk).delete()
    except ProtectedError as used:
        raise Refused(_("有考试场次或认证方案在用这场考试，不能删除。")) from used
