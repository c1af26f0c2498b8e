from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from exams.papers import forms_forget
from people.models import RoleGrant
from tests.cast import make_user
from tests.exams import scenes

if TYPE_CHECKING:
    from exams.models import Attempt, Sitting
    from people.models import Member, User


@pytest.fixture(autouse=True)
def no_papers_of_other_tests() -> Iterator[None]:
    forms_forget()
    yield
    forms_forget()


@pytest.fixture
def sitting(trainer: User, organisation: SimpleNamespace) -> Sitting:
    return scenes.open_sitting(trainer, organisation.city)


@pytest.fixture
def attempt(learner: Member, sitting: Sitting) -> Attempt:
    return scenes.start(learner, sitting)


@pytest.fixture
def west_trainer(organisation: SimpleNamespace) -> User:
    return make_user("trainer-west", "演示西镇讲师", RoleGrant.Role.TRAINER, organisation.west_town)
