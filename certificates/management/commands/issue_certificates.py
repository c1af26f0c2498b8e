from __future__ import annotations

from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from certificates.evaluation import members_considered
from certificates.models import Scheme
from certificates.rendering.fonts import missing_characters
from certificates.services import awards_issue_batch


class Command(BaseCommand):
    help = "Issue certificates to everybody who has fulfilled a scheme and holds none in force. Run twice = once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scheme", required=True, help="code of the scheme")
        parser.add_argument("--dry-run", action="store_true", help="say who would be considered and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        scheme = Scheme.objects.filter(code=options["scheme"]).first()
        if scheme is None:
            known = "、".join(Scheme.objects.order_by("code").values_list("code", flat=True)) or "（还没有认证方案）"
            raise CommandError(f"没有代码为“{options['scheme']}”的认证方案。现有：{known}")
        members = members_considered(scheme)
        total = members.count()
        if options["dry_run"]:
            self.stdout.write(f"考试合格、还没有有效证书：{total} 人。没有写入任何数据。\n")
            for member in members.iterator():
                if missing := missing_characters(member.name):
                    self.stdout.write(f"  {member.number} 姓名中有字库没有的字：{'、'.join(missing)}\n")
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.stdout.ending = ""  # rich ends its own lines and moves the cursor itself
        with Progress(
            *columns, console=Console(file=cast("IO[str]", self.stdout)), disable=options["verbosity"] == 0
        ) as bars:
            task = bars.add_task("发证", total=total)
            batch = awards_issue_batch(
                actor=None, scheme=scheme, progress=lambda done: bars.update(task, completed=done)
            )
        self.stdout.write(f"已发证 {batch.issued} 张，没有发证 {len(batch.refused)} 人。\n")
        for member, reason in batch.refused:
            self.stdout.write(f"  {member.number} 没有发证：{reason}\n")
        for member, characters in batch.unprintable:
            self.stdout.write(f"  {member.number} 已发证，证书文件暂不能生成，字库里没有：{characters}\n")
