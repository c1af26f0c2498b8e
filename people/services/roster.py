"""The way of a roster: uploaded → checked → refused, or shown and confirmed by a person → imported.

Nothing but the import's own rows is written before the confirmation; the import does what the preview showed, or nothing.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from acts import Refused
from audit.services import record
from jobs.models import Job
from jobs.services import job_enqueue
from outbox.services import outbox_put_many
from people.access import Role, Scope, scope_of
from people.models import Level, Organisation, Post, RosterImport, RosterLine
from people.roster.applying import apply
from people.roster.archive import FileRefused
from people.roster.checking import Checker, Problem
from people.roster.columns import Table, table_find
from people.roster.comparing import Planner
from people.roster.marked import marked_workbook
from people.roster.options import Options
from people.roster.plan import Plan
from people.roster.reading import read
from people.roster.text import tidy
from people.roster.units import Units

if TYPE_CHECKING:
    from collections.abc import Callable

    from people.models import User

    Progress = Callable[[int, int], None]

State = RosterImport.State
ERRORS_SHOWN = 1_000
UNITS_SHOWN = 200


class RosterRefused(Refused):
    """Carries a sentence for the person."""


def roster_scope(actor: User | None) -> Scope:
    """Without an actor (command line): everything."""
    return scope_of(actor, Role.ADMINISTRATOR) if actor is not None else Scope((), everything=True)


# --- reading and comparing; writes nothing ----------------------------------------------------------------------------


def roster_plan(
    *,
    actor: User | None,
    organisation: Organisation | None,
    content: bytes,
    options: Options,
    progress: Progress | None = None,
    lock: bool = False,
) -> tuple[Plan, Table | None, FileRefused | None]:
    """The plan with its problems, and the table that it was read from (None where the file as a whole was refused)."""
    scope = roster_scope(actor)
    if not (scope.covers(organisation.path) if organisation is not None else scope.everything):
        return Plan(problems=[Problem("file", _("您已没有管理这个单位花名册的权限。"))]), None, None
    if not Post.objects.exists() or not Level.objects.exists():
        message = _(
            "系统里还没有岗位和层级，花名册无从核对。请系统运维人员先运行 manage.py load_preset grid（五级网格的层级、岗位），再上传。"
        )
        return Plan(problems=[Problem("file", message)]), None, None
    try:
        table = table_find(read(content), sheet_name=options.sheet, chosen=options.columns)
    except FileRefused as refused:
        return Plan(problems=[Problem("file", refused.message)]), None, refused
    checker = Checker(table, _units(organisation, options, scope), timezone.localdate())
    checker.run(progress)
    planner = Planner(
        checker=checker,
        scope=scope,
        top=organisation,
        complete=options.complete,
        actor_id=actor.pk if actor is not None else None,
        lock=lock,
    )
    return planner.run(), table, None


def _units(organisation: Organisation | None, options: Options, scope: Scope) -> Units:
    above = organisation.path[: -Organisation.steplen] if organisation is not None else ""
    is_all = bool(above) and not scope.covers(above)
    return Units(organisation, options.new_units, is_all_of_the_actors=is_all)


# --- uploaded, checked ------------------------------------------------------------------------------------------------


def roster_upload(
    *, actor: User | None, organisation: Organisation | None, name: str, content: bytes, options: Options
) -> RosterImport:
    """Keeps the file; `roster_check` reads it."""
    if organisation is not None and not roster_scope(actor).covers(organisation.path):
        raise RosterRefused(_("您没有管理这个单位花名册的权限。"))
    base = name.replace("\\", "/").rpartition("/")[2]
    roster_import = RosterImport(
        uploaded_by=actor,
        organisation=organisation,
        file_name=tidy(base)[-255:] or _("花名册"),
        digest=hashlib.sha256(content).hexdigest(),
        options=options.as_json(),
    )
    # The name in the storage is ours alone; whatever the person's file is called opens no path.
    roster_import.stored_as = storages["private"].save(f"rosters/{roster_import.code}", ContentFile(content))
    roster_import.save()
    return roster_import


def roster_submit(
    *, actor: User, organisation: Organisation | None, name: str, content: bytes, options: Options
) -> RosterImport:
    """Uploads it and has it checked in the background."""
    with transaction.atomic():
        roster_import = roster_upload(
            actor=actor, organisation=organisation, name=name, content=content, options=options
        )
        _enqueue(actor, roster_import, "people.roster_check", _("核对花名册：%(name)s"))
    return roster_import


def _enqueue(actor: User, roster_import: RosterImport, kind: str, title: str) -> None:
    job = job_enqueue(
        actor=actor,
        kind=kind,
        title=title % {"name": roster_import.file_name[-80:]},
        arguments={"roster_import": roster_import.pk},
    )
    RosterImport.objects.filter(pk=roster_import.pk).update(job=job)


def roster_recheck(*, actor: User, roster_import: RosterImport, options: Options) -> None:
    """Checks the same file again, read another way."""
    with transaction.atomic():
        claimed = RosterImport.objects.filter(pk=roster_import.pk, state__in=[State.READY, State.REFUSED]).update(
            state=State.CHECKING, options=options.as_json(), plan_digest=""
        )
        if not claimed:
            raise RosterRefused(_("这次导入已经确认或取消，不能再改。"))
        _enqueue(actor, roster_import, "people.roster_check", _("核对花名册：%(name)s"))


def roster_check(*, roster_import_id: int, progress: Progress | None = None) -> None:
    """Reads, checks and compares; leaves the import refused or ready. Safe to run twice."""
    held = RosterImport.objects.select_related("uploaded_by", "organisation").get(pk=roster_import_id)
    if held.state != State.CHECKING:
        return
    plan, table, refused = roster_plan(
        actor=held.uploaded_by,
        organisation=held.organisation,
        content=_content(held),
        options=Options.from_json(held.options),
        progress=progress,
    )
    _keep_plan(held, plan, table, refused, was=State.CHECKING)


def roster_check_failed(*, roster_import_id: int) -> None:
    """The system's own fault: the import ends as refused, so that nobody waits for it."""
    message = _("系统出了问题，没有核对完，也没有导入任何数据。请重新上传；仍不成功，请联系管理员。")
    RosterImport.objects.filter(pk=roster_import_id, state=State.CHECKING).update(
        state=State.REFUSED,
        errors=[Problem("file", message).as_json()],
        summary={"kinds": {"file": 1}, "problems": 1, "notes": []},
    )


