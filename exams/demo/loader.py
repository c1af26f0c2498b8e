"""Loads the demonstration question bank and its blueprint. Run twice = once; questions are known by their codes."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from content.models import Clause, Edition
from exams.models import BlueprintRow, BlueprintVersion, Exam, Question, QuestionClause, Sitting
from exams.papers import forms_compile
from exams.types import all_types, type_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from courses.models import CoursePage
    from people.models import Organisation, User

FOLDER = Path(__file__).resolve().parent
EXAM_TITLE = "岗前考试（演示）"
MARKS_EACH = 200
# Type -> chapter -> questions: 50 questions of 2 marks. The bank holds each number twice, so that two forms can differ wholly.
ROWS = {
    "single_choice": {"4": 5, "5": 4, "6": 7, "7": 4},
    "multiple_choice": {"4": 3, "5": 2, "6": 3, "7": 2},
    "true_false": {"4": 3, "5": 3, "6": 4, "7": 2},
    "fill_blank": {"4": 2, "5": 1, "6": 3, "7": 2},
}


class QuestionFileWrong(Exception):
    """Names the file, the question and what is wrong with it."""


def questions_read() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(FOLDER.glob("questions-*.toml")):
        for question in tomllib.loads(path.read_text(encoding="utf-8"))["question"]:
            yield path.name, question
    for kind in all_types().values():
        for question in kind.examples():
            yield kind.code, question


def bank_load(
    *,
    actor: User | None,
    edition: Edition,
    created_at: datetime | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write the questions that are not there yet; returns how many. The first clause of each is its main one."""
    clauses = dict(Clause.objects.filter(edition=edition).exclude(number="").values_list("number", "pk"))
    described = list(questions_read())
    known = set(Question.objects.non_polymorphic().values_list("code", flat=True))
    links: list[QuestionClause] = []
    made: list[int] = []
    with transaction.atomic():
        for place, (name, one) in enumerate(described, start=1):
            if one["code"] not in known:
                kind = type_for(one["type"])
                question = kind.model(
                    **kind.content(one),
                    code=one["code"],
                    stem=one["stem"],
                    explanation=one["explanation"],
                    difficulty=one["difficulty"],
                    state=Question.State.READY,
                    created_by=actor,
                )
                problems = kind.problems(question)
                problems += [f"{number}?" for number in one["clauses"] if number not in clauses]
                if problems:
                    raise QuestionFileWrong(f"{name}: {one['code']}: {' '.join(problems)}")
                question.save()
                made.append(question.pk)
                links += [
                    QuestionClause(question=question, clause_id=clauses[number], is_main=order == 0)
                    for order, number in enumerate(one["clauses"])
                ]
            if progress is not None:
                progress(place, len(described))
        QuestionClause.objects.bulk_create(links, batch_size=500)
        if created_at is not None:
            Question.objects.non_polymorphic().filter(pk__in=made).update(created_at=created_at)
    return len(made)


def exam_load(*, actor: User | None, edition: Edition) -> Exam:
    """50 questions, 100 marks."""
    with transaction.atomic():
        exam, created = Exam.objects.get_or_create(title=EXAM_TITLE, defaults={"created_by": actor})
        if created:
            version = BlueprintVersion.objects.create(exam=exam, edition=edition, created_by=actor)
            wanted = [(kind, chapter, n) for kind, chapters in ROWS.items() for chapter, n in chapters.items()]
            BlueprintRow.objects.bulk_create(
                BlueprintRow(
                    version=version, order=order, kind=kind, chapter=chapter, count=count, marks_each=MARKS_EACH
                )
                for order, (kind, chapter, count) in enumerate(wanted, start=1)
            )
    return exam


def sitting_load(
    *,
    actor: User | None,
    exam: Exam,
    organisation: Organisation,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    course: CoursePage | None = None,
    max_attempts: int | None = 3,
) -> Sitting:
    """A sitting with its compiled papers: open while its window lasts, closed afterwards."""
    with transaction.atomic():
        found = Sitting.objects.filter(organisation=organisation, title=title).first()
        if found is not None:
            return found
        now = timezone.now()
        version = exam.newest
        rows = list(version.rows.all())
        total = sum(row.count * row.marks_each for row in rows)
        sitting = Sitting.objects.create(
            title=title,
            exam=exam,
            organisation=organisation,
            opens_at=opens_at,
            closes_at=closes_at,
            duration_minutes=60,
            pass_mark=total * 80 // 100,
            total_marks=total,
            question_count=sum(row.count for row in rows),
            max_attempts=max_attempts,
            course=course,
            created_by=actor,
        )
        used = {pk for form in forms_compile(sitting, version) for pk in form.question_ids}
        first_used = min(opens_at, now)
        unused = Q(used_at__isnull=True) | Q(used_at__gt=first_used)
        Question.objects.non_polymorphic().filter(unused, pk__in=used).update(used_at=first_used)
        sitting.state = Sitting.State.OPEN if closes_at > now else Sitting.State.CLOSED
        sitting.version = version
        sitting.save(update_fields=["state", "version"])
        Sitting.objects.filter(pk=sitting.pk).update(created_at=first_used)
    return sitting
