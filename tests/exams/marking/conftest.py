"""Two fill-ins of a paper are marked by people; the learner and the neighbour have handed theirs in."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from exams.models import Attempt
from exams.types import type_for
from people.models import RoleGrant
from tests.cast import make_user, sign_in
from tests.exams import scenes

if TYPE_CHECKING:
    from django.test import Client

    from exams.models import Sitting
    from people.models import Member, User


@pytest.fixture(autouse=True)
def fill_ins_are_marked_by_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(type_for("fill_blank")), "marked_by", "people")


@pytest.fixture
def handed_in(client: Client, sitting: Sitting, learner: Member, neighbour: Member) -> list[Attempt]:
    attempts = [scenes.start(member, sitting) for member in (learner, neighbour)]
    for attempt in attempts:
        scenes.save_sheet(client, attempt, scenes.right_sheet(attempt))
        scenes.hand_in(client, attempt)
        attempt.refresh_from_db()
        assert attempt.state == Attempt.State.MARKING
    return attempts


@pytest.fixture
def second_marker(organisation: SimpleNamespace) -> User:
    return make_user("marker-2", "演示阅卷员乙", RoleGrant.Role.MARKER, organisation.city)


@pytest.fixture
def west_marker(organisation: SimpleNamespace) -> User:
    return make_user("marker-west", "演示西镇阅卷员", RoleGrant.Role.MARKER, organisation.west_town)


@pytest.fixture
def pen(client: Client, marker: User) -> Client:
    """The marker, signed in."""
    return sign_in(client, marker)