def _content(roster_import: RosterImport) -> bytes:
    with storages["private"].open(roster_import.stored_as) as stored:
        return bytes(stored.read())


def _keep_plan(
    held: RosterImport,
    plan: Plan,
    table: Table | None,
    refused: FileRefused | None,
    *,
    was: str,
    changed_meanwhile: bool = False,
) -> None:
    marked = _keep_marked(held, plan, table) if plan.problems and table is not None else ""
    summary = {
        **_about_file(table, refused),
        "counts": plan.counts,
        "notes": plan.notes,
        "kinds": _kinds(plan.problems),
        "problems": len(plan.problems),
        "new_units": [place.label for place in plan.new_units[:UNITS_SHOWN]],
        "changed_meanwhile": changed_meanwhile,
    }
    with transaction.atomic():
        kept = RosterImport.objects.filter(pk=held.pk, state=was).update(
            state=State.REFUSED if plan.problems else State.READY,
            summary=summary,
            errors=[problem.as_json() for problem in plan.problems[:ERRORS_SHOWN]],
            marked_as=marked,
            plan_digest="" if plan.problems else plan.digest(),
        )
        if not kept:
            return
        RosterLine.objects.filter(roster_import=held).delete()
        if not plan.problems:
            lines = [
                RosterLine(
                    roster_import=held,
                    position=position,
                    kind=line.kind,
                    row=line.row,
                    number=line.number,
                    name=line.name,
                    changes=line.changes,
                    warning=line.warning,
                )
                for position, line in enumerate(plan.lines())
            ]
            RosterLine.objects.bulk_create(lines, batch_size=500)


def _about_file(table: Table | None, refused: FileRefused | None) -> dict[str, Any]:
    if table is None:
        return {
            "headers": refused.headers if refused is not None else [],
            "sheets": refused.sheets if refused is not None else [],
            "columns": {},
        }
    return {
        "sheet": table.sheet.name,
        "header_row": table.header_row + 1,
        "headers": [header[:60] for header in table.headers],
        "sheets": [],
        "columns": {str(each): column for each, column in table.columns.items()},
    }


def _kinds(problems: list[Problem]) -> dict[str, int]:
    kinds: dict[str, int] = {}
    for problem in problems:
        kinds[problem.kind] = kinds.get(problem.kind, 0) + 1
    return dict(sorted(kinds.items(), key=lambda each: -each[1]))


def _keep_marked(held: RosterImport, plan: Plan, table: Table) -> str:
    path = f"rosters/{held.code}-marked"
    storage = storages["private"]
    if storage.exists(path):
        storage.delete(path)
    return storage.save(path, ContentFile(marked_workbook(table, plan.problems)))


# --- confirmed, imported ----------------------------------------------------------------------------------------------


def roster_confirm(*, actor: User | None, roster_import: RosterImport, plan_digest: str, create_units: bool) -> None:
    """A person agrees to what the preview showed (`plan_digest`). Only one confirmation counts, however many are sent."""
    if roster_import.summary.get("counts", {}).get("units") and not create_units:
        raise RosterRefused(_("表里有系统中没有的单位。请勾选“同时新建这些单位”，或改正表格后重新上传。"))
    organisation = roster_import.organisation
    if organisation is not None and not roster_scope(actor).covers(organisation.path):
        raise RosterRefused(_("您没有管理这个单位花名册的权限。"))
    claimed = RosterImport.objects.filter(pk=roster_import.pk, state=State.READY, plan_digest=plan_digest).update(
        state=State.IMPORTING, confirmed_by=actor
    )
    if not claimed:
        raise RosterRefused(_("这次导入已经确认过，或者预览已经更新。请看本页最新的内容。"))


