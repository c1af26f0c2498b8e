"""How many statements each learner's page takes; the baseline changes only on purpose."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses import services
from tests.cast import sign_in
from tests.courses import scenes

if TYPE_CHECKING:
    from django.test import Client

    from people.models import Member

BASELINE = json.loads((Path(__file__).parent / "query_counts.json").read_text())
# What the design allows; the baseline may be better, never worse.
BUDGET = {"home": 6, "catalogue": 8, "course": 7, "lesson": 10, "position": 6, "check": 12, "done": 10}

pytestmark = pytest.mark.django_db


def test_the_baseline_is_within_the_budget() -> None:
    assert set(BASELINE) == set(BUDGET)
    assert {name: count for name, count in BASELINE.items() if count > BUDGET[name]} == {}


def measure(client: Client, learner: Member, lessons: int) -> dict[str, int]:
    course = scenes.make_onboarding()
    edition = scenes.Edition.objects.get()
    for n in range(lessons):
        scenes.make_lesson(course, f"再一课{n}", f"more-{n}", scenes.full_body(edition))
    first, _second, third = scenes.lessons(course)[:3]
    services.lesson_pass(actor=learner, lesson=third)
    services.position_save(actor=learner, lesson=first, position=2)
    sign_in(client, learner.user)
    client.get("/")  # content types, sites and the like are read once in a process
    client.get(first.get_url())
    taken: dict[str, int] = {}

    def count(name: str, act: Any) -> None:
        with CaptureQueriesContext(connection) as queries:
            reply = act()
        assert reply.status_code in (200, 204), reply.content
        taken[name] = sum("SAVEPOINT" not in query["sql"] for query in queries.captured_queries)

    count("home", lambda: client.get("/"))
    count("catalogue", lambda: client.get("/courses/"))
    count("course", lambda: client.get(course.get_url()))
    count("lesson", lambda: client.get(first.get_url()))
    count("position", lambda: client.post(f"/learn/{first.pk}/position/", {"position": "3"}))
    answer = {"check": scenes.check_ids(first)[0], "option": "1"}
    count("check", lambda: client.post(f"/learn/{first.pk}/check/", answer, headers={"Accept": "application/json"}))
    count("done", lambda: client.get(f"/learn/{third.pk}/done/"))
    return taken


def test_each_page_takes_as_many_statements_as_the_baseline_says(client: Client, learner: Member) -> None:
    taken = measure(client, learner, lessons=0)
    assert taken == BASELINE, json.dumps(taken)


def test_more_lessons_take_no_more_statements(client: Client, learner: Member) -> None:
    assert measure(client, learner, lessons=12) == BASELINE
