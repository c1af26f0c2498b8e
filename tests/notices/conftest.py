from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils.translation import gettext_lazy as _

from notices import channels, kinds
from notices.channels import Channel

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

    from notices.models import Notice

KIND = "tests_event"


class ListChannel(Channel):
    """Writes to a list. What it raises is set by the test."""

    name = "tests_list"

    def __init__(self) -> None:
        self.delivered: list[tuple[str, str]] = []
        self.trouble: Exception | None = None
        self.open = True

    def is_open(self) -> bool:
        return self.open

    def reaches(self, user: AbstractUser) -> bool:
        return not user.username.startswith("unreached")

    def deliver(self, notice: Notice) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.delivered.append((notice.user.username, notice.text))


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> ListChannel:
    monkeypatch.setattr(channels, "_channels", dict(channels._channels))
    channel = ListChannel()
    channels.register(channel)
    return channel


@pytest.fixture(autouse=True)
def kind(monkeypatch: pytest.MonkeyPatch) -> kinds.Kind:
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.register(KIND, text=_("您的培训合格证书已生成，编号 %(number)s。"), action=_("查看证书"))
    return kinds._kinds[KIND]
