"""A standard with clauses, a small bank, a blueprint and an opened sitting: what every test of the exams starts from."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from content.models import Clause, Edition, Standard
from exams import queries, services
from exams.models import (
    Attempt,
    BlueprintRow,
    BlueprintVersion,
    Exam,
    Question,
    QuestionClause,
    Sitting,
)
from exams.opening import opening_of
from exams.papers import form_entries, form_key
from exams.tokens import token_for
from exams.types import type_for
from exams.types.fill_blank.models import FillBlankQuestion
from exams.types.multiple_choice.models import MultipleChoiceQuestion
from exams.types.single_choice.models import SingleChoiceQuestion
from exams.types.true_false.models import TrueFalseQuestion

if TYPE_CHECKING:
    from django.test import Client

    from people.models import Member, Organisation, User

# 5 + 3 + 3 + 2 questions of 2 marks: 26 marks.
ROWS = [
    ("single_choice", "4", 3),
    ("single_choice", "5", 2),
    ("multiple_choice", "4", 3),
    ("true_false", "5", 3),
    ("fill_blank", "5", 2),
]


def make_edition() -> Edition:
    standard = Standard.objects.create(code="demo", title="演示标准", is_demonstration=True)
    edition = Edition.objects.create(
        standard=standard,
        code="demo-2025",
        title="社区网格员工作基本要求（演示文本）",
        label="2025年版",
        state="in_force",
        numbering="gbt",
        is_demonstration=True,
    )
    for chapter, title in (("4", "人员"), ("5", "服务内容")):
        root = Clause.add_root(edition=edition, number=chapter, kind="chapter", title=title)
        for place in (1, 2):
            root.refresh_from_db()
            root.add_child(
                edition=edition,
                number=f"{chapter}.{place}",
                kind="clause",
                title=f"{title}之{place}",
                text=f"网格员应当做好{title}第{place}项工作。",
            )
    return edition


def _options(right: set[int], canary: str = "") -> list[dict[str, Any]]:
    return [{"text": f"{'甲乙丙丁'[i]}做法{canary}", "correct": i in right} for i in range(4)]


def make_question(edition: Edition, kind: str, chapter: str, n: int, *, canary: str = "", **fields: Any) -> Question:
    common = {
        "code": f"{kind}-{chapter}-{n}",
        "stem": f"第{chapter}章{kind}第{n}题（　　）。",
        "explanation": f"依据第{chapter}.1条。{canary}",
        "state": Question.State.READY,
        **fields,
    }
    question: Question
    if kind == "single_choice":
        question = SingleChoiceQuestion(options=_options({n % 4}), **common)
    elif kind == "multiple_choice":
        question = MultipleChoiceQuestion(options=_options({n % 4, (n + 1) % 4}), **common)
    elif kind == "true_false":
        question = TrueFalseQuestion(is_true=bool(n % 2), **common)
    else:
        common["stem"] = f"第{n}题：每____个工作日，____小时。"
        question = FillBlankQuestion(blanks=[[f"{canary}五", "5"], [f"{canary}24", "二十四"]], **common)
    question.save()
    QuestionClause.objects.create(
        question=question, clause=Clause.objects.get(edition=edition, number=f"{chapter}.{1 + n % 2}"), is_main=True
    )
    return question


def make_bank(edition: Edition, *, times: int = 2, canary: str = "") -> list[Question]:
    return [
        make_question(edition, kind, chapter, n, canary=canary)
        for kind, chapter, count in ROWS
        for n in range(count * times)
    ]


def make_exam(edition: Edition, title: str = "演示考试") -> Exam:
    exam = Exam.objects.create(title=title)
    version = BlueprintVersion.objects.create(exam=exam, edition=edition)
    for order, (kind, chapter, count) in enumerate(ROWS):
        BlueprintRow.objects.create(
            version=version, order=order, kind=kind, chapter=chapter, count=count, marks_each=200
        )
    return exam


def make_sitting(exam: Exam, organisation: Organisation, **fields: Any) -> Sitting:
    now = timezone.now()
    values = {
        "title": "岗前考试（演示）",
        "exam": exam,
        "organisation": organisation,
        "opens_at": now - timedelta(hours=1),
        "closes_at": now + timedelta(hours=5),
        "duration_minutes": 60,
        "pass_mark": 1600,
        "release": Sitting.Release.AT_ONCE,
        **fields,
    }
    return Sitting.objects.create(**values)


def open_sitting(actor: User, organisation: Organisation, *, canary: str = "", **fields: Any) -> Sitting:
    edition = make_edition()
    make_bank(edition, canary=canary)
    sitting = make_sitting(make_exam(edition), organisation, **fields)
    return open_planned(actor, sitting)


def open_planned(actor: User, sitting: Sitting) -> Sitting:
    """By somebody who has seen it as it is."""
    return services.sitting_open(actor=actor, sitting=sitting, seen=opening_of(sitting))


def start(member: Member, sitting: Sitting, device: str = "phone") -> Attempt:
    entry = queries.entry_of(member, sitting.code, timezone.now())
    assert entry is not None
    started = services.attempt_start(actor=member, entry=entry, device=device)
    return Attempt.objects.select_related("sitting", "member").get(code=started.code)


def right_sheet(attempt: Attempt) -> dict[int, Any]:
    """The right answer to every question, in the form in which a browser sends it."""
    return {
        int(number): type_for(entry["type"]).right_answer(entry["key"])
        for number, entry in form_key(attempt.form_id).items()
    }


def wrong_sheet(attempt: Attempt) -> dict[int, Any]:
    """Answers that earn nothing, the same in every run."""
    entries, rng = form_entries(attempt.form_id), random.Random(attempt.form_id)
    return {
        int(number): type_for(held["type"]).wrong_answer(entries[int(number)], held["key"], rng)
        for number, held in form_key(attempt.form_id).items()
    }


def stamp(moment: Any = None) -> int:
    return queries.milliseconds(moment or timezone.now())


def send(client: Client, attempt: Attempt, answers: list[list[Any]], token: str | None = None) -> Any:
    return client.post(
        f"/exams/attempts/{attempt.code}/save/",
        {"t": token if token is not None else token_for(attempt), "a": answers},
        content_type="application/json",
    )


def save_sheet(client: Client, attempt: Attempt, sheet: dict[int, Any], sequence: int = 1) -> Any:
    return send(client, attempt, [[n, sequence + n, value, False, stamp()] for n, value in sheet.items()])


def hand_in(client: Client, attempt: Attempt, token: str | None = None) -> Any:
    return client.post(
        f"/exams/attempts/{attempt.code}/submit/",
        {"t": token if token is not None else token_for(attempt), "key": "k"},
        content_type="application/json",
    )
