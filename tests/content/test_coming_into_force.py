"""An announced edition comes into force by itself on its day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import translation

from audit.models import Entry
from content import tasks
from content.models import Edition, Standard
from content.services.editions import edition_publish, editions_come_into_force
from notices.models import Notice
from outbox.models import Event
from outbox.services import outbox_tell
from people.models import RoleGrant, User
from tests.cast import make_user

if TYPE_CHECKING:
    from django.test import Client

    from people.models import Member

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
    assert Entry.objects.count() == 1
    assert sorted(Event.objects.values_list("topic", flat=True)) == ["content.came_into_force", "content.edition"]


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


# --- who is told ------------------------------------------------------------------------------------------------------


def tell(at: Any) -> None:
    """Events are due by the database's clock, which no test turns back."""
    at(2100, 1, 1)
    outbox_tell()


def told() -> list[str]:
    return sorted(Notice.objects.filter(kind="edition_in_force").values_list("user__username", flat=True))


@pytest.fixture
def town_trainers(organisation: SimpleNamespace) -> SimpleNamespace:
    trainers = {
        side: make_user(f"trainer-{side}", "演示镇讲师", RoleGrant.Role.TRAINER, getattr(organisation, f"{side}_town"))
        for side in ("east", "west")
    }
    return SimpleNamespace(**trainers)


def test_trainers_are_told_once_when_an_edition_comes_into_force_by_itself(
    standard: Standard, trainer: User, town_trainers: SimpleNamespace, organisation: SimpleNamespace, at: Any
) -> None:
    RoleGrant.objects.create(user=trainer, role=RoleGrant.Role.TRAINER, organisation=organisation.east_town)
    make(standard, "2026", "upcoming", date(2026, 3, 1))
    for _round in range(2):
        at(2026, 3, 1)
        tasks.bring_editions_into_force()
        tell(at)
    assert told() == ["trainer", "trainer-east", "trainer-west"]


def test_a_towns_standard_is_told_to_its_trainers_and_to_those_above(
    standard: Standard, trainer: User, town_trainers: SimpleNamespace, organisation: SimpleNamespace, at: Any
) -> None:
    standard.owner = organisation.east_town
    standard.save()
    make(standard, "2026", "upcoming", date(2026, 3, 1))
    at(2026, 3, 1)
    tasks.bring_editions_into_force()
    tell(at)
    assert told() == ["trainer", "trainer-east"]


def test_who_is_no_trainer_any_more_is_not_told(
    standard: Standard, trainer: User, town_trainers: SimpleNamespace, supervisor: User, learner: Member, at: Any
) -> None:
    RoleGrant.objects.filter(user=town_trainers.east).update(revoked_at=datetime(2026, 1, 1, tzinfo=UTC))
    User.objects.filter(pk=town_trainers.west.pk).update(is_active=False)
    make(standard, "2026", "upcoming", date(2026, 3, 1))
    at(2026, 3, 1)
    tasks.bring_editions_into_force()
    tell(at)
    assert told() == ["trainer"]


def test_what_a_person_put_in_force_tells_nobody(standard: Standard, trainer: User, at: Any) -> None:
    edition_publish(actor=trainer, edition=make(standard, "2026", "draft", date(2026, 3, 1)))
    tell(at)
    assert told() == []


def test_the_notice_is_worded_when_it_is_read(client: Client, standard: Standard, trainer: User, at: Any) -> None:
    edition = make(standard, "2026", "upcoming", date(2026, 3, 1))
    at(2026, 3, 1)
    tasks.bring_editions_into_force()
    tell(at)
    Edition.objects.filter(pk=edition.pk).update(title="改过题名的演示标准")
    notice = Notice.objects.get(user=trainer)
    assert (
        notice.text
        == "《改过题名的演示标准》2026已于2026年3月1日自动生效，之前的版本不再是现行版本。请检查课程和题目。"
    )
    assert notice.url == reverse("content:edition", args=["2026"])
    with translation.override("en"):
        assert "1 March 2026" in notice.text or "March 1, 2026" in notice.text
