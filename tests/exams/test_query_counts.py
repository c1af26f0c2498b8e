"""How many statements each step of the exam's hot path takes; the baseline changes only on purpose."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exams.models import Attempt
from exams.papers import form_clauses, form_entries, form_ids, posts_named
from exams.services import attempts_close_overdue
from tests.cast import sign_in
from tests.exams import scenes
from tests.exams.scenes import send, stamp

if TYPE_CHECKING:
    from django.test import Client

    from exams.models import Sitting
    from people.models import Member

BASELINE = json.loads((Path(__file__).parent / "query_counts.json").read_text())
# What the design allows; the baseline may be better, never worse.
BUDGET = {"notice": 6, "start": 5, "room": 4, "save": 1, "submit": 12, "result": 8, "review": 8, "my_exams": 8}


def statements(queries: CaptureQueriesContext) -> list[str]:
    """Without the savepoints that stand for BEGIN and COMMIT inside a test."""
    return [q["sql"] for q in queries.captured_queries if "SAVEPOINT" not in q["sql"]]


def test_the_baseline_is_within_the_budget() -> None:
    assert set(BASELINE) == set(BUDGET)
    for name, most in BUDGET.items():
        counts = BASELINE[name].values() if isinstance(BASELINE[name], dict) else [BASELINE[name]]
        assert all(count <= most for count in counts)


@pytest.mark.django_db
def test_each_step_takes_as_many_statements_as_the_baseline_says(
    client: Client, learner: Member, sitting: Sitting
) -> None:
    sign_in(client, learner.user)
    client.get("/exams/")  # content types, sites and the like are read once in a process
    form_ids(sitting.pk)
    posts_named(sitting.pk)
    taken: dict[str, int] = {}

    def count(name: str, act: Any) -> Any:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            reply = act()
        assert reply.status_code in (200, 302), reply.content
        taken[name] = len(statements(queries))
        return reply

    count("my_exams", lambda: client.get("/exams/"))
    count("notice", lambda: client.get(f"/exams/sittings/{sitting.code}/"))
    count("start", lambda: client.post(f"/exams/sittings/{sitting.code}/start/"))
    attempt = Attempt.objects.select_related("member", "sitting").get()
    sheet = scenes.wrong_sheet(attempt)
    form_entries(attempt.form_id)
    form_clauses(attempt.form_id)
    count("save", lambda: scenes.save_sheet(client, attempt, sheet))
    room = f"/exams/attempts/{attempt.code}/"
    client.get(room)  # the paper is kept from now on
    count("room", lambda: client.get(room))
    count("submit", lambda: scenes.hand_in(client, attempt))
    count("result", lambda: client.get(f"{room}result/"))
    count("review", lambda: client.get(f"{room}review/"))
    # PostgreSQL writes marks, result, event, scores by clause and state in one statement, SQLite in five.
    expected = {**BASELINE, "submit": BASELINE["submit"][connection.vendor]}
    assert taken == expected, json.dumps(taken)


def test_a_save_is_one_statement_with_a_session_cookie_too(client: Client, attempt: Attempt) -> None:
    sign_in(client, attempt.member.user)
    form_entries(attempt.form_id)
    with CaptureQueriesContext(connection) as queries:
        assert send(client, attempt, [[n, n, "A", False, stamp()] for n in range(1, 6)]).status_code == 200
    assert len(queries) == 1


def test_nothing_overdue_costs_the_sweep_one_statement(attempt: Attempt) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert attempts_close_overdue() == 0
    assert len(queries) == 1