def roster_agree(*, actor: User, roster_import: RosterImport, plan_digest: str, create_units: bool) -> None:
    """Confirms it and has it imported in the background."""
    with transaction.atomic():
        roster_confirm(actor=actor, roster_import=roster_import, plan_digest=plan_digest, create_units=create_units)
        _enqueue(actor, roster_import, "people.roster_import", _("导入花名册：%(name)s"))


def roster_apply(*, roster_import_id: int) -> None:
    """Plans once more against today's database; if that is what was confirmed, writes all of it, else shows it anew.

    Safe to run twice, and to be killed half-way: it is one transaction.
    """
    try:
        with transaction.atomic():
            _apply(roster_import_id)
    except IntegrityError:
        # Somebody wrote the same number or phone between our reading and writing. Nothing of ours was written.
        RosterImport.objects.filter(pk=roster_import_id, state=State.IMPORTING).update(
            state=State.CHECKING, plan_digest="", confirmed_by=None
        )
        roster_check(roster_import_id=roster_import_id)


def _apply(roster_import_id: int) -> None:
    # One roster at a time in a tree: whoever comes second plans on what the first has written.
    list(Organisation.objects.select_for_update().filter(depth=1).order_by("pk").values_list("pk"))
    held = (
        RosterImport.objects.select_for_update(of=("self",))
        .select_related("confirmed_by", "organisation")
        .get(pk=roster_import_id)
    )
    if held.state != State.IMPORTING:
        return
    options = Options.from_json(held.options)
    plan, table, refused = roster_plan(
        actor=held.confirmed_by,
        organisation=held.organisation,
        content=_content(held),
        options=options,
        lock=True,
    )
    if plan.problems or plan.digest() != held.plan_digest:
        _keep_plan(held, plan, table, refused, was=State.IMPORTING, changed_meanwhile=True)
        return
    touched = apply(plan, timezone.localdate(), held.confirmed_by)
    held.state, held.finished_at = State.DONE, timezone.now()
    held.save(update_fields=["state", "finished_at"])
    record(
        actor=held.confirmed_by,
        action="roster.import",
        target=f"roster:{held.code}",
        detail={
            **plan.counts,
            "organisation": held.organisation.code if held.organisation is not None else "",
            "complete": options.complete,
            "digest": held.digest,
        },
    )
    transaction.on_commit(lambda: _forget_file(held))
    outbox_put_many(topic="people.members", subjects=touched)


def roster_cancel(*, actor: User, roster_import: RosterImport) -> None:
    # A job that failed for good has left nothing behind.
    open_now = Q(state__in=[State.READY, State.REFUSED]) | Q(
        state__in=[State.CHECKING, State.IMPORTING], job__state=Job.State.FAILED
    )
    cancelled = RosterImport.objects.filter(open_now, pk=roster_import.pk).update(
        state=State.CANCELLED, finished_at=timezone.now()
    )
    if not cancelled:
        raise RosterRefused(_("这次导入已经确认或取消，不能再改。"))
    RosterLine.objects.filter(roster_import=roster_import).delete()
    _forget_file(roster_import)


def _forget_file(roster_import: RosterImport) -> None:
    """Names and phone numbers of thousands lie nowhere longer than they are needed."""
    for stored in (roster_import.stored_as, roster_import.marked_as):
        if stored:
            storages["private"].delete(stored)


def roster_apply_failed(*, roster_import_id: int) -> None:
    """The system's own fault: everything was rolled back, and the preview may be confirmed again."""
    RosterImport.objects.filter(pk=roster_import_id, state=State.IMPORTING).update(state=State.READY, confirmed_by=None)


def roster_cancel_unconfirmed(*, roster_import: RosterImport) -> None:
    """The end of a run on the command line that was refused or not agreed to; what is confirmed or done stays."""
    _cancel(roster_import, State.CHECKING, State.READY, State.REFUSED)


def _cancel(roster_import: RosterImport, *states: str) -> bool:
    cancelled = RosterImport.objects.filter(pk=roster_import.pk, state__in=states).update(
        state=State.CANCELLED, finished_at=timezone.now()
    )
    if cancelled:
        RosterLine.objects.filter(roster_import=roster_import).delete()
        _forget_file(RosterImport.objects.get(pk=roster_import.pk))
    return bool(cancelled)


FORGOTTEN_AFTER = timedelta(days=14)


def rosters_forget(*, most: int = 200) -> int:
    """Cancel what nobody checked again or confirmed for two weeks: a whole roster lies in its file."""
    before = timezone.now() - FORGOTTEN_AFTER
    waiting = (Q(job=None) | Q(job__created_at__lt=before)) & Q(state__in=[State.READY, State.REFUSED])
    stuck = Q(job__state=Job.State.FAILED) & Q(state__in=[State.CHECKING, State.IMPORTING])
    forgotten = RosterImport.objects.filter(waiting | stuck, created_at__lt=before).order_by("created_at")[:most]
    return sum(_cancel(each, each.state) for each in forgotten)
