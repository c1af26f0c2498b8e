from __future__ import annotations

from typing import IO, Any, cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from home.demo.accounts import LEARNERS, PASSWORD, STAFF
from home.demo.organisation import is_loaded
from people.models import User


class Command(BaseCommand):
    help = "Print the demonstration's accounts: one for each kind of user, with what to try."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("这不是演示环境（DEMONSTRATION 未开启），没有演示账号。")
        if not is_loaded():
            raise CommandError("还没有演示数据。请先运行 manage.py load_demo。")
        table = Table(title=f"演示账号  {settings.BASE_URL}", title_justify="left")
        for heading in ("谁", "账号", "密码", "可以试什么"):
            table.add_column(heading, overflow="fold")
        rows = [(a.kind, a.number, a.attempt) for a in LEARNERS] + [(a.kind, a.username, a.attempt) for a in STAFF]
        users = User.objects.in_bulk([account for _kind, account, _attempt in rows], field_name="username")
        for kind, account, attempt in rows:
            user = users.get(account)
            password = PASSWORD if user is not None and user.check_password(PASSWORD) else "（已修改）"
            table.add_row(kind, account, password, attempt)
        self.stdout.ending = ""  # rich ends its own lines
        Console(file=cast("IO[str]", self.stdout), width=100).print(table)
