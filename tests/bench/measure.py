"""The lines of `make bench`, on the database of the environment. `python -m tests.bench.measure FILE [--quick]` writes them there."""

from __future__ import annotations

import io
import json
import os
import random
import sys
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

if __name__ == "__main__":
    django.setup()

from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook
from weasyprint import CSS, HTML

from assessment.models import Standing
from assessment.standing.services import standings_rebuild
from certificates.rendering import CertificateContent, render
from exams import queries, services
from exams.models import Attempt, Exam, Sitting
from exams.papers import form_document, forms_compile
from exams.saving import Answer, answers_save
from exams.tokens import Token, token_for, token_read
from home.demo.organisation import CITY, CITY_CODE, ONE_TOWN, organisation_load
from people.models import Member, Organisation, RoleGrant, User
from people.roster.options import Options
from people.roster.services import roster_confirm, roster_submit
from tests.bench.timing import Pair, Statement, in_turns, replay, statements_of, undone
from tests.load import data
from tests.load.candidate import PER_SAVE, QUESTIONS, draw_answer
from tests.load.report import Figure
from uploads.models import Upload
from uploads.services import upload_apply, upload_check

MEMBERS = 260
ROSTER_ROWS = 6_600
ROSTER_SECONDS = 30.0  # the goal for 6,600 rows
PAGE_SECONDS = 0.3  # server time of a supervisor's page at 7,000 members (UX, class D)


def figure(name: str, pair: Pair, goal: str = "", most: float | None = None) -> Figure:
    return Figure(
        name,
        round(pair.value * 1000, 3),
        "ms",
        bound=round(pair.bound * 1000, 3),
        ratio=round(pair.value / pair.bound, 2),
        goal=goal,
        ok=most is None or pair.value <= most,
    )


# --- exams ------------------------------------------------------------------------------------------------------------


class ExamDay:
    """The data of `make load`, with open attempts to work on."""

    def __init__(self) -> None:
        made = data.make(MEMBERS)
        self.actor = User.objects.get(is_superuser=True)
        self.sitting = Sitting.objects.get(code=made["sitting"])
        self.waiting = iter(Member.objects.select_related("user").order_by("pk"))
        self.rng = random.Random(1)

    def attempt(self) -> tuple[Attempt, Token]:
        member = next(self.waiting)
        entry = queries.entry_of(member, self.sitting.code, timezone.now())
        assert entry is not None
        started = services.attempt_start(actor=member, entry=entry, device="bench")
        attempt = Attempt.objects.get(code=started.code)
        token = token_read(token_for(attempt))
        assert token is not None
        return attempt, token

    def answers(self, token: Token, numbers: list[int], sequence: int) -> list[Answer]:
        questions = form_document(token.form_id)["questions"]
        now = timezone.now()
        return [
            Answer(n, sequence, json.dumps(draw_answer(questions[n - 1], self.rng), ensure_ascii=False), False, now)
            for n in numbers
        ]

    def filled(self) -> tuple[Attempt, Token]:
        attempt, token = self.attempt()
        answers_save(token=token, answers=self.answers(token, list(range(1, QUESTIONS + 1)), 1))
        return attempt, token


def paper_compile(day: ExamDay, turns: int) -> Figure:
    """Both forms of a paper of 50 from a bank of 100, drawn and frozen; the bound sends the same statements."""
    draft = data.sitting_make(day.actor, Exam.objects.get(), title="草稿（演示）")
    statements = statements_of(lambda: forms_compile(draft, draft.exam.newest))

    def compiled(_turn: int) -> None:
        with undone():
            forms_compile(draft, draft.exam.newest)

    def bare(_turn: int) -> None:
        with undone():
            replay(statements)

    return figure("paper compile", in_turns(turns, compiled, bare))


ROW = "(%s, %s, %s, %s, %s, %s, %s)"
BARE_SAVE = f"""
INSERT INTO exams_response (attempt_id, number, value, flagged, epoch, sequence, saved_at)
VALUES {", ".join([ROW] * PER_SAVE)}
ON CONFLICT (attempt_id, number) DO UPDATE SET value = excluded.value, flagged = excluded.flagged,
  epoch = excluded.epoch, sequence = excluded.sequence, saved_at = excluded.saved_at
"""  # noqa: S608 - nothing but placeholders goes in


