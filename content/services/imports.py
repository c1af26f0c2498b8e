"""The life of an import in the CMS: read, corrected, confirmed once. What is refused leaves nothing but the refusal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from acts import Refused
from audit.services import record
from content.importers import read_standard
from content.importers.corrections import ACTS, correct
from content.importers.parsed import from_stored
from content.models import Edition, Standard, StandardImport
from content.services.editions import (
    EditionRefused,
    StandardRefused,
    edition_announce,
    edition_create,
    edition_publish,
    refuse_others,
    standard_code_for,
)
from people.access import Role
from people.owning import owner_for_new

if TYPE_CHECKING:
    from datetime import date
    from typing import BinaryIO

    from content.importers.parsed import ParsedStandard
    from people.models import User

State = StandardImport.State


class ImportRefused(Refused):
    """Carries a sentence for the person."""


class ImportChanged(ImportRefused):
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


def import_read(*, actor: User, file: BinaryIO, name: str) -> StandardImport:
    """Read an uploaded file. The row says whether it can be imported; of a refused file only the reasons are kept."""
    parsed = read_standard(file, name)
    stored = {} if parsed.refused else parsed.as_stored()
    with transaction.atomic():
        made = StandardImport.objects.create(
            uploaded_by=actor,
            file_name=name[:255],
            digest=parsed.digest,
            state=State.REFUSED if parsed.refused else State.READY,
            recognised=stored,
            parsed=stored,
            errors=[{**problem.as_json(), "place": parsed.place} for problem in parsed.errors],
        )
        record(
            actor=actor,
            action="standard_import.refuse" if parsed.refused else "standard_import.read",
            target=f"standard_import:{made.code}",
            detail={"digest": parsed.digest, "clauses": len(parsed.clauses), "errors": len(parsed.errors)},
        )
    return made


def import_correct(*, actor: User, standard_import: StandardImport, version: int, act: str, index: int) -> str:
    """One correction of the tree that the person saw (`version`); returns the name of what it concerned.

    Raises ImportChanged where the tree is another one by now, CorrectionRefused where the correction is impossible.
    """
    if act not in ACTS:
        raise ImportRefused(_("没有这种改动。请刷新页面后再改。"))
    parsed = tree_of(standard_import, version)
    corrected = correct(parsed, act, index)
    _keep(standard_import, version, corrected, [*standard_import.corrections, [act, index]])
    clause = parsed.clauses[index]
    return clause.number or (clause.title or clause.text)[:12]


def import_undo(*, actor: User, standard_import: StandardImport, version: int) -> int:
    """Take back the last correction: the file as it was recognised, with all the others. Returns where. Raises ImportRefused."""
    tree_of(standard_import, version)
    kept = standard_import.corrections[:-1]
    if len(kept) == len(standard_import.corrections):
        raise ImportRefused(_("还没有改动，没有可以撤销的。"))
    parsed = from_stored(standard_import.recognised)
    for act, index in kept:
        parsed = correct(parsed, act, index)
    _keep(standard_import, version, parsed, kept)
    return int(standard_import.corrections[-1][1])


def import_confirm(*, actor: User, standard_import: StandardImport, version: int, plan: EditionPlan) -> Edition:
    """The edition, published as the plan says. Confirming twice gives the same edition. Raises ImportRefused."""
    with transaction.atomic():
        claimed = StandardImport.objects.filter(pk=standard_import.pk, state=State.READY, version=version).update(
            state=State.DONE
        )
        if not claimed:
            return _confirmed_before(standard_import)
        held = StandardImport.objects.get(pk=standard_import.pk)
        try:
            edition = _edition_of(actor, held, plan)
        except (StandardRefused, EditionRefused) as refusal:
            raise ImportRefused(str(refusal)) from refusal
        StandardImport.objects.filter(pk=held.pk).update(edition=edition, parsed={}, recognised={})
        record(
            actor=actor,
            action="standard_import.confirm",
            target=f"standard_import:{held.code}",
            detail={"edition": edition.code, "state": edition.state, "corrections": held.corrections},
        )
    return edition


def _confirmed_before(standard_import: StandardImport) -> Edition:
    found = StandardImport.objects.select_related("edition").get(pk=standard_import.pk)
    if found.state == State.DONE and found.edition is not None:
        return found.edition
    if found.state != State.READY:
        raise ImportRefused(_("这次导入已经结束，不能再改。"))
    raise _changed()


def _edition_of(actor: User, standard_import: StandardImport, plan: EditionPlan) -> Edition:
    code = plan.standard.code if plan.standard is not None else standard_code_for(plan.number, plan.title)
    known = Standard.objects.select_related("owner").filter(code=code).first()
    if known is not None:
        refuse_others(actor, known)
    if known is not None and plan.standard is None:
        raise ImportRefused(
            _("已经有这份标准：《%(title)s》。请在“属于哪份标准”里选它；如果是另一份标准，请改正文件编号或标题。")
            % {"title": known.title}
        )
    parsed = replace(
        from_stored(standard_import.parsed),
        title=plan.title,
        number=plan.number,
        issued_on=plan.issued_on,
        effective_on=plan.effective_on,
    )
    edition = edition_create(
        actor=actor,
        parsed=parsed,
        standard_code=code,
        label=plan.label,
        is_demonstration=plan.is_demonstration,
        source_name=standard_import.file_name,
        owner=owner_for_new(actor, Role.TRAINER),
    )
    if plan.state == Edition.State.IN_FORCE:
        return edition_publish(actor=actor, edition=edition)
    if plan.state == Edition.State.UPCOMING:
        return edition_announce(actor=actor, edition=edition)
    return edition


def import_cancel(*, actor: User, standard_import: StandardImport) -> None:
    with transaction.atomic():
        cancelled = StandardImport.objects.filter(pk=standard_import.pk, state=State.READY).update(
            state=State.CANCELLED, parsed={}, recognised={}, corrections=[]
        )
        if not cancelled:
            raise ImportRefused(_("这次导入已经结束，不能再取消。"))
        record(actor=actor, action="standard_import.cancel", target=f"standard_import:{standard_import.code}")


def tree_of(standard_import: StandardImport, version: int) -> ParsedStandard:
    """The tree as it stands, if it is the one that the person saw. Raises ImportRefused."""
    if standard_import.state != State.READY:
        raise ImportRefused(_("这次导入已经结束，不能再改。"))
    if standard_import.version != version:
        raise _changed()
    return from_stored(standard_import.parsed)


def _changed() -> ImportChanged:
    return ImportChanged(_("这次导入刚在另一个窗口里改过。您刚才的改动没有保存，请按现在的样子再改。"))


def _keep(standard_import: StandardImport, version: int, parsed: ParsedStandard, acts: list[Any]) -> None:
    kept = StandardImport.objects.filter(pk=standard_import.pk, state=State.READY, version=version).update(
        parsed=parsed.as_stored(), corrections=acts, version=version + 1
    )
    if not kept:
        raise _changed()
