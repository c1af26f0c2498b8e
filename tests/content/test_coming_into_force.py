"""An announced edition comes into force by itself on its day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from audit.models import Entry
from content import tasks
from content.models import Edition, Standard
from content.services.editions import edition_publish, editions_come_into_force
from outbox.models import Event

if TYPE_CHECKING:
    from django.test import Client

    from people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def standard() -> Standard:
    return Standard.objects.create(code="demo", title="演示标准", is_demonstration=True)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the clock: at(2026, 3, 1) is eight in the morning of that day in Shanghai."""

    def set_clock(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> None:
        moment = datetime(year, month, day, hour, minute, tzinfo=UTC)
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return set_clock


def make(standard: Standard, code: str, state: str, effective_on: date | None) -> Edition:
    return Edition.objects.create(
        standard=standard,
        code=code,
        title="演示标准",
        label=code,
        state=state,
        numbering="gbt",
        effective_on=effective_on,
    )


def states(*editions: Edition) -> list[tuple[str, date | None]]:
    for edition in editions:
        edition.refresh_from_db()
    return [(edition.state, edition.superseded_on) for edition in editions]


def test_on_its_day_it_replaces_the_one_in_force(standard: Standard, at: Any) -> None:
    old = make(standard, "2025", "in_force", date(2025, 3, 1))
    new = make(standard, "2026", "upcoming", date(2026, 3, 1))
    at(2026, 2, 27)
    tasks.bring_editions_into_force()
    assert states(old, new) == [("in_force", None), ("upcoming", None)]
    at(2026, 3, 1)
    tasks.bring_editions_into_force()
    assert states(old, new) == [("superseded", date(2026, 3, 1)), ("in_force", None)]
    entry = Entry.objects.get()
    assert (entry.action, entry.target, entry.actor_id) == ("edition.publish", "edition:2026", None)
    assert entry.detail == {"since": "2026-03-01", "replaces": ["2025"]}
    assert list(Event.objects.filter(topic="content.edition").values_list("subject", flat=True)) == [new.pk]


def test_run_twice_is_once(standard: Standard, at: Any) -> None:
    make(standard, "2026", "upcoming", date(2026, 3, 1))
    at(2026, 3, 1)
    assert len(editions_come_into_force()) == 1
    assert editions_come_into_force() == []
    assert Entry.objects.count() == Event.objects.count() == 1


@pytest.mark.parametrize(("hour", "minute", "state"), [(15, 59, "upcoming"), (16, 0, "in_force")])
def test_the_day_begins_at_midnight_in_shanghai(
    standard: Standard, at: Any, hour: int, minute: int, state: str
) -> None:
    edition = make(standard, "2026", "upcoming", date(2026, 3, 1))
    at(2026, 2, 28, hour, minute)
    editions_come_into_force()
    assert states(edition) == [(state, None)]


def test_a_worker_that_was_away_for_days_catches_up_with_the_right_dates(standard: Standard, at: Any) -> None:
    other = Standard.objects.create(code="other", title="另一份")
    old = make(standard, "2025", "in_force", date(2025, 3, 1))
    second = make(standard, "2026b", "upcoming", date(2026, 3, 2))
    first = make(standard, "2026a", "upcoming", date(2026, 3, 1))
    apart = make(other, "other-2026", "upcoming", date(2026, 3, 1))
    at(2026, 3, 4)
    assert [edition.code for edition in editions_come_into_force()] == ["2026a", "other-2026", "2026b"]
    assert states(old, first, second, apart) == [
        ("superseded", date(2026, 3, 1)),
        ("superseded", date(2026, 3, 2)),
        ("in_force", None),
        ("in_force", None),
    ]


def test_two_due_on_one_day_come_in_the_order_in_which_they_were_made(standard: Standard, at: Any) -> None:
    first, second = (make(standard, code, "upcoming", date(2026, 3, 1)) for code in ("2026a", "2026b"))
    at(2026, 3, 1)
    editions_come_into_force()
    assert states(first, second) == [("superseded", date(2026, 3, 1)), ("in_force", None)]


def test_one_that_a_later_edition_has_overtaken_does_not_replace_it(standard: Standard, at: Any) -> None:
    late = make(standard, "2026a", "upcoming", date(2026, 3, 1))
    newer = make(standard, "2026b", "in_force", date(2026, 4, 1))
    at(2026, 4, 2)
    editions_come_into_force()
    assert states(late, newer) == [("superseded", date(2026, 4, 1)), ("in_force", None)]
    assert Entry.objects.get().action == "edition.overtaken"


def test_a_draft_and_one_without_a_day_wait_for_a_person(standard: Standard, trainer: User, at: Any) -> None:
    draft = make(standard, "draft", "draft", date(2026, 3, 1))
    dayless = make(standard, "dayless", "upcoming", None)
    at(2026, 5, 1)
    assert editions_come_into_force() == []
    assert states(draft, dayless) == [("draft", None), ("upcoming", None)]
    edition_publish(actor=trainer, edition=dayless)
    assert Event.objects.get().subject == dayless.pk


def test_the_page_says_that_it_comes_by_itself(standard: Standard, desk: Client) -> None:
    draft = make(standard, "2099", "draft", date(2099, 3, 1))
    page = desk.get(reverse("content_cms:edition_publish", args=[draft.pk])).content.decode()
    assert "到 2099-03-01 自动设为现行" in page
    dayless = make(standard, "dayless", "draft", None)
    page = desk.get(reverse("content_cms:edition_publish", args=[dayless.pk])).content.decode()
    assert "没有实施日期" in page
