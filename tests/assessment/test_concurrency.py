"""Refreshes that run beside each other leave what one alone would."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from assessment.models import ChangedUnit, Figure, FiguresChecked, Standing
from assessment.standing.services import figures_refresh, standings, standings_rebuild, standings_refresh
from certificates.services import award_issue
from tests.cast import make_member
from tests.certificates import scenes

pytestmark = pytest.mark.django_db(transaction=True)


def beside(*works: Callable[[], Any]) -> None:
    errors: list[BaseException] = []

    def run(work: Callable[[], Any]) -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []


def test_a_refresh_that_read_before_the_award_does_not_write_over_one_that_read_it(
    learner: Any, organisation: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = scenes.make_sitting(organisation.city, scenes.make_edition())
    scheme = scenes.make_scheme(sitting)
    scenes.pass_exam(learner, sitting)
    has_read, award_told = threading.Event(), threading.Event()
    plain = standings.status_of

    def slow(award: Any, *, begun: bool) -> Any:
        if threading.current_thread().name == "first":
            has_read.set()
            award_told.wait(2)  # it may not come: the other one has to wait for us
        return plain(award, begun=begun)

    monkeypatch.setattr(standings, "status_of", slow)

    def first() -> None:
        threading.current_thread().name = "first"
        standings_refresh([learner.pk])

    def second() -> None:
        has_read.wait(20)
        award_issue(actor=None, scheme=scheme, member=learner)  # commits, announces, refreshes
        standings_refresh([learner.pk])
        award_told.set()

    beside(first, second)
    assert {row.status for row in Standing.objects.all()} == {"certified"}


def test_many_changes_beside_many_refreshes_end_in_what_a_rebuild_gives(organisation: Any, posts: Any) -> None:
    sitting = scenes.make_sitting(organisation.city, scenes.make_edition())
    scheme = scenes.make_scheme(sitting)
    units = [organisation.east_micro, organisation.west_micro, organisation.east_grid, organisation.west_town]
    members = [make_member(f"C{n:03}", f"演示{n}", posts.liaison, units[n % 4]) for n in range(12)]
    standings_rebuild()

    def change(mine: list[Any]) -> None:
        for member in mine:
            scenes.pass_exam(member, sitting, score=100)
            standings_refresh([member.pk])

    def refresh() -> None:
        for _again in range(8):
            figures_refresh()

    beside(
        *(lambda part=members[start::4]: change(part) for start in range(4)),
        refresh,
        refresh,
    )
    figures_refresh()
    assert not ChangedUnit.objects.exists()
    fields = ("organisation", "scheme", "post", "path", "total", "in_training", "not_started", "not_required")
    kept = list(Figure.objects.order_by(*fields).values(*fields))
    assert Figure.objects.get(organisation=organisation.city, scheme=scheme).in_training == 12
    standings_rebuild()
    assert list(Figure.objects.order_by(*fields).values(*fields)) == kept
    assert FiguresChecked.objects.count() == 1
