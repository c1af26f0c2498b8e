from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.checking import audit_check


class Command(BaseCommand):
    help = "Checks that the audit trail is as it was written, against its seals outside the database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since-seal", action="store_true", help="only what came after the last seal")
        parser.add_argument("--begin", action="store_true", help="start the seals of a trail that has none")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = audit_check(full=not options["since_seal"], begin=options["begin"])
        if findings:
            raise CommandError(
                "\n".join(
                    f"{finding.what} (entry {finding.entry})" if finding.entry else finding.what for finding in findings
                )
            )
        self.stdout.write("The audit trail is whole.")
