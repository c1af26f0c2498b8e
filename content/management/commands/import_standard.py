from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from content.importers import read_standard
from content.importers.parsed import refusal
from content.services.editions import StandardRefused, edition_create, edition_publish

if TYPE_CHECKING:
    from content.importers.parsed import ParsedStandard, Problem

SHOWN = 20  # errors on the terminal; --json has them all


class Command(BaseCommand):
    help = "把标准、法规或公文文件（Word、Markdown、文本）导入为一个版本及其条款。文件有错时什么都不写入。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--standard", default="", metavar="CODE", help="已有标准的代码；不填则由文件编号或标题得出")
        parser.add_argument("--label", default="", metavar="LABEL", help="版本名，如“2025年版”；不填则由文件得出")
        parser.add_argument("--in-force", action="store_true", help="导入后设为现行，原来的现行版本随之废止")
        parser.add_argument("--demonstration", action="store_true", help="标为演示文本")
        parser.add_argument("--dry-run", action="store_true", help="只识别，不写入")
        parser.add_argument("--json", action="store_true", help="在标准输出上打印识别结果")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        parsed = _read(path)
        if options["json"]:
            self.stdout.write(json.dumps(parsed.as_json(), ensure_ascii=False))
        for warning in parsed.warnings:
            self.stderr.write(_("待核对：%s") % _placed(warning, parsed.place))
        if parsed.refused:
            raise CommandError(_refusal(path, parsed.errors, parsed.place))
        say = self.stderr.write if options["json"] else self.stdout.write
        counted = _("《%(title)s》：认出 %(n)s 条") % {"title": parsed.title, "n": len(parsed.clauses)}
        if options["dry_run"]:
            say(counted + _("，没有写入。"))
            return
        try:
            with transaction.atomic():
                edition = edition_create(
                    actor=None,
                    parsed=parsed,
                    standard_code=options["standard"],
                    label=options["label"],
                    is_demonstration=options["demonstration"] or "演示文本" in parsed.title,
                    source_name=path.name,
                )
                if options["in_force"]:
                    edition_publish(actor=None, edition=edition)
        except StandardRefused as refused:
            raise CommandError(_refusal(path, refused.problems, parsed.place)) from refused
        say(
            counted
            + _("，已导入为“%(edition)s”（%(code)s，%(state)s）。")
            % {"edition": edition, "code": edition.code, "state": edition.get_state_display()}
        )


def _read(path: Path) -> ParsedStandard:
    try:
        with path.open("rb") as file:
            return read_standard(file, path.name)
    except FileNotFoundError:
        return refusal(path.stem, _("没有这个文件。请检查路径。"))
    except IsADirectoryError:
        return refusal(path.stem, _("这是一个文件夹。请给出其中的一个文件。"))
    except PermissionError:
        return refusal(path.stem, _("没有权限读取这个文件。"))
    except (OSError, ValueError) as error:
        return refusal(path.stem, _("读不了这个文件（%s）。") % error)


def _placed(problem: Problem, place: str) -> str:
    if problem.line is None:
        return problem.message
    where = _("第 %s 段") if place == "paragraph" else _("第 %s 行")
    return f"{where % problem.line}：{problem.message}"


def _refusal(path: Path, problems: tuple[Problem, ...], place: str) -> str:
    lines = [f"{path}：{_placed(problem, place)}" for problem in problems[:SHOWN]]
    if len(problems) > SHOWN:
        lines.append(_("还有 %s 处错误没有列出。") % (len(problems) - SHOWN))
    return "\n".join([*lines, _("没有导入任何内容。")])