def save(day: ExamDay, turns: int) -> Figure:
    """Five answers, guarded, committed; the bound upserts the same five rows and asks nothing."""
    (_mine, token), (theirs, other) = day.filled(), day.filled()

    def numbers(turn: int) -> list[int]:
        first = turn * PER_SAVE % QUESTIONS
        return [first + i for i in range(1, PER_SAVE + 1)]

    def guarded(turn: int) -> None:
        held = answers_save(token=token, answers=day.answers(token, numbers(turn), turn + 2))
        assert held is not None and len(held.saved) == PER_SAVE

    def bare(turn: int) -> None:
        now = timezone.now()
        moment = now if connection.vendor == "postgresql" else connection.ops.adapt_datetimefield_value(now)
        rows = [
            (theirs.pk, a.number, a.value, a.flagged, 1, a.sequence, moment)
            for a in day.answers(other, numbers(turn), turn + 2)
        ]
        with connection.cursor() as cursor:
            cursor.execute(BARE_SAVE, [value for row in rows for value in row])

    return figure("save of five answers", in_turns(turns, guarded, bare))


def hand_in(attempt: Attempt) -> None:
    done = services.attempt_submit(member_id=attempt.member_id, attempt_id=attempt.pk, epoch=1)
    assert done is not None


def submit(day: ExamDay, turns: int) -> Figure:
    """Claim, mark 50 answers, write marks and result, commit; the bound sends the same statements for another attempt."""
    mine = [day.filled()[0] for _ in range(turns + 1)]
    theirs = [statements_of(partial(hand_in, day.filled()[0])) for _ in range(turns + 1)]

    def bare(turn: int) -> None:
        with transaction.atomic():
            replay(theirs[turn], made="result")

    return figure("submit and mark", in_turns(turns, lambda turn: hand_in(mine[turn]), bare))


# --- certificate ------------------------------------------------------------------------------------------------------


def certificate(turns: int) -> Figure:
    """A4 landscape with its fonts and QR code; the bound is an empty page of the same size."""
    content = CertificateContent(
        number="SX-990000-2026-000001-X",
        name="演示学员",
        body="演示学员同志于2026年3月1日至2026年4月1日参加《网格员岗前培训》，考试成绩92分（合格线80分），"
        "符合《社区网格员工作基本要求（演示文本）》（2025年版）对网格长（专职网格员）岗位的要求，准予合格，特发此证。",
        issuer="演示市网格化服务管理中心",
        issued_on="2026年4月2日",
        valid_until="2029年4月1日",
        post="网格长（专职网格员）",
        verify_url="HTTPS://EXAMPLE.ORG/V/0123456789ABCDEF0123",
    )
    page = CSS(string="@page { size: A4 landscape }")
    pair = in_turns(
        turns, lambda _turn: render(content), lambda _turn: HTML(string="<p></p>").write_pdf(stylesheets=[page])
    )
    return figure("certificate", pair)


# --- the supervisor's pages -------------------------------------------------------------------------------------------


def look(client: Client, address: str, _turn: int) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code


def look_bare(statements: list[Statement], _turn: int) -> None:
    replay(statements)


def status_pages(turns: int, *, quick: bool) -> list[Figure]:
    """As the supervisor of the whole city asks for them; the bound sends the same statements."""
    organisation_load(
        size=ONE_TOWN if quick else CITY, rng=random.Random(1), entered={}, progress=lambda done, total: None
    )
    standings_rebuild()
    city = Organisation.objects.get(code=CITY_CODE)
    town = city.get_children().first()
    assert town is not None
    user = User(username="bench-supervisor", confirmed_at=timezone.now())
    user.set_unusable_password()
    user.save()
    RoleGrant.objects.create(user=user, role=RoleGrant.Role.SUPERVISOR, organisation=city)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user, backend="people.backends.MemberNumberOrPhone")
    count = Standing.objects.filter(is_whole=True, organisation_path__startswith=city.path).count()
    found = []
    for name, address in (
        ("status page, city", "/standing/"),
        ("status page, town", f"/standing/{town.code}/"),
        ("member list, city", f"/standing/{city.code}/members/?sort=status"),
    ):
        page = partial(look, client, address)
        page(0)
        bare = partial(look_bare, statements_of(partial(page, 0)))
        pair = in_turns(turns, page, bare)
        found.append(figure(f"{name} ({count} members)", pair, f"<= {PAGE_SECONDS * 1000:.0f} ms", PAGE_SECONDS))
    return found


