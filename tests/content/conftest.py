from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from people.models import RoleGrant
from tests.cast import make_user
from tests.content.wizard import waiting

if TYPE_CHECKING:
    from types import SimpleNamespace

    from people.models import User
    from uploads.models import Upload


@pytest.fixture
def second_trainer(organisation: SimpleNamespace) -> User:
    return make_user("trainer-2", "演示二讲师", RoleGrant.Role.TRAINER, organisation.city)


@pytest.fixture
def ready(trainer: User) -> Upload:
    return waiting(trainer)
