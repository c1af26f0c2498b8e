from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from assessment.standing.services import standings_rebuild


class Command(BaseCommand):
    help = "Prepare all standings and figures anew."

    def handle(self, *args: Any, **options: Any) -> None:
        written = standings_rebuild()
        self.stdout.write(_("已重新统计取证情况，改动 %(n)s 条。") % {"n": written})
