from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any, cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from acts import Refused
from home.demo.load import demonstration_load
from home.demo.organisation import CITY, ONE_TOWN, is_loaded


class Command(BaseCommand):
    help = "Load the demonstration: a city of 6,526 members, standard, course, questions, exams, certificates. Run twice = once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--small", action="store_true", help="one town instead of fourteen")
        parser.add_argument("--no-pdf", action="store_true", help="make no certificate files; pages offer to make them")

    def handle(self, *args: Any, **options: Any) -> None:
        if is_loaded() and settings.DEMONSTRATION:
            self.stdout.write("演示数据已经在了，没有改动。账号见：manage.py demo_accounts")
            return
        size = ONE_TOWN if options["small"] else CITY
        self.stdout.ending = ""  # rich ends its own lines and moves the cursor itself
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        try:
            with Progress(
                *columns, console=Console(file=cast("IO[str]", self.stdout)), disable=options["verbosity"] == 0
            ) as bars:
                demonstration_load(size=size, step=lambda title: _bar(bars, title), pdf=not options["no_pdf"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"演示数据已载入：{size.members} 名成员。账号见：manage.py demo_accounts\n")


def _bar(bars: Progress, title: str) -> Callable[[int, int], None]:
    task = bars.add_task(title, total=None)
    return lambda done, total: bars.update(task, completed=done, total=total)
