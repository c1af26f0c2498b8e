"""What is a standard's own in the life of its file (see uploads.services): the tree that was recognised, corrected by a person, and
the edition that it becomes, just as it was shown, or not at all."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date
from typing import IO, TYPE_CHECKING, Any, cast

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from acts import Refused
from audit.services import record
from content.importers import read_standard
from content.importers.corrections import ACTS, correct
from content.importers.parsed import from_stored
from content.models import Edition, Standard, StandardImport
from content.services.editions import (
    edition_announce,
    edition_create,
    edition_publish,
    refuse_others,
    refuse_twice,
    standard_code_for,
)
from people.access import Role
from people.owning import owner_for_new
from uploads.apart import TooCostly, read_apart
from uploads.kinds import Outcome
from uploads.models import Upload
from uploads.services import IN_THE_WAY, upload_confirm, upload_receive, upload_replan

if TYPE_CHECKING:
    from typing import BinaryIO

    from content.importers.parsed import ParsedStandard
    from people.models import User
    from uploads.kinds import Progress

KIND = "standard"  # of the upload
State = Upload.State


class ImportChanged(Refused):
    """Somebody, or the same person in another window, was faster; nothing was overwritten."""


@dataclass(frozen=True)
class EditionPlan:
    """What the person confirmed. `standard` is None for a new one."""

    standard: Standard | None
    title: str
    label: str
    number: str
    issued_on: date | None
    effective_on: date | None
    is_demonstration: bool
    state: str

    def as_json(self) -> dict[str, Any]:
        return {
            "standard": self.standard.pk if self.standard is not None else None,
            "title": self.title,
            "label": self.label,
            "number": self.number,
            "issued_on": self.issued_on.isoformat() if self.issued_on else "",
            "effective_on": self.effective_on.isoformat() if self.effective_on else "",
            "is_demonstration": self.is_demonstration,
            "state": self.state,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> EditionPlan:
        def day(text: str) -> date | None:
            return date.fromisoformat(text) if text else None

        return cls(
            **{
                **kept,
                "standard": Standard.objects.select_related("owner").filter(pk=kept["standard"]).first(),
                "issued_on": day(kept["issued_on"]),
                "effective_on": day(kept["effective_on"]),
            }
        )


# --- what a person does -----------------------------------------------------------------------------------------------


def import_submit(*, actor: User, file: IO[bytes], name: str) -> Upload:
    with transaction.atomic():
        upload = upload_receive(actor=actor, kind=KIND, file=file, name=name)
        StandardImport.objects.create(upload=upload)
    return upload


def import_correct(*, actor: User, upload: Upload, version: int, act: str, index: int) -> str:
    """One correction of the tree that the person saw (`version`); returns the name of what it concerned.

    Raises ImportChanged where the tree is another one by now, Refused where the correction is impossible.
    """
    if act not in ACTS:
        raise Refused(_("没有这种改动。请刷新页面后再改。"))
    parsed = tree_of(upload, version)
    _keep_corrected(upload, version, correct(parsed, act, index), [*upload.standard.corrections, [act, index]])
    clause = parsed.clauses[index]
    return clause.number or (clause.title or clause.text)[:12]


def import_undo(*, actor: User, upload: Upload, version: int) -> int:
    """Take back the last correction: the file as it was recognised, with all the others. Returns where. Raises Refused."""
    tree_of(upload, version)
    made = upload.standard.corrections
    if not made:
        raise Refused(_("还没有改动，没有可以撤销的。"))
    parsed = from_stored(upload.standard.recognised)
    for act, index in made[:-1]:
        parsed = correct(parsed, act, index)
    _keep_corrected(upload, version, parsed, made[:-1])
    return int(made[-1][1])


def import_confirm(*, actor: User, upload: Upload, version: int, plan: EditionPlan) -> None:
    """Agree to the tree that the person saw (`version`); the edition is made in a job. Raises Refused.

    What can be known to be in its way is said at once, while the answers are still on the page.
    """
    _planned(actor, tree_of(upload, version), plan)
    with transaction.atomic():
        if not StandardImport.objects.filter(pk=upload.pk, version=version).update(answers=plan.as_json()):
            raise _changed()
        upload_confirm(actor=actor, upload=upload, plan_digest=upload.plan_digest)


def tree_of(upload: Upload, version: int) -> ParsedStandard:
    """The tree as it stands, if it is the one that the person saw. Raises Refused."""
    if upload.state != State.READY:
        raise Refused(_("这次导入已经结束，不能再改。"))
    if upload.standard.version != version:
        raise _changed()
    return from_stored(upload.standard.parsed)


def _changed() -> ImportChanged:
    return ImportChanged(_("这次导入刚在另一个窗口里改过。您刚才的改动没有保存，请按现在的样子再改。"))


def _keep_corrected(upload: Upload, version: int, parsed: ParsedStandard, acts: list[Any]) -> None:
    stored = parsed.as_stored()
    with transaction.atomic():
        kept = StandardImport.objects.filter(pk=upload.pk, version=version).update(
            parsed=stored, corrections=acts, version=version + 1
        )
        if not kept or not upload_replan(upload=upload, plan_digest=_digest(stored)):
            raise _changed()


# --- what the upload asks of its kind ---------------------------------------------------------------------------------


def standard_check(upload: Upload, file: IO[bytes], progress: Progress) -> Outcome:
    """Of a file that is refused, only the reasons are kept."""
    try:
        parsed = read_apart(lambda: read_standard(cast("BinaryIO", file), upload.file_name))
    except TooCostly as refusal:
        return Outcome(errors=[{"line": None, "message": str(refusal), "place": "line"}])
    stored = {} if parsed.refused else parsed.as_stored()
    return Outcome(
        summary={"clauses": len(parsed.clauses)},
        errors=[{**problem.as_json(), "place": parsed.place} for problem in parsed.errors],
        plan_digest=_digest(stored),
        keep=lambda: _keep_recognised(upload, stored),
    )


def standard_apply(upload: Upload, file: IO[bytes]) -> Outcome | None:
    """Makes the edition of the tree that was confirmed, or says what came in its way since."""
    held = StandardImport.objects.get(pk=upload.pk)
    actor = upload.confirmed_by
    parsed = from_stored(held.parsed)
    try:
        with transaction.atomic():
            edition = _edition_made(actor, parsed, EditionPlan.from_json(held.answers), upload.file_name)
    except Refused as refusal:
        return _as_before(upload, str(refusal))
    except IntegrityError:
        return _as_before(upload, _("确认的同时，另一份标准也在写入。没有导入任何数据，请再确认一次。"))
    StandardImport.objects.filter(pk=held.pk).update(edition=edition)
    record(
        actor=actor,
        action="standard_import.confirm",
        target=f"upload:{upload.code}",
        detail={"edition": edition.code, "state": edition.state, "corrections": held.corrections},
    )
    return None


def standard_forget(upload: Upload) -> list[str]:
    given_up: dict[str, Any] = {"corrections": []} if upload.state == State.CANCELLED else {}
    StandardImport.objects.filter(pk=upload.pk).update(parsed={}, recognised={}, answers={}, **given_up)
    return []


def _digest(stored: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(stored, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _keep_recognised(upload: Upload, stored: dict[str, Any]) -> None:
    StandardImport.objects.filter(pk=upload.pk).update(recognised=stored, parsed=stored, corrections=[], version=0)


def _as_before(upload: Upload, reason: str) -> Outcome:
    """The corrections stay; the person reads what came in the way and confirms again."""
    return Outcome(summary={**upload.summary, IN_THE_WAY: reason}, plan_digest=upload.plan_digest)


def _planned(actor: User | None, parsed: ParsedStandard, plan: EditionPlan) -> str:
    """The code of the standard that gets the edition. Raises Refused."""
    code = plan.standard.code if plan.standard is not None else standard_code_for(plan.number, plan.title)
    known = Standard.objects.select_related("owner").filter(code=code).first()
    if known is None:
        return code
    refuse_others(actor, known)
    if plan.standard is None:
        raise Refused(
            _("已经有这份标准：《%(title)s》。请在“属于哪份标准”里选它；如果是另一份标准，请改正文件编号或标题。")
            % {"title": known.title}
        )
    refuse_twice(known, parsed.digest)
    return code


def _edition_made(actor: User | None, parsed: ParsedStandard, plan: EditionPlan, source_name: str) -> Edition:
    code = _planned(actor, parsed, plan)
    edition = edition_create(
        actor=actor,
        parsed=replace(
            parsed,
            title=plan.title,
            number=plan.number,
            issued_on=plan.issued_on,
            effective_on=plan.effective_on,
        ),
        standard_code=code,
        label=plan.label,
        is_demonstration=plan.is_demonstration,
        source_name=source_name,
        owner=owner_for_new(actor, Role.TRAINER) if actor is not None else None,
    )
    if plan.state == Edition.State.IN_FORCE:
        return edition_publish(actor=actor, edition=edition)
    if plan.state == Edition.State.UPCOMING:
        return edition_announce(actor=actor, edition=edition)
    return edition
