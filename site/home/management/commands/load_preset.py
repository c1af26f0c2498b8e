from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from home.presets import grid


class Command(BaseCommand):
    help = "What an installation without demonstration data begins with: levels, posts, an onboarding scheme, the catalogue. Twice = once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="grid: the five-level grid organisation")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["name"] != "grid":
            raise CommandError(f"没有名为“{options['name']}”的预置内容。可以用：grid。")
        made = grid.grid_load()
        if not made:
            self.stdout.write("预置内容已经在了，没有改动。")
            return
        for label, names in (("层级", made.levels), ("岗位", made.posts)):
            if names:
                self.stdout.write(f"新建{label}：{'、'.join(names)}。")
        if made.words:
            self.stdout.write(f"新增花名册用词 {made.words} 个（如“专网”即“专职网格管理员”）。")
        if made.scheme is not None:
            self.stdout.write(
                f"新建认证方案“{made.scheme.title}”，尚未启用：先要有一门已发布的课程和一场考试，"
                "把它们列为方案的要求，再启用，才能发证。"
            )
        if made.catalogue is not None:
            self.stdout.write(f"新建“{made.catalogue.title}”，还没有课程。")
        self.stdout.write("接下来：manage.py import_roster 导入花名册，建立单位、人员和账号。")