# --- the roster -------------------------------------------------------------------------------------------------------


def roster_file(rows: int) -> bytes:
    """A city's roster as an Excel file: 14 towns, 24 villages each, 4 grids each."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("花名册")
    sheet.append(["工号", "姓名", "岗位", "所属单位", "手机号", "入职日期"])
    numerals = "一二三四五六七八九十"
    for n in range(rows):
        town, village, grid = n % 14, n // 14 % 24, n // 336 % 4
        unit = f"演示市/{chr(0x5200 + town * 3)}河镇/{chr(0x6000 + village * 2)}山村/第{numerals[grid]}网格"
        name = "演示" + "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in str(n))
        sheet.append([f"B{n:05d}", name, "网格长（专职网格员）", unit, f"1007{n:07d}", "2026-03-01"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def roster(rows: int) -> list[Figure]:
    """From the file to the commit, once for a new roster and once for the same again; the bound of the first sends its statements."""
    content = roster_file(rows)
    city = data.Organisation.objects.filter(level_id="city").exclude(code=CITY_CODE).get()
    statements: list[tuple[str, Any]] = []

    def bring_in() -> None:
        upload = roster_submit(
            actor=None,
            organisation=city,
            file=io.BytesIO(content),
            name="roster.xlsx",
            options=Options(complete=False),
            in_job=False,
        )
        upload_check(upload_id=upload.pk)
        upload.refresh_from_db()
        assert upload.state == Upload.State.READY, upload.errors[:3]
        roster_confirm(actor=None, upload=upload, plan_digest=upload.plan_digest, create_units=True, in_job=False)
        upload_apply(upload_id=upload.pk)
        upload.refresh_from_db()
        assert upload.state == Upload.State.DONE

    statements = statements_of(bring_in)
    began = time.perf_counter()
    with undone():
        replay(statements)
    bound = time.perf_counter() - began
    began = time.perf_counter()
    bring_in()
    first = time.perf_counter() - began
    assert Member.objects.filter(number__startswith="B").count() == rows
    repeated = statements_of(bring_in)
    began = time.perf_counter()
    with undone():
        replay(repeated)
    bound_again = time.perf_counter() - began
    began = time.perf_counter()
    bring_in()
    again = time.perf_counter() - began
    goal = f"<= {ROSTER_SECONDS:.0f} s"
    return [
        figure(f"roster import ({rows} rows)", Pair(first, bound, 1), goal, ROSTER_SECONDS),
        figure(f"roster import, the same again ({rows} rows)", Pair(again, bound_again, 1), goal, ROSTER_SECONDS),
    ]


def measure(*, quick: bool) -> list[Figure]:
    turns = 3 if quick else 40
    day = ExamDay()
    say = lambda text: print(text, flush=True)  # noqa: E731
    figures = []
    say("  papers, saves, hand-ins ...")
    figures += [paper_compile(day, max(3, turns // 2)), save(day, 3 if quick else 400), submit(day, turns)]
    say("  certificates ...")
    figures.append(certificate(1 if quick else 10))
    say("  supervisor's pages ...")
    figures += status_pages(turns, quick=quick)
    say("  roster ...")
    figures += roster(60 if quick else ROSTER_ROWS)
    return figures


if __name__ == "__main__":
    target, *flags = sys.argv[1:]
    name = connection.vendor
    found = [asdict(one) for one in measure(quick="--quick" in flags)]
    Path(target).write_text(json.dumps([{**one, "name": f"{name}/{one['name']}"} for one in found], ensure_ascii=False))
