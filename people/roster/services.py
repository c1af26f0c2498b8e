"""What is the roster's own in the life of its file (see uploads.services): who may do it, what the file would change, and
changing just that, or nothing."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from acts import Refused
from audit.services import record
from outbox.services import outbox_put_many
from people.access import Role, Scope, scope_of
from people.models import Level, Organisation, Post
from people.roster.applying import apply
from people.roster.checking import Checker, Problem
from people.roster.columns import Table, table_find
from people.roster.comparing import Planner
from people.roster.marked import marked_workbook
from people.roster.models import RosterImport, RosterLine
from people.roster.options import Options
from people.roster.plan import Plan
from people.roster.readers import read
from people.roster.sheets import FileRefused
from people.roster.text import tidy
from people.roster.units import Units
from uploads.apart import TooCostly, read_apart
from uploads.kinds import Outcome
from uploads.models import Upload
from uploads.services import upload_confirm, upload_receive, upload_recheck

if TYPE_CHECKING:
    from collections.abc import Callable

    from people.models import User

    Progress = Callable[[int, int], None]

KIND = "roster"  # of the upload
UNITS_SHOWN = 200


def roster_scope(actor: User | None) -> Scope:
    """Without an actor (command line): everything."""
    return scope_of(actor, Role.ADMINISTRATOR) if actor is not None else Scope((), everything=True)


def _refuse_outside(actor: User | None, organisation: Organisation | None) -> None:
    if organisation is not None and not roster_scope(actor).covers(organisation.path):
        raise Refused(_("您没有管理这个单位花名册的权限。"))


# --- what a person does -----------------------------------------------------------------------------------------------


def roster_submit(
    *,
    actor: User | None,
    organisation: Organisation | None,
    file: IO[bytes],
    name: str,
    options: Options,
    in_job: bool = True,
) -> Upload:
    """Raises Refused. Without a job the caller has it checked (uploads.services.upload_check)."""
    _refuse_outside(actor, organisation)
    with transaction.atomic():
        upload = upload_receive(
            actor=actor, kind=KIND, file=file, name=tidy(name), options=options.as_json(), in_job=in_job
        )
        RosterImport.objects.create(upload=upload, organisation=organisation)
    return upload


def roster_recheck(*, actor: User, upload: Upload, options: Options) -> None:
    """The same file, read another way. Raises Refused."""
    upload_recheck(actor=actor, upload=upload, options=options.as_json())


def roster_confirm(
    *, actor: User | None, upload: Upload, plan_digest: str, create_units: bool, in_job: bool = True
) -> None:
    """A person agrees to what the preview showed (`plan_digest`). Raises Refused."""
    if upload.summary.get("counts", {}).get("units") and not create_units:
        raise Refused(_("表里有系统中没有的单位。请勾选“同时新建这些单位”，或改正表格后重新上传。"))
    _refuse_outside(actor, upload.roster.organisation)
    upload_confirm(actor=actor, upload=upload, plan_digest=plan_digest, in_job=in_job)


# --- reading and comparing; writes nothing ----------------------------------------------------------------------------


def roster_plan(
    *,
    actor: User | None,
    organisation: Organisation | None,
    content: bytes,
    name: str = "",
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
        sheets = read_apart(lambda: read(content, name))
        table = table_find(sheets, sheet_name=options.sheet, chosen=options.columns)
    except TooCostly as refused:
        return Plan(problems=[Problem("file", str(refused))]), None, None
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


# --- what the upload asks of its kind ---------------------------------------------------------------------------------


def roster_check(upload: Upload, file: IO[bytes], progress: Progress) -> Outcome:
    return _outcome(
        upload,
        *roster_plan(
            actor=upload.uploaded_by,
            organisation=upload.roster.organisation,
            content=file.read(),
            name=upload.file_name,
            options=Options.from_json(upload.options),
            progress=progress,
        ),
    )


def roster_apply(upload: Upload, file: IO[bytes]) -> Outcome | None:
    """Plans once more against today's database; if that is what was confirmed, writes all of it, else shows it anew."""
    # One roster at a time in a tree: whoever comes second plans on what the first has written.
    list(Organisation.objects.select_for_update().filter(depth=1).order_by("pk").values_list("pk"))
    actor, organisation = upload.confirmed_by, upload.roster.organisation
    options = Options.from_json(upload.options)
    plan, table, refused = roster_plan(
        actor=actor,
        organisation=organisation,
        content=file.read(),
        name=upload.file_name,
        options=options,
        lock=True,
    )
    if plan.problems or plan.digest() != upload.plan_digest:
        return _outcome(upload, plan, table, refused, changed_meanwhile=True)
    touched = apply(plan, timezone.localdate(), actor)
    record(
        actor=actor,
        action="roster.import",
        target=f"roster:{upload.code}",
        detail={
            **plan.counts,
            "organisation": organisation.code if organisation is not None else "",
            "complete": options.complete,
            "digest": upload.digest,
        },
    )
    outbox_put_many(topic="people.members", subjects=touched)
    return None


def roster_forget(upload: Upload) -> list[str]:
    """Names and phone numbers of thousands lie nowhere longer than they are needed; what was imported stays to be read."""
    if upload.state == Upload.State.CANCELLED:
        RosterLine.objects.filter(roster_import=upload.roster).delete()
    RosterImport.objects.filter(pk=upload.pk).update(marked_as="")
    return [_marked_path(upload)]


def _outcome(
    upload: Upload, plan: Plan, table: Table | None, refused: FileRefused | None, *, changed_meanwhile: bool = False
) -> Outcome:
    return Outcome(
        summary={
            **_about_file(table, refused),
            "counts": plan.counts,
            "notes": plan.notes,
            "kinds": _kinds(plan.problems),
            "problems": len(plan.problems),
            "new_units": [place.label for place in plan.new_units[:UNITS_SHOWN]],
            "changed_meanwhile": changed_meanwhile,
        },
        errors=[problem.as_json() for problem in plan.problems],
        plan_digest=plan.digest(),
        keep=lambda: _keep(upload.roster, plan, table),
    )


def _keep(roster_import: RosterImport, plan: Plan, table: Table | None) -> None:
    marked = _keep_marked(roster_import, plan, table) if plan.problems and table is not None else ""
    if not marked:
        path = _marked_path(roster_import.upload)  # of what was refused before it was read another way
        transaction.on_commit(lambda: storages["private"].delete(path), robust=True)
    RosterImport.objects.filter(pk=roster_import.pk).update(marked_as=marked)
    RosterLine.objects.filter(roster_import=roster_import).delete()
    if plan.problems:
        return
    lines = [
        RosterLine(
            roster_import=roster_import,
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


def _marked_path(upload: Upload) -> str:
    return f"rosters/{upload.code}-marked"


def _keep_marked(roster_import: RosterImport, plan: Plan, table: Table) -> str:
    path = _marked_path(roster_import.upload)
    storage = storages["private"]
    if storage.exists(path):
        storage.delete(path)
    return storage.save(path, ContentFile(marked_workbook(table, plan.problems)))
