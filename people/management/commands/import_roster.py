from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from acts import Refused
from people.models import Organisation, User
from people.roster.checking import errors_folded
from people.roster.columns import ColumnNames
from people.roster.models import RosterLine
from people.roster.options import Options
from people.roster.services import roster_confirm, roster_plan, roster_scope, roster_submit
from uploads.models import Upload
from uploads.services import upload_apply, upload_apply_failed, upload_cancel, upload_check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from people.roster.columns import Table
    from people.roster.plan import Line, Plan

SHOWN = 20
NOT_CONFIRMED = 2


class Command(BaseCommand):
    help = "Import a roster (xlsx, xls, csv), all or nothing: shows what would change, asks, imports. Exit status 1: refused."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--unit", default="", help="code or name of the unit that the roster is of; default: the city"
        )
        parser.add_argument(
            "--as", dest="actor", default="", help="account in whose name and scope; default: the operator"
        )
        parser.add_argument("--sheet", default="", help="name of the worksheet, where several look like rosters")
        parser.add_argument(
            "--complete", action="store_true", help="members of the unit who are not in the file have left"
        )
        parser.add_argument("--create-units", action="store_true", help="make the units that do not exist yet")
        parser.add_argument(
            "--new-unit",
            action="append",
            default=[],
            metavar="PATH",
            help="a unit that is new although its name is close to an existing one; may be given several times",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object; messages go to standard error")
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--yes", action="store_true", help="import without asking")
        group.add_argument("--dry-run", action="store_true", help="show what would change and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        self.as_json = bool(options["json"])
        self._look_at(options["file"])
        actor = self._actor(options["actor"])
        organisation = self._organisation(options["unit"], actor)
        said = Options(
            complete=options["complete"],
            sheet=options["sheet"],
            new_units=tuple(u.strip("/") for u in options["new_unit"]),
        )
        if options["dry_run"]:
            content = options["file"].read_bytes()
            plan, table, _refused = roster_plan(
                actor=actor, organisation=organisation, content=content, name=options["file"].name, options=said
            )
            self._show(options["file"].name, plan, table)
            if plan.problems:
                raise CommandError(self._refusal(len(plan.problems)))
            return
        self._import(options, actor, organisation, said)

    # --- what was given ---

    def _look_at(self, path: Path) -> None:
        try:
            if path.stat().st_size > settings.UPLOAD_LIMIT_BYTES:
                most = settings.UPLOAD_LIMIT_BYTES // 1024 // 1024
                raise CommandError(f"文件超过 {most} MB。请按镇分成几个文件。")
            path.open("rb").close()
        except OSError as error:
            raise CommandError(f"打不开文件“{path}”。请核对路径和权限。") from error

    def _actor(self, username: str) -> User | None:
        if not username:
            return None
        actor = User.objects.filter(username=username, is_active=True).first()
        if actor is None or not roster_scope(actor):
            raise CommandError(f"没有名为“{username}”的管理员账号。")
        return actor

    def _organisation(self, unit: str, actor: User | None) -> Organisation | None:
        visible = Organisation.objects.filter(roster_scope(actor).q("path")).order_by("path")
        if unit:
            found = list(visible.filter(code=unit)[:2]) or list(visible.filter(name=unit)[:2])
            if len(found) != 1:
                what = "有多个" if found else "没有"
                raise CommandError(f"{what}代码或名称为“{unit}”的单位。请用 --unit 给出单位代码。")
            return found[0]
        tops: list[Organisation] = []
        for node in visible.filter(depth=1) if roster_scope(actor).everything else visible:
            if not any(node.path.startswith(top.path) for top in tops):
                tops.append(node)
        if len(tops) > 1:
            names = "、".join(top.name for top in tops[:5])
            raise CommandError(f"有多个单位可以导入：{names}。请用 --unit 指定一个。")
        return tops[0] if tops else None

    # --- importing ---

    def _import(
        self, options: dict[str, Any], actor: User | None, organisation: Organisation | None, said: Options
    ) -> None:
        """The way of every upload (uploads.services), with the operator in place of the job."""
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                upload = roster_submit(
                    actor=actor, organisation=organisation, file=file, name=path.name, options=said, in_job=False
                )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        try:
            self._check_and_apply(options, actor, upload)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        finally:
            upload_apply_failed(upload_id=upload.pk)  # where it was interrupted: nothing was written
            with suppress(Refused):  # done
                upload_cancel(actor=actor, upload=upload)
        upload.refresh_from_db()
        if upload.state != Upload.State.DONE:
            raise CommandError("核对之后数据有变化，没有导入。请重新运行。")
        self.stderr.write(f"导入完成：{counts_text(upload.summary['counts'])}。", self.style.SUCCESS)

    def _check_and_apply(self, options: dict[str, Any], actor: User | None, upload: Upload) -> None:
        upload_check(upload_id=upload.pk)
        upload.refresh_from_db()
        self._show_kept(upload)
        if upload.state == Upload.State.REFUSED:
            raise CommandError(self._refusal(upload.summary["problems"]))
        counts = upload.summary["counts"]
        if counts["units"] and not options["create_units"]:
            raise CommandError(
                f"表里有 {counts['units']} 个系统中没有的单位。确需新建请加 --create-units；现在没有导入任何数据。"
            )
        if not options["yes"]:
            self._ask(counts)
        roster_confirm(
            actor=actor,
            upload=upload,
            plan_digest=upload.plan_digest,
            create_units=options["create_units"],
            in_job=False,
        )
        upload_apply(upload_id=upload.pk)

    def _ask(self, counts: dict[str, int]) -> None:
        if not sys.stdin.isatty():
            raise CommandError("还没有导入。核对无误后加 --yes 再运行。", returncode=NOT_CONFIRMED)
        self.stderr.write(f"确认导入：{counts_text(counts)}？输入 y 导入，其他键取消：", ending="")
        self.stderr.flush()
        if input().strip().lower() not in ("y", "yes"):
            raise CommandError("已取消，没有导入任何数据。", returncode=NOT_CONFIRMED)

    # --- showing ---

    def _refusal(self, problems: int) -> str:
        return f"发现 {problems} 处错误，没有导入任何数据。请改好后重新导入。"

    def _show_kept(self, upload: Upload) -> None:
        kept = upload.roster.lines.order_by("position")
        lines = list(kept if self.as_json else kept[:SHOWN])
        self._write(upload.file_name, upload.summary, upload.errors, lines, upload.summary.get("new_units", []))

    def _show(self, name: str, plan: Plan, table: Table | None) -> None:
        about: dict[str, Any] = {"counts": plan.counts, "notes": plan.notes, "problems": len(plan.problems)}
        if table is not None:
            about["sheet"], about["header_row"] = table.sheet.name, table.header_row + 1
            about["columns"] = {str(each): column for each, column in table.columns.items()}
            about["headers"] = table.headers
        lines: list[Line] = [] if plan.problems else plan.lines()
        errors = [problem.as_json() for problem in plan.problems]
        self._write(name, about, errors, lines, [place.label for place in plan.new_units])

    def _write(
        self,
        name: str,
        about: dict[str, Any],
        errors: list[dict[str, Any]],
        lines: Sequence[RosterLine | Line],
        new_units: list[str],
    ) -> None:
        if self.as_json:
            body = {
                "file": name,
                "sheet": about.get("sheet", ""),
                "header_row": about.get("header_row"),
                "columns": _columns(about),
                "counts": about["counts"],
                "new_units": new_units,
                "changes": [_line(line) for line in lines if line.kind != RosterLine.Kind.UNIT],
                "notes": about["notes"],
                "errors": errors,
            }
            self.stdout.write(json.dumps(body, ensure_ascii=False, indent=1))
            return
        for note in about["notes"]:
            self.stdout.write(f"提示：{note}")
        if errors:
            folded = errors_folded(errors)
            for each in folded[:SHOWN]:
                self.stdout.write(each.message)
            if sum(each.count for each in folded[:SHOWN]) < about["problems"]:
                self.stdout.write(f"……共 {about['problems']} 处错误")
            return
        for line in lines[:SHOWN]:
            changes = "；".join(
                f"{what} {before or '（空）'} → {after or '（空）'}" for what, before, after in line.changes
            )
            self.stdout.write(
                f"{RosterLine.Kind(line.kind).label} {line.number} {line.name}：{changes} {line.warning}".rstrip()
            )
        if len(lines) >= SHOWN:
            self.stdout.write("……")
        self.stdout.write(counts_text(about["counts"]))


def _columns(about: dict[str, Any]) -> dict[str, str]:
    headers = about.get("headers", [])
    labels = ColumnNames().labels
    return {labels[name]: headers[column] for name, column in about.get("columns", {}).items() if column < len(headers)}


def _line(line: RosterLine | Line) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "row": line.row,
        "number": line.number,
        "name": line.name,
        "changes": [{"what": what, "before": before, "after": after} for what, before, after in line.changes],
        "warning": line.warning,
    }


def counts_text(counts: dict[str, int]) -> str:
    text = f"新增 {counts['new']}，变更 {counts['changed']}，离岗 {counts['left']}"
    if counts["returned"]:
        text += f"，回岗 {counts['returned']}"
    if counts["units"]:
        text += f"，新建单位 {counts['units']}"
    return text
