"""Which clause a town fails: one statement over released results, none of fewer than ten people."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from exams import queries
from exams.models import Attempt, Form, Result, ResultClause, Sitting
from people.models import Member
from tests.cast import make_member

pytestmark = pytest.mark.django_db


def sat(member: Member, sitting: Sitting, scores: dict[int, tuple[int, int]]) -> None:
    now = timezone.now()
    attempt = Attempt.objects.create(
        sitting=sitting,
        member=member,
        form=Form.objects.filter(version=sitting.version)[0],
        state="marked",
        closed_by="member",
        started_at=now - timedelta(minutes=9),
        deadline=now,
        submitted_at=now,
    )
    result = Result.objects.create(attempt=attempt, score=0, max_score=1000, passed=False, marked_at=now)
    ResultClause.objects.bulk_create(
        ResultClause(result=result, clause_id=clause, score=score, max_score=most)
        for clause, (score, most) in scores.items()
    )


@pytest.fixture
def clauses(sitting: Sitting) -> list[int]:
    return list(sitting.blueprint.edition.clauses.filter(depth=2).order_by("path").values_list("pk", flat=True)[:3])


def test_the_worst_comes_first_and_few_people_are_not_shown(
    sitting: Sitting,
    clauses: list[int],
    organisation: SimpleNamespace,
    posts: Any,
    django_assert_num_queries: Any,
) -> None:
    weak, weaker, rare = clauses
    for n in range(10):
        member = make_member(f"C{n:05}", f"演示甲{n}", posts.liaison, organisation.east_grid)
        scores = {weak: (150, 200), weaker: (50, 200)}
        if n < 9:
            scores[rare] = (0, 200)
        sat(member, sitting, scores)
    for n in range(10):
        member = make_member(f"D{n:05}", f"演示乙{n}", posts.liaison, organisation.west_grid)
        sat(member, sitting, {rare: (0, 200)})
    with django_assert_num_queries(1):
        found = queries.clauses_failed(organisation.east_town)
    assert [(one.clause_id, one.people, one.percent) for one in found] == [(weaker, 10, 25), (weak, 10, 75)]
    assert {one.clause_id for one in queries.clauses_failed(organisation.city)} == {weak, weaker, rare}
    assert queries.clauses_failed(organisation.city, exam=sitting.exam, since=timezone.now()) == []


def test_what_may_not_be_known_yet_is_not_counted(
    sitting: Sitting, clauses: list[int], organisation: SimpleNamespace, posts: Any
) -> None:
    for n in range(10):
        member = make_member(f"C{n:05}", f"演示甲{n}", posts.liaison, organisation.east_grid)
        sat(member, sitting, {clauses[0]: (50, 200)})
    Sitting.objects.update(release=Sitting.Release.AFTER_CLOSE)
    assert queries.clauses_failed(organisation.city) == []


def test_full_marks_are_no_failure(
    sitting: Sitting, clauses: list[int], organisation: SimpleNamespace, posts: Any
) -> None:
    for n in range(10):
        member = make_member(f"C{n:05}", f"演示甲{n}", posts.liaison, organisation.east_grid)
        sat(member, sitting, {clauses[0]: (200, 200)})
    assert queries.clauses_failed(organisation.city) == []
