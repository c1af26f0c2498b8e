"""Prints the bank, or a part of it, as one JSON object in the form that `import_questions --json` prints."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Prefetch

from exams.models import Question, QuestionClause
from exams.types import all_types, type_for

if TYPE_CHECKING:
    from argparse import ArgumentParser

AT_ONCE = 500


class Command(BaseCommand):
    help = "Prints the newest version of each question: manage.py export_questions --format json > bank.json"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=["json"], default="json")
        parser.add_argument("--kind", help="one type only, for example single_choice")
        parser.add_argument("--edition", help="only questions whose main clause is in the edition with this code")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["kind"] and options["kind"] not in all_types():
            known = ", ".join(all_types())
            raise CommandError(f"There is no question type {options['kind']}. There are: {known}.")
        clauses = Prefetch("clause_links", QuestionClause.objects.select_related("clause").order_by("pk"))
        questions = Question.objects.filter(is_current=True).order_by("pk").prefetch_related(clauses)
        if options["kind"]:
            questions = questions.filter(kind=options["kind"])
        if options["edition"]:
            main = QuestionClause.objects.filter(is_main=True, clause__edition__code=options["edition"])
            questions = questions.filter(pk__in=main.values("question"))
        counts: Counter[str] = Counter()
        # Line by line: a bank of many thousands need not stand in the memory as a whole.
        self.stdout.write('{"format": "json", "questions": [')
        for question in questions.iterator(chunk_size=AT_ONCE):
            comma = "," if counts.total() else ""
            counts[question.kind] += 1
            record = type_for(question.kind).record(question)
            self.stdout.write(comma + json.dumps(record, ensure_ascii=False))
        self.stdout.write(f'], "counts": {json.dumps(counts)}}}')
