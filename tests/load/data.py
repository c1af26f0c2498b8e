"""The data of a load run, made by code: an organisation, members with one password, a bank, an exam of 50, an open sitting.

python -m tests.load.data make MEMBERS     into an empty, migrated database; prints what a driver needs as JSON
python -m tests.load.data check            prints what is kept of it as JSON
python -m tests.load.data wait SECONDS     until nothing waits to be told; prints how much still does
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

if __name__ == "__main__":
    django.setup()

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from content.models import Clause, Edition, Standard
from courses.models import CoursePage, LessonClause, LessonPage
from courses.services import catalogue_ensure
from exams import services
from exams.models import Attempt, Mark, Question, Response, Result, Sitting
from exams.opening import opening_of
from home.presets.grid import levels_make
from outbox.models import Event
from people.models import Assignment, Member, Organisation, Post, User

if TYPE_CHECKING:
    from exams.models import Exam

PASSWORD = "yan-shi-fu-he-2026"
CHAPTERS = {"4": "人员要求", "5": "服务内容", "6": "工作流程", "7": "保障与评价"}
CLAUSES_EACH = 9
# Type -> questions in each chapter: 50 questions of 2 marks, as the demonstration's exam has them.
WANTED = {
    "single_choice": {"4": 5, "5": 4, "6": 7, "7": 4},
    "multiple_choice": {"4": 3, "5": 2, "6": 3, "7": 2},
    "true_false": {"4": 3, "5": 3, "6": 4, "7": 2},
    "fill_blank": {"4": 2, "5": 1, "6": 3, "7": 2},
}
QUESTIONS = 50
BATCH = 1000
VERBS = ("走访", "登记", "上报", "核实", "回访", "处置", "宣传", "巡查")
THINGS = ("独居老人", "出租房屋", "沿街商铺", "消防通道", "矛盾纠纷", "流动人口", "公共设施", "困难家庭")


def organisation_make() -> list[Organisation]:
    """A city of three towns; returns the grids."""
    levels_make()
    city = Organisation.add_root(name="演示市", level_id="city")
    grids = []
    for town_no in range(1, 4):
        city.refresh_from_db()
        town = city.add_child(name=f"演示{town_no}镇", level_id="town")
        for village_no in range(1, 5):
            town.refresh_from_db()
            village = town.add_child(name=f"演示{town_no}镇{village_no}村", level_id="village")
            for grid_no in range(1, 4):
                village.refresh_from_db()
                grids.append(village.add_child(name=f"第{grid_no}网格", level_id="grid", grid_kind="integrated_grid"))
    return grids


def members_make(count: int, grids: list[Organisation]) -> list[Member]:
    """In bulk, with one hash for all: hashing each password would take longer than the run itself."""
    post = Post.objects.create(code="full_time_grid_member", name="网格长（专职网格员）", order=1)
    hashed, now = make_password(PASSWORD), timezone.now()
    entered = date(2026, 1, 5)
    users = [User(username=f"F{n:06d}", password=hashed, confirmed_at=now) for n in range(1, count + 1)]
    User.objects.bulk_create(users, batch_size=BATCH)
    members = [
        Member(user=user, number=user.username, name=f"演示{n}号", phone=f"100{n:08d}", entered_on=entered)
        for n, user in enumerate(users, start=1)
    ]
    Member.objects.bulk_create(members, batch_size=BATCH)
    Assignment.objects.bulk_create(
        (
            Assignment(member=member, post=post, organisation=grids[n % len(grids)], starts_on=entered)
            for n, member in enumerate(members)
        ),
        batch_size=BATCH,
    )
    return members


def edition_make() -> dict[str, list[int]]:
    """An edition with four chapters; returns the clauses of each."""
    standard = Standard.objects.create(code="load", title="网格员工作要求（演示文本）", is_demonstration=True)
    edition = Edition.objects.create(
        standard=standard,
        code="load-2025",
        title="网格员工作要求（演示文本）",
        label="2025年版",
        state=Edition.State.IN_FORCE,
        numbering="gbt",
        is_demonstration=True,
    )
    clauses: dict[str, list[int]] = {}
    for chapter, title in CHAPTERS.items():
        root = Clause.add_root(edition=edition, number=chapter, kind="chapter", title=title)
        clauses[chapter] = []
        for place in range(1, CLAUSES_EACH + 1):
            root.refresh_from_db()
            clause = root.add_child(
                edition=edition,
                number=f"{chapter}.{place}",
                kind="clause",
                title=f"{VERBS[place % 8]}{THINGS[(place * 3) % 8]}",
                text=f"网格员应按{title}的规定{VERBS[place % 8]}{THINGS[(place * 3) % 8]}，并在 {place} 个工作日内办结。",
            )
            clauses[chapter].append(clause.pk)
    return clauses


def course_make(clauses: dict[str, list[int]]) -> None:
    """Twelve lessons that teach all the clauses: result and review name them, as on a real exam day."""
    edition = Edition.objects.get(code="load-2025")
    course = CoursePage(title="岗前培训（演示）", slug="load", edition=edition, is_compulsory=True)
    catalogue_ensure().add_child(instance=course)
    for chapter, taught in clauses.items():
        for place in range(0, CLAUSES_EACH, 3):
            card = {"type": "text_card", "value": {"heading": "演示", "text": "先走访，再登记。"}}
            lesson = LessonPage(
                title=f"{CHAPTERS[chapter]}第 {place // 3 + 1} 课",
                slug=f"load-{chapter}-{place}",
                body=json.dumps([card]),
            )
            course.add_child(instance=lesson)
            for clause_id in taught[place : place + 3]:
                LessonClause.objects.create(lesson=lesson, clause_id=clause_id)


def _content(kind: str, rng: random.Random) -> dict[str, Any]:
    if kind == "true_false":
        return {"is_true": rng.random() < 0.5}
    if kind == "fill_blank":
        return {"blanks": [[str(rng.randint(1, 60)), "若干"] for _ in range(2)]}
    right = {rng.randrange(4)} if kind == "single_choice" else set(rng.sample(range(4), rng.choice((2, 3))))
    texts = [
        f"由网格员{VERBS[(place * 2) % 8]}{THINGS[place]}后在 {place + 1} 个工作日内报告村（社区）"
        for place in range(4)
    ]
    return {"options": [{"text": text, "correct": place in right} for place, text in enumerate(texts)]}


def bank_make(actor: User, clauses: dict[str, list[int]], *, times: int = 2) -> None:
    """Each number that the blueprint wants, `times` over, so that two forms can differ."""
    rng = random.Random(2026)
    for kind, wanted in WANTED.items():
        for chapter, count in wanted.items():
            for n in range(count * times):
                stem = f"网格员在{CHAPTERS[chapter]}中遇到第 {n + 1} 种情形，需要{VERBS[n % 8]}{THINGS[n % 8]}时，以下做法符合标准的是（　　）。"
                if kind == "fill_blank":
                    stem = f"第 {n + 1} 种情形应在 ____ 个工作日内{VERBS[n % 8]}，每月不少于 ____ 次。"
                services.question_create(
                    actor=actor,
                    draft=services.QuestionDraft(
                        kind=kind,
                        stem=stem,
                        content=_content(kind, rng),
                        clause_ids=[rng.choice(clauses[chapter])],
                        explanation=f"依据{CHAPTERS[chapter]}的要求，应当先{VERBS[n % 8]}再报告，不得拖延，也不得代办。",
                        state=Question.State.READY,
                        code=f"{kind}-{chapter}-{n}",
                    ),
                )


def exam_make(actor: User) -> Exam:
    rows = [
        services.Row(kind=kind, chapter=chapter, count=count, marks_each=200)
        for kind, wanted in WANTED.items()
        for chapter, count in wanted.items()
    ]
    return services.blueprint_save(
        actor=actor,
        exam=None,
        title="负荷测试（演示）",
        edition=Edition.objects.get(code="load-2025"),
        rows=rows,
    ).exam


def sitting_make(actor: User, exam: Exam, *, title: str = "负荷测试考试（演示）", forms: int = 2) -> Sitting:
    now = timezone.now()
    plan = services.SittingPlan(
        title=title,
        exam=exam,
        organisation=Organisation.objects.get(level_id="city"),
        posts=[],
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(hours=6),
        duration_minutes=60,
        pass_mark=6000,
        max_attempts=1,
        form_count=forms,
        release=Sitting.Release.AT_ONCE,
        course=None,
    )
    return services.sitting_save(actor=actor, sitting=None, plan=plan)


def superuser_make() -> User:
    user = User(username="load-administrator", is_superuser=True, is_staff=True, confirmed_at=timezone.now())
    user.set_unusable_password()
    user.save()
    return user


def make(members: int) -> dict[str, Any]:
    with transaction.atomic():
        actor = superuser_make()
        people = members_make(members, organisation_make())
        clauses = edition_make()
        course_make(clauses)
        bank_make(actor, clauses)
        plan = sitting_make(actor, exam_make(actor))
        sitting = services.sitting_open(actor=actor, sitting=plan, seen=opening_of(plan))
    return {"sitting": sitting.code, "password": PASSWORD, "members": [member.number for member in people]}


def check() -> dict[str, Any]:
    """What is kept: how many attempts, and how many of them are not as a whole attempt has to be."""
    submitted = Attempt.objects.filter(state=Attempt.State.MARKED)

    def unlike(relation: str, expected: int) -> int:
        return submitted.annotate(n=Count(relation)).exclude(n=expected).count()

    return {
        "submitted": submitted.count(),
        "open": Attempt.objects.filter(state=Attempt.State.OPEN).count(),
        "responses": Response.objects.filter(attempt__in=submitted).count(),
        "marks": Mark.objects.count(),
        "results": Result.objects.count(),
        "incomplete": max(unlike("responses", QUESTIONS), unlike("marks", QUESTIONS), unlike("result", 1)),
    }


def wait(seconds: float) -> dict[str, Any]:
    """Until the worker has told the apps above of everything, so that its work is counted where it belongs."""
    deadline = time.monotonic() + seconds
    while (left := Event.objects.count()) and time.monotonic() < deadline:
        time.sleep(0.5)
    return {"waiting": left}


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    answer = {"make": lambda: make(int(arguments[0])), "check": check, "wait": lambda: wait(float(arguments[0]))}[
        command
    ]()
    print(json.dumps(answer, ensure_ascii=False))
